"""By what simulated firms and people are known (模拟标记): their codes name places that do not exist.

Nothing is added to any record. The code of a simulated firm stands in every document, receipt and tax bill of its
parcels, and pages ask the code.

>>> is_simulated(code_of(7))
True
>>> is_simulated("91110113MA0TG0018A"), is_simulated("")
(False, False)
"""

from __future__ import annotations

from tongguan.kernel.numbers import resident_id, uscc

AREA = "990099"
"""The area in the codes of simulated firms: there is no province 99."""
COUNTIES = ("110099", "120099", "310099", "320099", "330099", "440099", "510099")
"""The areas in the identity numbers of simulated people: provinces that exist, so that the numbers are valid, each with
a county 99 directly below it, which none has."""
NAME_ZH, NAME_EN = "模拟", "Simulated"


def code_of(number: int) -> str:
    """Return the unified social credit code of a simulated firm; its check digit is right."""
    body = f"91{AREA}MA0M{number:05d}"
    return body + uscc.check_digit(body)


def is_simulated(code: str | None) -> bool:
    """Say whether a code is that of a simulated firm."""
    return bool(code) and len(code) == 18 and code[2:8] == AREA


def identity_of(place: int, born: str, serial: int) -> str:
    """Return the identity number of a simulated person: valid, and nobody's; ``born`` is a day, YYYYMMDD."""
    body = f"{COUNTIES[place % len(COUNTIES)]}{born}{serial % 1000:03d}"
    return body + resident_id.check_digit(body)


def is_nobody(number: str | None) -> bool:
    """Say whether an identity number is that of a simulated person."""
    return bool(number) and number[:6] in COUNTIES
