"""What the records of the domains are called for people: states, statuses, documents, fields and findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tongguan.ecommerce.states import DOCUMENT, INVENTORY, PAYMENT_ORDER, RETURN, WITHDRAWAL
from tongguan.formats import ceb
from tongguan.formats.ceb.describing import label
from tongguan.formats.dec.receipts import RESULT
from tongguan.kernel import texts
from tongguan.kernel.rules import Finding

NOUNS = {"order": "CEB311Message", "payment": "CEB411Message", "waybill": "CEB511Message", "inventory": "CEB621Message"}
KINDS = {kind: noun for noun, kind in NOUNS.items()}
REQUESTS = ("withdrawal", "return")
_TONES = {
    "800": "done",
    "399": "done",
    "120": "waiting",
    "500": "waiting",
    "600": "waiting",
    "1": "draft",
    "2": "waiting",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as it is shown: ``tone`` is one of the four groups, ``text`` its name."""

    tone: str
    text: str


def state(noun: str, of: str, lang: str) -> Mark:
    """Return the mark of the state of an inventory or another document."""
    machine = INVENTORY if noun == "inventory" else DOCUMENT
    return Mark(machine.group(of), texts.text(f"{machine.name}.state.{of}", lang))


_LIVES = {"withdrawal": WITHDRAWAL, "return": RETURN, "payment_order": PAYMENT_ORDER}
_CAME_TO_NOTHING = {("withdrawal", "refused"), ("return", "refused"), ("return", "expired")}


def stage(noun: str, of: str, lang: str) -> Mark:
    """Return the mark of the state of a request or a payment order; what came to nothing is not marked as a success."""
    tone = "draft" if (noun, of) in _CAME_TO_NOTHING else _LIVES[noun].group(of)
    return Mark(tone, texts.text(f"{noun}.state.{of}", lang))


def status(code: str, lang: str) -> Mark:
    """Return the mark of a receipt's status; every negative code is a refusal."""
    known = texts.template(f"ecommerce.status.{code}", lang)
    return Mark(_TONES.get(code, "needs_you"), known or texts.text("ecommerce.status.refused", lang))


def document(noun: str, lang: str) -> str:
    """Return what one of the four documents is called, or a request."""
    return texts.text(f"desk.{'request' if noun in REQUESTS else 'document'}.{noun}", lang)


def message(kind: str, lang: str) -> str:
    """Return what a message is called; one of a kind nobody knows is called by its own name."""
    if kind in ceb.TABLES:
        return ceb.TABLES[kind].title[lang]
    if kind == RESULT.element:
        return RESULT.title[lang]
    return kind.removeprefix("Unknown") or texts.text("desk.message.unknown", lang)


_CAUSES = {cause.status: name for name, cause in ceb.CAUSES.items()}
TOO_LARGE = ceb.CAUSES["size"].status


def advice(code: str, lang: str) -> str:
    """Return what to do about a message that could not be read, by the status of its CEB900."""
    return texts.text(f"desk.advice.{_CAUSES.get(code, 'other')}", lang)


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding as it is shown: where (``field`` in words and the ``element`` officially), what, and how grave."""

    code: str
    field: str
    element: str
    text: str
    refuses: bool


def remark(finding: Finding | dict[str, Any], kind: str, lang: str) -> Remark:
    """Return a finding about a message of this kind; ``payment/amountPaid`` leads to another one's field."""
    if isinstance(finding, dict):
        finding = Finding.from_dict(finding)
    pointer, prefix = finding.pointer, ""
    noun, _, rest = pointer.partition("/")
    if noun in NOUNS:
        kind, pointer, prefix = NOUNS[noun], rest, document(noun, lang)
    field = label(kind, pointer, lang) if pointer and kind in ceb.TABLES else pointer
    field = " · ".join(part for part in (prefix, field) if part)
    return Remark(finding.code, field, finding.pointer, finding.text(lang), finding.level == "refuse")


def remarks(findings: list, kind: str, lang: str) -> list[Remark]:
    """Return findings as they are shown, those that refuse before those that warn."""
    made = [remark(one, kind, lang) for one in findings]
    return sorted(made, key=lambda one: not one.refuses)
