"""Back up, file more, restore to the second between; and what is damaged, missing or asked wrongly is told."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.server.backing import Home, change_a_byte, copied, open_folder

from tongguan.ecommerce.intake.answers import SHANGHAI
from tongguan.server import backup
from tongguan.server.archive import BackupRefused, Folder, note_base, read_base
from tongguan.server.postgres import Cluster
from tongguan.server.restore import restore
from tongguan.server.verifying import verify

RECEIPTS = """
from tongguan.ecommerce import queries
from tongguan.ecommerce.models import Receipt
from tongguan.kernel.states import Actor
seen = queries.receipts(to=Actor("tests", "operator"), limit=100_000)
print(len(seen), sum(len(row.course) for row in Receipt.objects.all()))
"""


@pytest.fixture(scope="module")
def story() -> Iterator[SimpleNamespace]:
    """A home that was backed up, filed, filed again: with the moments between, its server still running."""
    with open_folder() as made, ExitStack() as stack:
        home, folder = Home(made / "home"), Folder(made / "backups")
        home.run("up", "--prepare")
        stack.enter_context(home.cluster.running())
        home.ask("DO $$ BEGIN FOR i IN 1..20000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$")
        home.file(3, 1)
        first = home.json("backup", str(folder.path))
        home.file(5, 2)
        backup.catch_up(home.cluster, folder)
        time.sleep(1.1)
        between = datetime.now(SHANGHAI).replace(microsecond=0)
        time.sleep(1.1)
        home.file(7, 3)
        backup.catch_up(home.cluster, folder)
        yield SimpleNamespace(home=home, folder=folder, first=first, between=between, made=made)


def restored(story, name: str, *options: str) -> tuple[Home, dict]:
    """Restore into a home of that name by the command, and return it with what was said."""
    again = Home(story.made / name)
    return again, story.home.json("restore", str(story.folder.path), "--into", str(again.path), *options)


def attempt(folder: Folder, into: Path, home: Home, to: datetime | None = None):
    """Try to restore in this process; for what is refused before a server is started."""
    return restore(folder, into, to=to, secrets=home.path / "secrets", ledgers=[])


def test_a_restore_to_the_second_between_two_filings_has_the_first_and_not_the_second(story):
    assert story.home.inventories() == 15
    again, said = restored(story, "between", "--to", story.between.isoformat())
    assert datetime.fromisoformat(said["moment"]) <= story.between
    assert said["last"]["what"] == "message.received" and said["difference"] is None
    assert said["last"]["number"] > 0
    assert said["new_log"].startswith("tongguan/journal/")  # heads of what is lost may have been signed
    with again.cluster.running():
        assert again.inventories() == 8
        assert again.ask("SELECT count(*) FROM journal_logkey") == [(2,)]
        assert again.ask("SELECT count(*) FROM journal_event WHERE what = 'database.restored'") == [(1,)]
        again.run("verify", "--log")
        seen, there = again.python(RECEIPTS).split()
        assert seen == there != "0"
        # What is filed now is read after everything that a client of before the restore can have seen.
        [(newest,)] = story.home.ask("SELECT max(tx) FROM ecommerce_receipt")
        again.file(2, 9)
        assert again.ask(f"SELECT count(*) FROM ecommerce_receipt WHERE tx > {newest}")[0][0] > 0
        assert again.inventories() == 10
    assert story.home.inventories() == 15, "the living one was touched"


@pytest.mark.slow
def test_a_restore_to_the_latest_has_everything_and_can_be_backed_up_into_a_folder_of_its_own(story):
    again, said = restored(story, "latest")
    assert said["difference"] is None
    with again.cluster.running():
        assert again.inventories() == 15
        again.run("backup", str(story.folder.path), status=1)
        again.run("backup", str(story.made / "anew"))
        again.file(1, 11)
        backup.catch_up(again.cluster, Folder(story.made / "anew"))
        third = Home(story.made / "third")
        again.run("restore", str(story.made / "anew"), "--into", str(third.path))
        with third.cluster.running():
            assert third.inventories() == 16


@pytest.mark.slow
def test_what_is_said_to_people(story):
    out = story.home.run("backup", "list").stdout
    assert story.first["name"] in out and "segments of changes" in out
    assert "is whole, and goes to" in story.home.run("backup", "verify").stdout
    ran = story.home.run(
        "restore", str(story.folder.path), "--into", str(story.made / "said"), "--to", story.between.isoformat(" ")[:19]
    )
    assert f"Restored to {story.between:%Y-%m-%d %H:%M}" in ran.stdout
    assert "The last event of the journal" in ran.stdout and "The journal is whole" in ran.stdout
    assert "let firms compare" in ran.stderr
    assert (
        "数据库"
        in story.home.run(
            "restore", str(story.folder.path), "--into", str(story.home.path), "--lang", "zh", status=1
        ).stderr
    )


def test_only_the_newest_are_kept_and_the_changes_they_need(story):
    with copied(story.folder) as folder:
        base = folder.backups()[0]
        for day in (1, 2):
            name = f"2026-11-2{day}T090000"
            shutil.copytree(folder.bases / base.name, folder.bases / name)
            note_base(folder.bases / name, type(base)(**{**vars(base), "name": name}))
        old = "0000000100000000" + "00000001"
        (folder.wal / old).touch()
        names = [one.name for one in folder.backups()]
        assert folder.prune(2) == names[:1]
        assert [one.name for one in folder.backups()] == names[1:]
        assert not (folder.wal / old).exists() and base.start_wal in folder.segments()


def test_what_is_no_backup_is_told(story, tmp_path):
    for wrong in (tmp_path, tmp_path / "nowhere", story.home.path):
        with pytest.raises(BackupRefused, match="no_folder"):
            attempt(Folder(wrong), story.made / "x1", story.home)
    empty = Folder(story.made / "empty")
    empty.found("somebody")
    with pytest.raises(BackupRefused, match="empty"):
        attempt(empty, story.made / "x1", story.home)
    with pytest.raises(BackupRefused, match="not_empty"):
        Folder(story.home.path).found("somebody")
    with pytest.raises(BackupRefused, match="another_folder"):
        backup.take(story.home.cluster, empty, at=datetime.now(UTC), keep=1)


def _in_a_file(folder: Folder) -> None:
    data = folder.data(folder.backups()[0])
    change_a_byte(
        max((path for path in (data / "base").rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    )


def _in_the_manifest(folder: Folder) -> None:
    change_a_byte(folder.data(folder.backups()[0]) / "backup_manifest")


def _in_the_note(folder: Folder) -> None:
    change_a_byte(next(folder.bases.iterdir()) / "backup.json")


def _a_file_gone(folder: Folder) -> None:
    (folder.data(folder.backups()[0]) / "global/pg_control").unlink()


def _a_file_more(folder: Folder) -> None:
    (folder.data(folder.backups()[0]) / "global/9999").write_bytes(b"x")


def _in_a_segment(folder: Folder) -> None:
    change_a_byte(folder.wal / folder.segments()[-1], 100)


def _in_the_unused_end_of_a_segment(folder: Folder) -> None:
    change_a_byte(folder.wal / folder.segments()[-1], -1)


def _a_segment_gone(folder: Folder) -> None:
    first = read_base(folder.bases / folder.backups()[0].name).start_wal
    (folder.wal / folder.run(first)[-2]).unlink()


def _the_first_segment_gone(folder: Folder) -> None:
    (folder.wal / folder.backups()[0].start_wal).unlink()


def _in_the_ledger(folder: Folder) -> None:
    folder.forgotten.unlink()  # the original keeps its own
    folder.forgotten.write_text('{"month": "2020-01", "at": "2026-01-01T00:00:00+00:00", "by": "x"} 0123456789abcdef\n')


@pytest.mark.parametrize(
    "damage",
    [
        _in_a_file, _in_the_manifest, _in_the_note, _a_file_gone, _a_file_more, _in_a_segment,
        _in_the_unused_end_of_a_segment, _a_segment_gone, _the_first_segment_gone, _in_the_ledger,
    ],
)  # fmt: skip
def test_what_was_changed_is_found_by_verify_and_refused_by_restore(story, damage):
    tools, into = Cluster(story.made / "tools"), story.made / "damaged"
    with copied(story.folder) as folder:
        damage(folder)
        assert any(one.wrong for one in verify(tools, folder)), damage.__name__
        with pytest.raises((BackupRefused, ValueError)) as refused:
            attempt(folder, into, story.home)
        for lang in ("en", "zh"):
            assert refused.value.text(lang)
        assert not (into / "data").exists()


@pytest.mark.slow
def test_before_a_gap_a_restore_is_possible(story):
    with copied(story.folder) as folder:
        (folder.wal / folder.segments()[-1]).unlink()
        (folder.wal / "0000000100000000000000F0").touch()
        with pytest.raises(BackupRefused, match="gap") as refused:
            attempt(folder, story.made / "gap", story.home)
        last = datetime.fromisoformat(refused.value.values["last"])
        done = attempt(folder, story.made / "before-gap", story.home, to=last - timedelta(milliseconds=1))
        assert done.settled["difference"] is None and done.to < last


def test_moments_that_the_backup_does_not_reach_are_told(story):
    for to, key in (
        (datetime(2026, 1, 1, tzinfo=UTC), "too_early"),
        (datetime.now(UTC) + timedelta(days=1), "too_late"),
    ):
        with pytest.raises(BackupRefused, match=key):
            attempt(story.folder, story.made / "x2", story.home, to)
    assert (
        "moment"
        in story.home.run(
            "restore", str(story.folder.path), "--into", str(story.made / "x2"), "--to", "noon", status=2
        ).stderr
    )


def test_a_living_database_is_never_overwritten_and_other_secrets_are_told(story, tmp_path):
    with pytest.raises(BackupRefused, match="living"):
        attempt(story.folder, story.home.path, story.home)
    with pytest.raises(BackupRefused, match="other_secrets"):
        restore(story.folder, story.made / "x3", to=None, secrets=tmp_path, ledgers=[])
    assert not (story.made / "x3").exists()


@pytest.mark.slow
def test_a_backup_that_is_killed_leaves_nothing_that_lists_as_good(story):
    before = [one.name for one in story.folder.backups()]
    for pause in (0.0, 0.15, 0.4):
        running = story.home.begin("backup", str(story.folder.path))
        ends = time.monotonic() + 30
        while not list(story.folder.bases.glob("*.making/data/*")) and running.poll() is None:
            assert time.monotonic() < ends
            time.sleep(0.005)
        time.sleep(pause)
        killed = running.poll() is None
        running.kill()
        running.communicate()
        if killed and (now := [one.name for one in story.folder.backups()]) != before:
            before = now  # it had been finished
        ends = time.monotonic() + 60
        while "busy" in _attempt_to_hold(story.folder):  # what it had started leaves a little later
            assert time.monotonic() < ends
            time.sleep(0.1)
    assert [one["name"] for one in story.home.json("backup", "list")["backups"]] == before
    after = story.home.json("backup")
    assert after["name"] not in before and not list(story.folder.bases.glob("*.making"))
    story.home.run("backup", "verify")


def _attempt_to_hold(folder: Folder) -> str:
    try:
        with folder.alone():
            return ""
    except BackupRefused as refused:
        return refused.key


@pytest.mark.slow
@pytest.mark.parametrize("step", ["Copying", "Repeating", "Forgetting"])
def test_a_restore_that_is_killed_can_be_run_again(story, step):
    again = Home(story.made / f"killed-{step}")
    running = story.home.begin("restore", str(story.folder.path), "--into", str(again.path))
    for line in running.stderr:
        if line.startswith(step):
            break
    running.kill()
    running.communicate()
    assert not (again.path / "data").exists()
    said = story.home.json("restore", str(story.folder.path), "--into", str(again.path))
    assert said["difference"] is None and not (again.path / "data.restoring").exists()
    with again.cluster.running():
        assert again.inventories() == story.home.inventories()


@pytest.mark.slow
def test_a_server_of_others_is_not_backed_up_and_that_is_said(story, monkeypatch):
    home = Home(story.home.path)
    url = {"DATABASE_URL": story.home.cluster.url}
    monkeypatch.setattr(home, "environment", lambda: {**story.home.environment(), **url})
    said = home.run("backup", str(story.made / "x4"), status=1).stderr
    assert "pg_basebackup" in said and "tongguan backup secrets" in said
    home.run("backup", "secrets", str(story.made / "apart"))
    for name in ("master", "matching", "months"):
        assert (story.made / "apart" / name).read_bytes() == (story.home.path / "secrets" / name).read_bytes()
        assert (story.made / "apart" / name).stat().st_mode & 0o077 == 0
    home.run("backup", "secrets", str(story.folder.path / "keys"), status=1)


def test_a_database_made_from_a_dump_shows_its_receipts_after_the_next_start(story):
    other = Home(story.made / "dumped")
    shutil.copytree(story.home.path / "secrets", other.path / "secrets")
    with other.cluster.running():
        dump = story.made / "dump.sql"
        done = story.home.cluster.call("pg_dump", "-h", story.home.cluster.socket, "-U", "tongguan", "tongguan")
        dump.write_text(done.stdout)
        dump.chmod(0o644)
        done = other.cluster.call("psql", "-h", other.cluster.socket, "-U", "tongguan", "-qf", dump, "tongguan")
        assert done.returncode == 0, done.stderr
        seen, there = other.python(RECEIPTS).split()
        assert seen == "0" != there, "nothing was hidden: the test shows nothing"
        other.run("up", "--prepare")
        seen, there = other.python(RECEIPTS).split()
        assert seen == there


def test_the_program_that_restores_needs_no_django():
    code = "import sys, tongguan.server.restore, tongguan.server.backup; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_note_of_a_backup_holds_no_secret(story):
    note = json.loads(next(story.folder.bases.iterdir()).joinpath("backup.json").read_text().rpartition("\n# ")[0])
    for name, print_ in note["secrets"].items():
        assert print_ not in (story.home.path / "secrets" / name).read_bytes().hex()
        assert len(print_) == 32
