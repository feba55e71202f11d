"""What bodies and measures are called, by the register."""

from __future__ import annotations

from typing import Any

from tongguan.governance.register import Both, register


def named(body: str, lang: str) -> str:
    """Return what a body is called; a dash for none."""
    return register().departments[body][lang] if body in register().departments else body or "–"


def title_of(seed: str) -> Both:
    """Return what the register calls a clause or an item."""
    clause = register().clause(seed)
    found: Any = clause and next((one for one in clause.items if one.id == seed), clause)
    return found.title if found else {"zh": seed, "en": seed}
