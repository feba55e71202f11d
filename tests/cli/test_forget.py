"""`tongguan forget`: what is kept, due or gone, asked for twice, and destroyed."""

from __future__ import annotations

import io
from datetime import date

import pytest

from tongguan.cli.screen import today
from tongguan.journal.models import Event
from tongguan.kernel.calendar import add_months
from tongguan.parties import vault

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def months() -> tuple[str, str, str]:
    """A month that is due, one that is kept, the running one; personal data lie in each."""
    now = today().replace(day=1)
    made = [add_months(now, -40), add_months(now, -2), now]
    for month in made:
        vault.seal(b"11010519491231002X", on=month)
    return tuple(f"{month:%Y-%m}" for month in made)


def standing(tongguan) -> dict[str, str]:
    return {row["month"]: row["is"] for row in tongguan("forget", "--json").json}


def test_it_says_of_each_month_what_is_kept(tongguan, months):
    due, kept, running = months
    assert standing(tongguan) == {due: "due", kept: "kept", running: "kept"}
    assert "need not be kept" in tongguan("forget").out and "保存中" in tongguan("forget", "--lang", "zh").out


def test_what_is_due_is_destroyed_when_it_is_typed_again_and_only_then(tongguan, months, monkeypatch):
    due, kept, _ = months
    assert due in tongguan("forget", "--due", "--dry-run").out
    for typed in ("", "yes\n", f"{kept}\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        assert tongguan("forget", "--due").status == 1
    assert standing(tongguan)[due] == "due" and not Event.objects.exists()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{due}\n"))
    ran = tongguan("forget", "--due")
    assert ran.status == 0 and due in ran.out and "replace them now" in ran.err
    assert standing(tongguan) == {due: "destroyed", months[1]: "kept", months[2]: "kept"}
    event = Event.objects.get()
    assert (event.what, event.subject, event.by) == ("personal_data.forgotten", f"month/{due}", "command line")
    assert tongguan("forget", "--due").out == "Nothing is due.\n"


def test_a_month_that_runs_is_refused_and_nothing_of_the_others_done(tongguan, months):
    ran = tongguan("forget", months[1], months[2], "--yes")
    assert ran.status == 1 and "is not over" in ran.err
    assert "destroyed" not in standing(tongguan).values()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["october"], "no month"),
        (["2026-13"], "no month"),
        (["2023-09", "--due"], "one of them"),
        (["--due", "--person"], "one of them"),
    ],
)
def test_what_is_used_wrongly_is_told(tongguan, words, says):
    ran = tongguan("forget", *words)
    assert ran.status == 2 and says in ran.err and "Traceback" not in ran.err


def test_it_says_where_the_data_of_a_person_lie_and_keeps_no_number(tongguan, tariff_loaded, monkeypatch):
    from tests.desk.conftest import bought
    from tests.ecommerce.conftest import prepare
    from tests.ecommerce.filing import AT, file_all

    prepare()
    parcel = bought("P0001")
    file_all(parcel)
    number = parcel.inventory.buyerIdNumber
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{number}\n"))
    [row] = tongguan("forget", "--person", "--json").json
    assert (row["month"], row["records"]) == (f"{AT:%Y-%m}", 3)
    assert date.fromisoformat(row["due_on"]) == add_months(AT.date().replace(day=1), 37)
    assert number not in str(list(Event.objects.values()))
    monkeypatch.setattr("sys.stdin", io.StringIO("110101199003070038\n"))
    assert "No record" in tongguan("forget", "--person").out


def test_one_person_is_taken_out_when_it_is_typed_and_only_then(
    tongguan, tariff_loaded, monkeypatch, settings, tmp_path
):
    from tests.desk.conftest import bought
    from tests.ecommerce.asking import ask, withdrawal
    from tests.ecommerce.conftest import prepare
    from tests.ecommerce.filing import file

    settings.FORGOTTEN = tmp_path / "forgotten"
    prepare()
    parcel = bought("P0001")
    file("inventory", parcel.inventory)
    ask(withdrawal(parcel))
    number = parcel.inventory.buyerIdNumber

    def erased(typed: str, *words: str):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{number}\n{typed}"))
        return tongguan("forget", "--person", "--erase", *words)

    assert "all of him goes" in erased("", "--dry-run").out
    assert erased("yes\n").status == 1 and erased("").status == 1
    assert not Event.objects.filter(what="personal_data.erased").exists()
    done = erased("erase\n")
    assert done.status == 0 and "Erased." in done.err and number not in done.out + done.err
    assert Event.objects.filter(what="personal_data.erased").count() == 1
    assert "No record" in erased("").out and "one of them" in tongguan("forget", "--erase").err
