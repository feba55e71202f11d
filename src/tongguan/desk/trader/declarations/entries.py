"""The fields of the form as they are drawn: label, input, what its code means, and what is wrong, beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tongguan.formats.dec.contract import ALONE, BLOCKS, Field
from tongguan.kernel.codes import codes
from tongguan.kernel.rules import Finding
from tongguan.kernel.texts import text

from . import fields
from .form import Form, Row


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding as the form lists it: where, the id of its field, what, and how grave."""

    code: str
    pointer: str
    where: str
    id: str
    text: str
    refuses: bool


def remarks(findings: Iterable[Finding], lang: str) -> list[Remark]:
    """Return findings as they are listed, those that refuse first, each once."""
    made = {
        (one.pointer, one.code): Remark(
            one.code, one.pointer, fields.where(one.pointer, lang), one.pointer.replace("/", "-"), one.text(lang),
            one.level == "refuse",
        )
        for one in findings
    }  # fmt: skip
    return sorted(made.values(), key=lambda one: not one.refuses)


_FEW = 10


class Entries:
    """Draws the fields of one form for one reader; ``offered`` are values that fields suggest, by the id of the field."""

    def __init__(
        self, form: Form, found: Iterable[Remark], lang: str, offered: Mapping[str, list[tuple[str, str]]] | None = None,
        known: Mapping[str, tuple[str, str]] = MappingProxyType({}),
    ):  # fmt: skip
        """``known`` are the values that were known before, by the id of their field, with where each is from."""
        self.form, self.lang, self.offered, self.known = form, lang, offered or {}, known
        self.wrong: dict[str, list[Remark]] = {}
        for one in found:
            self.wrong.setdefault(one.id, []).append(one)
        self._optional = text("desk.dec.optional", lang)

    @property
    def parts(self) -> list[tuple[str, str, SafeString]]:
        """The parts of the head: name, title, fields."""
        return [
            (part, text(f"desk.dec.part.{part}", self.lang), self.head(names))
            for part, names in fields.HEAD_PARTS.items()
        ]

    def head(self, names: Iterable[str]) -> SafeString:
        """Return fields of the head."""
        return self._all(BLOCKS["head"].fields, names, self.form.head, "")

    @property
    def further(self) -> SafeString:
        """The fields of the head that few declarations need."""
        drawn = self._all(BLOCKS["head"].fields, fields.further(), self.form.head, "", marked=False)
        for name in ALONE:
            known = BLOCKS[name].fields
            drawn += self._all(known, known, self.form.alone[name], f"{name}-", marked=False)
        return drawn

    @property
    def further_wrong(self) -> bool:
        """Whether anything of those is wrong."""
        names = (*fields.further(), *(f"{name}-{one}" for name in ALONE for one in BLOCKS[name].fields))
        return any(name in self.wrong for name in names)

    @property
    def items(self) -> list[dict[str, Any]]:
        """The lines of goods."""
        return [self._item(place, row) for place, row in enumerate(self.form.rows["item"], 1)]

    def _item(self, place: int, row: Row) -> dict[str, Any]:
        known, prefix = BLOCKS["item"].fields, f"item-{place}-"
        others = [name for name in known if name not in fields.ITEM and name != "GNo"]
        is_open = place in self.form.opened
        shown = [name for name in others if is_open or row.get(name) or f"{prefix}{name}" in self.wrong]
        return {
            "place": place, "name": row.get("GName", ""), "is_open": is_open,
            "fields": self._all(known, (*fields.ITEM, *shown), row, prefix),
            "hidden": not is_open and len(shown) < len(others),
            "wrong": sum(1 for key in self.wrong if key.startswith(prefix)),
            "remarks": self.wrong.get(f"item-{place}", []),
        }  # fmt: skip

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The other rows, block by block."""
        made = []
        for block in fields.BESIDE:
            known, rows = BLOCKS[block].fields, self.form.rows[block]
            drawn = [
                (place, self._all(known, fields.columns(block), row, f"{block}-{place}-"))
                for place, row in enumerate(rows, 1)
            ]
            made.append({"name": block, "title": BLOCKS[block].title[self.lang], "rows": drawn, "count": len(drawn)})
        return made

    @property
    def coded(self) -> list[str]:
        """The ids of the fields with a code list; of the lines only where they are few."""
        items = self.form.rows["item"]
        named = [f"item-{n}-{name}" for n in range(1, len(items) + 1) for name in fields.ITEM if name in fields.LISTED]
        return [name for name in self.form.head if name in fields.LISTED] + (named if len(items) <= _FEW else [])

    def says(self, ids: Iterable[str]) -> SafeString:
        """Return what stands beside fields, to be put in the place of what stood there (htmx, out of band)."""
        return format_html_join("", "{}", ((self._says(one, self._of(one)[0], True),) for one in ids if self._of(one)))

    def offers(self) -> SafeString:
        """Return what fields suggest, to be put in the place of what they suggested (htmx, out of band)."""
        return format_html_join("", "{}", ((self._offered(one, True),) for one in self.offered))

    def _offered(self, one: str, swapped: bool) -> SafeString:
        options = format_html_join("", '<option value="{}">{}</option>', self.offered[one])
        swap = SafeString(' hx-swap-oob="true"') if swapped else ""
        return format_html('<datalist id="list-{}"{}>{}</datalist>', one, swap, options)

    def _of(self, one: str) -> tuple[str, str]:
        """Return the meaning of what is in a field by its id, and its name."""
        block, _, rest = one.partition("-")
        place, _, name = rest.partition("-")
        if block in self.form.rows and place.isdecimal() and 0 < int(place) <= len(self.form.rows[block]):
            return self._meaning(name, one, self.form.rows[block][int(place) - 1].get(name, "")), name
        return self._meaning(one, one, self.form.head.get(one, "")), one

    def _meaning(self, name: str, one: str, value: str) -> str:
        """Return what a code means, and where the value is from that somebody else has given."""
        given, source = self.known.get(one, ("", ""))
        said = (fields.meaning(name, value, self.lang), source if value and value == given else "")
        return " · ".join(filter(None, said))

    def _all(
        self, known: dict[str, Field], names: Iterable[str], row: Row, prefix: str, *, marked: bool = True
    ) -> SafeString:
        drawn = ((self._field(known[name], row.get(name, ""), prefix, marked),) for name in names)
        return format_html_join("\n", "{}", drawn)

    def _field(self, of: Field, value: str, prefix: str, marked: bool) -> SafeString:
        one = f"{prefix}{of.name}"
        broad = " broad" if of.name in fields.WIDE else ""
        needed = format_html(' <span class="soft">{}</span>', self._optional) if marked and not of.to_declare else ""
        return format_html(
            '<div class="cell{}"><label for="{}">{}{}</label>{}{}{}</div>', broad, one, of.label(self.lang), needed,
            self._input(of, one, value), self._offered(one, False) if one in self.offered else "",
            self._says(one, self._meaning(of.name, one, value), False),
        )  # fmt: skip

    def _input(self, of: Field, one: str, value: str) -> SafeString:
        wrong = SafeString(' aria-invalid="true"') if one in self.wrong else ""
        if of.name in fields.SELECTS:
            return self._select(of, one, value, wrong)
        table = fields.LISTED.get(of.name, "")
        listed = format_html(' list="list-{}"', table or one) if table or one in self.offered else ""
        mode = SafeString(' inputmode="decimal"') if of.digits else ""
        most = of.most if of.kind == "text" else 24
        return format_html(
            '<input type="text" id="{0}" name="{0}" value="{1}" maxlength="{2}" autocomplete="off" spellcheck="false"'
            '{3}{4}{5} aria-describedby="{0}-says">',
            one, value, max(most, 60) if table else most, listed, mode, wrong,
        )  # fmt: skip

    def _select(self, of: Field, one: str, value: str, wrong: str) -> SafeString:
        table = fields.SELECTS[of.name]
        if table:
            choices = [(code.code, f"{code.code} {code.text(self.lang)}") for code in codes(table)]
        else:
            choices = [(code, text(f"declarations.direction.{code}", self.lang)) for code in ("I", "E")]
        if value not in [code for code, _ in choices]:
            choices.insert(0, (value, value))
        options = format_html_join(
            "", '<option value="{}"{}>{}</option>',
            ((code, SafeString(" selected") if code == value else "", said) for code, said in choices),
        )  # fmt: skip
        return format_html(
            '<select id="{0}" name="{0}"{1} aria-describedby="{0}-says">{2}</select>', one, wrong, options
        )

    def _says(self, one: str, means: str, swapped: bool) -> SafeString:
        said = format_html_join(
            " ", '<span class="{}">{}</span>',
            (("late" if each.refuses else "soft", each.text) for each in self.wrong.get(one, ())),
        )  # fmt: skip
        return format_html(
            '<p class="hint{}" id="{}-says"{}>{}</p>', " finding" if one in self.wrong else "", one,
            SafeString(' hx-swap-oob="true"') if swapped else "", said or means,
        )  # fmt: skip


def lists(lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the code lists that fields are filled from: name, codes with what they mean."""
    return [(name, [(one.code, one.text(lang)) for one in codes(name)]) for name in sorted(set(fields.LISTED.values()))]
