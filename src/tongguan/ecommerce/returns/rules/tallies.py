"""What must hold when returned goods are counted in (理货), and when customs accept them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tongguan.kernel.pointers import at
from tongguan.kernel.rules import Break, Rule

from ...rules.matching import readable


@dataclass(slots=True)
class Tally:
    """What the site counted, beside what was asked for, by the numbers of the items."""

    asked: Mapping[int, Decimal]
    counted: Mapping[int, Decimal]
    day: date
    arrive_by: date
    elsewhere: bool
    transport: str


class ArrivedLate(Rule):
    """The goods came back on {day}; the last day was {last}."""

    code = "ARRIVED_LATE"

    def broken_by(self, doc, ctx):
        if doc.day > doc.arrive_by:
            yield Break("arrivedAt", day=doc.day, last=doc.arrive_by)


class CountedMore(Rule):
    """Item {gnum}: {counted} were counted, {asked} were asked for."""

    code = "COUNTED_MORE"

    def broken_by(self, doc, ctx):
        for gnum, counted in doc.counted.items():
            asked = doc.asked.get(gnum, Decimal(0))
            if not 0 <= counted <= asked:
                yield Break(at("item", gnum, "qty"), gnum=gnum, counted=readable(counted), asked=readable(asked))


class NothingCame(Rule):
    """Nothing was counted; what did not come back is ended by its last day."""

    code = "NOTHING_CAME"

    def broken_by(self, doc, ctx):
        if not any(doc.counted.values()):
            yield Break("item")


class TransportRecord(Rule):
    """The goods come back in another district; the seal and the record of their transport have to be given."""

    code = "TRANSPORT_RECORD"

    def broken_by(self, doc, ctx):
        if doc.elsewhere and not doc.transport.strip():
            yield Break("transport")


class NotOriginal(Rule):
    """The goods are not as they left; such a return is refused."""

    code = "NOT_ORIGINAL"

    def broken_by(self, doc, ctx):
        if not doc.original_state:
            yield Break("originalState")


ARRIVAL = [ArrivedLate(), CountedMore(), NothingCame(), TransportRecord()]
ACCEPTANCE = [NotOriginal()]
