"""What is in the repository can be published: no package index, no place of one machine, no secret, no borrowed file."""

from __future__ import annotations

import hashlib
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
from tests.beside import SHARED
from tests.house.source import ROOT

INDEX = re.compile(
    r"(?:--(?:extra-)?index-url|--find-links|--trusted-host|PIP_INDEX_URL|UV_INDEX)[= ]\S|"
    r"https?://[^\s\"')>]*(?:/simple\b|pypi|pythonhosted|artifactory|nexus/)",
    re.I,
)
SECRETS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a key of AWS": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a token of GitHub": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40,})"),
    "a token of Slack": re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
    "a signed token": re.compile(r"\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{10,}"),
    "a password in an address": re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s:/@\"'{}]+:(?!password@)[^\s/@\"'{}]{3,}@"),
    "a secret in quotes": re.compile(
        r"(?i)\b(?:password|passwd|secret|token|api_?key)\b[\"']?\s*[:=]\s*[\"'][A-Za-z0-9+/_=-]{24,}[\"']"
    ),
}
# Files in which such words are meant.
THIS_FILE = "tests/house/test_tracked_files.py"


@cache
def tracked() -> tuple[str, ...]:
    """Return the files of the repository, as git names them."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is no checkout of git")
    return tuple(name for name in listed.decode().split("\0") if name and (ROOT / name).is_file())


def text_of(name: str) -> str:
    """Return what a file says; nothing for one that is no text."""
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def offences(name: str, text: str, root: Path = ROOT) -> list[str]:
    """Return what may not be published, line by line."""
    here = re.compile(re.escape(str(root)) + r"(?![\w-])") if len(root.parts) > 2 else None
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        kinds = [kind for kind, pattern in SECRETS.items() if pattern.search(line)]
        kinds += ["a package index"] if INDEX.search(line) else []
        kinds += ["the place of this checkout"] if here and here.search(line) else []
        found += [f"{name}:{number} {kind}" for kind in kinds]
    return found


def test_nothing_that_may_not_be_published():
    assert [line for name in tracked() if name != THIS_FILE for line in offences(name, text_of(name))] == []


def test_no_file_is_borrowed():
    if not SHARED.is_dir():
        pytest.skip("there is nothing beside this checkout")
    theirs = {
        hashlib.sha256(path.read_bytes()).digest(): path.relative_to(SHARED).as_posix()
        for path in SHARED.rglob("*")
        if path.is_file() and path.stat().st_size
    }
    ours = {name: hashlib.sha256((ROOT / name).read_bytes()).digest() for name in tracked()}
    assert [f"{name} is {theirs[digest]}" for name, digest in ours.items() if digest in theirs] == []


def test_nothing_built_or_kept_by_a_program_is_tracked():
    built = re.compile(
        r"(?:^|/)(?:__pycache__|\.venv|var|node_modules|dist|\.[a-z]+_cache)/|\.(?:pyc|log|sqlite3|dump)$"
    )
    assert [name for name in tracked() if built.search(name)] == []


@pytest.mark.parametrize(
    "line",
    [
        "--index" + "-url https://mirror.example/simple",
        "see https://py" + "pi.org/project/x",
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        'token = "' + "a1B2" * 8 + '"',
        "postgresql://li:geheim1@db.example/trade",
        "ghp_" + "a" * 36,
        "cd /srv/checkouts/tongguan && make",
    ],
)
def test_an_offence_is_found(line):
    assert offences("x", line, Path("/srv/checkouts/tongguan"))


@pytest.mark.parametrize(
    "line",
    [
        "postgresql://user:password@host/name",
        "token = secrets.token_urlsafe(32)",
        "cryptography==45.0.7 --hash=sha256:" + "0" * 64,
        "/srv/checkouts/tongguan-two",
    ],
)
def test_what_may_be_published_is_let_be(line):
    assert not offences("x", line, Path("/srv/checkouts/tongguan"))
