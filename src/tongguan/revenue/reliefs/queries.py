"""Asking of reliefs: letters, what is left of them, goods under supervision, reports that are missing, and the lists."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from typing import NamedTuple

from django.db.models import Q, QuerySet

from tongguan.kernel.law import law
from tongguan.kernel.rules import Finding, check
from tongguan.kernel.states import Actor
from tongguan.ledgers.batch import ZERO
from tongguan.parties.models import Enterprise

from ..models import ListEntry, ReliefLetter, ReliefLine, RelievedGoods, UseReport
from ..trade import Relief
from .drawing import Drawing, Drawn, matched
from .rules import using as rules
from .states import FIRM, SEES_ALL, STAGES
from .terms import report_due, schemes

PAGE = 50
SUPERVISED = "under_supervision"
_OPEN = ("reserved", SUPERVISED)


@dataclass(frozen=True, slots=True)
class Left:
    """A line of a letter and what is left of it; all of it while the letter is not confirmed."""

    line: ReliefLine
    left: Decimal


class Report(NamedTuple):
    """A year whose use of relieved goods is reported: its last day, the report if it is filed, and whether it is missing."""

    year: int
    due: date
    filed: UseReport | None
    is_missing: bool


class Times(NamedTuple):
    """How long decisions took: of how many letters, and the middle of them in seconds; None where there are none."""

    letters: int
    seconds: float | None


def visible(to: Actor) -> QuerySet[ReliefLetter]:
    """Return the letters somebody may see: all for the authority, else those his firm holds or applied for."""
    if to.role in SEES_ALL:
        return ReliefLetter.objects.all()
    codes = codes_of(to)
    if not codes:
        return ReliefLetter.objects.none()
    return ReliefLetter.objects.filter(Q(holder__in=codes) | Q(agent__in=codes))


def codes_of(to: Actor) -> tuple[str, ...]:
    """Return the codes by which letters name the firm of somebody."""
    if to.role not in FIRM or to.enterprise is None:
        return ()
    if to.codes is not None:
        return tuple(code for code in to.codes if code)
    firm = Enterprise.objects.filter(pk=to.enterprise).values_list("uscc", "customs_registration").first() or ()
    return tuple(code for code in firm if code)


def letters(
    *, to: Actor, stage: str = "", q: str = "", before: int | None = None, limit: int = PAGE
) -> list[ReliefLetter]:
    """Return letters and applications, the newest first; of a stage, or of a number or holder."""
    rows = visible(to).order_by("-pk")
    if stage in STAGES:
        rows = rows.filter(state__in=STAGES[stage])
    if q:
        rows = rows.filter(Q(number=q) | Q(holder=q))
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])


def letter(number: int, *, to: Actor) -> ReliefLetter | None:
    """Return a letter by our number, or None when there is none that one may see."""
    return visible(to).filter(pk=number).first()


def queue(limit: int = PAGE) -> list[ReliefLetter]:
    """Return the applications that wait for customs, the one due first at the head. One query."""
    return list(ReliefLetter.objects.filter(state="applied").order_by("decide_by", "pk")[:limit])


def lefts(rows: Iterable[ReliefLetter]) -> dict[int, list[Left]]:
    """Return the lines of letters with what is left of them, by the letter; one query."""
    found: dict[int, list[Left]] = {}
    lines = ReliefLine.objects.filter(letter__in=[row.pk for row in rows]).select_related("account")
    for line in lines.order_by("letter", "place"):
        left = line.account.balance if line.account is not None else line.quantity
        found.setdefault(line.letter_id, []).append(Left(line, left or ZERO))
    return found


def goods_of(row: ReliefLetter, limit: int = 2 * PAGE) -> list[RelievedGoods]:
    """Return the goods that came under a letter, the latest first."""
    return list(RelievedGoods.objects.filter(line__letter=row).select_related("line").order_by("-pk")[:limit])


def goods(number: int, *, to: Actor) -> RelievedGoods | None:
    """Return goods under a letter that one may see, by their number, or None."""
    rows = RelievedGoods.objects.select_related("line__letter").filter(pk=number)
    return rows.filter(line__letter__in=visible(to)).first()


def accounts(number: str) -> list[str]:
    """Return the names of the ledger accounts of a letter; one query."""
    rows = ReliefLine.objects.filter(letter__number=number, account__isnull=False) if number else ()
    return sorted(rows.values_list("account__name", flat=True)) if number else []  # type: ignore[union-attr]


def accounts_of(reference: str) -> list[str]:
    """Return the names of the ledger accounts that a declaration draws on now; one query."""
    rows = RelievedGoods.objects.filter(reference=reference, state__in=_OPEN)
    return sorted(set(rows.values_list("line__account__name", flat=True)))


def relief_of(number: str) -> Relief | None:
    """Return of what a letter relieves, by the scheme of the day it was confirmed; None where there is no such letter."""
    row = ReliefLetter.objects.filter(number=number).first()
    if row is None or row.valid_from is None:
        return None
    of = schemes(row.valid_from).get(row.scheme)
    return Relief(number, of.taxes) if of is not None else None


def drawing(
    number: str, drawn: Iterable[Drawn], *, holder: str, customs: str, on: date, nature: str = "", reference: str
) -> Drawing:  # fmt: skip
    """Return what a declaration draws on a letter, with what is left of it; three queries."""
    row = ReliefLetter.objects.filter(number=number).first()
    lines = [one.line for one in lefts([row]).get(row.pk, [])] if row is not None else []
    most = law("revenue.relief_declarations", on=on).value
    doc = Drawing(number, row, matched(lines, drawn), holder, customs, on, most, nature)
    if row is not None and row.valid_from is not None and row.scheme in (known := schemes(row.valid_from)):
        doc.natures = known[row.scheme].natures
    doc.balances = {line.pk: line.account.balance for line in lines if line.account is not None}
    sums: dict[int, Decimal] = {}
    for line, quantity in RelievedGoods.objects.filter(
        reference=reference, state__in=_OPEN, line__in=[line.pk for line in lines]
    ).values_list("line", "quantity"):
        sums[line] = sums.get(line, ZERO) + quantity
    doc.own = sums
    return doc


def findings(
    number: str, drawn: Iterable[Drawn], *, holder: str, customs: str, on: date, nature: str = "", reference: str = ""
) -> list[Finding]:  # fmt: skip
    """Return everything that is wrong with what a declaration draws on a letter."""
    doc = drawing(number, drawn, holder=holder, customs=customs, on=on, nature=nature, reference=reference)
    return check([*rules.USING, *rules.BESIDE], doc, None)


def reports(holder: str, on: date) -> list[Report]:
    """Return the years of whose use an entity reports, the latest first; a year counts once it is over. Two queries."""
    spans = list(_theirs(holder).values_list("released_on", "ended_on").distinct())
    if not spans:
        return []
    filed = {one.year: one for one in UseReport.objects.filter(holder=holder)}
    found = []
    for year in range(on.year - 1, min(first.year for first, _ in spans) - 1, -1):
        begins, over = date(year, 1, 1), date(year + 1, 1, 1)
        if any(first < over and (last is None or last >= begins) for first, last in spans):
            due = report_due(year)
            found.append(Report(year, due, filed.get(year), year not in filed and on > due))
    return found


def missing(holder: str, on: date) -> list[int]:
    """Return the years whose report an entity has not filed in time."""
    return [one.year for one in reports(holder, on) if one.is_missing]


def _theirs(holder: str) -> QuerySet[RelievedGoods]:
    rows = RelievedGoods.objects.filter(line__letter__holder=holder, released_on__isnull=False)
    return rows.exclude(state="given_back")


def review_times(since: date) -> dict[str, Times]:
    """Return how long decisions took that were made since a day: *quick* by rules alone, *people* by people (审核用时)."""
    rows = ReliefLetter.objects.filter(decided_at__date__gte=since, state__in=_DECIDED)
    taken: dict[str, list[float]] = {"quick": [], "people": []}
    for quick, applied, decided in rows.values_list("quick", "applied_at", "decided_at").order_by("-pk")[:_COUNTED]:
        if decided is not None:
            taken["quick" if quick else "people"].append((decided - applied).total_seconds())
    return {way: Times(len(found), median(found) if found else None) for way, found in taken.items()}


_COUNTED = 5000
_DECIDED = ("confirmed", "used", SUPERVISED, "released_from_supervision", "disposed", "lapsed", "refused")


def entries(list_: str = "", q: str = "", before: int | None = None, limit: int = PAGE) -> list[ListEntry]:
    """Return entries of the lists the authority keeps, the latest first; of one list, or of a key or batch."""
    rows = ListEntry.objects.order_by("-pk")
    if list_:
        rows = rows.filter(list=list_)
    if q:
        rows = rows.filter(Q(key=q) | Q(batch=q))
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:limit])


def entry_of(list_: str, keys: Collection[str], on: date) -> ListEntry | None:
    """Return the entry of a list that holds on a day for one of some keys, the latest where there are several."""
    rows = ListEntry.objects.filter(list=list_, key__in=[key for key in keys if key], since__lte=on)
    return rows.filter(Q(until=None) | Q(until__gte=on)).order_by("-since", "-pk").first()
