"""Messages are written anew without a person: in their documents, and in the bytes as they came."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec
import zstandard
from django.db import connection
from lxml import etree

from tongguan.formats import ceb
from tongguan.parties import vault
from tongguan.parties.masks import ELEMENTS

from ..models import NODES_OF_A_MESSAGE, DisownedPurchase, Inventory, Message, Order, Payment, Waybill

MARK = "*"
"""What stands where something of a person stood."""
IDENTITY = frozenset({"buyerName", "buyerIdNumber", "payerName", "payerIdNumber"})
CONTACT = frozenset(ELEMENTS) - IDENTITY
_PRINTS = {
    Order: (("buyer_match", "buyer_name_match"), ("consignee_match", "telephone_match", "address_match")),
    Payment: (("payer_match", "payer_name_match"), ()),
    Waybill: ((), ("consignee_match", "telephone_match", "address_match")),
    Inventory: (("buyer_match",), ()),
}
"""The fingerprints of each record: of who somebody is, and of how to reach him."""
_PRINT = 16  # bytes of a fingerprint
_PARSER = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": True}


def said(filings: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return the fields of the head of each filing that can still be opened."""
    found: dict[int, dict[str, Any]] = {}
    for number, positions in _by_message(filings).items():
        blob = Message.objects.filter(pk=number).values_list("documents", flat=True).first()
        if not blob:
            continue
        try:
            contents = msgspec.msgpack.decode(_opened(blob))
        except vault.Forgotten:
            continue
        found |= {
            number * NODES_OF_A_MESSAGE + place: contents[place]
            for place in positions
            if isinstance(contents.get(place), dict)
        }
    return found


def erase(filings: Mapping[int, Collection[str]]) -> None:
    """Write the messages of filings anew, without the named fields of each, and replace the fingerprints of the records.

    Inside a transaction. A message whose month was forgotten is let be: nobody can open it.
    """
    by_message = _by_message(filings)
    let_through()
    for row in Message.objects.select_for_update().filter(pk__in=by_message).order_by("pk"):
        places = {place: filings[row.pk * NODES_OF_A_MESSAGE + place] for place in by_message[row.pk]}
        try:
            documents, came = _opened(row.documents), _opened(row.sealed)
        except vault.Forgotten:
            continue
        seal = vault.sealer(on=vault.month_of(row.sealed))
        Message.objects.filter(pk=row.pk).update(
            documents=seal(_pressed(_without(documents, places))),
            sealed=seal(_pressed(_rewritten(came, row.kind, places))),
        )
    for model, (identity, contact) in _PRINTS.items():
        for row in model.objects.select_for_update().filter(filing__in=filings).order_by("pk"):
            gone = filings[row.filing_id]
            names = (*(identity if set(gone) >= IDENTITY else ()), *contact)
            for name in names:
                setattr(row, name, os.urandom(_PRINT))
            if names:
                row.save(update_fields=names)
    whole = [number for number, gone in filings.items() if set(gone) >= IDENTITY]
    for report in DisownedPurchase.objects.select_for_update(of=("self",)).filter(inventory__filing__in=whole):
        report.digest, report.masked = os.urandom(_PRINT), MARK
        report.save(update_fields=["digest", "masked"])


def let_through() -> None:
    """Let this transaction write what is sealed of messages anew, which nobody else can."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('tongguan.erasing', 'on', true)")


def _by_message(filings: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for number in filings:
        found.setdefault(number // NODES_OF_A_MESSAGE, []).append(number % NODES_OF_A_MESSAGE)
    return found


def _opened(blob: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompress(vault.unseal(bytes(blob)))


def _pressed(content: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(content)


def _without(packed: bytes, places: Mapping[int, Collection[str]]) -> bytes:
    contents = msgspec.msgpack.decode(packed, strict=False)
    for place, fields in places.items():
        document = contents.get(place)
        if isinstance(document, dict):
            contents[place] = {name: MARK if name in fields and value else value for name, value in document.items()}
    return msgspec.msgpack.encode(contents)


def _rewritten(came: bytes, kind: str, places: Mapping[int, Collection[str]]) -> bytes:
    """Return a message as it came without the fields of some nodes; nothing of it when it cannot be taken apart."""
    try:
        root = etree.fromstring(came, etree.XMLParser(**_PARSER))
        node = ceb.TABLES[kind].node
    except (etree.XMLSyntaxError, KeyError, ValueError):
        return b""
    nodes = [one for one in root.iter() if isinstance(one.tag, str) and etree.QName(one).localname == node]
    for place, fields in places.items():
        if not 0 < place <= len(nodes):
            return b""
        for element in nodes[place - 1].iter():
            if isinstance(element.tag, str) and etree.QName(element).localname in fields and element.text:
                for child in list(element):
                    element.remove(child)
                element.text = MARK
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
