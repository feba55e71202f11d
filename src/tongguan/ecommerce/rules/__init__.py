"""What each document must satisfy, under the official codes of the specification of 2022-05 where it has one.

Codes like -621001 stand for many checks there ("清单报文校验失败，[*]"); the alias tells ours apart.
"""

from tongguan.kernel.rules import RuleSet

from . import bonded, inventories
from .limits import LIMITS
from .matching import MATCH
from .orders import ORDER
from .payments import PAYMENT
from .waybills import WAYBILL

INVENTORY = RuleSet([*inventories.INVENTORY, *bonded.BY_ITSELF])

__all__ = ["INVENTORY", "LIMITS", "MATCH", "ORDER", "PAYMENT", "WAYBILL"]
