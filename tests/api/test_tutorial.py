"""The tutorial for platforms: every example is run, in its order, against a running service whose clock goes on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from tests.api.conftest import AT
from tests.api.test_documentation import ROOT, blocks, pattern

from docs import make
from tongguan.kernel.law import law
from tongguan.sandbox.kinds import kinds
from tongguan.sandbox.magic import described

PAGES = [ROOT / "docs/api/tutorial.md", ROOT / "docs/api/tutorial.zh.md"]


def run(kind: str, code: str, url: str, token: str, work: Path) -> str:
    """Return what a block prints; raises CalledProcessError when it fails."""
    command = ["sh", "-euc", code] if kind == "sh" else [sys.executable, "-c", code]
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {"PATH": tools, "LANG": "C.UTF-8", "PYTHONUTF8": "1", "no_proxy": "*", "TONGGUAN_HOME": str(work)}
    env |= {"TONGGUAN": url, "TOKEN": token, "WORK": str(work)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="the examples use curl")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_example_does_what_the_tutorial_says(racing_window, live_server, page, tmp_path, monkeypatch):
    began = time.monotonic()
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT + timedelta(seconds=time.monotonic() - began))
    found, ran = blocks(page), 0
    for (kind, code), (then, expected) in zip(found, [*found[1:], ("", "")], strict=True):
        if kind in ("sh", "python"):
            said, ran = run(kind, code, live_server.url, racing_window.broker.token, tmp_path), ran + 1
            # Answers of curl do not end in a line break, so two of them may stand on one line.
            lines = re.sub(r"\n(?=[{<])", "…" if kind == "sh" else "\n", expected)
            assert then == "text" and pattern(lines).search(said), (code, said)
    assert ran == 12


def test_both_tutorials_have_the_same_examples():
    assert blocks(PAGES[0]) == blocks(PAGES[1])


def test_the_tutorials_say_how_long_exchanges_are_kept():
    days = law("sandbox.keep_days", on=AT.date()).value
    assert f"for {days} days" in PAGES[0].read_text(encoding="utf-8")
    assert f"保存{days}天" in PAGES[1].read_text(encoding="utf-8")


def test_every_address_of_the_tutorials_exists(window):
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    told = set(re.findall(r"(/sandbox/(?:ceb\w+msg\b|dxp)|/api/v1/sandbox/\w+)", text))
    described_paths = window.nobody.get("/api/v1/openapi.json").json()["paths"]
    known = [re.sub(r"\{\w+\}", "[^/]+", path) for path in described_paths]
    assert len(told) > 7
    assert not [path for path in told if not any(re.fullmatch(one, path) for one in known)]


def test_the_table_of_magic_values_holds_every_one():
    """The made page, the pages and the API list the same values: those that the sandbox knows."""
    page = make.pages()["magic.md"]
    sections = dict(re.findall(r"^## `(CEB\d{3}Message)`(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert set(sections) == set(kinds())
    for kind, section in sections.items():
        told = re.findall(r"^\| `(-[^`]+)` \| (.*?) \| (.*?) \|$", section, re.MULTILINE)
        wanted = [(one["value"], one["text"]["en"], one["text"]["zh"]) for one in described(kind)]
        assert [row[0] for row in told] == [row[0] for row in wanted]
        assert all(
            "|" in want[1] or want[1].replace("<", "&lt;") == row[1] for row, want in zip(told, wanted, strict=True)
        )
