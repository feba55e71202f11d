"""Processes are kept running, restarted with growing pauses, stopped together, and never outlive the program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from tongguan.server import supervisor
from tongguan.server.supervisor import Service, Supervisor

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


class Watched(Supervisor):
    """A supervisor that runs in a thread and remembers what it was told."""

    def __init__(self, *services: Service, **options):
        self.events: list[tuple[str, dict]] = []
        tell = lambda event, **details: self.events.append((event, details))  # noqa: E731
        super().__init__(list(services), environment=dict(os.environ), told=tell, **options)
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join(60)
        assert not self.thread.is_alive()

    def of(self, event: str) -> list[dict]:
        return [details for name, details in self.events if name == event]


def until(is_so, seconds: float = 10):
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(0.02)


def test_one_that_dies_is_started_again():
    with Watched(Service("one", SLEEP)) as kept:
        until(lambda: len(kept.of("started")) == 1)
        os.kill(kept.of("started")[0]["pid"], signal.SIGKILL)
        until(lambda: len(kept.of("started")) == 2)
        assert kept.of("died") == [{"name": "one", "status": -signal.SIGKILL, "pause": 0.5}]
        assert psutil.pid_exists(kept.of("started")[1]["pid"])
    assert not psutil.pid_exists(kept.of("started")[1]["pid"])


def test_the_pause_doubles_up_to_a_limit_while_it_keeps_dying(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE", 1.5)
    with Watched(Service("one", [sys.executable, "-c", "raise SystemExit(3)"])) as kept:
        until(lambda: len(kept.of("died")) == 4, 20)
    assert [(died["status"], died["pause"]) for died in kept.of("died")[:4]] == [(3, 0.5), (3, 1.0), (3, 1.5), (3, 1.5)]


def test_one_that_lived_long_begins_with_the_short_pause_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(supervisor, "PROVEN", 0.0)
    with Watched(Service("one", [sys.executable, "-c", ""])) as kept:
        until(lambda: len(kept.of("died")) == 3, 20)
    assert {died["pause"] for died in kept.of("died")} == {0.5}


def test_it_stops_in_good_order_and_kills_what_refuses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(supervisor, "PATIENCE", 1.0)
    polite = f"""
import signal, sys, time
def leave(*_):
    open({str(tmp_path / "left")!r}, "w").close()
    sys.exit()
signal.signal(signal.SIGTERM, leave)
open({str(tmp_path / "polite")!r}, "w").close()
time.sleep(60)
"""
    stubborn = f"""
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open({str(tmp_path / "stubborn")!r}, "w").write(str(child.pid))
time.sleep(60)
"""
    services = [Service(name, [sys.executable, "-c", code]) for name, code in (("a", polite), ("b", stubborn))]
    with Watched(*services) as kept:
        until(lambda: (tmp_path / "polite").exists() and (tmp_path / "stubborn").exists())
        time.sleep(0.1)
    assert (tmp_path / "left").exists()
    pids = [started["pid"] for started in kept.of("started")] + [int((tmp_path / "stubborn").read_text())]
    until(lambda: not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in pids))


def test_with_a_log_folder_each_writes_a_file_of_its_own(tmp_path: Path):
    loud = "import sys; print('100 % 通关', flush=True); print('second', file=sys.stderr, flush=True); "
    with Watched(Service("loud", [sys.executable, "-c", loud + "import time; time.sleep(60)"]), logs=tmp_path):
        until(lambda: (tmp_path / "loud.log").exists() and "second" in (tmp_path / "loud.log").read_text())
    assert (tmp_path / "loud.log").read_text(encoding="utf-8") == "100 % 通关\nsecond\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's end")
def test_a_child_does_not_outlive_a_killed_parent():
    child = (
        "from tongguan.server.child import die_with_parent; import os, time; die_with_parent(os.getppid()); "
        "print('up', flush=True); time.sleep(60)"
    )
    parent = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {child!r}], stdout=subprocess.PIPE, text=True)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(60)
"""
    started = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True)
    pid = int(started.stdout.readline())
    started.kill()
    started.wait()
    until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's end")
def test_a_child_whose_parent_is_gone_already_leaves_at_once():
    code = "from tongguan.server.child import die_with_parent; die_with_parent(1 << 22); print('stayed')"
    left = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (left.returncode, left.stdout) == (1, "")
