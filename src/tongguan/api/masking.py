"""Documents as they are shown: names, identity numbers, telephones and addresses with stars (个人信息脱敏)."""

from __future__ import annotations

from typing import Any

import msgspec

from tongguan.parties import masks

PERSONAL = masks.ELEMENTS


def masked(document: Any) -> dict[str, Any]:
    """Return the members of a document that are given, personal ones hidden."""
    given = {name: value for name, value in msgspec.structs.asdict(document).items() if value is not None}
    return {name: PERSONAL[name](value) if name in PERSONAL else value for name, value in given.items()}
