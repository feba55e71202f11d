"""Mail (邮件): by a server, or into a folder where a person can read what would have been sent (模拟发送).

``TONGGUAN_MAIL`` is ``smtp://user:password@host:587`` (STARTTLS, ``?plain=yes`` without), ``smtps://host:465``, ``folder``
(files under ``outbox`` in the home) or ``none``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

SECONDS = 10
_PORTS = {"smtp": 587, "smtps": 465}


class WrongMail(ValueError):
    """What ``TONGGUAN_MAIL`` says names no way to send mail."""


def way(url: str) -> tuple[str, dict[str, Any]]:
    """Return Django's backend for an address and what it is given; raises WrongMail.

    >>> way("smtps://a%40b@mail.example.cn")[1]["username"], way("smtp://h")[1]["use_tls"]
    ('a@b', True)
    """
    if url == "folder":
        return "django.core.mail.backends.filebased.EmailBackend", {"file_path": str(settings.OUTBOX)}
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise WrongMail(parts.scheme)
    plain = parse_qs(parts.query).get("plain") == ["yes"]
    return "django.core.mail.backends.smtp.EmailBackend", {
        "host": parts.hostname, "port": parts.port or _PORTS[parts.scheme], "timeout": SECONDS,
        "username": unquote(parts.username or ""), "password": unquote(parts.password or ""),
        "use_ssl": parts.scheme == "smtps", "use_tls": parts.scheme == "smtp" and not plain,
    }  # fmt: skip


class Carrier:
    """Sends by the way that the settings name (the port ``Mail``)."""

    def send(self, to: str, subject: str, body: str, headers: Mapping[str, str]) -> None:
        """Hand one mail over; raises what the way raises."""
        backend, given = way(settings.MAIL)
        with get_connection(backend, **given) as connection:
            message = EmailMessage(
                subject, body, settings.MAIL_FROM, [to], headers=dict(headers), connection=connection
            )
            message.send(fail_silently=False)
