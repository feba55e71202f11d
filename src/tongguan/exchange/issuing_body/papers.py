"""Applications and licences as the simulated body keeps them, and as a file names them."""

from __future__ import annotations

from typing import Any

import msgspec

from tongguan.licences.applications import Application, Issued


class Paper(msgspec.Struct, forbid_unknown_fields=True):
    """A licence that was issued without the window: what it is for, and how it was issued."""

    asked: Application
    issued: Issued


def read(data: bytes) -> Paper:
    """Read a licence from JSON; raises msgspec.ValidationError or DecodeError."""
    return msgspec.json.decode(data, type=Paper)


def kept(said: Application | Issued) -> Any:
    """Return an application, or how it was issued, as the tables keep it."""
    return msgspec.to_builtins(said)


def application_of(content: Any) -> Application | None:
    """Return an application that was kept."""
    return msgspec.convert(content, Application, strict=False) if content else None


def issued_of(content: Any) -> Issued | None:
    """Return how a licence was issued, as it was kept."""
    return msgspec.convert(content, Issued, strict=False) if content else None
