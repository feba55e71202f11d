"""Our own PostgreSQL: it starts, is shared, and survives what happens to servers."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tongguan.server import postgres
from tongguan.server.postgres import Cluster, NotStarted
from tongguan.server.testbed import sweep

ROOT = os.geteuid() == 0
USER = """
import sys
from pathlib import Path
from tongguan.server.postgres import Cluster
with Cluster(Path(sys.argv[1]), durable=False).running():
    print("in", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def open_folder() -> Iterator[Path]:
    # Not tmp_path: pytest closes that to the system user who runs the server for root.
    made = Path(tempfile.mkdtemp(prefix="tg-"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as made:
        yield made


@pytest.fixture(scope="module")
def shared() -> Iterator[Path]:
    """A folder whose cluster is made once: making it is most of what a test would cost."""
    with open_folder() as made:
        yield made / "home"


@pytest.fixture
def cluster(shared: Path) -> Iterator[Cluster]:
    made = Cluster(shared, durable=False)
    yield made
    made.stop("immediate")


@pytest.fixture
def fresh(folder: Path) -> Iterator[Cluster]:
    made = Cluster(folder / "home", durable=False)
    yield made
    made.stop("immediate")


def ask(cluster: Cluster, question: str) -> list[tuple]:
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        answer = connection.execute(question)
        return answer.fetchall() if answer.description else []


def another_user(cluster: Cluster) -> subprocess.Popen:
    user = subprocess.Popen(
        [sys.executable, "-c", USER, str(cluster.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert user.stdout.readline() == "in\n"
    return user


def test_first_start_makes_the_cluster_and_the_last_user_stops_it(fresh: Cluster):
    with fresh.running() as url:
        assert url == fresh.url
        assert ask(fresh, "select current_user, current_database()") == [("tongguan", "tongguan")]
    assert not fresh.is_up()
    assert not fresh.socket.exists()


def test_it_listens_on_no_network_port_and_keeps_what_was_committed(cluster: Cluster):
    with cluster.running():
        assert ask(cluster, "show listen_addresses") == [("",)]
        ask(cluster, "create table kept as select 7 as seven")
    with cluster.running():
        assert ask(cluster, "select seven from kept") == [(7,)]


def test_a_second_user_keeps_it_alive(cluster: Cluster):
    with cluster.running():
        other = another_user(cluster)
        server = cluster.postmaster()
    assert cluster.postmaster() == server, "the first to leave stopped it under the second"
    other.communicate("\n")
    assert other.returncode == 0
    assert not cluster.is_up()


def test_a_killed_user_leaves_it_running_and_the_next_finds_it(cluster: Cluster):
    user = another_user(cluster)
    server = cluster.postmaster()
    user.kill()
    user.wait()
    assert cluster.postmaster() == server
    with cluster.running():
        assert cluster.postmaster() == server
        assert ask(cluster, "select 1") == [(1,)]
    assert not cluster.is_up()


def test_a_killed_server_recovers_with_everything_committed(folder: Path):
    cluster = Cluster(folder / "home")
    with cluster.running():
        assert ask(cluster, "show fsync") + ask(cluster, "show synchronous_commit") == [("on",), ("on",)]
        ask(cluster, "create table kept (n int)")
        ask(cluster, "insert into kept select generate_series(1, 1000)")
        killed = cluster.postmaster()
        os.kill(killed, signal.SIGKILL)
        ends = time.monotonic() + 5
        while cluster.is_up() and time.monotonic() < ends:
            time.sleep(0.02)
        cluster.revive()
        assert cluster.postmaster() != killed
        assert ask(cluster, "select count(*) from kept") == [(1000,)]


def test_a_killed_server_is_found_dead_by_the_next_start(cluster: Cluster):
    user = another_user(cluster)
    server = cluster.postmaster()
    user.kill()
    user.wait()
    os.kill(server, signal.SIGKILL)
    with cluster.running():
        assert cluster.postmaster() != server
        assert ask(cluster, "select 1") == [(1,)]


def test_a_number_that_belongs_to_another_program_by_now_is_no_server(cluster: Cluster):
    with cluster.running():
        pass
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n")
    assert not cluster.is_up()
    with cluster.running():
        assert ask(cluster, "select 1") == [(1,)]


def test_a_half_made_cluster_is_made_anew(fresh: Cluster):
    (fresh.folder / "data.making" / "base").mkdir(parents=True)
    with fresh.running():
        assert ask(fresh, "select 1") == [(1,)]
    assert not (fresh.folder / "data.making").exists()


def test_a_starter_killed_before_it_made_the_database_is_made_good(cluster: Cluster):
    with cluster.running():
        cluster._run("dropdb", "-h", cluster.socket, "-U", postgres.ROLE, "--maintenance-db=postgres", postgres.ROLE)
    with cluster.running():
        assert ask(cluster, "select 1") == [(1,)]


def test_a_long_path_with_spaces(folder: Path):
    cluster = Cluster(folder / "a b" / ("x" * 200) / ("长" * 60), durable=False)
    with cluster.running():
        assert ask(cluster, "select 1") == [(1,)]
    assert len(str(cluster.data)) > 280


def test_two_starters_at_once_make_one_server(fresh: Cluster):
    users = [
        subprocess.Popen(
            [sys.executable, "-c", USER, str(fresh.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    assert [user.stdout.readline() for user in users] == ["in\n"] * 3
    assert ask(fresh, "select count(*) from pg_database where datname = 'tongguan'") == [(1,)]
    for user in users:
        user.communicate("\n")
    assert [user.returncode for user in users] == [0, 0, 0]
    assert not fresh.is_up()


def test_the_servers_last_words_are_told_when_it_does_not_start(fresh: Cluster):
    with fresh.running():
        pass
    (fresh.data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(NotStarted, match="version"), fresh.running():
        pass


@pytest.mark.skipif(not ROOT, reason="only root can become somebody else")
def test_another_account_of_the_machine_cannot_ask(cluster: Cluster):
    nobody = pwd.getpwnam("nobody")
    with cluster.running():
        command = [cluster.bin / "psql", "-h", cluster.socket, "-U", postgres.ROLE, "-Atc", "select 1", postgres.ROLE]
        who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        asked = subprocess.run(command, cwd="/", capture_output=True, text=True, **who)
    assert asked.returncode != 0
    assert "Permission denied" in asked.stderr


@pytest.mark.skipif(not ROOT, reason="another account runs the server only for root")
def test_a_folder_closed_to_the_servers_account_is_refused_and_stays_closed(folder: Path):
    folder.chmod(0o700)
    cluster = Cluster(folder / "inner" / "home", durable=False)
    with pytest.raises(NotStarted, match="TONGGUAN_HOME"), cluster.running():
        pass
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(not ROOT, reason="only root can become somebody else")
def test_it_runs_for_an_ordinary_account(folder: Path):
    nobody = pwd.getpwnam("nobody")
    who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    paths = [str(Path(postgres.__file__).parents[2]), *(path for path in sys.path if path.endswith("site-packages"))]
    script = """
import sys
from pathlib import Path
import psycopg
from tongguan.server.postgres import Cluster
cluster = Cluster(Path(sys.argv[1]), durable=False)
with cluster.running() as url, psycopg.connect(url) as connection:
    print(connection.execute("select 1").fetchone(), cluster.socket.parent, flush=True)
print(cluster.is_up())
"""
    environment = {"PYTHONPATH": ":".join(paths), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    python = _python_of(who, environment)
    (folder / "home").mkdir()
    os.chown(folder / "home", nobody.pw_uid, nobody.pw_gid)
    ran = subprocess.run(
        [python, "-c", script, str(folder / "home")], env=environment, cwd="/", capture_output=True, text=True, **who
    )
    assert ran.stdout.splitlines() == ["(1,) /tmp", "False"], ran.stderr


def _python_of(who: dict, environment: dict[str, str]) -> str:
    """Return an interpreter that the account can run with our packages; root's own may lie in root's closed home."""
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        try:
            tried = subprocess.run(
                [python, "-c", "import psycopg, tongguan.server.postgres"],
                env=environment,
                cwd="/",
                capture_output=True,
                **who,
            )
        except OSError:
            continue
        if tried.returncode == 0:
            return python
    pytest.skip("no interpreter and packages that another account can read")


def test_what_killed_test_runs_left_is_swept_and_what_is_in_use_is_not(folder: Path):
    dead, alive = (Cluster(folder / f"tongguan-test-{name}" / "postgres", durable=False) for name in ("dead", "alive"))
    left = another_user(dead)
    left.kill()
    left.wait()
    user = another_user(alive)
    sweep(folder, older_than=-1)
    assert not dead.is_up() and not dead.folder.parent.exists()
    assert alive.is_up()
    user.communicate("\n")
