"""The two folders: what counts as complete, where files go, and what a kill between two steps leaves."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from tongguan.exchange import folders
from tongguan.exchange.folders import Busy, Inbox, OfAnother, Outbox

WHOSE = {"portal": "http://here", "number": "DXPENT1"}


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "in", 2)


def test_a_file_is_complete_when_it_has_not_changed_for_the_settle_time(inbox):
    path = inbox.folder / "a.xml"
    path.write_text("<a")
    assert inbox.complete(100) == [] and inbox.waiting()
    path.write_text("<a/>")
    assert inbox.complete(101.9) == []
    assert inbox.complete(103.8) == []
    assert inbox.complete(103.9) == ["a.xml"]


def test_what_was_renamed_into_place_is_complete_at_once(inbox):
    (inbox.folder / "a.tmp").write_text("<a/>")
    assert inbox.complete(100) == []
    (inbox.folder / "a.tmp").rename(inbox.folder / "a.xml")
    assert inbox.complete(100.1) == ["a.xml"]
    assert inbox.complete(100.2) == ["a.xml"], "and stays so until it is claimed"


@pytest.mark.parametrize("name", [".a.xml", "a.xml.tmp", "a.TMP", "a.xml.part", "a.xml.filepart", "a.xml~", ".watch"])
def test_what_is_still_being_written_or_hidden_is_let_be(inbox, name):
    (inbox.folder / name).write_text("x")
    assert [inbox.complete(at) for at in (0, 100)] == [[], []] and not inbox.waiting()


def test_folders_and_links_are_let_be(inbox, tmp_path):
    (inbox.folder / "folder.xml").mkdir()
    (tmp_path / "outside.xml").write_text("x")
    (inbox.folder / "link.xml").symlink_to(tmp_path / "outside.xml")
    os.mkfifo(inbox.folder / "pipe.xml")
    assert [inbox.complete(at) for at in (0, 100)] == [[], []]


def test_the_oldest_comes_first(inbox):
    for name, changed in (("b.xml", 1), ("a.xml", 3), ("c.xml", 2)):
        (inbox.folder / name).write_text("x")
        os.utime(inbox.folder / name, (changed, changed))
    inbox.complete(0)
    assert inbox.complete(2) == ["b.xml", "c.xml", "a.xml"]


def test_a_claim_keeps_its_number_until_it_is_put_away(inbox):
    (inbox.folder / "报文 1.xml").write_text("x")
    claim = inbox.claim("报文 1.xml")
    assert claim.path.read_text() == "x" and not (inbox.folder / "报文 1.xml").exists()
    assert Inbox(inbox.folder, 2).begun() == [claim]
    assert inbox.sent(claim) == inbox.folder / "sent" / "报文 1.xml"
    assert inbox.begun() == [] and inbox.claim("报文 1.xml") is None


def test_a_name_that_comes_again_gets_a_number(inbox):
    for count in range(3):
        (inbox.folder / "a.xml").write_text(str(count))
        inbox.sent(inbox.claim("a.xml"))
    assert {path.name: path.read_text() for path in (inbox.folder / "sent").iterdir()} == {
        "a.xml": "0", "a.2.xml": "1", "a.3.xml": "2",
    }  # fmt: skip


def test_names_as_long_as_they_come(inbox):
    name = "长" * 83 + ".xml"
    (inbox.folder / name).write_text("x")
    kept = inbox.sent(inbox.claim(name))
    assert kept.suffix == ".xml" and kept.read_text() == "x"


def test_what_is_refused_lies_beside_its_reason(inbox):
    (inbox.folder / "a.xml").write_text("x")
    kept = inbox.refused(inbox.claim("a.xml"), b"<why/>")
    assert kept == inbox.folder / "refused" / "a.xml"
    assert (inbox.folder / "refused" / "a.xml.CEB900.xml").read_bytes() == b"<why/>"


def _hold(path: Path, ready, go) -> None:
    with folders.alone(path):
        ready.set()
        go.wait(30)


def test_two_programs_refuse_each_other_and_a_killed_one_leaves_no_lock(tmp_path):
    start = multiprocessing.get_context("spawn")
    ready, go = start.Event(), start.Event()
    other = start.Process(target=_hold, args=(tmp_path, ready, go))
    other.start()
    assert ready.wait(30)
    with pytest.raises(Busy) as caught, folders.alone(tmp_path / "another", tmp_path):
        pass
    assert caught.value.folder == tmp_path
    other.kill()
    other.join()
    with folders.alone(tmp_path / "another", tmp_path):
        pass


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_receipt_appears_whole_and_the_place_is_noted(tmp_path):
    outbox = Outbox(tmp_path, WHOSE)
    assert outbox.after == ""
    outbox.put("CEB312Message_A.xml", b"<a/>", "7-1")
    assert (tmp_path / "CEB312Message_A.xml").read_bytes() == b"<a/>"
    assert Outbox(tmp_path, WHOSE).after == "7-1"


@pytest.mark.parametrize("step", ["written", "_note", "_appear"])
def test_killed_at_any_step_each_receipt_still_appears_once(tmp_path, monkeypatch, step):
    outbox = Outbox(tmp_path, WHOSE)
    outbox.put("A.xml", b"<a/>", "7-1")
    (tmp_path / "A.xml").unlink()  # the client took it

    class Killed(BaseException):
        pass

    def killed(*args):
        raise Killed

    with monkeypatch.context() as patch:
        if step == "written":
            patch.setattr(folders, "written", lambda path, data: (path.write_bytes(data[:2]), killed()))
        else:
            patch.setattr(outbox, step, killed)
        with pytest.raises(Killed):
            outbox.put("B.xml", b"<b/>", "7-2")
    again = Outbox(tmp_path, WHOSE)
    if again.after == "7-1":
        assert listed(tmp_path) == [], "nothing appeared, it is fetched again"
        again.put("B.xml", b"<b/>", "7-2")
    assert listed(tmp_path) == ["B.xml"] and (tmp_path / "B.xml").read_bytes() == b"<b/>"
    assert Outbox(tmp_path, WHOSE).after == "7-2" and listed(tmp_path / ".watch") == ["place.json"]


def test_a_receipt_that_was_taken_does_not_come_again(tmp_path):
    Outbox(tmp_path, WHOSE).put("A.xml", b"<a/>", "7-1")
    (tmp_path / "A.xml").unlink()
    assert Outbox(tmp_path, WHOSE).after == "7-1" and listed(tmp_path) == []


def test_the_receipts_of_one_number_do_not_mix_with_those_of_another(tmp_path):
    Outbox(tmp_path, WHOSE).put("A.xml", b"<a/>", "7-1")
    with pytest.raises(OfAnother) as caught:
        Outbox(tmp_path, {**WHOSE, "number": "DXPENT2"})
    assert caught.value.known == WHOSE
