"""What is said of used goods, and of what keeps remanufactured ones from being treated as new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tongguan.kernel.rules import Break, Rule

if TYPE_CHECKING:
    from ..remanufactured import Claimed

_NEW, _WASTE = "new", "waste"


class _Lacking(Rule, abstract=True):
    """What a line that is said to be remanufactured lacks."""

    level = "warn"
    lacks = ""
    field = ""

    def broken_by(self, doc: Sequence[Claimed], ctx) -> Iterator[Break]:
        for one in doc:
            if one.is_claimed and not getattr(one, self.lacks):
                yield Break(f"item/{one.item}/{self.field}", gcode=one.gcode)


class RemanProduct(_Lacking):
    """{gcode} stands in no list of remanufactured products that is in force; the goods count as used."""

    code = "REMAN_PRODUCT"
    lacks, field = "product", "CodeTS"


class RemanFirm(_Lacking):
    """The maker of {gcode} stands in no list of makers of remanufactured products; name it as the list does. The goods count
    as used.
    """

    code = "REMAN_FIRM"
    lacks, field = "maker", "MnufctrRegNo"


class RemanMark(_Lacking):
    """{gcode} is not said to carry a plain remanufactured mark; say so in its name or model. The goods count as used."""

    code = "REMAN_MARK"
    lacks, field = "mark", "GModel"


class RemanConformity(_Lacking):
    """No document proves that {gcode} conforms to the rules for new goods of its kind. The goods count as used."""

    code = "REMAN_CONFORMITY"
    lacks, field = "conformity", "GName"


class RemanWaste(Rule):
    """{gcode} is declared as waste and as remanufactured; waste is never remanufactured goods."""

    code = "REMAN_WASTE"

    def broken_by(self, doc: Sequence[Claimed], ctx) -> Iterator[Break]:
        for one in doc:
            if one.is_claimed and one.condition == _WASTE:
                yield Break(f"item/{one.item}/GoodsAttr", gcode=one.gcode)


class UsedBanned(Rule):
    """{gcode} may not come in used (document 6); only goods that are new, or remanufactured and listed, may."""

    code = "USED_BANNED"

    def broken_by(self, doc: Sequence[Claimed], ctx) -> Iterator[Break]:
        for one in doc:
            if one.banned and one.condition != _NEW:
                yield Break(f"item/{one.item}/GoodsAttr", gcode=one.gcode)


CONDITION = [RemanProduct(), RemanFirm(), RemanMark(), RemanConformity(), RemanWaste(), UsedBanned()]
