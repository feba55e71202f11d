"""Customs supervise a venue on the premises instead of a guarantee (驻场监管免担保), as for exhibits of high value.

While officers are there the firm gives nothing: what each piece would owe is only written down. What is accounted for (taken
out again, taxed, or moved under another guarantee) is crossed out. When supervision ends, the full sum of every piece that is
not accounted for falls due.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.ledgers.actions import lock
from tongguan.parties.actions.seconding import insist_second

from ...alone import beyond
from ...models import Guarantee, Secured
from .. import rules
from ..queries import account
from ..states import GUARANTEE, OFFICER
from .filing import day_of
from .securing import claim, debit, restore

SCOPE = "exhibits"


def reference_of(number: str, piece: str) -> str:
    """Return what the ledger calls a piece of a venue.

    >>> reference_of("G2026000000001", " 12 ")
    'onsite/G2026000000001/12'
    """
    return f"onsite/{number}/{piece.strip()}"


def _of(number: str, by: Actor, verb: str) -> Guarantee:
    if by.role != OFFICER:
        raise NotYours(machine=GUARANTEE.name, verb=verb, role=by.role, roles=[OFFICER])
    lock([account(number)])
    return Guarantee.objects.select_related("holder", "account").get(number=number)


@transaction.atomic
def secure_piece(number: str, piece: str, amount: Decimal, *, by: Actor, at: datetime) -> Secured:
    """Write down a piece under supervision on the premises, with the full sum of its taxes in yuan; nothing is to be given.

    Raises NotYours, Guarantee.DoesNotExist, Refused (GUARANTEE_NOT_ONSITE, _PIECE, and those of ``debit``).
    """
    of = _of(number, by, "secure_piece")
    insist(rules.ONSITE, rules.Piece(of, piece, amount))
    return debit(
        number, amount, reference=reference_of(number, piece), holder=of.holder.code, scope=SCOPE, on=day_of(at), by=by,
        at=at,
    )  # fmt: skip


@transaction.atomic
def account_for(number: str, piece: str, document: str, *, by: Actor, at: datetime) -> Secured | None:
    """Cross out a piece that is accounted for, by the document that shows it; None where it was crossed out before.

    Raises NotYours, Guarantee.DoesNotExist, Refused (GUARANTEE_NOT_ONSITE, GUARANTEE_PIECE, GUARANTEE_SHOWN).
    """
    of, name = _of(number, by, "account_for"), reference_of(number, piece)
    known = Secured.objects.filter(reference=name, guarantee=of).first()
    insist(rules.ACCOUNTING, rules.Piece(of, piece, known.amount if known else None, document, known is not None))
    done = restore(name, by=by, at=at)
    if done is not None:
        record("guarantee.accounted", of, by=by, at=at, piece=piece.strip(), document=document.strip()[:100])
    return done


@transaction.atomic
def end_onsite(number: str, *, reason: str = "", by: Actor, at: datetime) -> Guarantee:
    """End supervision on the premises: the full sum of what is not accounted for falls due at once.

    Raises NotNow, NotYours, Guarantee.DoesNotExist, Refused (GUARANTEE_NOT_ONSITE), NeedsSecond where more falls due than
    one officer may claim.
    """
    of = _of(number, by, "end_onsite")
    insist([rules.GuaranteeNotOnsite()], rules.Piece(of))
    held = dict(of.entries.filter(state="open").order_by("reference").values_list("reference", "amount"))
    of.state = GUARANTEE.after(of.state, "expire" if held else "release", by=by)
    falls_due = sum(held.values(), Decimal(0))
    if beyond("revenue.guarantee_claim_alone", falls_due, day_of(at)):
        given = {"number": number, "amount": format(falls_due, "f"), "words": reason.strip()}
        insist_second("guarantee.end_onsite", of, given, by=by, at=at)
    of.remark, of.decided_at, of.decided_by = reason.strip()[:400], at, by.name
    of.resecure_by = day_of(at) if held else None
    of.save(update_fields=["state", "remark", "decided_at", "decided_by", "resecure_by"])
    due = sum((claim(one, by=by, at=at).amount for one in held), Decimal(0))
    record("guarantee.onsite_ended", of, by=by, at=at, reason=of.remark, pieces=len(held), due=due)
    return of
