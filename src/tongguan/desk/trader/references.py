"""What bills and guarantees are for (业务编号): a reference as people know it, and where it leads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from django.urls import reverse

from tongguan.declarations.models import Declaration

_DECLARATION = re.compile(r"declaration/([0-9]{1,18})(?:/.*)?")


class About(NamedTuple):
    """A number as people know it, and the address of its page; empty where there is none."""

    number: str
    href: str = ""


def about(references: Iterable[str]) -> dict[str, About]:
    """Return what each reference is about: a declaration by its number, anything else as it stands. One query at most."""
    known = {one: About(one) for one in references}
    parts = {one: int(found[1]) for one in known if (found := _DECLARATION.fullmatch(one))}
    if parts:
        rows = Declaration.objects.filter(pk__in=set(parts.values()))
        numbers = dict(rows.values_list("pk", "number"))
        for one, pk in parts.items():
            if pk in numbers:
                known[one] = About(numbers[pk] or one, reverse("declaration", args=[pk]))
    return known
