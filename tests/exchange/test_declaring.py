"""The folders of a declaration client: each message filed once, each answer and receipt once, whatever a kill interrupts."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.api.test_declarations import client
from tests.declarations import made
from tests.declarations.made import AGENT, AT, document
from tests.declarations.test_messages import message
from tests.exchange.test_portal import JSON, XML, stand_in  # noqa: F401 (fixture)

from tongguan.declarations.messages.actions import give_receipts
from tongguan.declarations.models import Declaration, DeclarationReceipt
from tongguan.exchange import declaring, folders
from tongguan.exchange.declaring import Answers, DeclarationWatch, Folders, Notice, Window
from tongguan.exchange.folders import Outbox
from tongguan.exchange.portal import Shut
from tongguan.formats import dec
from tongguan.journal.actions import sequence

NOW = datetime(2026, 5, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
PRE_NO = "I20260000000000001"


class Killed(BaseException):
    """What a kill does to the program."""


class Fake:
    """A portal that answers the same message the same, and remembers what it filed."""

    def __init__(self):
        self.filed: list[bytes] = []
        self.notices: list[Notice] = []

    def send(self, data: bytes) -> dec.Response:
        if b"wrong" in data:
            return dec.Response(ResponseCode="1", ErrorMessage="暂存失败")
        if data not in self.filed:
            self.filed.append(data)
            data_of = dec.write_receipt(dec.Result(CUS_CIQ_NO=PRE_NO, NOTICE_DATE="2026-05-01T09:00:00", CHANNEL="L"))
            self.notices.append(Notice(len(self.filed), PRE_NO, NOW, data_of))
        return dec.Response(ResponseCode="0", SeqNo=PRE_NO)

    def fetch(self, after: str) -> list[Notice]:
        return [one for one in self.notices if one.id > int(after or 0)]


def watch(root: Path, portal) -> DeclarationWatch:
    places = Folders.below(root)
    answers = Answers(places.state / "answers", places.inside)
    outbox = Outbox(places.inside, {"portal": "here", "family": "DecCus001"})
    return DeclarationWatch(places.inbox(0), outbox, answers, portal, lambda: NOW)


def drop(root: Path, name: str, data: bytes) -> None:
    folder = root / "DecCus001" / "OutBox"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f".{name}").write_bytes(data)
    (folder / f".{name}").rename(folder / name)


def names(root: Path, box: str) -> list[str]:
    return sorted(path.name for path in (root / "DecCus001" / box).iterdir() if path.is_file())


def test_messages_move_and_answers_and_receipts_appear(tmp_path):
    drop(tmp_path, "报关单 1.xml", b"<good/>")
    drop(tmp_path, "b.xml", b"<wrong/>")
    one = watch(tmp_path, Fake())
    one.once()
    assert (names(tmp_path, "SentBox"), names(tmp_path, "FailBox")) == (["报关单 1.xml"], ["b.xml"])
    assert names(tmp_path, "InBox") == [
        "Failed_b_20260501090000000.xml", f"Receipt_DECCUS004_{PRE_NO}_20260501090000000_1.xml",
        "Successed_报关单 1_20260501090000000.xml",
    ]  # fmt: skip
    assert names(tmp_path, "OutBox") == [] and (one.counts.filed, one.counts.refused, one.counts.receipts) == (1, 1, 1)
    said, _ = dec.read_receipt((tmp_path / "DecCus001/InBox/Failed_b_20260501090000000.xml").read_bytes())
    assert (said.ResponseCode, said.ErrorMessage) == ("1", "暂存失败")
    again = watch(tmp_path, one.portal)
    again.once()
    assert again.counts.receipts == 0


STEPS = 14


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", range(STEPS))
def test_killed_at_any_step_nothing_is_filed_twice_and_nothing_is_lost(tmp_path, monkeypatch, step, after):
    """The step is the number of the write or rename before or after which the program ends; the client takes what appears."""
    portal, taken, count = Fake(), [], [0]
    drop(tmp_path, "a.xml", b"<good/>")
    drop(tmp_path, "b.xml", b"<wrong/>")

    def dying(real):
        def done(*args):
            count[0] += 1
            if count[0] == step + 1 and not after:
                raise Killed
            found = real(*args)
            if count[0] == step + 1:
                raise Killed
            return found

        return done

    def take() -> None:
        for path in (tmp_path / "DecCus001" / "InBox").glob("*.xml"):
            taken.append(path.name)
            path.unlink()

    with monkeypatch.context() as patch:
        patch.setattr(folders.os, "rename", dying(os.rename))
        patch.setattr(folders, "written", dying(folders.written))
        patch.setattr(declaring, "written", dying(declaring.written))
        with pytest.raises(Killed):
            watch(tmp_path, portal).once()
    take()
    watch(tmp_path, portal).once()
    take()
    assert portal.filed == [b"<good/>"]
    assert sorted(name.rpartition("_")[0] for name in taken) == [
        "Failed_b", f"Receipt_DECCUS004_{PRE_NO}_20260501090000000", "Successed_a",
    ]  # fmt: skip
    assert (names(tmp_path, "SentBox"), names(tmp_path, "FailBox")) == (["a.xml"], ["b.xml"])
    assert not any((tmp_path / "DecCus001" / ".watch" / "answers").glob("*.xml"))


def test_the_steps_are_all_there(tmp_path, monkeypatch):
    count = [0]
    real_rename, real_written = os.rename, folders.written

    def counted(real):
        return lambda *args: (count.__setitem__(0, count[0] + 1), real(*args))[1]

    drop(tmp_path, "a.xml", b"<good/>")
    drop(tmp_path, "b.xml", b"<wrong/>")
    monkeypatch.setattr(folders.os, "rename", counted(real_rename))
    monkeypatch.setattr(folders, "written", counted(real_written))
    monkeypatch.setattr(declaring, "written", counted(real_written))
    watch(tmp_path, Fake()).once()
    assert count[0] == STEPS


def test_what_the_portal_cannot_read_is_a_failed_message(stand_in, tmp_path):  # noqa: F811
    problem = '{"errors": [{"code": "UNREADABLE_MESSAGE", "message": {"zh": "报文无法读取", "en": "unreadable"}}]}'
    stand_in.answers = [(422, JSON, problem.encode(), {}), (200, JSON, b'{"receipts": [], "next": ""}', {}),
                        (200, JSON, b'{"receipts": [], "next": ""}', {})]  # fmt: skip
    drop(tmp_path, "a.xml", b"")
    watch(tmp_path, Window(stand_in.url, "T")).once()
    [name] = names(tmp_path, "InBox")
    said, _ = dec.read_receipt((tmp_path / "DecCus001" / "InBox" / name).read_bytes())
    assert said.ErrorMessage == "报文无法读取[UNREADABLE_MESSAGE]" and names(tmp_path, "FailBox") == ["a.xml"]
    assert (
        stand_in.asked[0][1] == "/api/v1/declaration-messages" and stand_in.asked[0][2]["Authorization"] == "Bearer T"
    )


@pytest.mark.parametrize("answer", [
    (403, JSON, b'{"detail": "no"}', {}), (200, XML, b"<other/>", {}), (200, XML, b"<DEC_RESULT/>", {}),
])  # fmt: skip
def test_a_portal_that_is_none_ends_it_and_keeps_the_message(stand_in, tmp_path, answer):  # noqa: F811
    stand_in.answers = [answer]
    drop(tmp_path, "a.xml", b"<a/>")
    with pytest.raises(Shut):
        watch(tmp_path, Window(stand_in.url)).once()
    assert len(names(tmp_path, ".watch/sending")) == 1 and names(tmp_path, "InBox") == []


@pytest.mark.parametrize(
    "written", [b"no", b"{}", b'{"receipts": [{"id": 1, "preNo": "../../x", "at": "2026-05-01", "xml": ""}]}']
)
def test_receipts_that_are_none_write_nothing(stand_in, tmp_path, written):  # noqa: F811
    stand_in.answers = [(200, JSON, written, {})]
    with pytest.raises(Shut):
        watch(tmp_path, Window(stand_in.url)).once()
    assert names(tmp_path, "InBox") == []


@pytest.fixture
def quay(transactional_db, monkeypatch, settings):
    settings.BANK = "tongguan.exchange.bank.SimulatedBank"
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    made.use_tariff(monkeypatch, made.tariff())
    made.prepare()
    made.parities("2026-02-24", "2026-03-18")
    made.ship()
    return client("broker", AGENT)


def command(root: Path, url: str, *more: str) -> list[str]:
    given = [str(root), "--server", url, "--token", str(root / "token"), "--poll", "0.1", "--settle", "0.1"]
    return [sys.executable, "-m", "tongguan.cli", "watch-declarations", *given, *more]


def test_kill_9_files_nothing_twice_and_loses_nothing(quay, live_server, tmp_path):
    """Eight messages, one of them wrong, are filed while the program is killed again and again."""
    (tmp_path / "token").write_text(quay.token)
    chance = random.Random(8)
    for number in range(8):
        of = document(NoteS=f"n{number}") if number else document(CustomMaster=None)
        drop(tmp_path, f"{number}.xml", message(of, number=f"K{number}"))
    Folders.below(tmp_path).sent.mkdir(parents=True)
    for most in (0, 2, 5):
        watcher = subprocess.Popen(
            command(tmp_path, live_server.url), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + 60
        while len(names(tmp_path, "SentBox")) <= most and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.15))
        watcher.send_signal(signal.SIGKILL)
        watcher.wait()
    sequence()
    give_receipts()
    done = subprocess.run(command(tmp_path, live_server.url, "--once"), capture_output=True, text=True, timeout=90)
    assert done.returncode in (0, 1), done.stderr
    assert Declaration.objects.count() == 7
    assert (len(names(tmp_path, "SentBox")), names(tmp_path, "FailBox")) == (7, ["0.xml"])
    appeared = [name.split("_")[0] for name in names(tmp_path, "InBox")]
    assert (appeared.count("Successed"), appeared.count("Failed")) == (7, 1)
    assert appeared.count("Receipt") == DeclarationReceipt.objects.count()


def test_a_message_is_declared_by_folder_and_its_receipts_come(quay, live_server, tmp_path):
    drop(tmp_path, "a.xml", message(operation="C"))
    places = Folders.below(tmp_path)
    watch(tmp_path, Window(live_server.url, quay.token)).once()
    row = Declaration.objects.get()
    assert row.state == "due"
    sequence()
    give_receipts()
    watch(tmp_path, Window(live_server.url, quay.token)).once()
    receipts = places.inside.glob(f"Receipt_DECCUS004_{row.pre_no}_*.xml")
    assert sorted(dec.read_receipt(path.read_bytes())[0].CHANNEL for path in receipts) == ["L", "T"]
