"""The declaration (报关单, DecMessage): its table, its Structs, and reading and writing it as XML and JSON.

What must be filled in to save and to declare, and how long a value may be, is said by the table and judged by the rules
of ``checking``. The third place of ``Type`` says the step: 0 or blank integrated, 5 summary, 6 complete.
"""

from .contract import BLOCKS, Block, Field
from .documents import COMPLETE, INTEGRATED, SUMMARY, Declaration, Item, Response, Result, Sign, family, step
from .packed import NotPacked, unpack
from .reading import Message, is_declaration, read, read_json, read_message
from .receipts import read_receipt, write_receipt
from .sealing import sign, verifies
from .writing import write, write_json

__all__ = [
    "BLOCKS", "COMPLETE", "INTEGRATED", "SUMMARY", "Block", "Declaration", "Field", "Item", "Message", "NotPacked",
    "Response", "Result", "Sign", "family", "is_declaration",
    "read", "read_json", "read_message", "read_receipt", "sign", "step", "unpack",
    "verifies", "write", "write_json", "write_receipt",
]  # fmt: skip
