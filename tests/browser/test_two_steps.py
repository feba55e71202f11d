"""Somebody new files a summary by page, in a browser: from the list to its number, in under two minutes."""

from __future__ import annotations

import time

import pytest

from tongguan.declarations.two_steps.demo import BILLS

pytestmark = pytest.mark.browser
TWO_MINUTES = 120
TYPED = {
    "BillNo": BILLS[-1], "item-1-CodeTS": "841410", "item-1-GName": "真空泵", "item-1-GQty": "10", "item-1-GUnit": "001",
    "item-1-DeclTotal": "52000", "item-1-TradeCurr": "USD", "item-1-OriginCountry": "DEU",
}  # fmt: skip
"""What a newcomer types: the bill, and what the invoice says. The rest comes from the manifest."""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_form_is_short_and_fits(reader, width, lang):
    one = reader(width, lang)
    one.sign_in("warehouse")
    page = one.go("/declarations/summary")
    assert one.too_wide() <= 0 and page.locator("h1:visible").count() == 1
    asked = page.locator("form.two-steps input[type=text]:visible").count()
    assert asked <= 20, f"{asked} fields are asked for at first"
    page.check("#inspected")
    assert page.locator("#item-1-GoodsAttr").is_visible()
    one.shot(f"summary-{width}-{lang}")


@pytest.mark.parametrize("script", [False])
def test_a_newcomer_lodges_a_summary_in_under_two_minutes(reader, script):
    one = reader(1280, "en", script)
    one.sign_in("warehouse")
    began = time.monotonic()
    page = one.go("/declarations")
    page.get_by_role("link", name="Summary declaration").click()
    for field, value in TYPED.items():
        page.fill(f"#{field}", value)
    page.get_by_role("button", name="Fetch from the manifest and check").click()
    assert page.input_value("#GrossWet") == "1200" and page.input_value("#TrafMode") == "2"
    assert page.input_value("#guarantee"), "the guarantee with the most left is proposed"
    page.get_by_role("button", name="Lodge the summary").click()
    page.wait_for_url(lambda url: "/summary" not in url)
    assert "summary accepted" in page.locator(".head .chip").inner_text()
    assert time.monotonic() - began < TWO_MINUTES
    one.shot("summary-accepted")
