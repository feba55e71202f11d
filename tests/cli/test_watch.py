"""`tongguan watch` used wrongly says how to use it, and says what keeps it from working."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongguan.exchange.folders import Outbox

NUMBER = ("--dxp", "DXPENT0000000001")
NOBODY = ("--server", "http://127.0.0.1:1")


def folders(path: Path) -> tuple[str, str]:
    return str(path / "in"), str(path / "out")


@pytest.mark.parametrize(
    "more, said",
    [
        ((), "--dxp"),
        (("--dxp", "X" * 17), "1 to 16 characters"),
        ((*NUMBER, "--server", "window"), "window is no address of a portal"),
        ((*NUMBER, "--token", "/no/such/file"), "/no/such/file holds no token"),
        ((*NUMBER, "--poll", "0"), "poll"),
    ],
)
def test_used_wrongly_it_says_how(tongguan, tmp_path, more, said):
    ran = tongguan("watch", *folders(tmp_path), *more)
    assert ran.status == 2 and said in ran.err and "Traceback" not in ran.err


def test_an_empty_file_is_no_token(tongguan, tmp_path):
    (tmp_path / "token").write_text("\n")
    assert tongguan("watch", *folders(tmp_path), *NUMBER, "--token", str(tmp_path / "token")).status == 2


@pytest.mark.parametrize("out", ["in", "in/sent", "in/sending", "in/refused"])
def test_receipts_may_not_come_back_as_messages(tongguan, tmp_path, out):
    ran = tongguan("watch", str(tmp_path / "in"), str(tmp_path / out), *NUMBER)
    assert (ran.status, "two folders" in ran.err) == (2, True)


def test_a_folder_that_cannot_be_made(tongguan, tmp_path):
    (tmp_path / "file").write_text("")
    ran = tongguan("watch", str(tmp_path / "file" / "in"), str(tmp_path / "out"), *NUMBER)
    assert ran.status == 2 and "cannot be used" in ran.err


def test_once_ends_when_nobody_answers_and_keeps_what_was_begun(tongguan, tmp_path):
    inside, outside = folders(tmp_path)
    Path(inside).mkdir()
    Path(inside, "a.xml").write_text("<a/>")
    ran = tongguan("watch", inside, outside, *NUMBER, *NOBODY, "--once", "--settle", "0")
    assert ran.status == 1 and "does not answer" in ran.err and "goes on next time" in ran.err
    assert len(list(Path(inside, "sending").iterdir())) == 1


def test_the_receipts_of_another_are_not_mixed(tongguan, tmp_path):
    inside, outside = folders(tmp_path)
    Outbox(Path(outside), {"portal": "http://127.0.0.1:1", "number": "DXPOTHER"}).put("A.xml", b"", "7-1")
    ran = tongguan("watch", inside, outside, *NUMBER, *NOBODY, "--once", "--lang", "zh")
    assert ran.status == 1 and "DXPOTHER" in ran.err and "OUT 另选" in ran.err


def test_its_help_teaches_in_both_languages(tongguan):
    for lang, word in (("en", "IN/refused"), ("zh", "窗口暂时无法连接")):
        assert word in tongguan("watch", "--help", "--lang", lang).out
