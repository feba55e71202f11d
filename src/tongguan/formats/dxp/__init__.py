"""Envelopes of the exchange platform (DXP, 数据交换平台传输报文): how messages travel to and from the e-port.

``read`` opens an envelope as hard-headedly as a message is read, ``write`` closes one; ``answer`` is what the platform
says back (DxpRep), with its codes in both languages (``meaning``).
"""

from tongguan.formats.ceb.faults import Unreadable, Unwritable

from .answers import UNKNOWN, Answer, Response, Result, answer, read_answer, response
from .contract import MESSAGES, NAMESPACE, label
from .envelopes import DATA_LIMIT, LIMIT, Additions, Envelope, Heading, Key, Numbers, is_envelope, read, write
from .faults import ACCEPTED, CODES, meaning

__all__ = [
    "ACCEPTED", "CODES", "DATA_LIMIT", "LIMIT", "MESSAGES", "NAMESPACE", "UNKNOWN", "Additions", "Answer",
    "Envelope", "Heading", "Key", "Numbers", "Response", "Result", "Unreadable", "Unwritable", "answer", "is_envelope",
    "label", "meaning", "read", "read_answer", "response", "write",
]  # fmt: skip
