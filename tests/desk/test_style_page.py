"""The page of all parts, light and dark by choice, and charts with their figures behind them."""

from __future__ import annotations

import re

import pytest
from tests.desk.reading import read

from tongguan.desk.style import charts
from tongguan.desk.style.page import PARTS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_part_is_shown_in_both_languages(client, lang):
    html = client.get("/style", headers={"accept-language": lang}).content.decode()
    words = read(html)
    assert len(PARTS) >= 20 and set(PARTS) <= set(words.ids) and len(words.ids) == len(set(words.ids))
    assert html.count("<svg") > 2 and "<title id=" in html and "<desc id=" in html
    assert not re.search(r"\bstyle=|<style|onclick", html)


def test_light_and_dark_are_kept_without_script(client):
    assert "data-theme" not in client.get("/style").content.decode()
    kept = client.post("/theme", {"theme": "dark", "back": "/style?x=1"})
    assert (kept.status_code, kept.url) == (302, "/style?x=1") and kept.cookies["theme"]["httponly"]
    page = client.get("/style").content.decode()
    assert 'data-theme="dark"' in page and 'name="color-scheme" content="dark"' in page
    client.post("/theme", {"theme": "auto", "back": "/style"})
    assert "data-theme" not in client.get("/style").content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "/\\evil.example", "", "javascript:1"])
def test_choosing_colours_leads_nowhere_else(client, back):
    assert client.post("/theme", {"theme": "light", "back": back}).url == "/"


def test_what_is_no_theme_is_not_kept(client):
    assert "theme" not in client.post("/theme", {"theme": "pink", "back": "/"}).cookies
    client.cookies["theme"] = '"><script>'
    assert "<script>" not in client.get("/style").content.decode().replace("<script defer", "")


def test_bars_stand_to_scale_with_their_figures_behind():
    made = charts.bars("x", "Title", "Day", [("a", 5), ("b", 10), ("c", 0)], "Many", "en")
    heights = [bar.height for bar in made.bars]
    assert heights == [110.0, 220.0, 0.0] and made.table == [("a", (5,)), ("b", (10,)), ("c", (0,))]
    assert made.says == "a to c, from 0 to 10." and made.grid[-1].value == 10


def test_lines_of_many_points_name_a_few_of_them():
    points = [(str(n), (n, 40 - n)) for n in range(40)]
    made = charts.lines("x", "Title", "Day", points, ["up", "down"], "zh")
    assert len(made.paths) == 2 and len(made.paths[0].dots) == 40 and len(made.marks) == charts.MOST_MARKS
    assert {tone for _, tone in made.names} == {"one", "two"} and len(made.table) == 40


def test_a_chart_of_nothing_is_drawn():
    made = charts.bars("x", "Title", "Day", [], "Many", "zh")
    assert made.bars == [] and made.says == ""
