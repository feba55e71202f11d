"""`tongguan codes` shows the code lists."""

from __future__ import annotations

from tongguan.kernel.codes import codes
from tongguan.kernel.packaged import ROOT


def test_every_list_is_named(tongguan):
    names = sorted(path.stem for path in (ROOT / "codes").glob("*.yaml"))
    assert [row["name"] for row in tongguan("codes", "--json").json] == names
    out = tongguan("codes").out
    assert all(name in out for name in names)


def test_a_list_shows_every_code(tongguan):
    rows = tongguan("codes", "units", "--json").json
    assert [row["code"] for row in rows] == [code.code for code in codes("units")]
    assert "035" in tongguan("codes", "units").out


def test_one_code_shows_both_names_and_the_source(tongguan):
    out = tongguan("codes", "units", "007").out
    assert out.startswith("007  个  piece\n")
    assert codes("units").reference["title"] in out


def test_a_code_holds_on_its_days_only(tongguan):
    dated = next((code for name in ("countries", "currencies") for code in codes(name) if code.since), None)
    table = "countries" if dated in list(codes("countries")) else "currencies"
    if dated is None:
        assert (
            tongguan("codes", "units", "--on", "2026-01-01", "--json").json == tongguan("codes", "units", "--json").json
        )
        return
    shown = tongguan("codes", table, "--on", "1900-01-01", "--json").json
    assert dated.code not in [row["code"] for row in shown if row["since"]]
