"""Which of the two codes of an enterprise a text is, and whether several codes name one enterprise."""

from __future__ import annotations

from collections.abc import Mapping

from tongguan.kernel.numbers import NumberError, customs_registration, uscc
from tongguan.kernel.rules import Finding, Refused
from tongguan.parties.models import Enterprise

_REGISTRATION_LENGTH = 10


class TwoEnterprises(Refused):
    """The codes belong to different enterprises, or to one that is known under another code of the kind."""

    code = "TWO_ENTERPRISES"

    def __init__(self, codes: list[str]):
        super().__init__([Finding(self.code, values={"codes": codes})])


def kind_of(code: str) -> tuple[str, str]:
    """Return the column and the compact code; raises NumberError for a text that can be neither code."""
    if len(customs_registration.compact(code)) == _REGISTRATION_LENGTH:
        return "customs_registration", customs_registration.validate(code)
    return "uscc", uscc.validate(code)


def columns_of(codes: list[str]) -> dict[str, list[str]]:
    """Return the compact codes of each column, without those that can be neither."""
    found: dict[str, list[str]] = {"uscc": [], "customs_registration": []}
    for code in codes:
        try:
            column, compact = kind_of(code)
        except NumberError:
            continue
        found[column].append(compact)
    return found


def settle(found: Mapping[str, Enterprise], *codes: str) -> Enterprise | None:
    """Return the one enterprise these codes of a document name, of those found for them, or None.

    An empty code says nothing. Raises TwoEnterprises when the codes do not go together.
    Source: policies of the GACC for growth of foreign trade, I-5: the unified social credit code stands in for the
    code of the trading party.
    """
    given = [code for code in codes if code]
    named = {found[code].id: found[code] for code in given if code in found}
    if len(named) > 1:
        raise TwoEnterprises(given)
    for enterprise in named.values():
        for column, compacts in columns_of(given).items():
            known = getattr(enterprise, column)
            if known and any(compact != known for compact in compacts):
                raise TwoEnterprises(given)
        return enterprise
    return None
