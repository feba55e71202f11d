"""What a declaration was begun from is noted with its draft, and counted when it is accepted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongguan.parties.vault import Forgotten

from ..beginning import Begun, reused
from ..days import day_of
from ..models import Declaration, DeclarationOrigin
from ..sealing import opened, sealed


def note(row: Declaration, begun: Begun | None, *, at: datetime) -> None:
    """Note what a new draft was begun from, if it was keyed in. Raises Forgotten."""
    if begun is None:
        return
    DeclarationOrigin.objects.create(
        declaration=row, sources=begun.sources, given=begun.given, sealed=sealed(begun.document, on=day_of(at))
    )


def count(row: Declaration, of: Any) -> None:
    """Count how many fields of an accepted declaration were filled in, and how many of them were known before."""
    origin = DeclarationOrigin.objects.select_for_update().filter(declaration=row).first()
    if origin is None:
        return
    try:
        origin.fields, origin.reused = reused(of, opened(origin.sealed), origin.given)
    except Forgotten:
        return
    origin.save(update_fields=["fields", "reused"])
