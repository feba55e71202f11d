"""What the documents say exists: links, commands, targets of make, settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tongguan.cli import COMMANDS
from tongguan.server.configuration import SETTINGS, checkout

ROOT = checkout()
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path):
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            continue
        assert (document.parent / target.split("#")[0]).exists(), f"{target} is not there"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_and_targets_exist(document: Path):
    text = document.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    code = "\n".join(re.findall(r"```[^\n]*\n(.*?)```", text, re.DOTALL) + re.findall(r"`([^`\n]+)`", text))
    assert set(re.findall(r"\bmake ([a-z]+)", code)) <= targets
    assert set(re.findall(r"\btongguan ([a-z]+(?:-[a-z]+)*)\b", code)) <= {*COMMANDS, "tongguan"}
    assert set(re.findall(r"\b(?:TONGGUAN_\w+|DATABASE_URL)\b", code)) <= set(SETTINGS)


def test_every_command_is_told_of_in_the_documents():
    text = "\n".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    assert [name for name in COMMANDS if not re.search(rf"tongguan {name}\b|`{name}`", text)] == []


def test_no_document_is_beyond_the_width_of_a_reader():
    for document in DOCUMENTS:
        assert max(map(len, document.read_text(encoding="utf-8").splitlines())) <= 250, document
