"""What counts as built: something that does it, a test that shows it, and no test that failed."""

from __future__ import annotations

from datetime import datetime

import pytest

from tongguan.governance import building, coverage, trials
from tongguan.governance.building import Means, read_means
from tongguan.governance.coverage import counts, filtered, standings, state_of
from tongguan.governance.register import register
from tongguan.governance.trials import Trial
from tongguan.kernel.packaged import Malformed

PAGE = Means(pages=("bills",))
PARTLY = Means(pages=("bills",), lacking={"zh": "缺", "en": "lacks"})
RETURNS = "tests/ecommerce/test_returns.py::test_story_S7"


def shown(*outcomes: str) -> list[Trial]:
    return [Trial(f"t{n}", outcome) for n, outcome in enumerate(outcomes)]


@pytest.mark.parametrize(
    ("means", "outcomes", "state"),
    [
        (PAGE, ["passed"], "built"),
        (PAGE, ["not_run"], "built"),
        (PAGE, ["passed", "failed"], "failing"),
        (PARTLY, ["passed"], "partly"),
        (PARTLY, ["failed"], "failing"),
        (PAGE, [], "missing"),
        (Means(), ["passed"], "missing"),
        (Means(), ["failed"], "missing"),
        (Means(parameters=("ecommerce.tax_share",)), ["passed"], "missing"),
        (Means(rules=("-1",)), ["skipped"], "built"),
    ],
)
def test_the_state_of_a_unit(means, outcomes, state):
    assert state_of(means, shown(*outcomes)) == state


def unit(number: str) -> coverage.Standing:
    return next(unit for one in standings() for unit in one.units if unit.unit.id == number)


def test_a_failing_test_takes_it_back(told):
    told({RETURNS: "passed"})
    before = unit("M4-21.3")
    assert before.state == "built"
    assert Trial(RETURNS, "passed", "0123456789abcdef0123456789abcdef01234567", False,
                 datetime.fromisoformat("2026-11-22T10:00:00+08:00")) in before.trials  # fmt: skip
    told({RETURNS: "failed"})
    assert unit("M4-21.3").state == "failing"
    assert next(one for one in standings() if one.clause.id == "M4-21").state == "failing"
    told({RETURNS: "passed"}, commit="f" * 40)
    assert unit("M4-21.3").state == "built"


def test_where_no_test_was_run_nothing_is_claimed(told):
    assert {one.outcome for one in unit("M4-21.3").trials} == {"not_run"}


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"tests": 1}', '{"tests": {"%s": {"a": {"outcome": "good"}}}}'])
def test_a_file_of_runs_that_is_none_tells_nothing(settings, tmp_path, content):
    settings.TEST_RUNS = tmp_path / "runs.json"
    settings.TEST_RUNS.write_text(content.replace("%s", RETURNS), encoding="utf-8")
    assert {one.outcome for one in unit("M4-21.3").trials} == {"not_run"}


def test_of_several_cases_the_gravest_counts():
    run = {"commit": "c", "changed": True, "at": "2026-11-22T10:00:00+08:00"}
    known = {"t": {"t[a]": {"outcome": "passed", **run}, "t[b]": {"outcome": "failed", **run}}}
    assert trials.trial("t", known).outcome == "failed"
    known["t"]["t[b]"]["outcome"] = "skipped"
    assert trials.trial("t", known).outcome == "skipped"


def test_filters(told):
    every = standings()
    assert counts(every)["missing"] + sum(counts(every)[s] for s in ("built", "partly", "failing")) == 180
    cbec = filtered(every, document="M4", domain="cbec")
    assert [one.clause.id for one in cbec] == ["M4-21"]
    [built] = filtered(every, document="M4", domain="cbec", state="built")
    assert [one.unit.id for one in built.units] == ["M4-21.3"] and built.state == "partly"
    customs = filtered(every, department="beijing_customs")
    named = {"M0": "issued by it", "M3": "signed by it with nine others"}
    assert customs and all("beijing_customs" in one.clause.departments or one.document.id in named for one in customs)


def test_a_clause_that_names_nobody_is_that_of_who_issued_it():
    def ids(department: str) -> set[str]:
        return {one.clause.id for one in filtered(standings(), department=department)}

    assert {"M0-1", "M0-28", "M2-I-1", "M3-9", "M3-1", "M4-21"} <= ids("customs")
    assert not {"M4-2", "M1-P2a"} & ids("customs")
    assert "M2-I-1" not in ids("beijing_customs") and "M0-1" in ids("beijing_customs")
    assert "M3-9" not in ids("tax"), "a clause that names somebody is nobody else's"
    assert "M4-III-3" in ids("commerce")


def test_means_name_measures_of_the_register_and_nothing_twice():
    units = {one.id for one in register().units()}
    assert sorted(set(building.means()) - units) == []


@pytest.mark.parametrize(
    "row", ["X: {pages: bills}", "X: {page: [bills]}", "X: {partly: some}", "X: {partly: {en: some}}", "X: [bills]"]
)
def test_means_that_are_not_as_they_should_be(tmp_path, row):
    path = tmp_path / "built.yaml"
    path.write_text(row, encoding="utf-8")
    with pytest.raises(Malformed):
        read_means(path)
