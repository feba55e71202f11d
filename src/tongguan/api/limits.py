"""How often somebody may call (访问频率限制): token buckets in the memory of one web process.

A client has its own bucket, and all clients of an enterprise share another, so that a firm with many tokens has no more
than its part. Who has used up his own waits; nobody waits for another's. Every answer says what is left, by the fields
``RateLimit-Policy``, ``RateLimit-Limit``, ``RateLimit-Remaining`` and ``RateLimit-Reset``
(draft-ietf-httpapi-ratelimit-headers-06).

Each web process counts for itself, so a caller may reach the limit times the number of processes; that is enough to
keep one mistaken loop from taking the others' place, and costs no query. Who needs an exact limit puts it into the
proxy in front.
"""

from __future__ import annotations

from typing import NamedTuple

from tongguan.server.buckets import Buckets, Limit
from tongguan.server.configuration import read


def _each(name: str) -> Limit:
    """Return the limit of a setting: its requests a second, and those of two seconds at once."""
    rate = max(1, int(read(name)))
    return Limit(rate, 2 * rate)


CALLS = _each("TONGGUAN_CLIENT_RATE")
"""For each caller. A process serves about as many small requests a second in all: no honest client is slowed."""

PARTY = _each("TONGGUAN_PARTY_RATE")
"""For all clients of an enterprise together."""

FAILURES = Limit(1 / 6, 10)
"""Wrong tokens from one address: ten, then ten a minute. A client set up wrongly is noticed, guessing is useless."""

calls = Buckets(CALLS)
parties = Buckets(PARTY)
failures = Buckets(FAILURES)


class Counted(NamedTuple):
    """A request that was counted: seconds to wait (0: it may go on), whose bucket was the emptier, and what to tell."""

    wait: int
    whose: str
    fields: tuple[tuple[str, str], ...]


def count(caller: str, party: int | None = None) -> Counted:
    """Count a request of a caller, and of his enterprise; what is told is of whichever has less left."""
    own, limit, whose = calls.take(caller), calls.limit, "client"
    if party is not None and not own.wait:
        shared = parties.take(str(party))
        if shared.wait or shared.left < own.left:
            own, limit, whose = shared, parties.limit, "party"
    policy = f'{limit.burst};w={limit.window};comment="{whose}"'
    fields = (
        ("RateLimit-Policy", policy),
        ("RateLimit-Limit", str(limit.burst)),
        ("RateLimit-Remaining", str(own.left)),
        ("RateLimit-Reset", str(own.wait or own.full_in)),
    )
    return Counted(own.wait, whose, fields)
