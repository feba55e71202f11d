"""The account in a browser: a passkey with Chromium's own authenticator, and how its pages look at both widths."""

from __future__ import annotations

import pytest

PAGES = ("/account/passkeys", "/account/programs", "/account/support")


def authenticator(page) -> None:
    """Give the browser a device that verifies its user."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def password_of(reader) -> str:
    return reader.page.locator("form:has(input[value=broker]) input[name=password]").get_attribute("value")


@pytest.mark.measure("M2-I-5.2")
def test_somebody_sets_a_passkey_up_and_signs_in_by_it(reader):
    me = reader(lang="en")
    me.url = me.url.replace("127.0.0.1", "localhost")  # a passkey is made for a name
    me.go("/sign-in")
    password = password_of(me)
    page = me.sign_in("broker")
    authenticator(page)
    me.go("/account/passkeys")
    page.fill("#name", "laptop")
    page.fill("#password", password)
    page.get_by_role("button", name="Set up a passkey").click()
    page.wait_for_selector("input[value=laptop]")
    me.shot("account-passkeys-en-1280")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{me.url}/sign-in")
    me.shot("sign-in-passkey-en-1280")
    page.get_by_role("button", name="Sign in by passkey").click()
    page.wait_for_url(f"{me.url}/")
    me.go("/account/passkeys")
    page.get_by_role("button", name="Remove laptop").click()
    page.wait_for_selector(".empty")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_fit(reader, lang, width):
    me = reader(width=width, lang=lang)
    me.sign_in("broker")
    for path in PAGES:
        me.go(path)
        assert me.too_wide() == 0, path
        me.shot(f"account-{path.rpartition('/')[2]}-{lang}-{width}")


def test_a_token_is_shown_without_script(reader):
    me = reader(width=390, script=False)
    page = me.sign_in("broker")
    me.go("/account/programs")
    page.fill("#name", "erp")
    page.get_by_role("button", name="开通接入系统").click()
    assert len(page.locator("#token").inner_text()) > 40
    assert me.too_wide() == 0
    me.shot("account-programs-token-zh-390")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_support_session_and_work(reader, width):
    operator, firm = reader(width=width), reader(width=width)
    code = _ask(operator, width)
    firm.sign_in("broker")
    firm.go("/account/support")
    firm.page.locator("#rows a").first.click()
    firm.page.get_by_role("button", name="同意", exact=True).click()
    operator.page.get_by_role("link", name=code).click()
    operator.page.get_by_role("button", name="开始查看").click()
    operator.go("/parcels")
    assert operator.too_wide() == 0 and operator.page.locator(".looking").count() == 1
    operator.shot(f"support-looking-zh-{width}")
    operator.page.locator(".looking button").click()
    operator.page.wait_for_selector("#rows")
    assert operator.page.locator(".looking").count() == 0 and operator.too_wide() == 0
    operator.shot(f"support-seen-zh-{width}")
    officer = reader(width=width)
    officer.sign_in("officer")
    officer.go("/account/work")
    assert officer.too_wide() == 0
    officer.shot(f"account-work-zh-{width}")


def _ask(operator, width: int) -> str:
    """Ask the broker's firm to see its pages; return the number of the session."""
    operator.sign_in("operator")
    page = operator.go("/account/support")
    from tongguan.ecommerce import samples

    page.fill("#of", samples.BROKER.code)
    page.check("#role-broker")
    page.fill("#reason", f"核对页面 {width}")
    page.get_by_role("button", name="申请查看").click()
    assert operator.too_wide() == 0
    return page.locator("#rows a").first.inner_text()
