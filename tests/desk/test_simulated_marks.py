"""Simulated parcels are marked where they are listed and shown, and no others."""

from __future__ import annotations

import pytest

from tongguan.desk.templatetags.desk import simulated
from tongguan.ecommerce import samples
from tongguan.simulation.firms import firm


@pytest.mark.parametrize(("lang", "word"), [("zh", "模拟数据"), ("en", "simulation")])
def test_the_code_of_its_platform_marks_a_simulated_parcel(lang, word):
    code = firm("platform", 0).code
    for about in (code, f"/parcels/{code}/SIM261111-7-0000001"):
        assert word in simulated({"lang": lang}, about)
    for about in ("", samples.PLATFORM.code, f"/parcels/{samples.PLATFORM.code}/SIM1", "-"):
        assert simulated({"lang": lang}, about) == ""


def test_lists_and_pages_of_real_parcels_bear_no_mark(window):
    client = window.person("officer", "en")
    for path in ("/parcels", "/checks", window.address("checked")):
        assert ">simulation<" not in client.get(path).content.decode()
