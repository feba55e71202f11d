"""What docs/api says is run: every command and every program, in both languages, against a running service."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tongguan.server.configuration import checkout

ROOT = checkout()
PAGES = [ROOT / "docs/api/index.md", ROOT / "docs/api/index.zh.md"]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[tuple[str, str]]:
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def run(kind: str, code: str, url: str, token: str) -> str:
    """Return what a block prints; raises CalledProcessError when it fails."""
    command = ["sh", "-euc", code] if kind == "sh" else [sys.executable, "-c", code]
    env = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
        "TONGGUAN": url,
        "TOKEN": token,
        "no_proxy": "*",
    }
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def pattern(expected: str) -> re.Pattern:
    """Return what the output must look like: an ellipsis stands for anything."""
    return re.compile(".*".join(re.escape(part) for part in expected.strip().split("…")), re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the examples use curl")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_example_does_what_the_page_says(racing_window, live_server, page):
    found, ran = blocks(page), 0
    for (kind, code), (then, expected) in zip(found, [*found[1:], ("", "")], strict=True):
        if kind not in ("sh", "python"):
            continue
        said, ran = run(kind, code, live_server.url, racing_window.broker.token), ran + 1
        # Answers of curl do not end in a line break, so two of them stand on one line.
        lines = expected.replace("\n{", "{") if kind == "sh" else expected
        assert then == "text" and pattern(lines).search(said), said
    assert ran == 6


def test_both_pages_have_the_same_examples():
    assert blocks(PAGES[0]) == blocks(PAGES[1])


def test_every_address_on_the_pages_exists(window):
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    told = set(re.findall(r"(/(?:ceb\w+msg\b|api/v1/[\w/.-]*\w))", text))
    described = window.nobody.get("/api/v1/openapi.json").json()["paths"]
    known = [re.sub(r"\{\w+\}", "[^/]+", path) for path in (*described, "/api/v1/openapi.json")]
    assert len(told) > 12
    assert not [path for path in told if not any(re.fullmatch(one, path) for one in known)]
