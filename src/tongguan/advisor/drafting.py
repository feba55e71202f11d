"""The draft that a plan begins (按方案起草报关单): what the plan says, and nothing that it does not say."""

from __future__ import annotations

from typing import Any

import msgspec

from .plan import IMPORT
from .posing import Ground, document

HOME = "CHN"


def drafted(of: Ground, *, trader: str = "") -> Any:
    """Return a declaration of a plan to be completed; ``trader`` is the unified code of the firm where the plan names none."""
    first = next((one.origin for one in of.plan.lines if one.origin), None)
    made = document(of)
    into = HOME if of.plan.direction == IMPORT else first
    items = [msgspec.structs.replace(one, DestinationCountry=into) for one in made.items]
    if of.plan.direction != IMPORT:
        # An export writes the country of destination where an import writes the origin.
        items = [msgspec.structs.replace(one, OriginCountry=first, DestinationCountry=HOME) for one in made.items]
    return msgspec.structs.replace(
        made,
        BillNo=None,
        TradeCoScc=of.plan.firm or trader or None,
        TradeAreaCode=first,
        TradeCountry=first,
        items=items,
    )
