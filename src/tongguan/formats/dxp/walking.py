"""From an element to plain values and back, by the contract of its message; departures become findings.

A group is a mapping, a group of one repeated kind a list; an element with an attribute is a mapping with its text under
``value``, one with nothing but an attribute is that attribute. Order, unknown elements, blanks and odd times only
warn; what is missing, repeated or too long refuses.
"""

from __future__ import annotations

import base64
import re
from datetime import date, datetime
from typing import Any

from lxml import etree

from tongguan.formats.ceb import careful, faults, rendering
from tongguan.formats.ceb.contract import SIGNATURE_NAMESPACE, Field
from tongguan.formats.ceb.faults import Notes
from tongguan.kernel.pointers import under

from .contract import MESSAGES, NAMESPACE, Element
from .faults import unreadable

SIGNATURE = f"{{{SIGNATURE_NAMESPACE}}}Signature"
_NAME = re.compile(r"[A-Za-z_][\w.\-]*")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_SHOWN = 40


def local(tag: Any) -> str:
    """Return the name of an element of an envelope, also where the namespace was forgotten; else the empty text."""
    if not isinstance(tag, str) or tag[0] != "{":
        return tag if isinstance(tag, str) else ""
    space, _, name = tag[1:].partition("}")
    return name if space == NAMESPACE else ""


class Walk:
    """Reads the values of one message; ``most`` is how many bytes of data it may bring."""

    def __init__(self, notes: Notes, most: int):
        self.notes, self.most = notes, most

    def _note(self, fault: type[faults.Fault], field: Field, pointer: str, **values: Any) -> None:
        self.notes.add(fault, pointer, field=field.labels, name=field.name, **values)

    def group(self, spec: Element, element: etree._Element, pointer: str) -> Any:
        """Return the values of a group by name, a list where it holds one repeated kind only."""
        found: dict[str, list[Any]] = {name: [] for name in spec.children}
        places = []
        for child in element:
            if child.tag == SIGNATURE and spec.field.name in MESSAGES and len(found) not in places:
                places.append(len(found))
            elif (inner := spec.children.get(name := local(child.tag))) is None:
                self.notes.add(faults.Unknown, pointer, name=careful.shown(child))
            else:
                places.append(list(found).index(name))
                self._one(inner, child, pointer, found[name])
        if places != sorted(places):
            self._note(faults.WrongOrder, spec.field, pointer)
        if careful.stray(element, *spec.attributes):
            self._note(faults.Stray, spec.field, pointer)
        values = self._attributes(spec, element, pointer)
        for name, inner in spec.children.items():
            if inner.field.required and not found[name]:
                self._note(faults.Missing, inner.field, under(pointer, name))
            values[name] = found[name] if inner.many else next(iter(found[name]), None)
        if spec.listed:
            return values[spec.listed]
        return values if spec.children or len(values) != 1 else next(iter(values.values()))

    def _one(self, spec: Element, element: etree._Element, pointer: str, before: list[Any]) -> None:
        """Read an element that stands in a group, beside those of its name before it."""
        name = spec.field.name
        at = under(pointer, f"{name}/{len(before) + 1}" if spec.many else name)
        if spec.most is not None and len(before) >= spec.most:
            self._note(faults.Repeated, spec.field, at)
        else:
            before.append(self.value(spec, element, at))

    def value(self, spec: Element, element: etree._Element, pointer: str) -> Any:
        """Return the value of an element of any kind."""
        if spec.kind == "group":
            return self.group(spec, element, pointer)
        if spec.kind == "any":
            return "".join(element.itertext())
        if not careful.only_hints(element, *spec.attributes):
            self._note(faults.Stray, spec.field, pointer)
        if len(element):
            self._note(faults.NotPlain, spec.field, pointer)
            return None
        text = element.text or ""
        if spec.kind == "base64":
            return self._data(text)
        read = self._text(spec.field, text, pointer)
        return {**self._attributes(spec, element, pointer), "value": read} if spec.attributes else read

    def _attributes(self, spec: Element, element: etree._Element, pointer: str) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, field in spec.attributes.items():
            at, given = under(pointer, name), element.get(name)
            if given is None and field.required:
                self._note(faults.Missing, field, at)
            values[name] = None if given is None else self._text(field, given, at)
        return values

    def _text(self, field: Field, given: str, pointer: str) -> str | None:
        if field.notation in ("time", "date", "name"):
            return self._form(field, given, pointer)
        shape, text = field.shape, given
        if shape.kind == "code" and len(given.strip()) >= shape.least:
            text = given.strip()
        if shape.fixed is not None:
            if text != shape.fixed:
                self._note(faults.NotFixed, field, pointer, allowed=shape.fixed, given=text[:_SHOWN])
            return text
        if text != given:
            self._note(faults.Spaced, field, pointer)
        if shape.most is not None and not shape.least <= len(text) <= shape.most:
            if not text and field.required:
                self._note(faults.Missing, field, pointer)
            elif not text:
                self._note(faults.Empty, field, pointer)
                return None
            else:
                self._note(faults.WrongLength, field, pointer, allowed=shape.lengths, length=len(text))
        return text

    def _form(self, field: Field, given: str, pointer: str) -> str | None:
        """Return a time, a day or a name, as it was given when it is none."""
        text = given.strip()
        good = {"time": _is_time, "date": _is_date, "name": lambda one: bool(_NAME.fullmatch(one))}[field.notation]
        if not good(text):
            self._note(faults.Missing if not text and field.required else faults.NotForm, field, pointer,
                       given=text[:_SHOWN])  # fmt: skip
        return text

    def _data(self, text: str) -> bytes:
        # Base64 has four characters for three bytes, and line breaks: twice as much is too much before it is decoded.
        if len(text) > 2 * self.most + 100:
            raise unreadable("data", limit=self.most)
        try:
            data = base64.b64decode("".join(text.split()).encode("ascii"), validate=True)
        except ValueError:
            raise unreadable("base64") from None
        if len(data) > self.most:
            raise unreadable("data", limit=self.most)
        return data


def _is_time(text: str) -> bool:
    if not _TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(re.sub(r"\.[0-9]+", "", text))
    except ValueError:
        return False
    return True


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text)
    try:
        return found is not None and bool(date.fromisoformat(found[1]))
    except ValueError:
        return False


def rendered(spec: Element, name: str, value: Any) -> str:
    """Return the element of a value as text; None is left out."""
    if value is None:
        return ""
    if spec.kind == "base64":
        return _tagged(name, base64.b64encode(value).decode())
    if spec.kind == "group":
        if spec.listed:
            value = {spec.listed: value}
        elif not spec.children:
            return _tagged(name, "", dict(zip(spec.attributes, [value], strict=True)))
        inner = "".join(
            rendered(child, key, one)
            for key, child in spec.children.items()
            for one in ((value.get(key) or ()) if child.many else (value.get(key),))
        )
        return _tagged(name, inner, {key: value.get(key) for key in spec.attributes})
    if spec.attributes:
        return _tagged(name, rendering.escaped(value["value"]), {key: value.get(key) for key in spec.attributes})
    return _tagged(name, rendering.escaped(str(value)))


def _tagged(name: str, inner: str, attributes: dict[str, Any] | None = None) -> str:
    given = ((key, value) for key, value in (attributes or {}).items() if value is not None)
    written = "".join(f' {key}="{rendering.quoted(str(value))}"' for key, value in given)
    return f"<dxp:{name}{written}>{inner}</dxp:{name}>"
