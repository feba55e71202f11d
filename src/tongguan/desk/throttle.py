"""How often somebody may try to sign in: counted for each name from each address, for all processes together."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from tongguan.desk.models import FailedSignIn

ATTEMPTS = 5
WINDOW = timedelta(minutes=15)


def _key(username: str, address: str) -> bytes:
    # A digest, so that what people mistype into the name field, passwords among it, is not kept.
    return salted_hmac("tongguan.desk.throttle", f"{username.casefold()}\n{address}", algorithm="sha256").digest()


def attempt(username: str, address: str, *, at: datetime) -> bool:
    """Count an attempt before its password is looked at, and say whether it may go on.

    Counted first, so that attempts sent at once are no way around; one that is turned away does not lengthen the wait.
    """
    FailedSignIn.objects.filter(at__lte=at - WINDOW).delete()
    key = _key(username, address)
    own = FailedSignIn.objects.create(key=key, at=at)
    if FailedSignIn.objects.filter(key=key).count() <= ATTEMPTS:
        return True
    own.delete()
    return False


def succeeded(username: str, address: str) -> None:
    """Forget the attempts of somebody who has signed in."""
    FailedSignIn.objects.filter(key=_key(username, address)).delete()
