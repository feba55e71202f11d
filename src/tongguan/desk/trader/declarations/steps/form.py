"""The form of a summary (概要申报): only what the answers to three questions ask for, filled from the manifest where it can be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString

from tongguan.cargo.queries import Key, Known, visible_bill
from tongguan.cargo.states import AIR, SEA
from tongguan.declarations.beginning import told as told_by
from tongguan.declarations.two_steps.elements import Answers
from tongguan.formats.dec.contract import BLOCKS
from tongguan.kernel.states import Actor
from tongguan.parties.models import Enterprise

from ..entries import Entries
from ..form import Form, Row, posted, written

HEAD = ("CustomMaster", "BillNo", "TrafMode", "TrafName", "TradeMode", "TradeCoScc", "GrossWet")
MORE = ("PackNo", "WrapType", "TransMode", "FeeMark", "FeeRate", "FeeCurr", "PurpOrgCode", "ContrNo", "NoteS")
ITEM = ("CodeTS", "GName", "GQty", "GUnit", "DeclTotal", "TradeCurr", "OriginCountry")
INSPECTED = ("CiqName", "GoodsAttr", "Purpose")
BESIDE = {
    "container": (("ContainerId",), ("ContainerId", "GoodsNo")),
    "document": ((), ("DocuCode", "CertCode")),
    "qualification": ((), ("EntQualifTypeCode", "EntQualifNo")),
}
"""The fields of rows beside the lines: without, and with the question that asks for them."""

OF = {"document": "licensed", "qualification": "inspected"}
MONTHLY, PLAIN = "CL5   ", "  5   "


@dataclass(slots=True)
class Questions:
    """What was answered and written beside the document, as texts."""

    licensed: bool = False
    inspected: bool = False
    taxed: bool = True
    stated: str = ""
    guarantee: str = ""
    monthly: bool = False

    @classmethod
    def posted(cls, given: QueryDict) -> Questions:
        """Return what was sent."""
        said = {name: bool(given.get(name)) for name in ("licensed", "inspected", "taxed", "monthly")}
        stated, guarantee = (given.get(name, "").replace("\x00", "").strip()[:40] for name in ("stated", "guarantee"))
        return cls(**said, stated=stated, guarantee=guarantee)

    def answers(self) -> Answers | None:
        """Return the answers; None where the tax that is expected is no number."""
        try:
            stated = Decimal(self.stated.replace(",", "")) if self.stated else None
        except InvalidOperation:
            return None
        if stated is not None and (not stated.is_finite() or abs(stated.adjusted()) > _LONGEST):
            return None
        return Answers(self.licensed, self.inspected, self.taxed, stated)

    def manner(self) -> dict[str, str]:
        """Return how the summary is settled: by a guarantee where there is tax."""
        return {
            "settlement": "guarantee" if self.taxed else "payment",
            "guarantee": self.guarantee if self.taxed else "",
        }


_LONGEST = 14


def empty(actor: Actor, firm: Enterprise) -> Form:
    """Return the form of a new summary: one line, one container; a trader declares for itself."""
    form = Form(head={"TradeMode": "0110", "TradeCoScc": (firm.uscc or "") if actor.role == "trader" else ""})
    form.add("item")
    for block in BESIDE:
        form.add(block)
    return form


def read(given: QueryDict, *, monthly: bool) -> Form:
    """Return what was sent as a form, with what every summary says."""
    form = posted(given)
    form.head |= {"IEFlag": "I", "Type": MONTHLY if monthly else PLAIN}
    for block in BESIDE:
        if not form.rows[block]:
            form.add(block)
    if not form.rows["item"]:
        form.add("item")
    for place, row in enumerate(form.rows["item"], 1):
        row["GNo"] = str(place)
    return form


_TOLD = ("TrafMode", "TrafName", "GrossWet", "TradeCoScc", "CustomMaster")


def manifest(form: Form, actor: Actor) -> Known | None:
    """Fill in what the manifest tells of the bill, where nothing was written; return the bill, if one may see it."""
    number = form.head.get("BillNo", "")
    modes = [mode] if (mode := form.head.get("TrafMode", "")) else [SEA, AIR]
    keys = [Key("I", mode, number) for mode in modes if number]
    key, found = next(((key, one) for key in keys if (one := visible_bill(key, to=actor))), (None, None))
    if key is None or found is None:
        return None
    facts = told_by(found, key)
    told = {name: written(facts[name]) for name in _TOLD if name in facts}
    form.head |= {name: value for name, value in told.items() if value and not form.head.get(name)}
    boxes = [row for row in form.rows["container"] if row.get("ContainerId")]
    if not boxes and found.containers:
        form.rows["container"] = [{"ContainerId": one} for one in found.containers]
    return found


def lines_in(form: Form, questions: Questions) -> None:
    """Say of a container which lines it holds where nothing was said and the step asks for it: all of them."""
    every = ",".join(str(place) for place in range(1, len(form.rows["item"]) + 1))
    for row in form.rows["container"]:
        if row.get("ContainerId") and not row.get("GoodsNo") and (questions.licensed or questions.inspected):
            row["GoodsNo"] = every


class SummaryEntries(Entries):
    """Draws the fields of a summary, each of which is asked for."""

    def asked(self, names: Iterable[str]) -> SafeString:
        """Return fields of the head."""
        return self._all(BLOCKS["head"].fields, names, self.form.head, "", marked=False)

    @property
    def basic(self) -> SafeString:
        """The fields of the head that every summary has."""
        return self.asked(HEAD)

    @property
    def more(self) -> SafeString:
        """Fields that make the estimate better, and no summary needs."""
        return self.asked(MORE)

    @property
    def goods(self) -> list[dict[str, Any]]:
        """The lines of goods: what every summary says of them, and what one with an inspection does."""
        known = BLOCKS["item"].fields
        return [
            {
                "place": place, "name": row.get("GName", ""),
                "fields": self._all(known, ITEM, row, f"item-{place}-", marked=False),
                "inspected": self._all(known, INSPECTED, row, f"item-{place}-", marked=False),
            }
            for place, row in enumerate(self.form.rows["item"], 1)
        ]  # fmt: skip

    def rows(self, block: str) -> list[tuple[int, SafeString, SafeString]]:
        """Return the rows of a block: what is always asked, and what its question asks beside."""
        known, (always, more) = BLOCKS[block].fields, BESIDE[block]
        rows: list[Row] = self.form.rows[block]
        return [
            (
                place, self._all(known, always, row, f"{block}-{place}-", marked=False),
                self._all(known, [name for name in more if name not in always], row, f"{block}-{place}-", marked=False),
            )
            for place, row in enumerate(rows, 1)
        ]  # fmt: skip

    @property
    def containers(self) -> list[tuple[int, SafeString, SafeString]]:
        """The rows of containers."""
        return self.rows("container")

    @property
    def documents(self) -> list[tuple[int, SafeString, SafeString]]:
        """The rows of attached documents."""
        return self.rows("document")

    @property
    def qualifications(self) -> list[tuple[int, SafeString, SafeString]]:
        """The rows of qualifications of products."""
        return self.rows("qualification")
