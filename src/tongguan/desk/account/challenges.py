"""What a passkey is asked with: the address of the portal, and a challenge that is good once, for some minutes."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from ipaddress import ip_address

from django.http import HttpRequest
from django.utils import timezone

from tongguan.parties.actions.passkeys import Portal

CHALLENGE = "passkey"
PATIENCE = timedelta(minutes=5)
LARGEST = 20_000  # characters of what a browser answers


def portal(request: HttpRequest) -> Portal:
    """Return the address at which the reader sees the portal."""
    host = request.get_host()
    return Portal(
        host.rpartition(":")[0] if ":" in host and not host.endswith("]") else host, f"{request.scheme}://{host}"
    )


def possible(request: HttpRequest) -> bool:
    """Say whether passkeys can be made for this address: browsers want a name, and no number."""
    try:
        ip_address(portal(request).host.strip("[]"))
    except ValueError:
        return True
    return False


def answered(request: HttpRequest) -> str:
    """Return what the device of the reader answered, empty when it was not asked."""
    return request.POST.get("answer", "")[:LARGEST]


def new_challenge(request: HttpRequest) -> bytes:
    """Return what the device has to sign next, and keep it for the answer."""
    made = secrets.token_bytes(32)
    request.session[CHALLENGE] = {"is": made.hex(), "at": timezone.now().timestamp()}
    return made


def challenge(request: HttpRequest) -> bytes:
    """Return the challenge that the browser was given a moment ago, once; one of nobody's when there is none."""
    kept = request.session.pop(CHALLENGE, None)
    if kept and timezone.now() - datetime.fromtimestamp(kept["at"], timezone.get_default_timezone()) < PATIENCE:
        return bytes.fromhex(kept["is"])
    return secrets.token_bytes(32)
