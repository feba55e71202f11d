"""What is in the repository can be published: no package index, no place of one machine, no secret, no borrowed file."""

from __future__ import annotations

import hashlib
import math
import re
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random
from string import ascii_letters, digits

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
LONG = re.compile(r"[A-Za-z0-9+/_-]{28,}={0,2}")
PUBLISHED = {  # made up or published by specifications, for everybody to compare with
    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw": "Standard Webhooks",
    "PeterNeumann+c74f20a3+": "signed notes of Go", "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq": "signed notes of Go",
    "p5jXN8AQM9LWM0D4loKWxJek": "Standard Webhooks", "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=": "Standard Webhooks",
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=": "signed notes of Go",
    "example+b252d0cf+": "a key of the doctest", "TONGGUAN/api/v1/": "an address", "org/officeDocument/2006/": "a name of ECMA-376",
}  # fmt: skip
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


def chances(text: str) -> list[str]:
    """Return long words of a text that only chance makes, as keys and tokens are; hexadecimal digests are none."""
    return [word for word in LONG.findall(text) if _is_mixed(word) and _bits(word) > 4.2]


def _is_mixed(word: str) -> bool:
    return all(re.search(kind, word) for kind in ("[0-9]", "[a-z]", "[A-Z]")) and len(re.findall("[-_/]", word)) < 4


def _bits(word: str) -> float:
    """Return the entropy of a word by its letters, in bits a letter."""
    return -sum(n / len(word) * math.log2(n / len(word)) for n in Counter(word).values())


def test_no_word_of_chance_is_kept():
    found = [(name, word) for name in tracked() for word in chances(text_of(name))]
    assert [(name, word) for name, word in found if not any(one in word for one in PUBLISHED)] == []
    assert chances("key: " + "".join(Random(7).choices(ascii_letters + digits, k=44))) and not chances("a" * 40 + "B1")


def test_no_password_is_kept_but_those_the_demonstration_tells():
    """Of the program and its documents; tests make up their own people."""
    given = re.compile(r"""(?i)\bpass(?:word|wd|phrase)["']?\s*(?::|=)\s*f?["']([^"'{}<>]{6,})["']""")
    kept = {
        found
        for name in tracked()
        if name.startswith(("src/", "docs/", "law/", "examples/", "bench/"))
        and name.endswith((".py", ".md", ".yaml", ".yml", ".json"))
        for found in given.findall(text_of(name))
    }
    assert {one for one in kept if " " not in one.strip()} <= {"password"}


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
