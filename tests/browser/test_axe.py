"""No page has anything that axe finds: the rules of WCAG 2.0 A and AA, 2.1 AA and 2.2 AA, over every page of every role.

Each role walks from its first page along the links; half of the roles read Chinese at 1280 pixels, the others English at
390, in the dark. Every page fits a window of 320 pixels and one of 3840. What one page looks like again for another role
is judged again.
"""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page
from tests.desk.walk import ROLES, walk

pytestmark = pytest.mark.browser
NARROW_AND_HUGE = (320, 3840)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
ASK = """async rules => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ['violations']});
  return found.violations.map(one => [one.id, one.nodes.length, one.nodes[0].html.slice(0, 200), one.nodes[0].failureSummary]);
}"""


def judged(page: Page) -> list[Any]:
    """Return what axe finds on a page: the rule, how often, the first place and what to do."""
    page.evaluate(AXE_SCRIPT)
    return page.evaluate(ASK, list(RULES))


@pytest.mark.parametrize("who", ROLES, ids=[who or "public" for who in ROLES])
def test_axe_finds_nothing(reader, who):
    even = ROLES.index(who) % 2 == 0
    one = reader(1280 if even else 390, "zh" if even else "en", color_scheme="light" if even else "dark")
    if who:
        one.sign_in(who)
    found: list[tuple] = []

    def read(path: str) -> str | None:
        # Files are not gone to: the browser would save them.
        head = one.context.request.head(one.url + path)
        if head.status != 200 or not head.headers["content-type"].startswith("text/html"):
            return None
        page = one.go(path)
        found.extend((path, *wrong) for wrong in judged(page))
        found.extend(
            (path, "too wide", width, pixels) for width in NARROW_AND_HUGE if (pixels := one.too_wide_at(width)) > 0
        )
        return page.content()

    assert len(list(walk(read, each=1))) > 5
    assert found == []
