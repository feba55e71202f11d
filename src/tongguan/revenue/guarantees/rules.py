"""What must hold when a guarantee is filed and accepted, and when it is to secure a tax."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import law
from tongguan.kernel.money import fen
from tongguan.kernel.rules import Break, Rule

from .states import IN_FORCE

if TYPE_CHECKING:
    from ..models import Guarantee, Secured

KINDS = ("bank_letter", "letter", "policy", "deposit", "exemption")
"""Letter of a bank (银行保函), of another (非银行金融机构保函), policy (关税保证保险), deposit (保证金), exemption (免除担保)."""
SCOPES = ("consolidated", "time_limit", "elements")
"""Consolidated collection (汇总征税), time limit of payment (纳税期限), elements of the tax (征税要素)."""
_GIVEN = ("bank_letter", "letter", "policy")
_LONGEST = 13  # digits before the point that a ledger keeps


@dataclass(slots=True)
class Offer:
    """A guarantee as its holder files it; ``extended`` says that customs let it run longer than the law's months."""

    kind: str
    guarantor: str
    document: str
    total: Decimal
    scopes: Sequence[str]
    valid_from: date
    valid_to: date
    day: date
    extended: bool = False


def fits(amount: Decimal) -> bool:
    """Say whether an amount is in yuan, more than nothing, and to the fen."""
    return amount.is_finite() and amount > 0 and amount.adjusted() < _LONGEST and fen(amount) == amount


class GuaranteeKind(Rule):
    """{found} is no kind of guarantee; it is a bank letter, another letter, a policy, a deposit, or exemption."""

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
    """A letter or policy is named by who gave it and by its number."""

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


FILING = [GuaranteeKind(), GuaranteeUses(), GuaranteeAmount(), GuaranteeDays(), GuaranteeLetter()]
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
]  # fmt: skip
SECURING = [*SECURES, GuaranteeOther(), GuaranteeShort()]
OPEN = [GuaranteeEntry()]
RELEASING = [GuaranteeInUse()]
