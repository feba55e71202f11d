"""How the program stands, in a browser: wide and narrow, both languages, without script."""

from __future__ import annotations

import time

import pytest


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_operator_and_the_public_see_how_it_stands(reader, width, lang):
    one = reader(width=width, lang=lang, script=False)
    one.sign_in("operator")
    for _ in range(90):  # the work process takes its first sample within a minute
        page = one.go("/operate")
        if page.locator("svg.chart").count():
            break
        time.sleep(1)
    assert page.locator("svg.chart").count() == 3
    assert one.too_wide() <= 0
    for summary in page.locator("main details > summary").all():
        summary.click()
    assert one.too_wide() <= 0
    one.shot(f"operate-{width}-{lang}")
    other = reader(width=width, lang=lang, script=False)
    page = other.go("/status")
    assert page.locator("[role=status]").count() == 1 and other.too_wide() <= 0
    other.shot(f"status-{width}-{lang}")
