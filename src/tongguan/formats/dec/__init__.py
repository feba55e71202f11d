"""The declaration (报关单, DecMessage): its table, its Structs, and reading and writing it as XML and JSON.

What must be filled in to save and to declare, and how long a value may be, is said by the table and judged by the rules
of ``checking``. The third place of ``Type`` says the step: 0 or blank integrated, 5 summary, 6 complete.
"""

from .contract import BLOCKS, Block, Field
from .documents import COMPLETE, INTEGRATED, SUMMARY, Declaration, Item, family, step
from .reading import read, read_json
from .writing import write, write_json

__all__ = [
    "BLOCKS", "COMPLETE", "INTEGRATED", "SUMMARY", "Block", "Declaration", "Field", "Item", "family", "read", "read_json",
    "step", "write", "write_json",
]  # fmt: skip
