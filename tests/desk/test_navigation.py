"""The navigation: a few areas with their places, the one of the page marked, everything reachable without script."""

from __future__ import annotations

import pytest
from tests.desk.test_pages import PEOPLE

from tongguan.desk.navigation import AREAS, areas
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import known_keys

MOST_AREAS = 8


@pytest.mark.parametrize(
    "role", sorted({role for places in AREAS.values() for roles in places.values() for role in roles})
)
def test_nobody_has_more_areas_than_fit_one_line(role):
    found = areas("/", Actor("x", role, 1))
    assert 1 <= len(found) <= MOST_AREAS
    assert all(len(one.places) > 1 or one.key == one.places[0].key for one in found)


def test_every_area_and_place_is_called_something():
    names = {f"desk.area.{area}" for area, places in AREAS.items() if len(places) > 1}
    names |= {f"desk.nav.{place}" for places in AREAS.values() for place in places}
    assert names <= set(known_keys())


@pytest.mark.parametrize("who", PEOPLE)
def test_every_place_opens_and_is_marked_once_in_each_row(window, who):
    browser = window.person(who)
    for area in browser.get("/").context["areas"]:
        for place in area.places:
            response = browser.get(place.href)
            assert response.status_code == 200, place.href
            [here] = [one for one in response.context["areas"] if one.here]
            assert here.key == area.key
            page = response.content.decode().partition("</header>")[0]
            link = f'href="{place.href}" aria-current="page"'
            # in the row of areas or that of the area's places, and in the menu of a narrow screen
            assert page.count(link) == 2, place.href
            assert page.count('aria-current="true"') == (len(area.places) > 1)


def test_pages_of_a_parcel_belong_to_the_parcels(window):
    browser = window.person("officer")
    for path in (window.address("released"), window.address("released").replace("/parcels/", "/proofs/"), "/find?q=x"):
        assert browser.get(path).context["area"].key == "desk.area.goods", path
    assert browser.get("/").context["area"] is None, "an area of one place needs no second row"


def test_each_row_says_what_it_is(window):
    page = window.person("operator", "en").get("/requests").content.decode()
    assert page.count('<nav class="areas" aria-label="Main">') == 1
    assert '<nav class="within" aria-label="Pages of Goods">' in page and "<summary>Menu</summary>" in page
