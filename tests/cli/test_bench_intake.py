"""``tongguan bench-intake``: its help, what it refuses, and a short run from beginning to end."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tongguan.cli import run


@pytest.mark.parametrize(("lang", "words"), [("en", "durably"), ("zh", "持久接收")])
def test_help_teaches_in_both_languages(capsys, lang, words):
    assert run(["--lang", lang, "bench-intake", "--help"]) == 0
    assert words in capsys.readouterr().out


def test_a_folder_of_somebody_else_is_refused(capsys, tmp_path):
    (tmp_path / "letter").write_text("mine")
    assert run(["--lang", "en", "bench-intake", "--keep", str(tmp_path)]) == 2
    assert "no bench has filled it" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("over", ["process", "http"])
def test_a_short_run_agrees_with_its_database(over):
    command = "bench-intake --seconds 2 --alone 5 --most 200 --stored 300 --json --over"
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "TONGGUAN_HOME")}
    done = subprocess.run(
        [sys.executable, "-m", "tongguan.cli", *command.split(), over], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"] == [] and found["rate"] > 0 and found["ratio"] > 0 and found["stored"] >= 300
    assert found["settings"]["fsync"] == found["settings"]["synchronous_commit"] == "on"
    assert found["checkpoints"] >= 1 and found["single_ms"]["p99"] > 0
