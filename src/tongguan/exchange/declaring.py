"""The folders of a declaration client (报关单文件夹收发): messages from OutBox are filed, answers and receipts appear in InBox.

A message is answered before it moves: its answer is kept under the number of its claim, then the message goes to SentBox or
FailBox, then the answer appears in InBox. Whatever step a kill comes after, the next start goes on from there, and the portal
answers the same message the same; so nothing is filed twice and each answer and each receipt appears once.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from tongguan.formats import dec
from tongguan.formats.ceb import Unreadable
from tongguan.formats.dec.contract import TRANSPORT
from tongguan.kernel.texts import text

from .folders import REFUSED, SENDING, SENT, STATE, Claim, Inbox, Outbox, free, settled, written
from .portal import MOST, Line, Shut, told
from .rounds import Counts, Rounds, Told

FAMILY = "DecCus001"
DONE = "0"
RECEIPTS_AT_ONCE = 200
_DRAFT, _BETWEEN = ".draft", "~"
_NOT_READ = "1"
_MOST = TRANSPORT["response"].fields["ErrorMessage"].most
_PRE_NO = re.compile(r"[IE][0-9]{17}")
_UNREAD = {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY}


class Folders(NamedTuple):
    """The four folders that clients know, and the one in which the watcher keeps what is under way."""

    out: Path
    sent: Path
    fail: Path
    inside: Path
    state: Path

    @classmethod
    def below(cls, root: Path) -> Folders:
        """Return the folders of declarations below the folder of the client."""
        base = root / FAMILY
        return cls(base / "OutBox", base / "SentBox", base / "FailBox", base / "InBox", base / STATE)

    def inbox(self, settle: float) -> Inbox:
        """Return the folder that messages are dropped into, made with its others where they are not there."""
        places = {SENDING: self.state / SENDING, SENT: self.sent, REFUSED: self.fail}
        return Inbox(self.out, settle, places)


class Notice(NamedTuple):
    """A receipt as the portal gives it: its id, the pre-entry number and the moment it names, the message itself."""

    id: int
    pre_no: str
    at: datetime
    data: bytes

    @property
    def name(self) -> str:
        """The name of its file, which no other receipt has."""
        return f"Receipt_DECCUS004_{self.pre_no}_{_stamp(self.at)}_{self.id}.xml"


class Window(Line):
    """A portal that takes declarations by message."""

    def send(self, data: bytes) -> dec.Response:
        """Send a message and return the answer to it, also where it could not be read; raises Away, Shut."""
        answer = self._asked("POST", f"{self._root}/api/v1/declaration-messages", data)
        if answer.status in _UNREAD:
            return dec.Response(ResponseCode=_NOT_READ, ErrorMessage=(_problem(answer.body) or told(answer))[:_MOST])
        try:
            found, _ = dec.read_receipt(answer.body)
        except Unreadable:
            raise Shut(told(answer)) from None
        if not isinstance(found, dec.Response):
            raise Shut(told(answer))
        return found

    def fetch(self, after: str) -> list[Notice]:
        """Return the receipts after a place, the oldest first; raises Away, Shut."""
        query = {"limit": RECEIPTS_AT_ONCE} | ({"after": after} if after else {})
        answer = self._asked("GET", f"{self._root}/api/v1/declaration-receipts?{urlencode(query)}")
        try:
            return [_notice(one) for one in json.loads(answer.body)["receipts"]]
        except (ValueError, KeyError, TypeError):
            raise Shut(told(answer)) from None


def _notice(one: dict[str, Any]) -> Notice:
    found = Notice(int(one["id"]), str(one["preNo"]), datetime.fromisoformat(one["at"]), str(one["xml"]).encode())
    if not _PRE_NO.fullmatch(found.pre_no):
        raise ValueError(found.pre_no)
    return found


def _problem(body: bytes) -> str:
    """Return the Chinese words of a problem with their codes; empty where it is none."""
    try:
        return "；".join(f"{one['message']['zh']}[{one['code']}]" for one in json.loads(body)["errors"])
    except (ValueError, KeyError, TypeError):
        return ""


def _stamp(at: datetime) -> str:
    return f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}"


class Answers:
    """Answers that were given and have not appeared yet, each under the number of its claim."""

    def __init__(self, folder: Path, inside: Path):
        self._folder, self._inside = folder, inside
        folder.mkdir(parents=True, exist_ok=True)
        inside.mkdir(parents=True, exist_ok=True)

    def kept(self, number: str = "") -> list[Path]:
        """Return the answers that are kept, or that of a claim."""
        found = sorted(path for path in self._folder.iterdir() if path.suffix != _DRAFT)
        return [path for path in found if not number or path.name.startswith(number + _BETWEEN)]

    def keep(self, number: str, name: str, data: bytes) -> Path:
        """Keep an answer until its message has moved; returns where."""
        place = self._folder / f"{number}{_BETWEEN}{name}"
        draft = place.with_name(number + _DRAFT)
        written(draft, data)
        os.rename(draft, place)
        settled(self._folder)
        return place

    def appear(self, kept: Path) -> Path:
        """Let an answer appear; returns its place."""
        place = free(self._inside, kept.name.partition(_BETWEEN)[2])
        os.rename(kept, place)
        settled(self._inside)
        settled(self._folder)
        return place


@dataclass
class DeclarationWatch(Rounds):
    """The folders of a declaration client and the portal.

    ``clock`` says what time it is, for the names of answers; ``told`` is called as by ``Watch``.
    """

    inbox: Inbox
    outbox: Outbox
    answers: Answers
    portal: Window
    clock: Callable[[], datetime]
    told: Told = lambda event, values: None
    counts: Counts = field(default_factory=Counts)
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        begun = {claim.number for claim in self.inbox.begun()}
        for kept in self.answers.kept():
            if kept.name.partition(_BETWEEN)[0] not in begun:  # its message has moved already
                self.answers.appear(kept)

    def file(self, claim: Claim) -> None:
        """Send one message, put it where its answer says and let the answer appear; raises Away, Shut."""
        found = self.answers.kept(claim.number)
        try:
            kept = found[0] if found else self._answered(claim)
            said, _ = dec.read_receipt(kept.read_bytes())
            place = self.inbox.put(claim, SENT if said.ResponseCode == DONE else REFUSED)
        except FileNotFoundError:
            return  # somebody took it away
        self.answers.appear(kept)
        if said.ResponseCode == DONE:
            self.counts.filed += 1
            self.told("filed", {"name": claim.name, "place": place, "said": said.SeqNo or ""})
        else:
            self.counts.refused += 1
            self.told("refused", {"name": claim.name, "place": place, "reason": said.ErrorMessage or said.ResponseCode})

    def _answered(self, claim: Claim) -> Path:
        try:
            size = claim.path.stat().st_size
            data = claim.path.read_bytes() if size <= MOST else b""
        except FileNotFoundError:
            raise
        except OSError as error:
            said = _unread("-900041", reason=error.strerror or str(error))
        else:
            said = self.portal.send(data) if size <= MOST else _unread("api.problem.TOO_LARGE.detail", limit=MOST)
        how = "Successed" if said.ResponseCode == DONE else "Failed"
        name = f"{how}_{Path(claim.name).stem}_{_stamp(self.clock())}.xml"
        return self.answers.keep(claim.number, name, dec.write_receipt(said))

    def fetch(self) -> int:
        """Write the receipts that have come since the last time, in their order; returns how many."""
        notices = self.portal.fetch(self.outbox.after)
        for count, one in enumerate(notices):
            if self.stopping.is_set():
                return count
            place = self.outbox.put(one.name, one.data, str(one.id))
            self.counts.receipts += 1
            self.told("receipt", {"name": one.name, "place": place})
        return len(notices)


def _unread(key: str, **values: Any) -> dec.Response:
    return dec.Response(ResponseCode=_NOT_READ, ErrorMessage=text(key, "zh", **values))
