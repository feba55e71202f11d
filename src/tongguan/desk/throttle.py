"""How often somebody may try to sign in: counted for each name, each address and both together, for all processes.

After too many failures one has to wait, and after each further one twice as long. Where somebody has signed in before,
failures under his name from elsewhere do not shut him out.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.crypto import salted_hmac

from tongguan.desk.models import FailedSignIn
from tongguan.kernel.law import DayLaw, law
from tongguan.parties.models import PortalSession


class Count(NamedTuple):
    """What is counted under a digest, and how many failures are free of a wait."""

    key: bytes
    free: int


def _key(*parts: str) -> bytes:
    # A digest, so that what people mistype into the name field, passwords among it, is not kept.
    return salted_hmac("tongguan.desk.throttle", "\n".join(parts), algorithm="sha256").digest()


def _counts(username: str, address: str, day: DayLaw) -> list[Count]:
    name = username.casefold()
    counts = [
        Count(_key(name, address), day("parties.sign_in_tries")),
        Count(_key("address", address), day("parties.sign_in_tries_address")),
    ]
    if not PortalSession.objects.filter(person__username=username, address=address or None).exists():
        counts.append(Count(_key("name", name), day("parties.sign_in_tries_account")))
    return counts


def attempt(username: str, address: str, *, at: datetime) -> timedelta:
    """Count an attempt before its password is looked at; returns how long to wait, nothing when it may go on.

    Counted first, so that attempts sent at once are no way around; one that is turned away does not lengthen the wait.
    """
    day = law.on(timezone.localdate(at, timezone.get_default_timezone()))
    FailedSignIn.objects.filter(at__lte=at - timedelta(minutes=day("parties.sign_in_wait_most_minutes"))).delete()
    counts = _counts(username, address, day)
    own = FailedSignIn.objects.bulk_create([FailedSignIn(key=one.key, at=at) for one in counts])
    made = [row.pk for row in own]
    wait = max(_wait(one, made, day, at) for one in counts)
    if wait > timedelta():
        FailedSignIn.objects.filter(pk__in=made).delete()
    return wait


def often(kind: str, address: str, most: int, *, at: datetime) -> bool:
    """Count that something of a kind is begun from an address; say whether that was more often than ``most`` lately."""
    wait = law("parties.sign_in_wait_most_minutes", on=timezone.localdate(at)).value
    key, since = _key(kind, address), at - timedelta(minutes=wait)
    FailedSignIn.objects.filter(at__lte=since).delete()
    if FailedSignIn.objects.filter(key=key).count() >= most:
        return True
    FailedSignIn.objects.create(key=key, at=at)
    return False


def _wait(of: Count, made: list[int], day: DayLaw, at: datetime) -> timedelta:
    failed = FailedSignIn.objects.filter(key=of.key).exclude(pk__in=made).order_by("-at").values_list("at", flat=True)
    times = list(failed[: of.free + 16])  # further ones double a wait that is at its longest by then
    if len(times) < of.free:
        return timedelta()
    most = timedelta(minutes=day("parties.sign_in_wait_most_minutes"))
    wait = timedelta(minutes=day("parties.sign_in_wait_minutes")) * 2 ** (len(times) - of.free)
    return max(times[0] + min(wait, most) - at, timedelta())


def succeeded(username: str, address: str) -> None:
    """Forget the attempts of somebody who has signed in, those from other addresses excepted."""
    name = username.casefold()
    over, _ = FailedSignIn.objects.filter(key=_key(name, address)).delete()
    for key in (_key("address", address), _key("name", name)):
        newest = FailedSignIn.objects.filter(key=key).order_by("-id").values_list("pk", flat=True)[:over]
        FailedSignIn.objects.filter(pk__in=list(newest)).delete()
