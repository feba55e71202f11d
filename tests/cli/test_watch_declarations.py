"""`tongguan watch-declarations` used wrongly says how to use it, and says what keeps it from working."""

from __future__ import annotations

import pytest

from tongguan.exchange.folders import Outbox

NOBODY = ("--server", "http://127.0.0.1:1")


@pytest.mark.parametrize(
    "more, said",
    [
        (("--server", "window"), "window is no address of a portal"),
        (("--token", "/no/such/file"), "/no/such/file holds no token"),
        (("--poll", "0"), "poll"),
    ],
)
def test_used_wrongly_it_says_how(tongguan, tmp_path, more, said):
    ran = tongguan("watch-declarations", str(tmp_path), *more)
    assert ran.status == 2 and said in ran.err and "Traceback" not in ran.err


def test_once_ends_when_nobody_answers_and_keeps_what_was_begun(tongguan, tmp_path):
    out = tmp_path / "DecCus001" / "OutBox"
    out.mkdir(parents=True)
    (out / "a.xml").write_text("<a/>")
    ran = tongguan("watch-declarations", str(tmp_path), *NOBODY, "--once", "--settle", "0")
    assert ran.status == 1 and "does not answer" in ran.err
    assert len(list((tmp_path / "DecCus001" / ".watch" / "sending").iterdir())) == 1


def test_the_receipts_of_another_portal_are_not_mixed(tongguan, tmp_path):
    inside = tmp_path / "DecCus001" / "InBox"
    inside.mkdir(parents=True)
    Outbox(inside, {"portal": "http://there", "family": "DecCus001"}).put("A.xml", b"<a/>", "1")
    ran = tongguan("watch-declarations", str(tmp_path), *NOBODY, "--once")
    assert ran.status == 1 and "holds the receipts of" in ran.err
