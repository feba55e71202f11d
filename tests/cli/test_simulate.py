"""``tongguan simulate`` and ``tongguan replay``: what they say, in both languages and for programs, and what they refuse."""

from __future__ import annotations

import csv
import io
import json

import pytest
from tests.simulation.conftest import AT, OPERATOR, demonstration, reference  # noqa: F401

from tongguan.cli import run
from tongguan.inspections.draws import ensure_keys
from tongguan.server import prepare
from tongguan.simulation.models import Replay

DAY = "2026-11-11"
pytestmark = pytest.mark.usefixtures("demonstration")


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    """Commands run in the tests' own database, which is a demonstration's."""
    from contextlib import contextmanager

    @contextmanager
    def database():
        yield None

    monkeypatch.setattr(prepare, "database", database)
    monkeypatch.setattr(prepare, "unapplied_migrations", list)
    monkeypatch.setattr("tongguan.cli.simulate.is_demo", lambda: True)
    ensure_keys(AT.date(), by=OPERATOR, at=AT)


def said(capsys, *arguments: str) -> tuple[int, str]:
    status = run(list(arguments))
    return status, capsys.readouterr().out


@pytest.fixture
def filed(capsys) -> dict:
    status, out = said(capsys, "simulate", "--day", DAY, "--parcels", "60", "--scenario", "near-the-limits", "--json")
    assert status == 0
    return json.loads(out)


def test_a_day_is_summed_up_for_programs(filed):
    assert (filed["simulation"], filed["parcels"], filed["surprises"], filed["day"]) == (True, 60, 0, DAY)
    assert len(filed["messages"]) == 64 and sum(row["made"] for row in filed["rows"]) == 60


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "Every parcel ended as it must."), ("zh", "所有包裹的结果均与应有结果一致。")]
)
def test_a_day_is_summed_up_for_people(capsys, lang, words):
    status, out = said(capsys, "simulate", "--day", DAY, "--parcels", "30", "--scenario", "small-day", "--lang", lang)
    assert status == 0 and words in out and "SIM" in out and "cli." not in out


def test_scenarios_are_listed(capsys):
    assert {one["name"] for one in json.loads(said(capsys, "simulate", "--list", "--json")[1])} >= {"double-eleven"}
    assert "双十一" in said(capsys, "simulate", "--list", "--lang", "zh")[1]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["simulate", "--scenario", "monday"], 2, "no scenario monday"),
        (["simulate", "--day", "yesterday"], 2, "yesterday"),
        (["simulate", "--speed", "0", "--live"], 2, "speed"),
        (["replay", "--from", DAY, "--to", "2026-11-10"], 2, "ends before it begins"),
        (["replay", "--set", "ecommerce.annual_limit"], 2, "NAME=VALUE"),
        (["replay", "--set", "ecommerce.annual_limit=1", "--overlay", "x"], 2, "not both"),
        (["replay", "--set", "ecommerce.anual_limit=1"], 1, "did you mean ecommerce.annual_limit?"),
        (["replay", "--set", "ecommerce.annual_limit=much"], 1, "much is no value"),
        (["replay", "--overlay", "/nowhere"], 2, "/nowhere"),
    ],
)
def test_what_is_written_wrongly_is_said_in_one_line(capsys, arguments, status, words):
    assert run([*arguments, "--lang", "en"]) == status
    assert words in capsys.readouterr().err


def test_a_real_window_refuses(capsys, monkeypatch):
    monkeypatch.setattr("tongguan.cli.simulate.is_demo", lambda: False)
    assert run(["simulate", "--parcels", "10", "--lang", "en"]) == 1
    assert "in a demonstration only" in capsys.readouterr().err


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_changed_is_nothing_different(filed, capsys, lang):
    status, out = said(capsys, "replay", "--from", DAY, "--lang", lang)
    assert status == 0 and ("Nobody would be treated differently." if lang == "en" else "处理结果无差异。") in out


def test_a_lower_limit_is_told_to_people_and_programs_alike(filed, capsys):
    asked = ["replay", "--from", DAY, "--set", "ecommerce.annual_limit=300"]
    found = json.loads(said(capsys, *asked, "--json")[1])
    assert found["simulation"] and found["changed"] == ["ecommerce.annual_limit"] and found["refused"] > 0
    rows = list(csv.DictReader(io.StringIO(said(capsys, *asked, "--csv")[1])))
    assert len(rows) == found["differing"] and {row["simulation"] for row in rows} == {"simulation"}
    out = said(capsys, *asked, "--lang", "en")[1]
    assert out.startswith("Simulation:") and "over the yearly limit" in out
    assert not Replay.objects.exists()
