"""The answer of the advisor is what filing then does, in generated cases.

``TONGGUAN_ADVICE_CASES=1000`` runs so many, ``TONGGUAN_ADVICE_SEED=other`` others.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import date

import pytest
from tests.advisor import cases, planning
from tests.advisor.filing import filed
from tests.credit.given import graded
from tests.declarations import made

from tongguan.advisor import queries
from tongguan.advisor.needs import missing
from tongguan.advisor.plan import Plan, PlannedGoods
from tongguan.advisor.posing import ground, scenes
from tongguan.advisor.ways import APPLIES, DEPENDS, DOES_NOT, SUPPLIED
from tongguan.revenue.payments.terms import due_on

CASES = int(os.environ.get("TONGGUAN_ADVICE_CASES", "60"))
PARTS = 4
MODES = ("ordinary", "advance", "two_step")
HOUR = "advice.because.hour"
FORM = {"DEC_REQUIRED_TO_DECLARE"}
"""What a document lacks that its plan has not: the legal quantity."""


@pytest.fixture
def market(db, monkeypatch):
    planning.use_tariff(monkeypatch, cases.tariff())
    made.prepare()
    made.parities("2025-12-17", "2026-01-21", "2026-02-24", "2026-03-18", "2026-04-15")
    for grade, code in cases.FIRMS.items():
        if grade != "other":
            graded(grade, "2026-01-01", code, basis="certified" if grade == "advanced" else "crime")


def agrees(of: queries.Read, told: queries.Advice, seen: Counter) -> None:
    """Compare an answer with what filing does in every mode, and in every place the conveyance may be."""
    wanting = {one.type for need in told.needs for one in need.needs.licences} - of.papers
    accepted_in_one = []
    for mode in MODES:
        way = told.way(mode)
        outcomes = [filed(of, mode, scene, secured=mode == "two_step") for scene in scenes(of)]
        every = set().union(*(one.codes for one in outcomes))
        if every & FORM:
            # A duty by weight, and no weight: the form asks for it before the assessment does.
            assert {one.pointer for out in outcomes for one in out.refused if one.code in FORM} <= {
                f"item/{n}/FirstQty" for n, one in enumerate(of.lines, 1) if one.gcode == cases.BY_WEIGHT
            }, (mode, outcomes)
            assert way.verdict != APPLIES
            seen["form"] += 1
            continue
        assert {one.code for one in way.reasons} - {HOUR} == every, (mode, way, outcomes)
        hard = [bool(one.codes - SUPPLIED) for one in outcomes]
        expected = DOES_NOT if all(hard) else DEPENDS if any(one.refused for one in outcomes) else APPLIES
        assert way.verdict == expected, (mode, way, outcomes)
        assert (HOUR in {one.code for one in way.reasons}) == (any(hard) and not all(hard))
        for one in outcomes:
            if "DEC_LICENCE_MISSING" in one.codes:
                assert one.letters == wanting
        seen[f"{mode} {way.verdict}"] += 1
        for scene, one in zip(scenes(of), outcomes, strict=True):
            if one.accepted:
                owes(of, told, mode, scene, one)
        if mode == told.costs.mode:
            accepted_in_one = [one.accepted for one in outcomes]
            collects(of, told, mode, accepted_in_one, seen)


def owes(of: queries.Read, told: queries.Advice, mode: str, scene, one) -> None:
    days = {due.key: due.day for due in told.dates}
    if mode == "two_step":
        if scene.entered is not None:
            assert one.completion == days["completion"]
        return
    if mode == told.costs.mode:
        fee = told.costs.late_fee
        assert (one.tax, one.value, one.late_fee) == (told.costs.tax, told.costs.owed.sheet.value, fee)
    if one.tax:
        assert one.due == days["payment"] == due_on(of.filing)


def collects(of: queries.Read, told: queries.Advice, mode: str, plain: list[bool], seen: Counter) -> None:
    """Compare whether taxes can be collected by the month, where there are any and the goods can be declared at all."""
    way = told.way("consolidated")
    if not told.costs.tax:
        assert told.costs.tax is None or way.verdict != APPLIES
        return
    for scene, can in zip(scenes(of), plain, strict=True):
        if can:
            one = filed(of, mode, scene, family="CL", secured=True)
            assert one.accepted == (way.verdict == APPLIES), (way, one)
            assert one.codes <= {reason.code for reason in way.reasons}
            seen[f"consolidated {way.verdict}"] += 1


def differences(seeds: range) -> tuple[list[str], Counter]:
    """Return the plans of these seeds that are answered otherwise than filing does, and how often each verdict was seen."""
    wrong, seen = [], Counter()
    for seed in seeds:
        of, misread = queries.read(cases.plan(seed), today=date(2026, 3, 1))
        assert of is not None, (seed, misread)
        told = queries.advise(of, own=True)
        try:
            agrees(of, told, seen)
            assert missing(ground(of)) == {p.type for n in told.needs for p in n.needs.licences} - of.papers
        except AssertionError as error:
            wrong.append(f"seed {seed}: {error}\n{cases.plan(seed)}")
    return wrong, seen


@pytest.mark.parametrize("price, asked", [("700.00", set()), ("7000.00", {"7"})])
def test_a_sample_of_little_value_needs_no_automatic_licence(market, price, asked):
    """What a batch of samples is worth decides, in the answer as at filing: up to 5,000 yuan none is needed."""
    goods = PlannedGoods("8479899910", price, "116", qty="1", unit="007", qty1="9", unit1="035")
    of, _ = queries.read(
        Plan([goods], filing="2026-03-16", entered="2026-03-12", mode="3010", customs="0202", firm=made.TRADER),
        today=date(2026, 3, 1),
    )
    assert missing(ground(of)) == asked
    agrees(of, queries.advise(of, own=True), Counter())


@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_answered_is_what_filing_does(market, part):
    """Needed licences, ways, sheet totals, fees and days: each agrees with what filing does, in every case."""
    size = CASES // PARTS
    wrong, seen = differences(range(part * size, (part + 1) * size))
    print(dict(sorted(seen.items())))
    assert not wrong, f"{len(wrong)} of {size}:\n" + "\n\n".join(wrong[:8])
