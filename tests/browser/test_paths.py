"""The main path of every role: in both languages, wide and narrow, with script and without, and by the keyboard alone."""

from __future__ import annotations

import pytest
from tests.browser.steps import Walker

from tongguan.ecommerce import samples

pytestmark = pytest.mark.browser
PLATFORM = samples.PLATFORM.code


def public(go: Walker) -> None:
    go.to("tariff")
    go.fill("tariff-q", "2208300000")
    go.page.keyboard.press("Enter")
    go.page.wait_for_url("**/tariff/2208300000*")
    go.arrived()
    for place in ("calculator", "check_number", "services", "open_data", "measures"):
        go.to(place)
    go.open("/measures/M")


def trader(go: Walker) -> None:
    """A broker: what he filed, a parcel by its number, its proofs, what came back."""
    go.to("file")
    go.to("messages")
    go.open("/messages/")
    go.to("parcels")
    go.open(f"/parcels/{PLATFORM}/")
    go.open(f"/proofs/{PLATFORM}/")
    go.to("requests")
    go.open("/requests/B")


def platform(go: Walker) -> None:
    go.to("parcels")
    go.open(f"/parcels/{PLATFORM}/")
    go.to("taxes")
    go.open("/taxes/bills/")
    go.to("subscribers")
    go.to("sandbox")
    go.to("voices")


def payer(go: Walker) -> None:
    go.to("file")
    go.to("parcels")
    go.open("/parcels/")
    go.to("certificates")


def warehouse(go: Walker) -> None:
    go.to("books")
    go.open("/books/")
    go.to("parcels")


def tally(go: Walker) -> None:
    go.to("tallies")
    go.open("/tallies/")


def officer(go: Walker) -> None:
    go.to("checks")
    go.open("/parcels/")
    go.open("/decide/")
    go.to("requests")
    go.open("/requests/work")
    go.open("/requests/B")
    go.to("risks")
    go.open("/risks/")


def authority(go: Walker) -> None:
    """Who weighs a policy: what-ifs, the measures and how they stand, the public figures."""
    go.to("what_ifs")
    go.to("conference")
    go.open("/conference/measures/")
    go.to("measures")
    go.open("/measures/indicators")


def operator(go: Walker) -> None:
    go.to("operate")
    go.to("messages")
    go.open("/messages/")
    go.to("certificates")
    go.to("sandbox")


def auditor(go: Walker) -> None:
    go.to("journal")
    go.open("/journal/checkpoints")
    go.to("journal")
    go.open("/journal/", within="main table")
    go.to("risks")


def member(go: Walker) -> None:
    go.to("conference")
    go.open("/conference/issues")
    go.open("/conference/issues/")
    go.to("conference")
    go.open("/conference/cases")


PATHS = {
    "public": ("", public), "broker": ("broker", trader), "platform": ("platform", platform), "payer": ("payer", payer),
    "carrier": ("carrier", payer), "warehouse": ("warehouse", warehouse), "tally": ("tally", tally),
    "officer": ("officer", officer), "authority": ("officer", authority), "operator": ("operator", operator),
    "auditor": ("auditor", auditor), "member": ("commerce", member),
}  # fmt: skip
WAYS = {
    "zh-1280": (1280, "zh", True, False), "en-390-plain": (390, "en", False, False),
    "en-1280-keys": (1280, "en", True, True), "zh-390-keys-plain": (390, "zh", False, True),
}  # fmt: skip
"""Width, language, whether with script, whether by the keyboard alone."""


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("who", PATHS)
def test_the_main_path(reader, who, way):
    width, lang, script, keyboard = WAYS[way]
    name, path = PATHS[who]
    one = reader(width, lang, script)
    one.sign_in(name) if name else one.go("/")
    path(Walker(one, lang, keyboard))
    one.shot(f"path-{who}-{way}")
