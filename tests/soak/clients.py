"""Clients as real ones are: they send again what broke off or was put off, and read their receipts page by page."""

from __future__ import annotations

import base64
import http.client
import json
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from tests.soak.parcels import Fate, Fated, batch, messages

from tongguan.ecommerce import samples
from tongguan.formats import ceb
from tongguan.parties.certificates import TrialCard

SHANGHAI = ZoneInfo("Asia/Shanghai")
PATIENCE = 20  # seconds an answer may take before a client takes it for lost
GAVE_UP = 180  # seconds without an answer to one message after which the portal counts as dead
XML = "application/xml"
UNREADABLE = b'<ceb:CEB621Message xmlns:ceb="http://www.chinaport.gov.cn/ceb" guid="0"><ceb:Inventory>'


class Dead(Exception):
    """The portal has not answered for a very long time."""


class Answer(NamedTuple):
    """What the portal answered."""

    status: int
    headers: dict[str, str]
    body: bytes


class Door:
    """The portal as clients see it: one address, a connection a call."""

    def __init__(self, port: int):
        self.port = port

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = XML) -> Answer:
        """Ask once; raises OSError or HTTPException when no whole answer comes."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            line.request(method, path, body, {"Content-Type": kind, "Accept-Language": "en"})
            answer = line.getresponse()
            return Answer(answer.status, {n.lower(): v for n, v in answer.getheaders()}, answer.read())
        finally:
            line.close()


@dataclass
class Heard:
    """What one client knows at the end: what it sent, what was acknowledged, what it was told."""

    fates: dict[str, Fate] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    retried: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    counts: Counter = field(default_factory=Counter)
    put_off: Counter = field(default_factory=Counter)


class Client(threading.Thread):
    """Files batch after batch until told to stop, and finishes the one it is at.

    ``card`` signs its inventories; without one they go unsigned. ``enveloped`` puts messages into JSON, which is
    answered by a plain OK.
    """

    def __init__(
        self, number: int, door: Door, *, seed: int, over: threading.Event, sender: samples.Firm,
        card: TrialCard | None = None, enveloped: bool = False,
    ):  # fmt: skip
        super().__init__(name=f"client {number}", daemon=True)
        self.number, self.door, self.seed, self.over = number, door, seed, over
        self.sender, self.card, self.enveloped = sender, card, enveloped
        self.heard, self.failure = Heard(), ""

    def run(self) -> None:
        try:
            turn = 0
            while not self.over.is_set():
                turn += 1
                self.file_batch(turn)
        except Exception as error:
            self.failure = f"{self.name}: {error!r}"

    def file_batch(self, turn: int) -> None:
        """Send the four messages of some parcels; now and then one twice, or one that nobody can read."""
        chance = random.Random(f"{self.seed}/{self.number}/{turn}")
        fated = batch(f"SK{self.number}{turn:05d}", chance, at=datetime.now(SHANGHAI))
        for noun, parcels, data in messages(fated, chance, self.sender):
            if noun == "inventory":
                self.heard.fates |= {one.number: one.fate for one in parcels}
                data = samples.signed(data, self.card) if self.card else data
            self.file(data, noun, parcels)
            if chance.random() < 0.04:
                self.heard.counts["duplicates"] += 1
                self.file(data, noun, [])
        if chance.random() < 0.05:
            self.file(UNREADABLE, "unreadable", [])

    def file(self, data: bytes, noun: str, parcels: list[Fated]) -> None:
        """Send a message until it is acknowledged."""
        counts, numbers = self.heard.counts, {one.number for one in parcels} if noun == "inventory" else set()
        counts["messages"] += 1
        ends, attempts = time.monotonic() + GAVE_UP, 0
        while (answer := self.once(data)) is None:
            attempts += 1
            self.heard.retried |= numbers
            if time.monotonic() > ends:
                raise Dead(f"no answer to a message of {noun} in {GAVE_UP} seconds")
        counts["acknowledged"] += 1
        counts["attempts that broke off"] += attempts
        counts["messages retried"] += bool(attempts)
        self.heard.acknowledged |= numbers
        if not self.enveloped:
            self.understand(answer.body)

    def once(self, data: bytes) -> Answer | None:
        """Send a message once; None when it has to be sent again, after the pause the portal asks for."""
        body, kind = (enveloped(data), "application/json") if self.enveloped else (data, XML)
        try:
            answer = self.door.ask("POST", "/cebcmsg", body, kind)
        except (OSError, http.client.HTTPException) as error:
            self.heard.put_off[type(error).__name__] += 1
            time.sleep(0.3)
            return None
        if answer.status == 200:
            return answer
        self.heard.put_off[str(answer.status)] += 1
        if answer.status not in (429, 503) or "retry-after" not in answer.headers:
            raise Dead(f"answered {answer.status}: {answer.body[:300]!r}")
        time.sleep(min(1.0, float(answer.headers["retry-after"])))
        return None

    def understand(self, body: bytes) -> None:
        """Note the numbers of the receipts in an answer, and how many nodes it refuses."""
        for returned in ceb.read(body).documents:
            self.heard.told.add(returned.guid)
            self.heard.counts["nodes refused"] += (
                returned.returnStatus.startswith("-") or returned.returnStatus == "100"
            )


def enveloped(data: bytes) -> bytes:
    """Return a message as clients of the e-port's HTTP access send it."""
    return json.dumps({"Message": {"MessageBody": {"data": base64.b64encode(data).decode()}}}).encode()


class Reader(threading.Thread):
    """Reads the receipts of one kind that go to one exchange number, and finds out when any is passed over or moves."""

    def __init__(self, door: Door, dxp_id: str, over: threading.Event, kind: str = "ceb622msg"):
        super().__init__(name=f"reader of {dxp_id}", daemon=True)
        self.door, self.dxp_id, self.over, self.kind = door, dxp_id, over, kind
        self.read: list[str] = []
        self.settled, self.after, self.failure = 0, "", ""

    def run(self) -> None:
        while not self.over.wait(0.5):
            self.turn()

    def turn(self) -> bool:
        """Read on as far as there are pages; False when an answer broke off."""
        more = True
        while more:
            query = {"dxpid": self.dxp_id, **({"after": self.after} if self.after else {})}
            try:
                answer = self.door.ask("GET", f"/{self.kind}?{urlencode(query)}")
            except (OSError, http.client.HTTPException):
                return False
            if answer.status != 200:
                return False
            more = self.page([row["guid"] for row in json.loads(answer.body)], answer.headers.get("link", ""))
        return True

    def page(self, guids: list[str], link: str) -> bool:
        """Keep a page: what was read of it before must be its beginning."""
        known = self.read[self.settled :]
        if guids[: len(known)] != known:
            self.failure = f"{self.name}: a page that began with {known[:3]} begins with {guids[:3]} now"
        self.read[self.settled :] = guids
        if link:
            self.settled = len(self.read)
            self.after = link.partition("after=")[2].partition("&")[0].partition(">")[0]
        return bool(link)
