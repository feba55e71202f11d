"""What must be so before somebody is watched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tongguan.kernel.numbers import uscc
from tongguan.kernel.rules import Break, Rule


@dataclass(slots=True)
class Watching:
    """Somebody who is to be watched: an end user by his name, or a firm by its code; ``there`` says he is already."""

    kind: str
    name: str
    reason: str
    there: bool = False


class WatchName(Rule):
    """Give a name; a barred firm is named by its unified social credit code. {found} is neither."""

    code = "WATCH_NAME"

    def broken_by(self, doc: Watching, ctx) -> Iterator[Break]:
        sound = uscc.is_valid(doc.name) if doc.kind == "barred" else bool(doc.name.strip())
        if not sound:
            yield Break("name", found=doc.name)


class WatchReason(Rule):
    """Say why somebody is watched."""

    code = "WATCH_REASON"

    def broken_by(self, doc: Watching, ctx) -> Iterator[Break]:
        if not doc.reason.strip():
            yield Break("reason")


class WatchedAlready(Rule):
    """{name} is on the list already."""

    code = "WATCHED_ALREADY"

    def broken_by(self, doc: Watching, ctx) -> Iterator[Break]:
        if doc.there:
            yield Break("name", name=doc.name)


WATCHING = [WatchName(), WatchReason(), WatchedAlready()]
