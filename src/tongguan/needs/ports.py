"""What a digest needs from outside: something that carries mail (邮件), chosen by the setting ``TONGGUAN_MAIL``.

What is not known to have gone out counts as sent for its day: nobody gets a mail twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class Mail(Protocol):
    """Carries mail; waits for its server some seconds at most."""

    def send(self, to: str, subject: str, body: str, headers: Mapping[str, str]) -> None:
        """Hand one mail over; raises whatever its carrier raises when it was not taken."""
        ...


def mail() -> Mail | None:
    """Return what carries mail as it is set now, None where nothing does."""
    return import_string(settings.MAIL_CARRIER)() if settings.MAIL else None
