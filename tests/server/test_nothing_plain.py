"""No plain word of a person anywhere: not in a dump, the files, the log of changes, the backups or what is logged.

After a month is forgotten nothing opens its data again, not even an older backup with the secrets of today.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from types import SimpleNamespace

import psycopg
import pytest
import zstandard
from tests.server import doors, plain
from tests.server.backing import Home, open_folder, people

from tongguan.ecommerce.intake.answers import SHANGHAI
from tongguan.server import backup
from tongguan.server.archive import Folder

PLANTED = "11010519491231002X"
COUNT, SEED = 20, 5
DEMO_PEOPLE = """
from tests.server.backing import PEOPLE_OF
from tongguan.ecommerce.intake.opening import opened
from tongguan.ecommerce.models import Inventory, Order, Payment, Waybill
for model in (Inventory, Order, Payment, Waybill):
    for doc in opened(model.objects.values_list("filing_id", flat=True)).values():
        for name in PEOPLE_OF:
            print(getattr(doc, name, None) or "")
"""
READABLE = """
from tongguan.ecommerce.intake.opening import still_readable
from tongguan.ecommerce.models import Order
print(len(still_readable(Order.objects.filter(order_no__startswith="BK").values_list("filing_id", flat=True))))
"""
SEARCH = """
from django.db import connection
from tongguan.ecommerce import queries
from tongguan.kernel.states import Actor
queries.find(sys.argv[1], to=Actor("zhou", "officer"))
try: connection.cursor().execute("SELECT 1 / 0 WHERE %s <> ''", [sys.argv[1]])
except Exception: pass
"""
KNOCK = "from tests.server.doors import knock; knock(sys.argv[1])"
OPENS = "from tests.ecommerce.filing import all_that_opens; print(all_that_opens())"
SAID = "司徒彧彧彧"
PRESSED = zstandard.compress(SAID.encode())


@pytest.fixture(scope="module")
def home() -> Iterator[SimpleNamespace]:
    with open_folder() as made, ExitStack() as stack:
        home, folder = Home(made / "home"), Folder(made / "backups")
        home.run("up", "--prepare", "--demo")
        stack.enter_context(home.cluster.running())
        home.run("backup", str(folder.path))
        month = datetime.now(SHANGHAI).replace(day=10) - timedelta(days=40)
        home.file(COUNT, SEED, month)
        told = SimpleNamespace(home=home, folder=folder, made=made, month=month)
        told.words = words_of_people(told)
        yield told


def settled(at: SimpleNamespace) -> None:
    """Have everything that is in memory written, and what is dead taken away."""
    at.home.ask("VACUUM")
    at.home.ask("CHECKPOINT")
    backup.catch_up(at.home.cluster, at.folder)


def found(words: set[str], at: SimpleNamespace) -> list[str]:
    """Return where which of some words stands in plain: every row of every table, every file of home and backups."""
    dump, wanted = at.made / "dump", at.made / "wanted"
    with psycopg.connect(at.home.cluster.url) as database, dump.open("wb") as file:
        tables = database.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname <> 'information_schema'"
            " AND tablename NOT IN ('pg_statistic')"
        ).fetchall()
        assert len(tables) > 80
        for (table,) in tables:
            with database.cursor().copy(f"COPY {table} TO STDOUT") as copy:
                for block in copy:
                    file.write(block)
    wanted.write_text("".join(f"{word}\n" for word in sorted(words)), encoding="utf-8")
    places = [dump, at.home.path, at.folder.path]
    command = ["grep", "-raoFf", wanted, *places]
    searched = subprocess.run(list(map(str, command)), capture_output=True, encoding="utf-8", env={"LC_ALL": "C"})
    assert searched.returncode in (0, 1), searched.stderr
    return sorted({line.removeprefix(f"{at.made}/") for line in searched.stdout.splitlines()})


def words_of_people(at: SimpleNamespace) -> set[str]:
    """Return what the demonstration and our filing say of people.

    Names of two characters are words of the tariff too. The telephones of nobody, 10000000020 and its like, are counted
    as serial numbers are, and stand in those; the same people's numbers and addresses are looked for.
    """
    said = set(at.home.python(DEMO_PEOPLE).splitlines()) | people(COUNT, SEED, at.month)
    return {word for word in said if len(word) >= 3 and not word.startswith("1000000")}


def test_the_search_finds_what_is_planted_in_each_place(home):
    home.home.ask("CREATE TABLE planted (said text)")
    home.home.ask(f"INSERT INTO planted VALUES ('{PLANTED}')")
    (home.home.path / "logs").mkdir(exist_ok=True)
    (home.home.path / "logs" / "web.log").write_text(f'{{"event": "found {PLANTED}"}}\n')
    settled(home)
    places = found({PLANTED}, home)
    for start in ("dump", "home/data/base/", "home/data/pg_wal/", "home/logs/", "backups/wal/"):
        assert any(place.startswith(start) for place in places), f"{start} is not searched: {places}"
    home.home.ask("DROP TABLE planted")
    (home.home.path / "logs" / "web.log").unlink()


@pytest.mark.parametrize("form", sorted(plain.forms(SAID)) + [PRESSED], ids=ascii)
def test_a_dump_is_searched_for_every_writing(home, form):
    home.home.ask("CREATE TABLE planted (said bytea)")
    home.home.ask(f"INSERT INTO planted VALUES ('\\x{form.hex()}')")
    places = plain.where([SAID], [plain.dumped(home.home.cluster, home.made / "planted.sql")])
    home.home.ask("DROP TABLE planted")
    assert places


def test_nobody_stands_anywhere_in_plain(home):
    words = home.words
    assert len(words) > 100 and sum(len(word) == 18 and word[:17].isdigit() for word in words) > 15
    home.home.run("backup")
    settled(home)
    assert found(words, home) == []


def test_what_is_searched_for_is_not_logged(home):
    [number, *_] = [word for word in people(COUNT, SEED, home.month) if len(word) == 18 and word[:17].isdigit()]
    home.home.python(SEARCH, number)
    assert "division by zero" in home.home.cluster.log.read_text(errors="replace")
    assert found({number}, home) == []


def test_what_comes_in_wrongly_stands_in_no_writing_either_before_or_after_somebody_is_erased(home):
    """Every door, with what is right and what is not; a dump by pg_dump, all files, the log of changes, a new backup."""
    base, words = home.home, doors.words(doors.QUINN, doors.RUTH)
    token = base.run("client", "doors", "--for", doors.samples.BROKER.code, "--role", "broker").stdout.split()[-1]
    came = base.python(KNOCK, token)
    assert "('cebcmsg', 200)" in came and "('dxp', 200)" in came and "('CEB621Message', 422)" in came, came
    assert all(word in base.python(OPENS) for word in words)

    def stands() -> list[str]:
        base.run("backup")
        settled(home)
        dump = plain.dumped(base.cluster, home.made / "whole.sql")
        files = [path for place in (base.path, home.folder.path) for path in place.rglob("*") if path.is_file()]
        assert any(path.parent.name == "pg_wal" for path in files) and len(files) > 1000
        found = plain.where(words, [dump, *files])
        dump.unlink()
        return found

    assert stands() == []
    asked = base.begin("forget", "--person", "--erase", "--yes")
    out, err = asked.communicate(f"{doors.RUTH.number}\n", timeout=60)
    assert asked.returncode == 0 and "Erased" in err, (out, err)
    opens = base.python(OPENS)
    assert not any(word in opens for word in doors.words(doors.RUTH))
    assert all(word in opens for word in doors.words(doors.QUINN))
    assert stands() == []


def test_a_forgotten_month_is_lost_to_everybody_and_to_every_backup(home):
    month = f"{home.month:%Y-%m}"
    [(wrapped,)] = home.home.ask(f"SELECT wrapped FROM parties_monthkey WHERE month = '{month}-01'")
    assert home.home.python(READABLE) == str(COUNT)
    assert home.home.json("forget", month, "--dry-run") == {"would_forget": [month]}
    assert "nothing was done" in home.home.run("forget", month, status=1).stderr  # nobody typed it again
    assert home.home.python(READABLE) == str(COUNT)
    moment = datetime.now(SHANGHAI)
    assert home.home.json("forget", month, "--yes") == {"forgotten": [month]}
    assert home.home.python(READABLE) == "0"
    settled(home)
    raw = b"".join(path.read_bytes() for path in (home.home.path / "data/base").rglob("*") if path.is_file())
    assert bytes(wrapped) not in raw, "the destroyed key lies in the files still"
    assert found(home.words, home) == []
    home.home.run("verify", "--log")
    again = Home(home.made / "again")
    said = home.home.json("restore", str(home.folder.path), "--to", moment.isoformat(), "--into", str(again.path))
    assert said["forgotten"] == [month] and said["difference"] is None
    with again.cluster.running():
        assert again.python(READABLE) == "0"
        assert again.ask("SELECT count(*) FROM ecommerce_order WHERE order_no LIKE 'BK%'") == [(COUNT,)]
        assert again.ask(f"SELECT wrapped FROM parties_monthkey WHERE month = '{month}-01'") == [(None,)]
