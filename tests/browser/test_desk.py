"""The pages in a real browser: every width, both languages, with and without script, by keyboard alone."""

from __future__ import annotations

import random
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import EXAMPLES

from tongguan.ecommerce import samples

pytestmark = pytest.mark.browser
PLATFORM = samples.PLATFORM.code
WIDTHS = (390, 1280)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def files(folder: Path, order_no: str, nouns: tuple[str, ...] = tuple(samples.KINDS), **changed) -> list[Path]:
    """Write the messages of one new parcel of today."""
    chance = random.Random(order_no)
    goods = [(samples.GOODS[2], 1), (samples.GOODS[9], 2)]
    parcel = samples.parcel(order_no, samples.buyer(chance), goods, at=datetime.now(SHANGHAI), chance=chance)
    for noun, values in changed.items():
        parcel = parcel.changed(noun, **values)
    made = []
    for place, noun in enumerate(nouns):
        path = folder / f"{place}-{noun}.xml"
        path.write_bytes(samples.message(noun, [getattr(parcel, noun)]))
        made.append(path)
    return made


def pages(who: str) -> dict[str, str]:
    listed = {
        "home": "/",
        "file": "/file",
        "find": "/find",
        "parcels": "/parcels",
        "messages": "/messages",
        "message": "/messages/7",
        "parcel-released": f"/parcels/{PLATFORM}/DE2026112003",
        "parcel-refused": f"/parcels/{PLATFORM}/DE2026112005",
        "parcel-waiting": f"/parcels/{PLATFORM}/DE2026112017",
    }
    return listed | {"checks": "/checks"} if who == "officer" else listed


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_and_complains_of_nothing(reader, width, lang, script):
    for who in ("broker", "officer"):
        one = reader(width, lang, script)
        one.go("/")
        one.shot(f"welcome-{lang}-{width}") if script else None
        one.sign_in(who)
        for name, path in pages(who).items():
            page = one.go(path)
            assert one.too_wide() <= 0, (name, width)
            assert page.locator("html").get_attribute("lang") == {"zh": "zh-Hans", "en": "en"}[lang]
            assert page.locator("h1").count() == 1 and page.locator("h1").is_visible()
            one.shot(f"{name}-{who}-{lang}-{width}{'' if script else '-plain'}")


@pytest.mark.parametrize("width", [320, 360, 768, 1920, 3840])
def test_narrow_and_huge_screens_fit_too(reader, width):
    one = reader(width, "en")
    one.sign_in("broker")
    for name, path in pages("broker").items():
        one.go(path)
        assert one.too_wide() <= 0, (name, width)
    one.go(f"/parcels/{PLATFORM}/DE2026112003")
    one.shot(f"parcel-released-en-{width}")


def test_dark_and_printed(reader):
    one = reader(1280, "zh", color_scheme="dark")
    one.sign_in("broker")
    for name in ("home", "file", "parcel-refused"):
        page = one.go(pages("broker")[name])
        one.shot(f"{name}-dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 22, 26)"
    one.page.emulate_media(media="print", color_scheme="light")
    one.go(pages("broker")["parcel-released"])
    one.shot("parcel-printed")
    assert not one.page.locator(".top").is_visible() and not one.page.locator(".no-print").first.is_visible()
    assert one.page.locator(".matching").is_visible() and one.page.locator(".taxes").is_visible()


def test_files_are_sent_one_by_one_and_their_results_appear(reader, tmp_path):
    one = reader(1280, "en")
    one.sign_in("broker")
    page = one.go("/file")
    assert not page.locator("[data-submit]").is_visible() and page.locator("[data-drop]").is_visible()
    page.set_input_files("#messages", files(tmp_path, "BROWSER-1"))
    expect(page.locator("#results .result")).to_have_count(4)
    assert page.locator("#queue > *").count() == 0 and page.url.endswith("/file")
    page.set_input_files("#messages", [EXAMPLES / "11-inventory-mistakes.xml", EXAMPLES / "21-not-well-formed.xml"])
    expect(page.locator("#results .result")).to_have_count(6)
    first = page.locator(".result").first  # the latest is on top
    assert "CEB900" in first.inner_text() and "write the message anew" in first.inner_text()
    assert "To correct" in page.locator(".result").nth(1).inner_text()
    one.shot("filed-en-1280")
    page.locator(".result:has-text('0-order.xml') td a").click()
    assert page.url.endswith(f"/parcels/{PLATFORM}/BROWSER-1")


def test_files_can_be_dropped(reader, tmp_path):
    one = reader(390, "zh")
    one.sign_in("broker")
    page = one.go("/file")
    [order] = files(tmp_path, "BROWSER-2", ("order",))
    dropped = page.evaluate_handle(
        "text => { const d = new DataTransfer(); d.items.add(new File([text], 'dropped.xml')); return d; }",
        order.read_text(encoding="utf-8"),
    )
    page.dispatch_event("form[data-filing]", "dragover", {"dataTransfer": dropped})
    assert "over" in page.locator("form[data-filing]").get_attribute("class")
    page.dispatch_event("form[data-filing]", "drop", {"dataTransfer": dropped})
    page.wait_for_selector("#results .result")
    assert "dropped.xml" in page.locator("#results").inner_text()
    assert one.too_wide() <= 0
    one.shot("filed-zh-390")


def test_a_file_over_the_limit_is_not_even_sent(reader, tmp_path):
    big = tmp_path / "big.xml"
    big.write_bytes(b" " * (32 * 1024 * 1024 + 1))
    one = reader(1280, "en")
    one.sign_in("broker")
    page = one.go("/file")
    sent: list[str] = []  # nothing may be raised in a listener: that would end the connection to the browser
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    page.set_input_files("#messages", big)
    page.wait_for_selector("#queue .error")
    assert "larger than 32 MiB" in page.locator("#queue").inner_text()
    assert not [one for one in sent if one.startswith("POST")], sent


def test_who_was_signed_out_meanwhile_is_told(reader, tmp_path):
    one = reader(1280, "en")
    one.sign_in("broker")
    page = one.go("/file")
    one.context.clear_cookies()
    page.set_input_files("#messages", files(tmp_path, "BROWSER-3", ("order",)))
    page.wait_for_selector("#queue .error")
    assert "did not arrive" in page.locator("#queue").inner_text() and page.locator("#username").count() == 0
    one.complaints = [said for said in one.complaints if "403" not in said]


def test_without_script_one_form_files_them_all(reader, tmp_path):
    one = reader(390, "zh", script=False)
    one.sign_in("broker")
    page = one.go("/file")
    page.set_input_files("#messages", files(tmp_path, "BROWSER-4"))
    page.click("[data-submit]")
    assert page.locator(".result").count() == 4 and one.too_wide() <= 0
    one.shot("filed-zh-390-plain")
    page.locator(".result:has-text('3-inventory.xml') td a").click()
    assert page.url.endswith(f"/parcels/{PLATFORM}/BROWSER-4")


def test_by_keyboard_alone_from_signing_in_to_a_parcel(reader):
    one = reader(1280, "en")
    page = one.go("/sign-in")
    password = page.locator("tr:has-text('broker') code").inner_text()
    page.keyboard.type("broker")  # the field has the focus
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{one.url}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    box = page.locator(".skip").bounding_box()
    assert box and box["x"] >= 0, "the skip link is not seen when it has the focus"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("TZDE2026112003")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/parcels/{PLATFORM}/DE2026112003")
    for _ in range(12):
        page.keyboard.press("Tab")
        width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert width == "3px", page.evaluate("document.activeElement.outerHTML")


def tab_to(page, text: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if text in page.evaluate("document.activeElement.textContent"):
            return
    pytest.fail(f"{text} cannot be reached by the keyboard")


def test_an_officer_decides_by_keyboard_without_script(reader):
    one = reader(1280, "en", script=False)
    one.sign_in("officer")
    page = one.go("/checks")
    one.shot("checks-officer-plain")
    number = page.locator("tbody a").first.inner_text()
    page.locator("tbody a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/parcels/**")
    page.locator("#main").focus()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.locator("a:focus").count() and page.locator("a:focus").inner_text() == "Suspend":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/decide/suspend/**")
    page.locator("#reason").focus()
    page.keyboard.type("The brand is being looked at")
    page.keyboard.press("Tab")
    one.shot("decide-officer-plain")
    page.keyboard.press("Enter")
    page.wait_for_url("**/parcels/**")
    assert f"{number} was suspended" in page.locator(".notice").first.inner_text()
    one.shot("parcel-suspended-officer-plain")


def test_an_officer_sees_people_in_clear_for_a_purpose(reader):
    one = reader(1280, "zh")
    one.sign_in("officer")
    page = one.go(f"/parcels/{PLATFORM}/DE2026112003")
    assert "****" in page.locator(".matching").inner_text()
    page.click("main summary")
    page.fill("#purpose", "核对收货人")
    page.click("form.reading button")
    assert "核对收货人" in page.locator(".notice").first.inner_text()
    assert "****" not in page.locator(".matching").inner_text()
    one.shot("parcel-clear-officer")


def test_numbers_are_copied(reader):
    one = reader(1280, "en", permissions=["clipboard-read", "clipboard-write"])
    one.sign_in("broker")
    page = one.go(f"/parcels/{PLATFORM}/DE2026112003")
    page.locator("button[data-copy]").first.click()
    expect(page.locator("button[data-copy]").first).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "DE2026112003"


def test_a_list_goes_on_in_place_with_script_and_by_pages_without(reader):
    one = reader(1280, "en")
    one.sign_in("broker")
    page = one.go("/parcels")
    assert page.locator("#rows > tr").count() == 50
    page.click("#on")
    expect(page.locator("#rows > tr").nth(50)).to_be_visible()
    assert page.url.endswith("/parcels")
    plain = reader(1280, "en", script=False)
    plain.sign_in("broker")
    page = plain.go("/parcels")
    page.click("#on")
    assert "before=" in page.url and 0 < page.locator("#rows > tr").count() <= 50


def test_a_parcel_that_waits_renews_itself(reader, tmp_path):
    one = reader(1280, "en")
    one.sign_in("broker")
    page = one.go("/file")
    order, payment, waybill, inventory = files(tmp_path, "BROWSER-5", payment={"amountPaid": Decimal("1.00")})
    page.set_input_files("#messages", [order, inventory])
    expect(page.locator("#results .result")).to_have_count(2)
    page = one.go(f"/parcels/{PLATFORM}/BROWSER-5")
    assert "waiting for the payment" in page.locator("#live").inner_text()
    other = reader(1280, "en")
    other.sign_in("broker")
    other.go("/file").set_input_files("#messages", [payment, waybill])
    expect(other.page.locator("#results .result")).to_have_count(2)
    expect(page.locator("#live")).to_contain_text("sent back", timeout=40_000)
    assert "PAY_MISMATCH" in page.locator("#live").inner_text()


def test_the_language_changes_and_the_page_stays(reader):
    one = reader(390, "zh", script=False)
    one.sign_in("broker")
    page = one.go("/parcels?group=done")
    page.click("a[hreflang=en]")
    assert page.url.endswith("/parcels?group=done") and page.locator("html").get_attribute("lang") == "en"
    assert "Inventories" in page.locator("h1").inner_text()
