"""Folders watched against a portal that runs: each file filed once, each receipt once, through kills and restarts."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.api.conftest import make_parcel, xml
from tests.api.test_dxp import enveloped
from tests.exchange.test_portal import REPLY, XML, StandIn, stand_in  # noqa: F401 (fixture)

from tongguan.ecommerce import queries, samples
from tongguan.ecommerce.models import Message, Order
from tongguan.exchange.folders import Inbox, Outbox
from tongguan.exchange.portal import Away, Portal, Shut
from tongguan.exchange.watching import Names, Watch
from tongguan.formats import ceb, dxp
from tongguan.kernel.states import Actor

CUSTOMS = "DXPEDCCEB0000002"
NOW = datetime(2026, 5, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def watch(folder: Path, url: str, caller, **more) -> Watch:
    inbox = Inbox(folder / "in", 0)
    outbox = Outbox(folder / "out", {"portal": url, "number": caller.dxp_id})
    return Watch(inbox, outbox, Portal(url, caller.token), Names(caller.dxp_id, CUSTOMS), lambda: NOW, **more)


def drop(folder: Path, name: str, data: bytes) -> None:
    draft = folder / "in" / f".{name}"
    draft.parent.mkdir(exist_ok=True)
    draft.write_bytes(data)
    draft.rename(folder / "in" / name)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def received(folder: Path) -> list[ceb.Message]:
    return [ceb.read((folder / "out" / name).read_bytes()) for name in names(folder / "out")]


@pytest.fixture
def broker(racing_window):
    return racing_window.broker


def test_a_parcel_is_cleared_through_two_folders(broker, live_server, tmp_path, parcel):
    for place, noun in enumerate(samples.KINDS):
        drop(tmp_path, f"{place}-{noun}.xml", xml(noun, parcel))
    told = []
    watch(tmp_path, live_server.url, broker, told=lambda event, values: told.append(event)).once()
    assert names(tmp_path / "in") == names(tmp_path / "in" / "sending") == names(tmp_path / "in" / "refused") == []
    assert len(names(tmp_path / "in" / "sent")) == 4
    receipts = received(tmp_path)
    assert names(tmp_path / "out") == sorted(f"{one.kind}_{one.guid}.xml" for one in receipts)
    assert sorted(one.kind[3:6] for one in receipts) == ["312", "412", "512", "622"]
    assert told.count("filed") == 4 and told.count("receipt") == 4
    [of_inventory] = (tmp_path / "out").glob("CEB622*")
    said = ceb.read(of_inventory.read_bytes()).documents
    assert [doc.returnStatus for doc in said] == ["2", "120", "399", "800"]


def test_the_same_folders_try_the_sandbox(broker, live_server, tmp_path, parcel):
    drop(tmp_path, "order.xml", xml("order", make_parcel("S1-301010")))
    watch(tmp_path, f"{live_server.url}/sandbox", broker).once()
    assert names(tmp_path / "in" / "sent") == ["order.xml"] and not Message.objects.exists()
    [receipt] = received(tmp_path)
    assert [doc.returnStatus for doc in receipt.documents] == ["-301010"]


def test_an_envelope_is_sent_as_it_was_dropped(broker, live_server, tmp_path, parcel):
    drop(tmp_path, "order.dxp", enveloped(xml("order", parcel), broker.dxp_id, "MINE-1"))
    drop(tmp_path, "order-again.dxp", enveloped(xml("order", parcel), broker.dxp_id, "MINE-1"))
    watch(tmp_path, live_server.url, broker).once()
    assert names(tmp_path / "in" / "sent") == ["order-again.dxp", "order.dxp"] and Message.objects.count() == 1


def test_receipts_can_come_in_their_envelopes(broker, live_server, tmp_path, parcel):
    drop(tmp_path, "order.xml", xml("order", parcel))
    watch(tmp_path, live_server.url, broker, enveloped=True).once()
    [name] = names(tmp_path / "out")
    found = dxp.read((tmp_path / "out" / name).read_bytes())
    assert found.heading.ReceiverIds == [broker.dxp_id] and ceb.read(found.data).kind == "CEB312Message"


def test_the_same_bytes_dropped_twice_are_filed_twice(broker, live_server, tmp_path, parcel):
    """A person who drops a file again means it; only what the program itself repeats is one transmission."""
    for name in ("a.xml", "b.xml"):
        drop(tmp_path, name, xml("order", parcel))
    watch(tmp_path, live_server.url, broker).once()
    assert Message.objects.count() == 2
    assert sorted(one.documents[0].returnStatus for one in received(tmp_path)) == ["-301010", "120"]


BAD = {
    "empty.xml": (b"", "-900001"),
    "blank.xml": (b" \n", "-900001"),
    "broken.xml": (b"<ceb:CEB311Message", "-900004"),
    "entity.xml": (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "-900005"),
    "type.xml": (b"<a/>", "-900008"),
    "picture.png": (b"\x89PNG\r\n\x1a\n\0\0", "-900004"),
    "great.xml": (b"x" * 33 * 2**20, "-900002"),
}


def test_what_cannot_be_read_goes_aside_with_its_reason(broker, live_server, tmp_path):
    for name, (data, _) in BAD.items():
        drop(tmp_path, name, data)
    watch(tmp_path, live_server.url, broker).once()
    refused = tmp_path / "in" / "refused"
    assert names(refused) == sorted([*BAD, *(f"{name}.CEB900.xml" for name in BAD)])
    for name, (data, status) in BAD.items():
        [why] = ceb.read((refused / f"{name}.CEB900.xml").read_bytes()).documents
        assert (refused / name).read_bytes() == data
        assert why.returnStatus == status and "Desc:" in why.returnInfo and why.returnInfo.isascii() is False
        assert len(why.oriCopMsgId) == 32


def test_an_envelope_for_somebody_else_goes_aside_with_the_code_of_the_exchange(broker, live_server, tmp_path, parcel):
    drop(tmp_path, "a.dxp", enveloped(xml("order", parcel), broker.dxp_id, to="DXPNOBODY0000009"))
    watch(tmp_path, live_server.url, broker).once()
    [why] = ceb.read((tmp_path / "in/refused/a.dxp.CEB900.xml").read_bytes()).documents
    assert why.returnStatus == "-900033" and why.returnInfo.startswith("[Code:2001;Desc:")


def test_a_file_that_may_not_be_opened_goes_aside(broker, live_server, tmp_path, parcel, monkeypatch):
    drop(tmp_path, "a.xml", xml("order", parcel))

    one = watch(tmp_path, live_server.url, broker)

    def denied(path):
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", denied)
        one.turn()
    [why] = ceb.read((tmp_path / "in/refused/a.xml.CEB900.xml").read_bytes()).documents
    assert why.returnStatus == "-900041" and "文件无法读取" in why.returnInfo and "cannot be read" in why.returnInfo


def test_a_file_that_somebody_takes_back_is_nothing(broker, live_server, tmp_path, parcel):
    drop(tmp_path, "a.xml", xml("order", parcel))
    one = watch(tmp_path, live_server.url, broker)
    claim = one.inbox.claim("a.xml")
    claim.path.unlink()
    one.file(claim)
    assert (one.counts.filed, one.counts.refused) == (0, 0)


def test_an_answer_that_was_lost_is_asked_for_again_and_filed_once(broker, live_server, tmp_path, parcel, monkeypatch):
    drop(tmp_path, "a.xml", xml("order", parcel))
    one = watch(tmp_path, live_server.url, broker)
    send = one.portal.send

    def lost(envelope):
        send(envelope)
        raise Away("the line broke")

    with monkeypatch.context() as patch, pytest.raises(Away):
        patch.setattr(one.portal, "send", lost)
        one.turn()
    assert len(names(tmp_path / "in" / "sending")) == 1 and Order.objects.count() == 1
    watch(tmp_path, live_server.url, broker).once()
    assert names(tmp_path / "in" / "sent") == ["a.xml"] and Message.objects.count() == 1
    assert [read.documents[0].returnStatus for read in received(tmp_path)] == ["120"]


def test_a_wrong_token_ends_it_and_nothing_is_lost(broker, live_server, tmp_path, parcel):
    drop(tmp_path, "a.xml", xml("order", parcel))
    one = watch(tmp_path, live_server.url, broker)
    one.portal = Portal(live_server.url, "wrong")
    with pytest.raises(Shut, match="401"):
        one.once()
    watch(tmp_path, live_server.url, broker).once()
    assert Message.objects.count() == 1


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def test_while_the_portal_is_away_it_waits_longer_and_longer(stand_in, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setattr("tongguan.exchange.rounds.FIRST_WAIT", 0.05)
    portal = Portal(stand_in.url)
    outbox = Outbox(tmp_path / "out", {"number": "D"})
    told: list[str] = []
    one = Watch(
        Inbox(tmp_path / "in", 0), outbox, portal, Names("D", CUSTOMS), lambda: NOW, lambda event, _: told.append(event)
    )
    drop(tmp_path, "a.xml", b"<a/>")
    away = (503, "text/plain", b"", {})
    stand_in.answers = [away, away, away, (200, XML, REPLY, {}), (204, XML, b"", {}), (204, XML, b"", {})]
    waits: list[float] = []
    wait = one.stopping.wait
    monkeypatch.setattr(one.stopping, "wait", lambda seconds: waits.append(seconds) or wait(min(seconds, 0.05)))
    thread = threading.Thread(target=one.run, args=(0.3,))
    thread.start()
    until(lambda: one.counts.filed == 1)
    one.stopping.set()
    thread.join(20)
    assert not thread.is_alive()
    assert waits[:4] == [0, 0.05, 0.1, 0.2]
    assert told[:3] == ["away", "filed", "back"] and told.count("away") == 1


PARCELS, KILLS = 24, 6


def command(folder: Path, url: str, number: str, *more: str) -> list[str]:
    places = [
        str(folder / "in"),
        str(folder / "out"),
        "--dxp",
        number,
        "--server",
        url,
        "--token",
        str(folder / "token"),
    ]
    return [sys.executable, "-m", "tongguan.cli", "watch", *places, "--poll", "0.1", "--settle", "0.1", *more]


def run(*arguments: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": ""}
    return subprocess.run(arguments, capture_output=True, text=True, timeout=60, env=environment)


def test_kill_9_loses_nothing_and_repeats_nothing(broker, live_server, tmp_path):
    """A client drops a message each moment and takes every receipt away as it appears; the watcher is killed again and again."""
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "token").write_text(broker.token)
    chance, over, taken = random.Random(5), threading.Event(), []

    def client() -> None:
        for number in range(PARCELS):
            drop(tmp_path, f"{number}.xml", xml("order", make_parcel(f"K{number}", number), seed=number))
            time.sleep(0.05)
            take()
        while not over.is_set():
            take()
            time.sleep(0.02)

    def take() -> None:
        for path in (tmp_path / "out").glob("*.xml"):
            taken.append(path.name)
            path.unlink()

    customer = threading.Thread(target=client)
    customer.start()
    for _ in range(KILLS):
        watcher = subprocess.Popen(command(tmp_path, live_server.url, broker.dxp_id), stdout=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.6, 1.6))
        watcher.send_signal(signal.SIGKILL)
        watcher.wait()
    done = run(*command(tmp_path, live_server.url, broker.dxp_id, "--once"))
    assert done.returncode == 0, done.stderr
    over.set()
    customer.join(20)
    take()
    assert Message.objects.count() == Order.objects.count() == PARCELS
    assert len(names(tmp_path / "in" / "sent")) == PARCELS and names(tmp_path / "in" / "sending") == []
    rows = queries.receipts(to=Actor("test", "operator"), dxp_id=broker.dxp_id, limit=1000)
    assert sorted(taken) == sorted(f"CEB312Message_{row.guid}.xml" for row in rows)


def test_two_watchers_refuse_each_other_and_ctrl_c_ends_in_order(broker, live_server, tmp_path, parcel):
    (tmp_path / "token").write_text(broker.token)
    first = subprocess.Popen(
        command(tmp_path, live_server.url, broker.dxp_id), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "LANG": "en_GB.UTF-8", "LC_ALL": ""},
    )  # fmt: skip
    until(lambda: (tmp_path / "out" / ".watch" / "lock").exists())
    second = run(*command(tmp_path, live_server.url, broker.dxp_id, "--once"))
    assert second.returncode == 1 and "Another program watches" in second.stderr
    drop(tmp_path, "a.xml", xml("order", parcel))
    until(lambda: any((tmp_path / "out").glob("*.xml")))
    first.send_signal(signal.SIGINT)
    out, err = first.communicate(timeout=20)
    assert first.returncode == 0, err
    assert "a.xml: Received as message" in out and "receipt CEB312Message_" in out
    assert "Ended: 1 files filed, 0 refused, 1 messages of receipts." in err
