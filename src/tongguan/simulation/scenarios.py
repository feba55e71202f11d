"""Scenarios (场景): who trades on a simulated day, how much, and what goes wrong how often; one YAML file each.

A file is read strictly: what it does not say, says twice or says wrongly is refused, naming the place.

>>> scenario("small-day").parcels > 0, sorted(shipped())
(True, ['double-eleven', 'near-the-limits', 'small-day'])
"""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import msgspec

from tongguan.kernel.packaged import Malformed, read

from .fates import FATES, PLAIN

FOLDER = Path(__file__).parent / "scenarios"

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Count = Annotated[int, msgspec.Meta(ge=1)]
Weight = Annotated[float, msgspec.Meta(ge=0)]


class Firms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many firms of each kind take part."""

    platforms: Count
    payers: Count
    carriers: Count
    declarants: Count


class Buyers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who buys: ``per_parcel`` people a parcel, of whom the one of rank k buys in proportion to 1/(k + shift)^exponent.

    The law of Zipf and Mandelbrot: a few buy often, most buy once.
    """

    per_parcel: Annotated[float, msgspec.Meta(gt=0)]
    exponent: Annotated[float, msgspec.Meta(ge=0)]
    shift: Annotated[float, msgspec.Meta(ge=0)] = 0


class Basket(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a parcel holds: how often one, two, three ... things, and pieces of each; ``postage`` is how often it costs."""

    lines: Annotated[list[Weight], msgspec.Meta(min_length=1, max_length=10)]
    pieces: Annotated[list[Weight], msgspec.Meta(min_length=1, max_length=10)]
    postage: Share = 0


class Checks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What officers do with who was drawn: the share they pass, and the minutes it takes, from and to."""

    passed: Share = msgspec.field(name="pass")
    minutes: Annotated[list[Count], msgspec.Meta(min_length=2, max_length=2)]


class Arrivals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How parcels arrive: so many under a master bill, listed so many minutes after the last; the shares that lack or are over."""

    bill_size: Count
    after: Count
    short: Share = 0
    surplus: Share = 0


class Bonded(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is bought from bonded stock: the share of parcels, and how many records the account book of the day has."""

    share: Share = 0
    records: Count = 12


class Statuses(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What carriers report of waybills: the shares that they say landed and delivered, so many minutes after release."""

    landed: Share = 0
    delivered: Share = 0
    minutes: Annotated[list[Count], msgspec.Meta(min_length=2, max_length=2)] = msgspec.field(
        default_factory=lambda: [60, 480]
    )


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A day of trade. ``hours`` weighs its 24 hours, ``longest_wait`` is how many minutes a parcel waits for its message to fill.

    ``rates`` is the share of parcels that meet each fate; the others are plain.
    """

    title: dict[str, str]
    says: dict[str, str]
    parcels: Count
    message_size: Annotated[int, msgspec.Meta(ge=1, le=100)]
    longest_wait: Count
    hours: Annotated[list[Weight], msgspec.Meta(min_length=24, max_length=24)]
    firms: Firms
    buyers: Buyers
    basket: Basket
    rates: dict[str, Share]
    checks: Checks
    arrivals: Arrivals
    bonded: Bonded = Bonded()
    statuses: Statuses = Statuses()
    name: str = ""


def shipped() -> list[str]:
    """Return the names of the scenarios that come with the program."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def scenario(name: str) -> Scenario:
    """Return a scenario by its name, or of a file; raises Malformed, and LookupError with the names there are."""
    path = FOLDER / f"{name}.yaml" if name in shipped() else Path(name)
    if not path.is_file():
        raise LookupError(f"there is no scenario {name}; these come with the program: {', '.join(shipped())}")
    return _checked(path, read(path))


def _checked(path: Path, content: dict) -> Scenario:
    try:
        found = msgspec.convert({**content, "name": path.stem}, Scenario)
    except msgspec.ValidationError as error:
        raise Malformed(path, _pointed(str(error), content)) from error
    for what in ("title", "says"):
        if set(getattr(found, what)) != {"en", "zh"}:
            raise Malformed(path, f"{what} is given in en and zh")
    if strange := sorted(set(found.rates) - (set(FATES) - {PLAIN})):
        near = get_close_matches(strange[0], FATES, 1)
        hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(sorted(set(FATES) - {PLAIN}))}"
        raise Malformed(path, f"rates: nobody knows the fate {strange[0]}{hint}")
    if sum(found.rates.values()) > 1:
        raise Malformed(path, "rates: together they are more than 1")
    for what, weights in (("hours", found.hours), ("lines", found.basket.lines), ("pieces", found.basket.pieces)):
        if not any(weights):
            raise Malformed(path, f"{what}: one of the weights must be more than 0")
    for what, minutes in (("checks", found.checks.minutes), ("statuses", found.statuses.minutes)):
        if minutes[0] > minutes[1]:
            raise Malformed(path, f"{what}: minutes are given from and to")
    return found


def _pointed(said: str, content: dict) -> str:
    """Return what msgspec says, with the place in the words of the file: ``firms.payers`` for ``$.firms.payers``."""
    return said.replace("`$.", "`").replace("at `$`", "at the top")
