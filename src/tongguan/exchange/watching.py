"""Watching two folders (文件夹监视): what is dropped into one is filed, the receipts appear in the other.

It knows the portal as every client does, by its address and a token, so it runs beside it or anywhere else. Each file
travels as an envelope whose number is that of its claim: sent again after a broken line or a kill, it is answered as
before and filed once.
"""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from tongguan.formats import ceb, dxp
from tongguan.formats.ceb import Unreadable, parsing
from tongguan.formats.ceb.faults import unreadable
from tongguan.kernel.texts import text

from .folders import Claim, Inbox, Outbox
from .portal import MOST, Away, Portal, Shut
from .rounds import Counts, Rounds, Told

RECEIPTS_A_ROUND = 500

_PLACE = "after"
_SYSTEM = "3"  # how the codes begin that mean: send it again later
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{0,150}\.xml")
_OUR_STATUS = re.compile(r"-[0-9]{1,9}")
_NOT_READ = "-900041"


class Names(NamedTuple):
    """Under which exchange number messages are sent and receipts come, and the number of who takes them in."""

    ours: str
    theirs: str


@dataclass
class Watch(Rounds):
    """The two folders and the portal between them.

    ``clock`` says what time it is, for the envelopes; ``told`` is called with what happened: filed, refused, receipt,
    away, back. ``enveloped`` lets the receipts appear in their envelopes, for clients that know these only.
    """

    inbox: Inbox
    outbox: Outbox
    portal: Portal
    names: Names
    clock: Callable[[], datetime]
    told: Told = lambda event, values: None
    enveloped: bool = False
    counts: Counts = field(default_factory=Counts)
    stopping: threading.Event = field(default_factory=threading.Event)

    def file(self, claim: Claim) -> None:
        """Send one file and put it where its answer says; raises Away, Shut."""
        try:
            data = _content(claim)
            envelope = self._envelope(claim, data)
            if len(envelope) > MOST:
                raise unreadable("size", size=len(envelope), limit=MOST)
        except FileNotFoundError:
            return  # somebody took it away
        except OSError as error:
            words = (text(_NOT_READ, lang, reason=error.strerror or str(error)) for lang in ("zh", "en"))
            return self._aside(claim, Unreadable(_NOT_READ, "3999", *words), b"")
        except Unreadable as problem:
            return self._aside(claim, problem, b"")
        said = self.portal.send(envelope)
        if said.ResponseCode.startswith(_SYSTEM):
            raise Away(f"{said.ResponseCode} {said.ResponseInfo or ''}".rstrip())
        if said.ResponseCode != dxp.ACCEPTED:
            return self._aside(claim, _why(said, data), data)
        self.counts.filed += 1
        self.told("filed", {"name": claim.name, "place": self.inbox.sent(claim), "said": _result(said)})

    def _envelope(self, claim: Claim, data: bytes) -> bytes:
        """Return an envelope as it was dropped, or the message in one; which it is the file's beginning says."""
        if dxp.is_envelope(data):
            return data
        kind = parsing.message_type(data).removeprefix("Unknown")
        moment = self.clock().replace(microsecond=0, tzinfo=None).isoformat()
        heading = dxp.Heading(
            CopMsgId=claim.number, SenderId=self.names.ours, ReceiverIds=[self.names.theirs], CreatTime=moment,
            MsgType=kind,
        )  # fmt: skip
        return dxp.write(heading, data)

    def _aside(self, claim: Claim, problem: Unreadable, data: bytes) -> None:
        guid = str(uuid.uuid4()).upper()
        why = ceb.return_900(problem, data, guid=guid, at=self.clock(), cop_message_id=claim.number)
        self.counts.refused += 1
        reason = {"zh": problem.info_zh, "en": problem.info_en}
        self.told("refused", {"name": claim.name, "place": self.inbox.refused(claim, why), "reason": reason})

    def fetch(self) -> int:
        """Write the receipts that have come since the last time, in their order; returns how many messages of them."""
        for count in range(RECEIPTS_A_ROUND):
            if self.stopping.is_set():
                return count
            envelope = self.portal.fetch(self.names.ours, self.outbox.after)
            if envelope is None:
                return count
            name, after = _place(envelope)
            data = _whole(envelope) if self.enveloped else envelope.data
            self.told("receipt", {"name": name, "place": self.outbox.put(name, data, after)})
            self.counts.receipts += 1
        return RECEIPTS_A_ROUND


def _content(claim: Claim) -> bytes:
    """Return what is in a file; raises OSError, Unreadable for a file that is empty or too large to be sent."""
    if (size := claim.path.stat().st_size) > MOST:
        raise unreadable("size", size=size, limit=MOST)
    if not (data := claim.path.read_bytes()).strip():
        raise unreadable("empty")
    return data


def _place(envelope: dxp.Envelope) -> tuple[str, str]:
    """Return the file's name and the place to read on from that an envelope of receipts tells; raises Shut without."""
    more = envelope.additions
    found = [key.value for key in (more and more.BizKey) or () if key.name == _PLACE]
    if not found or not (more and more.FileName and _FILE_NAME.fullmatch(more.FileName)):
        raise Shut("DxpMsg/AddInfo")
    return more.FileName, found[0]


def _whole(envelope: dxp.Envelope) -> bytes:
    return dxp.write(envelope.heading, envelope.data, additions=envelope.additions)


def _result(said: dxp.Response) -> dict[str, str]:
    """Return the words of an answer in both languages."""
    found = said.Results[0] if said.Results else None
    zh = (found and found.Info) or said.ResponseInfo or said.ResponseCode
    return {"zh": zh, "en": (found and found.Note) or zh}


def _why(said: dxp.Response, data: bytes) -> Unreadable:
    """Return why a file was not taken in, as a CEB900 says it."""
    words = _result(said)
    given = said.Results[0].Code if said.Results else ""
    status = given if _OUR_STATUS.fullmatch(given) else f"-{said.ResponseCode}"
    return Unreadable(status, said.ResponseCode, words["zh"], words["en"], parsing.message_type(data))
