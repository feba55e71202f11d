"""Which duty is levied on goods of an origin (税率适用), and which duties of trade measures come on top.

    within a quota           the provisional rate within the quota, else the rate within the quota
    an agreement, proven     the lower of its rate and the provisional one; without a provisional, of it and the
                             most-favoured-nation rate
    a special preference     its rate, or the provisional one where that is lower
    most-favoured-nation     the provisional rate, else the most-favoured-nation rate
    any other, or unknown    the general rate; a provisional one never applies

Anti-dumping, countervailing, safeguard and retaliatory duties are added. Where goods of the kind are hit by such a
measure and their origin cannot be shown, they pay the higher of the general rate, and of the normal rate with the
highest measure on top. Of a measure that names producers, that of the producer goes before that of the origin.

Source: Tariff Law arts 10-19.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import msgspec

from tongguan.kernel.law import DayLaw, NotConfigured
from tongguan.tariff.book import LineOn, Rate
from tongguan.tariff.entries import AGREEMENT, ANY_ORIGIN, QUOTAS, REMEDIES, SPECIAL, scoped

from .valuation import Unvalued

Owed = Callable[[Rate], Decimal]
"""What goods would pay by a rate, in yuan; by it two rates are compared that are not both shares of the value."""

UNKNOWN = "701"
"""The country of goods whose origin is not known (国别不详)."""

MFN, GENERAL, PROVEN, PREFERRED, UNSHOWN = "mfn", "general", "agreement", "special", "unshown"
QUOTA, PROVISIONAL_QUOTA = QUOTAS


class Origin(msgspec.Struct, frozen=True):
    """Where goods come from, and what is claimed for it.

    ``country`` is a code of the list of countries, empty where it is unknown. ``agreement`` or ``special`` name the
    preference that is claimed, ``proof`` the document that proves it. ``shown`` is false where goods of a kind that is
    hit by measures have no document that shows their origin (art 19); an origin that is not known is not shown either.
    ``within_quota`` is true where a certificate of tariff quota is drawn on.
    """

    country: str
    producer: str = ""
    agreement: str = ""
    special: str = ""
    proof: str = ""
    shown: bool = True
    within_quota: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether something is known or claimed by which a rate can be chosen."""
        claimed = self.within_quota or self.agreement or self.special
        return self.shown and bool(claimed or self.country not in ("", UNKNOWN))


class Chosen(msgspec.Struct, frozen=True):
    """The rate of the duty, the rates that come on top, and the ground: mfn, general, agreement, special, quota, unshown."""

    duty: Rate
    measures: tuple[Rate, ...]
    ground: str


def chosen(line: LineOn, origin: Origin, *, day_law: DayLaw, owed: Owed, pointer: str = "") -> Chosen:
    """Return the duties of goods of an origin on the day of the tariff.

    Raises NotConfigured when the tariff has no rate for the day, Unvalued for a preference that is claimed without a
    proof, for goods of an origin it is not for, or that the tariff does not have; for a quota of goods that have none.
    """
    if not origin.is_shown:
        return _unshown(line, owed)
    duty, ground = _base(line, origin, day_law, owed, pointer)
    return Chosen(duty, tuple(_against(line, origin)), ground)


def _known(line: LineOn, kind: str) -> Rate:
    if (found := line.rate(kind)) is None:
        raise NotConfigured(f"tariff.{line.code}.{kind}", line.day)
    return found


def _base(line: LineOn, origin: Origin, day_law: DayLaw, owed: Owed, pointer: str) -> tuple[Rate, str]:
    if origin.within_quota:
        return _quota(line, pointer), QUOTA
    claimed = origin.agreement or origin.special
    if claimed:
        kind = AGREEMENT if origin.agreement else SPECIAL
        found = next((rate for rate in line.scopes(kind) if rate.kind == scoped(kind, claimed)), None)
        if not origin.proof:
            raise Unvalued("CLAIM_WITHOUT_PROOF", f"{pointer}{kind}", claimed=claimed)
        if origin.country not in day_law("revenue.preference_origins").get(claimed, ()):
            raise Unvalued("NO_ORIGIN_OF_PREFERENCE", f"{pointer}origin", claimed=claimed)
        if found is None:
            raise Unvalued("NO_PREFERENCE", f"{pointer}{kind}", claimed=claimed, gcode=line.code)
        provisional = line.rate("provisional")
        other = provisional or (_known(line, "mfn") if kind == AGREEMENT else None)
        return (found if other is None or owed(found) <= owed(other) else other), kind
    if not origin.country or origin.country in day_law("revenue.origins_at_general_rate"):
        return _known(line, "general"), GENERAL
    return line.import_duty(), MFN


def _quota(line: LineOn, pointer: str) -> Rate:
    """Return the rate within the quota; which kinds a code has, not every source says."""
    for kind in (PROVISIONAL_QUOTA, QUOTA):
        try:
            found = line.rate(kind)
        except NotConfigured:
            continue
        if found is not None:
            return found
    raise Unvalued("NO_QUOTA_RATE", f"{pointer}gcode", gcode=line.code)


def _against(line: LineOn, origin: Origin) -> list[Rate]:
    """Return the measures goods of an origin are hit by: one of each kind, the producer's before the origin's."""
    places = [f"{origin.country}/{origin.producer}"] if origin.producer else []
    places += [origin.country, ANY_ORIGIN]
    found = []
    for kind in REMEDIES:
        rates = {rate.kind: rate for rate in line.scopes(kind)}
        hit = next((rate for place in places if (rate := rates.get(scoped(kind, place)))), None)
        if hit is not None:
            found.append(hit)
    return found


def _unshown(line: LineOn, owed: Owed) -> Chosen:
    """Return the duties where the origin cannot be shown: the highest measure goes with the normal rate (art 19)."""
    general, normal = _known(line, "general"), line.import_duty()
    measures = [rate for kind in REMEDIES for rate in line.scopes(kind)]
    if not measures:
        return Chosen(general, (), GENERAL)
    highest = max(measures, key=owed)
    if owed(normal) + owed(highest) >= owed(general):
        return Chosen(normal, (highest,), UNSHOWN)
    return Chosen(general, (), UNSHOWN)
