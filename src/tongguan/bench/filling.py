"""Filling the database: the rows that the intake leaves, without the intake.

The intake itself files one set of messages, and whatever rows it adds to whatever tables become stencils: a hole for
every number, key and digest that is the parcel's own. Filled for other parcels and copied in, they are what the intake
would have left; a test files the same parcels both ways and compares all rows. Entries and events are not copied: the
ledger and the journal are told what the model told them, and add their own rows.

Numbers of messages are chosen so that chance draws none of their parcels for a check: a release is what is copied.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

import zstandard
from django.db import connection, transaction

from tongguan.ecommerce.context import Context
from tongguan.ecommerce.intake import receive
from tongguan.ecommerce.intake.answers import new_guid
from tongguan.ecommerce.models import ITEMS_OF_A_NODE, NODES_OF_A_MESSAGE, Inventory
from tongguan.inspections.draws import selected
from tongguan.journal.actions import Entry as Told
from tongguan.journal.actions import record_many, record_together
from tongguan.journal.models import Event
from tongguan.journal.queries import parts_of
from tongguan.kernel import seals
from tongguan.kernel.states import Actor
from tongguan.ledgers.actions import lock
from tongguan.ledgers.batch import Batch as Postings
from tongguan.ledgers.models import Entry
from tongguan.parties import vault

from .house import SHANGHAI, sender
from .people import person
from .plan import NODES
from .stencils import Stencil
from .traffic import NOUNS, SETS, Node, Traffic, Written, values_of

_APART = ("ledgers_account", "ledgers_entry", "journal_event", "procrastinate_%", "django_%")
"""Tables whose rows are not copied."""
_PREFIXES = (b"TZ", b"P", b"C", b"x")
"""What stands before a key in other keys made of it, and before bytes."""
_GUID = re.compile(rb"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_LONG = re.compile(rb"\\\\x([0-9a-f]{300,})")
_SERIAL = 9
_MATCHES = {"id": "number", "name": "name", "phone": "telephone", "address": "address"}
_FIRST = 10_000_000
"""Numbers of messages begin here, so that none is also a price or a weight."""
_FLOOR = Decimal(-(10**12))


class Unlike(Exception):
    """What the intake left cannot be copied for other parcels."""


class Parcels:
    """Messages about the same hundred parcels, and the numbers that their rows bear."""

    def __init__(self, nodes: list[Node], written: dict[str, Written], messages: dict[str, int]):
        self.nodes, self.written, self.messages = nodes, written, messages
        self.pre_numbers: list[str] = []
        self.numbers: list[str] = []

    def values(self) -> dict[str, bytes]:
        """Return what goes into the holes of rows, by the name of the hole."""
        found: dict[str, bytes] = {}
        for noun, message in self.messages.items():
            one = self.written[noun]
            digest = hashlib.sha256(one.data).hexdigest()
            found |= {noun: b"%d" % message, f"{noun} guid": one.guid.encode(), f"{noun} digest": digest.encode()}
            for place, guid in enumerate(one.guids):
                number = message * NODES_OF_A_MESSAGE + place + 1
                found[f"{noun} {place}"], found[f"{noun} {place} guid"] = b"%d" % number, guid.encode()
                for item in range(1, 4):
                    found[f"{noun} {place} item {item}"] = b"%d" % (number * ITEMS_OF_A_NODE + item)
        for place, node in enumerate(self.nodes):
            who = person(node.buyer)
            found[f"key {place}"] = node.order.encode()
            for kind, name in _MATCHES.items():
                found[f"{kind} {place}"] = vault.match(kind, getattr(who, name)).hex().encode()
        for place, (before, after) in enumerate(zip(self.pre_numbers, self.numbers, strict=True)):
            found[f"pre {place}"], found[f"number {place}"] = before.encode(), after.encode()
        return found

    def contents(self) -> dict[str, bytes]:
        """Return what goes into the holes of sealed documents."""
        found: dict[str, bytes] = {}
        for place, node in enumerate(self.nodes):
            found |= {f"{name} {place}": value for name, value in values_of(node).items()}
            found |= {f"{noun} {place} guid": one.guids[place].encode() for noun, one in self.written.items()}
        return found


class Model:
    """The stencils of one set of messages; ``nouns`` says which of the four are filed."""

    def __init__(self, traffic: Traffic, basket_set: int, nouns: Sequence[str] = NOUNS):
        self.at, self.nouns = traffic.at, nouns
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(%s, greatest(nextval(%s), %s))", [_MESSAGES, _MESSAGES, _FIRST])
        _file(traffic, basket_set, nouns)  # once before: what only the first leaves is not theirs
        began = _ask("SELECT pg_current_xact_id()::text::bigint, (SELECT max(id) FROM journal_event),"
                     " coalesce((SELECT max(id) FROM ledgers_entry), 0)")[0]  # fmt: skip
        parcels = _file(traffic, basket_set + SETS, nouns)
        self._learn(parcels, *began)

    def _learn(self, parcels: Parcels, transaction_number: int, event: int, entry: int) -> None:
        holes = {value: name for name, value in parcels.values().items()}
        within = {value: name for name, value in parcels.contents().items()}
        self.pre_no, self.invt_no = ([*parcels.pre_numbers, ""][0][:-_SERIAL], [*parcels.numbers, ""][0][:-_SERIAL])
        self.fresh: list[str] = []
        self.sealed: list[tuple[str, Any]] = []
        self.rows = []
        cut = partial(self._cut, holes, within, parcels)
        for table in _tables():
            names, text = _added(table, transaction_number, holes)
            if text:
                self.rows.append((f"COPY {table} ({names}) FROM STDIN", cut(text)))
        self.events = [cut(_written(_event(row))) for row in Event.objects.filter(id__gt=event).order_by("id")]
        self.entries = cut(_written(_entries(entry)))

    def _cut(self, holes: dict[bytes, str], within: dict[bytes, str], parcels: Parcels, text: bytes) -> Stencil:
        holes = dict(holes)
        for guid in dict.fromkeys(_GUID.findall(text)):
            if guid not in holes:
                holes[guid] = f"fresh {len(self.fresh)}"
                self.fresh.append(holes[guid])
        for blob in dict.fromkeys(_LONG.findall(text)):
            holes[blob] = f"sealed {len(self.sealed)}"
            content = _opened(bytes.fromhex(blob.decode()))
            noun = next((noun for noun, one in parcels.written.items() if one.data == content), None)
            self.sealed.append((holes[blob], noun or Stencil.cut(content, within)))
        return Stencil.cut_words(text, holes, _PREFIXES)

    def stamp(self, nodes: list[Node], written: dict[str, Written]) -> None:
        """Add the rows of other parcels, inside the transaction that is open."""
        parcels = Parcels(nodes, written, {noun: _number(noun, self.at) for noun in self.nouns})
        if "inventory" in self.nouns:
            numbers = _ask("SELECT nextval(%s), nextval(%s) FROM generate_series(1, %s)", _PRE_NO, _INVT_NO, len(nodes))
            parcels.pre_numbers = [f"{self.pre_no}{before:09d}" for before, _ in numbers]
            parcels.numbers = [f"{self.invt_no}{after:09d}" for _, after in numbers]
        values, contents = parcels.values(), parcels.contents()
        for name in self.fresh:
            values[name] = new_guid().encode()
        seal = vault.sealer(on=self.at.astimezone(SHANGHAI).date())
        for name, content in self.sealed:
            plain = written[content].data if isinstance(content, str) else content.filled(contents)
            values[name] = seal(zstandard.ZstdCompressor(level=1).compress(plain)).hex().encode()
        with connection.cursor() as cursor:
            for statement, stencil in self.rows:
                with cursor.copy(statement) as copy:
                    copy.write(stencil.filled(values))
        for stencil in self.events:
            self._tell(*json.loads(stencil.filled(values)))
        self._book(json.loads(self.entries.filled(values)))

    def _tell(self, whole: list, parts: list | None) -> None:
        if parts is None:
            record_many([_told(self.at, *whole)])
        else:
            record_together(_told(self.at, *whole), [_told(self.at, *part) for part in parts])

    def _book(self, entries: list) -> None:
        if not entries:
            return
        postings = Postings(lock({account for account, *_ in entries}))
        for account, reference, amount, note, _ in entries:
            postings.debit(account, -Decimal(amount), reference=reference, floor=_FLOOR, note=note)
        postings.write(Actor(entries[0][-1], "system"), self.at)


_MESSAGES, _PRE_NO, _INVT_NO = "ecommerce_message_id_seq", "ecommerce_pre_no", "ecommerce_invt_no"


def _file(traffic: Traffic, message: int, nouns: Sequence[str]) -> Parcels:
    """File a set by the intake, under a number by which chance draws nobody; raises Unlike when it does not all pass."""
    nodes, written, numbers = traffic.parcels(message), dict(traffic.documents(message)), {}
    written = {**written, "inventory": traffic.inventories(message)} if "inventory" in nouns else written
    for noun in nouns:
        number = _number(noun, traffic.at)
        _ask("SELECT setval(%s, %s, false)", _MESSAGES, number)
        outcome = receive(written[noun].data, sender=sender(), at=traffic.at)
        statuses = {node.status for node in outcome.nodes}
        if outcome.message != number or statuses != {"800" if noun == "inventory" else "120"}:
            raise Unlike(f"message {outcome.message} of {noun} was answered {statuses}")
        numbers[noun] = number
    parcels = Parcels(nodes, {noun: written[noun] for noun in nouns}, numbers)
    if "inventory" in nouns:
        low, high = (numbers["inventory"] + more for more in (0, 1))
        rows = Inventory.objects.filter(id__range=(low * NODES_OF_A_MESSAGE, high * NODES_OF_A_MESSAGE - 1))
        found = rows.order_by("id").values_list("pre_no", "invt_no")
        parcels.pre_numbers, parcels.numbers = ([row[place] for row in found] for place in (0, 1))
    return parcels


@transaction.atomic
def _number(noun: str, at: datetime) -> int:
    """Take a number for a message: of inventories one by which chance draws none of a hundred."""
    [(number,)] = _ask("SELECT nextval(%s)", _MESSAGES)
    if noun != "inventory":
        return number
    day = at.astimezone(SHANGHAI).date()
    share = Context(day).check_share
    while selected(
        [f"inventory/{number * NODES_OF_A_MESSAGE + place + 1}/1" for place in range(NODES)], day=day, share=share
    ):
        [(number,)] = _ask("SELECT nextval(%s)", _MESSAGES)
    return number


def _tables() -> list[str]:
    rows = _ask(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND NOT relname LIKE ANY (%s) ORDER BY relname", list(_APART),
    )  # fmt: skip
    return [name for (name,) in rows]


def _added(table: str, since: int, holes: dict[bytes, str]) -> tuple[str, bytes]:
    """Return the columns of a table that are copied, and the rows added since a transaction, as COPY writes them.

    A column that the database fills is left to it, unless its values are numbers of ours.
    """
    condition = f"xmin::text::bigint > {since}"
    names = []
    for name, filled in _ask(_COLUMNS, table):
        if filled:
            values = _ask(f'SELECT "{name}"::text FROM {table} WHERE {condition}')
            if any(value.encode() not in holes for (value,) in values):
                continue
        names.append(f'"{name}"')
    columns = ", ".join(names)
    told = f"COPY (SELECT {columns} FROM {table} WHERE {condition} ORDER BY ctid) TO STDOUT"
    with connection.cursor() as cursor, cursor.copy(told) as copy:
        return columns, b"".join(bytes(block) for block in copy)


_COLUMNS = (
    "SELECT attname, attidentity <> '' OR coalesce(pg_get_expr(adbin, adrelid) ~ '(nextval|xact_id)', false)"
    " FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
    " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
)


def _event(row: Event) -> list:
    """Return what the journal was told, without what it adds itself."""
    details = {name: value for name, value in row.details.items() if row.parts is None or name not in ("parts", "root")}
    parts = [[part.what, part.subject, part.by, part.role, part.details] for part in parts_of(row)]
    return [[row.what, row.subject, row.by, row.role, details], None if row.parts is None else parts]


def _told(at: datetime, what: str, subject: str, by: str, role: str, details: dict[str, Any]) -> Told:
    return Told(what, subject, Actor(by, role), at, details)


def _entries(after: int) -> list[list]:
    rows = Entry.objects.filter(id__gt=after).select_related("account").order_by("id")
    if any(row.kind != "debit" for row in rows):
        raise Unlike("an account was not only debited")
    return [[row.account.name, row.reference, str(row.amount), row.note, row.by] for row in rows]


def _opened(blob: bytes) -> bytes:
    """Return what was compressed and sealed; raises Unlike for other bytes."""
    try:
        return zstandard.ZstdDecompressor().decompress(vault.unseal(blob))
    except (seals.Unsealable, zstandard.ZstdError) as why:
        raise Unlike(f"{len(blob)} bytes are neither a digest nor sealed: {why}") from why


def _written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _ask(statement: str, *values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def models(traffic: Traffic, nouns: Sequence[str] = NOUNS) -> list[Model]:
    """Learn all sets of baskets; ``traffic`` is plain, and of a series that nothing else is filed of."""
    return [Model(traffic, number, nouns) for number in range(SETS)]


def fill(models: list[Model], traffic: Traffic, message: int) -> None:
    """Add the rows of a message and its documents, or of its documents alone, in a transaction; not durable at once."""
    model = models[message % SETS]
    written = traffic.documents(message)
    if "inventory" in model.nouns:
        written["inventory"] = traffic.inventories(message)
    with transaction.atomic():
        _ask("SELECT set_config('synchronous_commit', 'off', true)")
        model.stamp(traffic.parcels(message), written)
