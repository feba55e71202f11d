"""What a draft in two steps has beside every draft: the answers, kept with it."""

from __future__ import annotations

from typing import Any

from ...models import Declaration
from ..elements import Answers
from ..models import TwoStep


def keep(row: Declaration, of: Any, given: Answers | None) -> TwoStep:
    """Keep the answers of a draft; without any, those that were given before, else what the document itself tells."""
    found = TwoStep.objects.filter(declaration=row).first()
    if given is None and found is not None:
        return found
    said = given or told(of)
    made, _ = TwoStep.objects.update_or_create(declaration=row, defaults=said._asdict())
    return made


def told(of: Any) -> Answers:
    """Return the answers that follow from what a document says: it names licences, or what an inspection asks for.

    That there is tax is taken for granted, for a message has no place to deny it.
    """
    inspected = bool(of.qualifications) or any(one.GoodsAttr or one.Purpose for one in of.items)
    return Answers(bool(of.documents or of.licences), inspected, True)
