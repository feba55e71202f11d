"""What reading and writing CEB messages costs, in microseconds a business node.

    python bench/formats_ceb.py [nodes] [lines]

Prints CPU time, the best and the middle of thirty runs: on a shared machine the best is nearest to the work itself.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from decimal import Decimal

import msgspec

from tongguan.formats import ceb
from tongguan.formats.ceb import parsing, quick, schemas
from tongguan.formats.ceb.documents import struct

KIND = "CEB621Message"
GUID = "5B0E7C1A-9D42-4E0B-8F31-0C6A2D9E4F10"
SIGNATURE = b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignatureValue>eA==</ds:SignatureValue></ds:Signature>'
TRANSFER = ceb.BaseTransfer(
    copCode="310198Z555", copName="代理报关行", dxpMode="DXP", dxpId="DXPENT0000000001", note=""
)


def sample(field) -> object:
    """Return a value of usual length for a field."""
    shape = field.shape
    if shape.fixed:
        return shape.fixed
    if shape.kind in ("decimal", "integer"):
        return Decimal("199.50") if shape.kind == "decimal" else 1
    if field.name == "guid":
        return GUID
    length = shape.most if shape.least == shape.most else min(shape.most, 12)
    return ("通关测试数据一二三四五六" if shape.kind == "text" else "310198Z555AB" * 4)[:length]


def document(lines: int) -> msgspec.Struct:
    """Return an inventory with every element filled in."""
    table = ceb.TABLES[KIND]
    line = {name: sample(field) for name, field in table.items.fields.items()}
    head = {name: sample(field) for name, field in table.head.fields.items()}
    return ceb.Inventory(**head, items=[struct(table.items)(**line)] * lines)


def measured(name: str, work: Callable[[], object], nodes: int, runs: int = 30) -> None:
    """Run the work and print what it cost."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) / nodes * 1e6)
    times.sort()
    print(f"{name:<42}{times[0]:>9.1f}{times[len(times) // 2]:>9.1f}")


def main(nodes: int = 100, lines: int = 3) -> None:
    """Measure every step of reading, the ways in which a message can be odd, and writing."""
    one = document(lines)
    data = ceb.write(KIND, [one] * nodes, GUID, transfer=TRANSFER, signature_xml=SIGNATURE)
    bad = data.replace(b"<ceb:qty2>199.50<", b"<ceb:qty2>199,50<", 1)
    odd = data.replace(b"<ceb:qty2>199.50<", b"<ceb:qty2><")
    root = parsing.tree(data)
    schema = schemas.intake(ceb.TABLES[KIND])
    answer = ceb.InventoryReturn(
        guid=GUID,
        copNo="QY-1",
        preNo="B20260301000000001",
        returnStatus="120",
        returnTime="2" * 17,
        returnInfo="[Code:1]",
    )
    print(f"{KIND}: {nodes} nodes of {lines} lines, {len(data) / nodes:.0f} bytes each; µs a node")
    print(f"{'':<42}{'best':>9}{'middle':>9}")
    gc.collect()
    gc.freeze()
    for name, work in {
        "take by pattern": lambda: quick.cut(data, KIND),
        "parse, for comparison": lambda: parsing.tree(data),
        "schema, for comparison": lambda: schema.validate(root),
        "read, all together": lambda: ceb.read(data),
        "read, one node refused": lambda: ceb.read(bad),
        "read, every node odd": lambda: ceb.read(odd),
        "write": lambda: ceb.write(KIND, [one] * nodes, GUID, transfer=TRANSFER, signature_xml=SIGNATURE),
        "write receipts (622)": lambda: ceb.receipt("CEB622Message", [answer] * nodes, GUID),
    }.items():
        measured(name, work, nodes)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
