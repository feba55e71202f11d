"""The checks of an order are done: at the port, at the destination, elsewhere, in the laboratory; one conclusion for all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongguan.credit.queries import barred
from tongguan.declarations.days import day_of
from tongguan.declarations.models import Declaration
from tongguan.journal.actions import record
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor

from ...actions import conclude as end
from ...models import Check
from ...states import OPEN
from ..deciding import CLEAN, FAILED, MOVED, NONE, SAMPLED
from ..models import Access
from ..rules import CONCLUDING, FAILING, MOVING, SAMPLING, Asked
from .issuing import _goods
from .keeping import acting, behind, hold, insist_customs

_OPEN = ("due", "moved", "sampled")


@transaction.atomic
def conclude(
    number: int, check: str, passed: bool, *, office: str = "", note: str = "", by: Actor, at: datetime
) -> Access:
    """Say what a check came to: ``check`` is *port* or *destination*; one that is not passed needs words.

    Raises NotYours, Declaration.DoesNotExist, Refused (ACCESS_NOT_DUE, ACCESS_OFFICE, ACCESS_WORDS).
    """
    insist_customs(by, "conclude")
    row, of = behind(number, by=by)
    insist(CONCLUDING if passed else FAILING, Asked(of, check, acting(by, office), words=note))
    if check == "port":
        of.port = CLEAN if passed else FAILED
    else:
        of.destination = CLEAN if passed else FAILED
    drawn = Check.objects.filter(subject=str(row), state__in=OPEN).first()
    if drawn is not None and (check == "port" or of.port == NONE):
        end(drawn, "pass" if passed else "refuse", by=by, at=at, reason=note)
    return _after(row, of, check, passed, note, acting(by, office), by=by, at=at)


@transaction.atomic
def sample(number: int, name: str, *, office: str = "", by: Actor, at: datetime) -> Access:
    """Let goods leave while the laboratory has a sample: everything else at the port was clean (附条件提离).

    ``name`` is that of the sample. Raises NotYours, Refused (ACCESS_NOT_DUE, _OFFICE, _NOT_ASKED, _NOT_LISTED, _DISHONEST,
    _STORAGE).
    """
    insist_customs(by, "sample")
    row, of = behind(number, by=by)
    asked = _goods(row, "conditional_goods", of, at)
    asked.what, asked.office = "lift", acting(by, office)
    firm = row.trader.uscc if row.trader is not None else ""
    asked.dishonest = barred(firm or "", "two_step", day_of(at))
    insist(SAMPLING, asked)
    of.port, of.sample = SAMPLED, name.strip()[:100]
    return _after(row, of, "sample", True, "", acting(by, office), by=by, at=at)


@transaction.atomic
def laboratory(number: int, passed: bool, *, note: str = "", by: Actor, at: datetime) -> Access:
    """Say what the laboratory found; goods that fail are destroyed or sent back. Raises as ``conclude``."""
    insist_customs(by, "laboratory")
    row, of = behind(number, by=by)
    insist(CONCLUDING if passed else FAILING, Asked(of, "laboratory", acting(by), words=note))
    of.port = CLEAN if passed else FAILED
    return _after(row, of, "laboratory", passed, note, acting(by), by=by, at=at)


@transaction.atomic
def move(number: int, place: str = "", *, by: Actor, at: datetime) -> Access:
    """Let goods be moved to a place where their port check is done (转场检查); without a place, to that asked for.

    Raises NotYours, Refused (ACCESS_NOT_DUE, ACCESS_NOT_ASKED, ACCESS_PLACE).
    """
    insist_customs(by, "move")
    row, of = behind(number, by=by)
    wanted = place.strip() or of.place
    places = law("inspections.transfer_places", on=day_of(at)).value
    insist(CONCLUDING, Asked(of, "lift", acting(by)))
    insist(MOVING, Asked(of, "transfer", place=wanted, places=places))
    of.port, of.place = MOVED, wanted
    return _after(row, of, "move", True, "", acting(by), by=by, at=at)


def _after(
    row: Declaration, of: Access, check: str, passed: bool, note: str, office: str, *, by: Actor, at: datetime
) -> Access:
    """Keep what a check came to, conclude the order when its last one did, and let the holds follow."""
    of.note = note.strip()[:500] or of.note
    record(
        "access.checked", row, by=by, at=at, check=check, passed=passed, office=office or of.port_customs, port=of.port,
        destination=of.destination,
    )  # fmt: skip
    if of.port not in _OPEN and of.destination not in _OPEN:
        of.conclusion = "failed" if FAILED in (of.port, of.destination) else "passed"
        of.concluded_at = at
        offices = sorted({of.port_customs, of.destination_customs})
        record("access.concluded", row, by=by, at=at, conclusion=of.conclusion, offices=offices, shared=of.shared)
    of.save()
    hold(row, of, by=by, at=at)
    return of
