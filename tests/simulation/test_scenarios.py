"""Scenario files are read strictly, and say where they are wrong."""

from __future__ import annotations

import pytest

from tongguan.kernel.packaged import Malformed
from tongguan.simulation.scenarios import FOLDER, scenario

GOOD = (FOLDER / "small-day.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("parcels: 240", "parcels: 0", "`parcels`"),
        ("parcels: 240", "parcels: many", "`parcels`"),
        ("parcels: 240", "", "parcels"),
        ("message_size: 40", "message_size: 101", "`message_size`"),
        ("hours: [2, 1,", "hours: [1,", "`hours`"),
        ("payers: 1", "payres: 1", "payres"),
        ("bad_code: 0.012", "bad_coed: 0.012", "did you mean bad_code?"),
        ("bad_code: 0.012", "weather: 0.012", "there are bad_code, "),
        ("bad_code: 0.012", "bad_code: 1.2", "`rates[...]`"),
        ("bad_code: 0.012", "bad_code: 0.999", "together they are more than 1"),
        ("minutes: [30, 240]", "minutes: [240, 30]", "from and to"),
        ("minutes: [60, 480]", "minutes: [480, 60]", "statuses: minutes are given from and to"),
        ("share: 0.25", "share: 25", "`bonded.share`"),
        ("delivered: 0.4", "deliverd: 0.4", "deliverd"),
        ("zh: 平常的一天", "fr: Un jour", "title is given in en and zh"),
        ("lines: [70, 22, 8]", "lines: [0]", "lines: one of the weights"),
        ("parcels: 240", "parcels: 240\nparcels: 3", "written twice"),
        ("parcels: 240", "parcels: [", "flow sequence"),
    ],
)
def test_a_mistake_is_named(tmp_path, before, after, said):
    assert before in GOOD
    path = tmp_path / "day.yaml"
    path.write_text(GOOD.replace(before, after), encoding="utf-8")
    with pytest.raises(Malformed, match="day.yaml") as malformed:
        scenario(str(path))
    assert said in str(malformed.value)


def test_a_file_of_ones_own_is_a_scenario(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD.replace("parcels: 240", "parcels: 9"), encoding="utf-8")
    assert (scenario(str(path)).parcels, scenario(str(path)).name) == (9, "mine")


def test_an_unknown_scenario_names_those_there_are():
    with pytest.raises(LookupError, match="double-eleven, near-the-limits, small-day"):
        scenario("monday")
