"""What is wrong with one node in thirty: in its form, by a rule, or against the documents filed before."""

from __future__ import annotations

import re
from collections.abc import Callable


def _replaced(before: bytes, after: bytes) -> Callable[[bytes], bytes]:
    return lambda node: re.sub(before, after, node, count=1)


FAULTS: dict[str, Callable[[bytes], bytes]] = {
    "weight that is no number": _replaced(rb"<ceb:grossWeight>", rb"<ceb:grossWeight>x"),
    "no name": _replaced(rb"<ceb:buyerName>.*?</ceb:buyerName>", rb""),
    "code that is too long": _replaced(rb"<ceb:portCode>", rb"<ceb:portCode>0"),
    "export": _replaced(rb"<ceb:ieFlag>I", rb"<ceb:ieFlag>E"),
    "line that does not add up": _replaced(rb"<ceb:totalPrice>", rb"<ceb:totalPrice>9"),
    "unknown commodity": _replaced(rb"<ceb:gcode>\d{10}", rb"<ceb:gcode>9999999999"),
    "other unit than ordered": _replaced(rb"<ceb:unit>\d{3}", rb"<ceb:unit>001"),
    "other buyer than ordered": _replaced(rb"<ceb:buyerName>...", "<ceb:buyerName>欧".encode()),
}
"""Each makes a good node a faulty one."""
