"""Requests and taxes in a real browser: asked for, decided and paid, at two widths, in both languages, without script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import EXAMPLES

from tongguan.ecommerce import samples

pytestmark = pytest.mark.browser
PLATFORM = samples.PLATFORM.code
WIDTHS = (390, 1280)
assert EXAMPLES.is_dir()


def number_in(page: Page, of: str) -> str:
    """Return the address of the first link to a request, a bill or an order in a list."""
    return page.locator(f'#rows a[href^="{of}"]').first.get_attribute("href")


def pages(one, who: str) -> dict[str, str]:
    """Return the pages of requests and taxes by name, as the demo has them."""
    listed = {"requests": "/requests", "bills": "/taxes", "payments": "/taxes/orders", "bills-open": "/taxes?of=open"}
    for name, query in (("return-accepted", "part=accepted&noun=return"), ("return-asked", "q=DEMO-RETURNING-1")):
        listed[name] = number_in(one.go(f"/requests?{query}"), "/requests/B")
    listed["withdrawn"] = number_in(one.go("/requests?noun=withdrawal&part=accepted"), "/requests/B")
    listed["bill-overdue"] = number_in(one.go("/taxes?of=overdue"), "/taxes/bills/")
    listed["order-late"] = number_in(one.go("/taxes/orders?state=made"), "/taxes/orders/")
    listed["order-paid"] = number_in(one.go("/taxes/orders?state=paid"), "/taxes/orders/")
    listed["form"] = f"{listed['order-late']}/form"
    listed["parcel-returned"] = f"/parcels/{PLATFORM}/DEMO-RETURNED-1"
    if who == "officer":
        listed["work"] = "/requests/work"
        listed["work-expected"] = "/requests/work?of=expected"
        listed["decide-accept"] = number_in(one.go("/requests/work"), "/requests/B") + "/accept"
        listed["decide-arrive"] = f"{listed['return-asked']}/arrive"
        listed["decide-refuse"] = f"{listed['return-asked']}/refuse"
    else:
        listed["pay"] = f"{listed['order-late']}/pay"
        listed["ask-return"] = f"/requests/ask/return/{PLATFORM}/DEMO-RETURNING-1"
        listed["ask-too-late"] = f"/requests/ask/return/{PLATFORM}/DEMO-LATE-1"
        listed["ask-withdrawal"] = f"/requests/ask/withdrawal/{PLATFORM}/DE2026112017"
    return listed


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_and_complains_of_nothing(reader, width, lang, script):
    for who in ("platform", "officer"):
        one = reader(width, lang, script)
        one.sign_in(who)
        for name, path in pages(one, who).items():
            page = one.go(path)
            assert one.too_wide() <= 0, (name, width)
            assert page.locator("h1").count() == 1, name
            if script:
                one.shot(f"{name}-{who}-{lang}-{width}")


@pytest.mark.parametrize("width", [320, 768, 1920])
def test_other_widths_fit_too(reader, width):
    one = reader(width, "en")
    one.sign_in("platform")
    for name, path in pages(one, "platform").items():
        one.go(path)
        assert one.too_wide() <= 0, (name, width)


def test_dark_and_printed(reader):
    one = reader(1280, "zh", color_scheme="dark")
    one.sign_in("platform")
    listed = pages(one, "platform")
    for name in ("return-accepted", "order-late", "bills"):
        one.go(listed[name])
        one.shot(f"{name}-dark")
    one.page.emulate_media(media="print", color_scheme="light")
    one.go(listed["form"])
    one.shot("form-printed")
    assert one.page.locator(".form").is_visible() and not one.page.locator(".top").is_visible()


def test_a_return_from_the_parcel_to_its_acceptance(reader):
    """The platform asks on the parcel's page; the officer counts and accepts by keyboard; the tax comes off."""
    one = reader(1280, "en", script=False)
    one.sign_in("platform")
    page = one.go(f"/parcels/{PLATFORM}/DEMO-ARRIVED-1")
    page.get_by_role("link", name="Return goods").click()
    page.get_by_label("how much comes back").fill("1")
    page.get_by_label("Why they are returned").fill("颜色不合适")
    page.get_by_role("button", name="File the return").click()
    expect(page.locator(".notice.done, .notice.success").first).to_be_visible()
    number = page.locator("h1 .number").inner_text()
    officer = reader(1280, "en", script=False)
    officer.sign_in("officer")
    page = officer.go(f"/requests/{number}/arrive")
    page.get_by_role("button", name="Note the count").press("Enter")
    page.get_by_role("link", name="Accept the return").press("Enter")
    page.get_by_role("button", name="Accept it").press("Enter")
    expect(page.get_by_text("Allowance restored")).to_be_visible()
    assert page.url.endswith(f"/requests/{number}")


def test_bills_are_chosen_and_paid(reader):
    one = reader(390, "en", script=False)
    one.sign_in("platform")
    page = one.go("/taxes?of=open")
    ticks = page.locator("#rows input[type=checkbox]")
    assert ticks.count() >= 2
    ticks.nth(0).check()
    ticks.nth(1).check()
    page.get_by_role("button", name="Pay those chosen together").click()
    expect(page.get_by_text("To pay").first).to_be_visible()
    page.get_by_role("link", name="Pay", exact=True).click()
    page.get_by_role("button", name=re.compile(r"Pay [\d,.]+ yuan")).click()
    expect(page.get_by_text("The bank has paid it.")).to_be_visible()
    assert page.locator(".chip.large.done").is_visible()
