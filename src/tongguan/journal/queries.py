"""Reading the journal: as a follower, or the story of one subject."""

from __future__ import annotations

from tongguan.journal.models import Event


def follow(after: int, limit: int = 1000) -> list[Event]:
    """Return the numbered events after the number ``after``, in order, at most ``limit``.

    A follower keeps the ``seq`` of the last event it has dealt with and misses none.
    """
    return list(Event.objects.filter(seq__gt=after).order_by("seq")[:limit])


def story(subject: object, before: int | None = None, limit: int = 50) -> list[Event]:
    """Return what happened to a subject, newest first, numbered or not yet; ``before`` is the last id of the page."""
    events = Event.objects.filter(subject=str(subject))
    if before is not None:
        events = events.filter(id__lt=before)
    return list(events.order_by("-id")[:limit])
