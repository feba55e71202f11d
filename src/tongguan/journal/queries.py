"""Reading the journal: as a follower, as an auditor, or the story of one subject."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Max, Min

from tongguan.journal.leaves import canonical, leaf
from tongguan.journal.models import Checkpoint, Event, Witness

PAGE = 50
_NUMBER = re.compile(r"([0-9]{1,18})(?:\.([1-9][0-9]{0,8}))?")


def follow(after: int, limit: int = 1000) -> list[Event]:
    """Return the numbered events after the number ``after``, in order, at most ``limit``.

    A follower keeps the ``seq`` of the last event it has dealt with and misses none.
    """
    return list(Event.objects.filter(seq__gt=after).order_by("seq")[:limit])


def unnumbered(prefix: str) -> bool:
    """Say whether something committed has no number yet and happened to a subject that begins so; reads what is unnumbered."""
    return Event.objects.filter(seq=None, subject__startswith=prefix).exists()


def story(
    subject: object, before: int | None = None, limit: int = 50, within: Iterable[object] = ()
) -> list[Event | Part]:
    """Return what happened to a subject, newest first, numbered or not yet; ``before`` is the last id of the page.

    ``within`` names the acts on many (a message, a list) whose parts may tell of the subject.
    """
    name = str(subject)
    events = Event.objects.filter(subject__in=[name, *(str(act) for act in within)])
    if before is not None:
        events = events.filter(id__lt=before)
    told: list[Event | Part] = []
    for event in events.order_by("-id").iterator(limit):
        if event.subject == name:
            told.append(event)
        told += [part for part in reversed(parts_of(event)) if part.subject == name]
        if len(told) >= limit:
            break
    return told


class Part(NamedTuple):
    """What an act on many did to one of them: the ``place``-th part (from 0) of the event ``id``."""

    id: int
    place: int
    what: str
    subject: str
    by: str
    role: str
    at: datetime
    details: dict[str, Any]

    @property
    def leaf(self) -> bytes:
        """The part's own hash, a leaf under the root that the event keeps."""
        return leaf(self.what, self.subject, self.by, self.role, self.at, canonical(self.details))


def parts_of(event: Event) -> list[Part]:
    """Return the parts of an event; none for one that tells of a single record."""
    return [Part(event.pk, place, *told[:4], event.at, told[4]) for place, told in enumerate(event.parts or ())]


def numbered(
    *,
    subject: str = "",
    what: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> list[Event]:
    """Return numbered events, newest first: of one subject, of one kind, of the time from ``since`` up to ``until``.

    ``before`` is the last number of the page before. The parts of an event come with it.
    """
    events = Event.objects.exclude(seq=None)
    if subject:
        events = events.filter(subject=subject)
    if what:
        events = events.filter(what=what)
    if since is not None and until is not None:
        # Numbers run with time, nearly: the numbers of the span are found first, so that a day long ago is found fast.
        within = events.filter(at__gte=since, at__lt=until)
        edge = Event.objects.filter(at__gte=since, at__lt=until).aggregate(first=Min("seq"), last=Max("seq"))
        if edge["first"] is None:
            return []
        events = within.filter(seq__gte=edge["first"], seq__lte=edge["last"])
    if before is not None:
        events = events.filter(seq__lt=before)
    return list(events.order_by("-seq")[:limit])


def numbered_as(number: int) -> Event | None:
    """Return the event of a number, or None."""
    return Event.objects.filter(seq=number).first() if 0 < number < 2**63 else None


def checkpoints(*, before: int | None = None, limit: int = PAGE) -> list[Checkpoint]:
    """Return signed heads, the largest first, with their witnesses; ``before`` is the last size of the page before."""
    heads = Checkpoint.objects.order_by("-size").prefetch_related("cosignatures__witness")
    return list((heads if before is None else heads.filter(size__lt=before))[:limit])


def witnesses() -> list[Witness]:
    """Return who vouches, or did, in the order they were added."""
    return list(Witness.objects.order_by("id"))


class Telling(NamedTuple):
    """Where a subject is told of: an event, and the place of the part (None: the event itself)."""

    event: Event
    place: int | None
    what: str
    at: datetime

    @property
    def number(self) -> str:
        """The number of the event, empty until it has one; with a dot and the number of the part, from 1, for a part."""
        if self.event.seq is None:
            return ""
        return str(self.event.seq) if self.place is None else f"{self.event.seq}.{self.place + 1}"


def numbered_telling(number: str) -> Telling | None:
    """Return what stands under a number, ``412`` or ``412.3``; None when there is none."""
    written = _NUMBER.fullmatch(number)
    event = numbered_as(int(written[1])) if written else None
    if written is None or event is None:
        return None
    if written[2] is None:
        return Telling(event, None, event.what, event.at)
    parts = parts_of(event)[int(written[2]) - 1 :][:1]
    return Telling(event, parts[0].place, parts[0].what, event.at) if parts else None


def tellings(subject: str, within: Iterable[str] = (), limit: int = 500) -> list[Telling]:
    """Return where numbered events tell of a subject, oldest first, alone or as parts of the acts ``within``."""
    acts = [subject, *within]
    found: list[Telling] = []
    for event in Event.objects.filter(subject__in=acts).exclude(seq=None).order_by("seq")[:limit]:
        if event.subject == subject:
            found.append(Telling(event, None, event.what, event.at))
        found += [Telling(event, one.place, one.what, one.at) for one in parts_of(event) if one.subject == subject]
    return found


def told_of(subjects: set[str], within: set[str], limit: int = 500) -> list[tuple[str, Telling]]:
    """Return where events, numbered or not yet, tell of any of several subjects, oldest first; one query.

    As ``tellings``, each with its subject. ``within`` names the acts whose parts may tell of them.
    """
    found: list[tuple[str, Telling]] = []
    for event in Event.objects.filter(subject__in=[*subjects, *within]).order_by("id")[:limit]:
        if event.subject in subjects:
            found.append((event.subject, Telling(event, None, event.what, event.at)))
        parts = (part for part in parts_of(event) if part.subject in subjects)
        found += [(part.subject, Telling(event, part.place, part.what, part.at)) for part in parts]
    return found
