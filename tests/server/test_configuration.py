"""Everything that can be set from outside is listed, documented, and read in one place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tongguan.server import configuration
from tongguan.server.configuration import SETTINGS

ROOT = configuration.checkout()
DOCUMENT = ROOT / "docs/operate/settings.md"


def documented() -> dict[str, str]:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*) \|$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert all(meaning for _, _, meaning in rows)
    return {name: default.strip("`").replace("empty", "") for name, default, _ in rows}


def test_every_setting_is_documented_with_its_default_and_nothing_else_is():
    assert documented() == {name: setting.default for name, setting in SETTINGS.items()}


def test_nothing_else_reads_the_environment():
    reads = re.compile(r"os\.environ\.get|os\.getenv|os\.environ\[[^\]]*\](?!\s*=)")
    for path in sorted((ROOT / "src/tongguan").rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            allowed = path.name == "configuration.py" or re.search(r"os\.environ\[.*\] = ", line)
            assert allowed or not reads.search(line), f"{path.relative_to(ROOT)}:{number} reads the environment"


def test_a_setting_that_is_not_listed_is_not_read():
    with pytest.raises(KeyError):
        configuration.read("TONGGUAN_SECRET_DOOR")


@pytest.mark.parametrize(("written", "on"), [("yes", True), ("1", True), ("True", True), ("no", False), ("", False)])
def test_yes_and_no(monkeypatch: pytest.MonkeyPatch, written: str, on: bool):
    monkeypatch.setenv("TONGGUAN_HTTPS", written)
    assert configuration.is_on("TONGGUAN_HTTPS") is on


@pytest.mark.parametrize(
    ("all_", "lang", "language"),
    [
        ("", "zh_CN.UTF-8", "zh"),
        ("", "en_GB.UTF-8", "en"),
        ("C", "zh_CN.UTF-8", "en"),
        ("zh_TW", "C", "zh"),
        ("", "", "en"),
    ],
)
def test_language_of_the_terminal(monkeypatch: pytest.MonkeyPatch, all_: str, lang: str, language: str):
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LC_ALL", all_)
    monkeypatch.setenv("LANG", lang)
    assert configuration.language() == language


def test_a_secret_is_made_once_and_readable_by_the_owner_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("TONGGUAN_HOME", str(tmp_path))
    made = configuration.secret("test")
    assert len(made) == 32
    assert configuration.secret("test") == made
    assert configuration.secret("other") != made
    assert (tmp_path / "secrets/test").stat().st_mode & 0o077 == 0
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in (tmp_path / "secrets").iterdir()) == ["other", "test"]
