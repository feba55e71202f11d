"""`tongguan up --demo` from nothing to ready, beside other commands, through the death of each part, to the end."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tongguan.server.configuration import checkout
from tongguan.server.postgres import Cluster

READY_SECONDS = 180


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Portal:
    """A portal started as a person would start it, in a home folder of its own."""

    def __init__(self, home: Path, port: int, *options: str, logs: Path | None = None):
        self.home, self.port = home, port
        self.out, self.err = [(logs or home.parent) / name for name in ("out.txt", "err.txt")]
        with self.out.open("w") as out, self.err.open("w") as err:
            self.process = subprocess.Popen(
                self.command("up", "--port", str(port), *options),
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )

    @staticmethod
    def command(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "tongguan.cli", *arguments]

    def environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("TONGGUAN_")}
        ours.pop("DATABASE_URL", None)
        return {**ours, "TONGGUAN_HOME": str(self.home), "LANG": "C.UTF-8", "LC_ALL": ""}

    def run(self, *arguments: str, home: Path | None = None) -> subprocess.CompletedProcess:
        environment = {**self.environment(), "TONGGUAN_HOME": str(home or self.home)}
        return subprocess.run(self.command(*arguments), env=environment, capture_output=True, text=True, timeout=120)

    def get(self, path: str) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""

    def ready(self) -> bool:
        return self.get("/readyz")[0] == 200

    def said(self) -> str:
        return self.out.read_text(encoding="utf-8")

    def everything(self) -> list[psutil.Process]:
        """Return the process and everything it started, the database server too."""
        ours = psutil.Process(self.process.pid)
        server = Cluster(self.home).postmaster()
        return [ours, *ours.children(recursive=True), *([psutil.Process(server)] if server else [])]

    def child(self, word: str) -> psutil.Process | None:
        """Return the process that runs the command, or None while there is none."""
        for one in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):  # one that was just killed
                if word in one.cmdline():
                    return one
        return None


def until(is_so, seconds: float, why: str = "it did not happen in time"):
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, why
        time.sleep(0.1)


def gone(processes: list[psutil.Process]) -> bool:
    for one in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if one.is_running() and one.status() != psutil.STATUS_ZOMBIE:
                return False
    return True


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    # Not pytest's own folder: that is closed to the system user who runs the server for root.
    made = Path(tempfile.mkdtemp(prefix="tg-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def portal(folder: Path) -> Iterator[Portal]:
    started = Portal(folder / "home", free_port(), "--demo")
    try:
        until(lambda: "is ready" in started.said() or started.process.poll() is not None, READY_SECONDS)
        assert started.process.poll() is None, started.err.read_text()
        yield started
    finally:
        started.process.kill()
        started.process.wait()
        Cluster(started.home).stop("immediate")


def test_the_address_is_said_when_it_answers_and_the_people_are_named(portal: Portal):
    assert f"http://127.0.0.1:{portal.port}" in portal.said()
    assert portal.ready()
    assert json.loads(portal.get("/healthz")[1]) == {"status": "ok"}
    status, page = portal.get("/")
    assert status == 200 and b"<html" in page
    for who in ("platform", "broker", "officer"):
        assert f"  {who} " in portal.said()


def test_nothing_is_late_when_it_has_just_started(portal: Portal):
    assert portal.get("/status")[0] == 200
    matters = {one["name"]: one["level"] for one in json.loads(portal.run("status", "--json").stdout)["matters"]}
    assert {"unnumbered_age", "sample_age", "head_age"} <= set(matters)
    assert {name for name, level in matters.items() if level != "well"} <= {"no_worker"}  # it may need a second more


def test_its_answers_tell_no_version(portal: Portal):
    with urllib.request.urlopen(f"http://127.0.0.1:{portal.port}/", timeout=10) as answer:
        assert answer.headers["Server"] == "granian" and "X-Powered-By" not in answer.headers


def test_the_files_of_the_pages_are_served(portal: Portal):
    static = portal.home / "static"
    name = next(path for path in sorted(static.rglob("*")) if path.is_file())
    status, content = portal.get(f"/static/{name.relative_to(static)}")
    assert (status, content) == (200, name.read_bytes())


def test_a_second_one_on_the_same_home_says_so(portal: Portal):
    second = portal.run("up", "--port", str(free_port()))
    assert second.returncode == 1
    assert second.stderr.startswith("Error: Tongguan already runs from")
    assert f"127.0.0.1:{portal.port}" in second.stderr
    assert "Traceback" not in second.stderr
    assert portal.ready()


def test_a_port_in_use_is_said_before_anything_is_started(portal: Portal, folder: Path):
    for command in ("up", "web"):
        second = portal.run(command, "--port", str(portal.port), home=folder / "other")
        assert second.returncode == 1
        assert second.stderr == (
            f"Error: Another program listens on 127.0.0.1:{portal.port}. "
            f"Choose another port: --port {portal.port + 1}\n"
        )
    assert not (folder / "other/data").exists()


def test_other_commands_work_beside_it(portal: Portal):
    assert "Whisky" in portal.run("tariff", "2208300000").stdout
    done = portal.run("work", "--once")
    assert done.returncode == 0, done.stderr
    assert portal.ready(), "a command that left must not stop the database"


def test_a_killed_web_process_is_started_again(portal: Portal):
    web = portal.child("web")
    worker = web.children()[0]
    worker.kill()
    until(lambda: len({one.pid for one in web.children()} - {worker.pid}) >= 2, 20, "no new web process")
    until(portal.ready, 20)
    before = [web, *web.children()]
    web.kill()
    until(lambda: gone(before), 40, "web processes outlived the one that started them")
    until(lambda: (now := portal.child("web")) and now.pid != web.pid and now.children(), 30, "it did not come back")
    until(portal.ready, 20)
    assert "The web process ended by itself" in portal.err.read_text()


def test_a_killed_work_process_is_started_again(portal: Portal):
    work = portal.child("work")
    work.kill()
    until(lambda: (now := portal.child("work")) and now.pid != work.pid, 20)


def test_a_killed_database_server_is_started_again(portal: Portal):
    cluster = Cluster(portal.home)
    killed = cluster.postmaster()
    os.kill(killed, signal.SIGKILL)
    until(lambda: cluster.postmaster() not in (None, killed), 30, "the database did not come back")
    until(portal.ready, 30, "the portal did not find the new server")
    until(lambda: portal.child("work"), 30, "the work process did not find the new server")


def test_told_to_stop_it_finishes_what_is_under_way_and_stops_everything(portal: Portal):
    everything = portal.everything()
    assert len(everything) >= 6
    message = (checkout() / "examples/01-order.xml").read_bytes()
    with socket.create_connection(("127.0.0.1", portal.port), timeout=30) as client:
        head = f"POST /cebcmsg HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/xml\r\nContent-Length: {len(message)}"
        client.sendall(head.encode() + b"\r\nConnection: close\r\n\r\n" + message[:1000])
        time.sleep(0.5)
        portal.process.send_signal(signal.SIGTERM)
        time.sleep(1)
        client.sendall(message[1000:])
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 200"), answer[:500]
    assert b"CEB312Message" in answer
    assert portal.process.wait(60) == 0
    until(lambda: gone(everything), 5, "something was left running")
    assert not Cluster(portal.home).is_up()
    assert portal.err.read_text().endswith("Stopped.\n")


def test_after_a_kill_nothing_is_left_and_the_next_start_finds_its_data(portal: Portal):
    again = Portal(portal.home, portal.port)
    try:
        until(lambda: "is ready" in again.said() or again.process.poll() is not None, READY_SECONDS)
        children = psutil.Process(again.process.pid).children(recursive=True)
        assert again.process.poll() is None, again.err.read_text()
        again.process.kill()
        again.process.wait()
        until(lambda: gone(children), 40, "children outlived their parent")
        assert Cluster(again.home).is_up(), "the server is left for the next user"
        found = again.run("tariff", "2208300000")
        assert "Whisky" in found.stdout
        assert not Cluster(again.home).is_up()
    finally:
        again.process.kill()
        again.process.wait()
