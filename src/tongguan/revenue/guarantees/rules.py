"""What must hold when a guarantee is filed and accepted, and when it is to secure a tax."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tongguan.credit import queries as credit
from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import law
from tongguan.kernel.money import fen
from tongguan.kernel.rules import Break, Rule

from .states import IN_FORCE

if TYPE_CHECKING:
    from ..models import Guarantee, Secured

KINDS = ("bank_letter", "letter", "policy", "deposit", "exemption", "onsite")
"""Letter of a bank (银行保函), of another (非银行金融机构保函), policy (关税保证保险), deposit (保证金), exemption (免除担保),
supervision on the premises (驻场监管)."""
SCOPES = ("consolidated", "time_limit", "elements", "exhibits")
"""Consolidated collection (汇总征税), time limit of payment (纳税期限), elements of the tax (征税要素), exhibits."""
_GIVEN = ("bank_letter", "letter", "policy", "onsite")
_LONGEST = 13  # digits before the point that a ledger keeps


@dataclass(slots=True)
class Offer:
    """A guarantee as its holder files it; ``extended``: customs let it run longer than the law's months; ``holder`` is a code."""

    kind: str
    guarantor: str
    document: str
    total: Decimal
    scopes: Sequence[str]
    valid_from: date
    valid_to: date
    day: date
    extended: bool = False
    holder: str = ""


def fits(amount: Decimal) -> bool:
    """Say whether an amount is in yuan, more than nothing, and to the fen."""
    return amount.is_finite() and amount > 0 and amount.adjusted() < _LONGEST and fen(amount) == amount


class GuaranteeKind(Rule):
    """{found} is no kind of guarantee; it is a bank letter, another letter, a policy, a deposit, exemption, or supervision."""

    code = "GUARANTEE_KIND"

    def broken_by(self, doc: Offer, ctx):
        if doc.kind not in KINDS:
            yield Break("kind", found=doc.kind[:20])


class GuaranteeUses(Rule):
    """A guarantee of this kind secures {allowed}; choose at least one of these and nothing else."""

    code = "GUARANTEE_USES"

    def broken_by(self, doc: Offer, ctx):
        allowed = law("revenue.guarantee_scopes", on=doc.day).value.get(doc.kind, ())
        if allowed and (not doc.scopes or set(doc.scopes) - set(allowed)):
            yield Break("scopes", allowed=list(allowed))


class GuaranteeAmount(Rule):
    """The amount is in yuan, more than zero and to the fen, not {found}."""

    code = "GUARANTEE_AMOUNT"

    def broken_by(self, doc: Offer, ctx):
        if not fits(doc.total):
            yield Break("total", found=doc.total)


class GuaranteeDays(Rule):
    """The guarantee begins on {first} and ends on {last}; its last day is not before the first, nor over already."""

    code = "GUARANTEE_DAYS"

    def broken_by(self, doc: Offer, ctx):
        if doc.valid_to < max(doc.valid_from, doc.day):
            yield Break("valid_to", first=doc.valid_from, last=doc.valid_to)


class GuaranteeLetter(Rule):
    """A letter or policy is named by who gave it and its number, supervision on the premises by the venue and its order."""

    code = "GUARANTEE_LETTER"

    def broken_by(self, doc: Offer, ctx):
        if doc.kind in _GIVEN:
            for name in ("guarantor", "document"):
                if not getattr(doc, name).strip():
                    yield Break(name)


class GuaranteeLong(Rule):
    """A guarantee runs for {months} months, until {last} at the latest, unless customs extend it."""

    code = "GUARANTEE_LONG"

    def broken_by(self, doc: Offer, ctx):
        months = law("revenue.guarantee_months", on=doc.day).value
        if not doc.extended and doc.valid_to > (last := add_months(doc.valid_from, months)):
            yield Break("valid_to", months=months, last=last)


class GuaranteeGrade(Rule):
    """Not open to firms of the grade “{grade}”: {what}."""

    code = "GUARANTEE_GRADE"

    def broken_by(self, doc: Offer | Securing, ctx):
        if isinstance(doc, Offer):
            wanted = [("kind", doc.kind, ""), *(("scopes", "", scope) for scope in doc.scopes)]
            holder: str = doc.holder
        else:
            of = doc.guarantee
            wanted = [("guarantee", of.kind, doc.scope)] if of is not None else []
            holder = of.holder.uscc or "" if of is not None else ""
        for pointer, kind, scope in wanted:
            if (what := denied(holder, kind, scope, doc.day)) is not None:
                yield Break(pointer, grade=credit.grade(holder, doc.day), what=what)


def denied(holder: str, kind: str, scope: str, on: date) -> str | None:
    """Return what a firm's grade denies it of a guarantee of a kind for a use: a word of credit.kinds, or None.

    Sources: Order 251 and Order 282 (exemption for advanced certified firms); announcements 2017 No.45, 2018 No.155.
    """
    benefits = credit.benefits(holder, on) if kind == "exemption" else ()
    return denied_by(credit.grade(holder, on), benefits, kind, scope, on)


def denied_by(grade: str, benefits: Collection[str], kind: str, scope: str, on: date) -> str | None:
    """Return what a grade with its benefits denies of a guarantee of a kind for a use, as ``denied`` does for a firm."""
    if kind == "exemption" and "NOGUAR" not in benefits:
        return "NOGUAR"
    asked = ["guarantee"] if kind != "exemption" else []
    asked += ["bond_insurance"] if kind == "policy" else []
    asked += ["consolidated"] if scope == "consolidated" else []
    return next(iter(credit.barred_from(grade, on, asked)), None)


FILING = [GuaranteeKind(), GuaranteeUses(), GuaranteeAmount(), GuaranteeDays(), GuaranteeLetter(), GuaranteeGrade()]
ACCEPTING = [*FILING, GuaranteeLong()]


@dataclass(slots=True)
class Securing:
    """A tax that a guarantee is to secure: what is asked, of whom, and how the guarantee and its account stand.

    ``entry`` is what stands under the reference already, of this guarantee or another.
    """

    number: str
    guarantee: Guarantee | None
    amount: Decimal
    reference: str
    holder: str
    scope: str
    day: date
    left: Decimal
    entry: Secured | None = None


class GuaranteeUnknown(Rule):
    """There is no guarantee {number}."""

    code = "GUARANTEE_UNKNOWN"

    def broken_by(self, doc: Securing, ctx):
        if doc.guarantee is None:
            yield Break("guarantee", number=doc.number[:20])


class GuaranteeNotHolders(Rule):
    """The guarantee {number} is not one of the firm {holder}, whose goods these are."""

    code = "GUARANTEE_NOT_HOLDERS"

    def broken_by(self, doc: Securing, ctx):
        of = doc.guarantee
        if of is not None and doc.holder not in (of.holder.uscc, of.holder.customs_registration):
            yield Break("guarantee", number=doc.number, holder=doc.holder[:18])


class GuaranteeExpired(Rule):
    """The guarantee {number} secured tax until {until}."""

    code = "GUARANTEE_EXPIRED"

    def broken_by(self, doc: Securing, ctx):
        if (of := doc.guarantee) is not None and (of.state == "expired" or doc.day > of.valid_to):
            yield Break("guarantee", number=of.number, until=of.valid_to)


class GuaranteeNotActive(Rule):
    """The guarantee {number} is not in force on {day}: it has not been accepted, has not begun, or was ended or suspended."""

    code = "GUARANTEE_NOT_ACTIVE"

    def broken_by(self, doc: Securing, ctx):
        of = doc.guarantee
        if of is not None and of.state != "expired" and (of.state not in IN_FORCE or doc.day < of.valid_from):
            yield Break("guarantee", number=of.number, day=doc.day)


class GuaranteeScope(Rule):
    """The guarantee {number} is not for this use: {scope}."""

    code = "GUARANTEE_SCOPE"

    def broken_by(self, doc: Securing, ctx):
        if doc.guarantee is not None and doc.scope not in doc.guarantee.scopes:
            yield Break("guarantee", number=doc.number, scope=doc.scope[:20])


class GuaranteeOther(Rule):
    """{reference} is secured already, by {amount} yuan of the guarantee {number}."""

    code = "GUARANTEE_OTHER"

    def broken_by(self, doc: Securing, ctx):
        one, of = doc.entry, doc.guarantee
        if one is not None and one.state != "restored":
            same = of is not None and (one.guarantee_id, one.amount) == (of.pk, doc.amount)
            if not same:
                yield Break("guarantee", reference=one.reference, amount=one.amount, number=one.guarantee.number)


class GuaranteeShort(Rule):
    """{asked} yuan are to be secured, and {left} of the guarantee {number} are left; paying first gives back what it secures."""

    code = "GUARANTEE_SHORT"

    def broken_by(self, doc: Securing, ctx):
        of = doc.guarantee
        if of is not None and of.state in (*IN_FORCE, "expired") and doc.amount > doc.left:
            yield Break("guarantee", number=of.number, asked=fen(doc.amount), left=fen(doc.left))


class GuaranteeEntry(Rule):
    """No guarantee secures {reference} now."""

    code = "GUARANTEE_ENTRY"

    def broken_by(self, doc: Securing, ctx):
        if doc.entry is None or doc.entry.state not in ("open", "demanded"):
            yield Break("guarantee", reference=doc.reference[:60])


class GuaranteeInUse(Rule):
    """The guarantee {number} still secures {used} yuan; it is released when these are paid or secured otherwise."""

    code = "GUARANTEE_IN_USE"

    def broken_by(self, doc: Guarantee, ctx):
        if doc.used:
            yield Break("guarantee", number=doc.number, used=doc.used)


SECURES = [
    GuaranteeUnknown(), GuaranteeNotHolders(), GuaranteeExpired(), GuaranteeNotActive(), GuaranteeScope(),
    GuaranteeGrade(),
]  # fmt: skip
SECURING = [*SECURES, GuaranteeOther(), GuaranteeShort()]
OPEN = [GuaranteeEntry()]
RELEASING = [GuaranteeInUse()]


@dataclass(slots=True)
class Piece:
    """A piece under supervision on the premises: what it is called, the full sum of its taxes, what shows where it went."""

    guarantee: Guarantee
    name: str = ""
    amount: Decimal | None = None
    document: str = ""
    is_known: bool = False


_NAME = 20  # characters of what a piece is called


class GuaranteeNotOnsite(Rule):
    """The guarantee {number} is no supervision on the premises."""

    code = "GUARANTEE_NOT_ONSITE"

    def broken_by(self, doc: Piece, ctx):
        if doc.guarantee.kind != "onsite":
            yield Break("guarantee", number=doc.guarantee.number)


class GuaranteePiece(Rule):
    """Name the piece in {most} characters at most without a slash, and the full sum of its taxes in yuan, to the fen."""

    code = "GUARANTEE_PIECE"

    def broken_by(self, doc: Piece, ctx):
        if not 0 < len(doc.name.strip()) <= _NAME or "/" in doc.name or "#" in doc.name:
            yield Break("piece", most=_NAME)
        elif doc.amount is None or not fits(doc.amount):
            yield Break("amount", most=_NAME)


class GuaranteeShown(Rule):
    """Name the document that shows where the piece went."""

    code = "GUARANTEE_SHOWN"

    def broken_by(self, doc: Piece, ctx):
        if not doc.document.strip():
            yield Break("document")


ONSITE = [GuaranteeNotOnsite(), GuaranteePiece()]
ACCOUNTING = [*ONSITE, GuaranteeShown()]
