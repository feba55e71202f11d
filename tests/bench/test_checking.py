"""What is verified after a run, and that a run which lost or invented something is found out."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection
from tests.bench.test_traffic import filed

from tongguan.bench import checking, floor, house
from tongguan.bench.gauges import Used
from tongguan.bench.plan import Plan
from tongguan.bench.processes import at_once
from tongguan.bench.report import figures, lines
from tongguan.bench.run import Result
from tongguan.bench.stages import exposed, since
from tongguan.bench.workers import Taken


@pytest.fixture
def ran(traffic):
    """Two messages taken in: what the database held before and after, what was sent, and what was answered."""
    before, statuses, sent = checking.kept(), Counter(), []
    for message in (0, 1):
        nodes, answers = filed(traffic, message)
        sent.append(nodes)
        statuses.update(answers)
    return before, checking.kept(), statuses, sent


def judged(before, after, statuses, sent):
    return checking.wrong(before, after, statuses, sent, checking.answered(before.transaction, after.transaction))


def test_a_run_that_agrees_is_not_wrong(ran):
    assert judged(*ran) == []


def test_an_inventory_that_is_not_there_is_missed(ran):
    before, after, statuses, sent = ran
    assert judged(before, after._replace(accepted=after.accepted - 1), statuses, sent)


def test_an_answer_too_many_is_noticed(ran):
    before, after, statuses, sent = ran
    assert len(judged(before, after, statuses + Counter({"800": 1}), sent)) >= 3


def test_a_balance_that_is_not_the_sum_is_noticed(ran):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledgers_account SET balance = balance - 1 WHERE id = (SELECT max(id) FROM ledgers_account)"
        )
    assert judged(*ran) == ["1 accounts are not the sum of their entries"]


def test_a_lost_receipt_is_noticed(ran):
    before, after, statuses, sent = ran
    (wrong,) = checking.wrong(before, after, statuses, sent, 2 * len(sent[0]) - 1)
    assert wrong.startswith("200 answered, 199")


@pytest.fixture
def result():
    taken = Taken(Counter({"800": 97, "-621001": 3}), [0], [0.025], Counter({"read": 0.005}), 0.02, 2**20, 1.0)
    return Result(
        Plan(seconds=1), {"fsync": "on"}, seconds=1.0, taken=[taken], python=0.02, before=Used(1.0, 0, 0, 0),
        after=Used(1.01, 4000, 7000, 1), added=floor.Rows(875, 160_000), alone=[0.004, 0.006], floor=250.0,
    )  # fmt: skip


def test_lines_are_named(result):
    said = lines(result)
    assert {"intake rate 100", "intake ratio 2.50", "intake single p99 ms 6.0"} <= set(said)
    assert "intake cpu us python 200.0 postgresql 100.0 clients 0.0" in said
    assert "intake stage us read 50.0" in said


def test_a_wrong_run_has_no_rate(result):
    result.wrong = ["1 lost"]
    said = lines(result)
    assert said[-1] == "intake wrong: 1 lost"
    assert not any(line.startswith(("intake rate", "intake ratio", "intake single")) for line in said)


def test_the_rate_stands_beside_the_highest_reported(result):
    assert (figures(result)["reported"], figures(result)["beside_reported"]) == (3407, 0.03)


def test_messages_that_ran_out_are_said(result):
    result.plan = Plan(seconds=5)
    assert any("ran out" in line for line in lines(result))


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "letter").write_text("mine")
    with pytest.raises(house.NotOurs):
        house._kept(tmp_path)
    assert (tmp_path / "letter").read_text() == "mine"


def test_a_kept_folder_serves_again_until_the_tables_change(tmp_path):
    folder = house._kept(tmp_path / "kept")
    (folder / "data").write_text("full")
    assert (house._kept(folder) / "data").exists()
    (folder / house._MARK).write_text("other tables")
    assert not (house._kept(folder) / "data").exists()


def test_stages_of_web_processes_are_those_since_the_beginning():
    before = exposed('tongguan_intake_stage_seconds_sum{stage="read"} 1.5\n')
    after = exposed(
        '# HELP x\ntongguan_intake_stage_seconds_sum{stage="read"} 2.0\ntongguan_intake_stage_seconds_sum{stage="tax"} 0.25\n'
    )
    assert since(before, after) == {"read": 0.5, "tax": 0.25}


def test_a_process_that_fails_says_why():
    with pytest.raises(RuntimeError, match="NoSuchThing"):
        at_once(1, failing)


def failing(place: int) -> None:
    raise LookupError("NoSuchThing")
