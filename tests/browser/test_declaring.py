"""A new broker declares a consignment by the words of the help alone: a mistake beside its field, paid, released, printed.

In both languages, wide and narrow, with the keyboard alone, and without script. Nothing is pressed whose name does not stand in
bold in the document, but what names an amount or a number.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.browser.conftest import SHOTS
from tests.browser.steps import Walker

from tongguan.declarations.demo_cargo import FREE

pytestmark = pytest.mark.browser
HELP = Path(__file__).parents[2] / "docs" / "help"
BOLD = re.compile(r"\*\*(.+?)\*\*")
WAYS = {
    "zh-1280-keys": (1280, "zh", True, True), "en-390": (390, "en", True, False), "en-1280-plain": (1280, "en", False, False),
    "zh-390-keys-plain": (390, "zh", False, True),
}  # fmt: skip
"""Width, language, whether with script, whether by the keyboard alone."""


class Broker(Walker):
    """Somebody who has only the help: what he presses stands there in bold."""

    def __init__(self, one, lang: str, keyboard: bool):
        super().__init__(one, lang, keyboard)
        name = "first-declaration.md" if lang == "en" else "first-declaration.zh.md"
        self.words = set(BOLD.findall((HELP / name).read_text(encoding="utf-8")))

    def named(self, key: str, **values: str) -> str:
        """Return a name that stands in the help."""
        from tongguan.kernel.texts import text

        said = text(key, self.lang, **values)
        assert said in self.words, f"the help does not say {said}"
        return said

    def button(self, key: str, **values: str) -> None:
        self.follow(self.page.get_by_role("button", name=self.named(key, **values)).first)

    def follow(self, what) -> None:
        """Press what leads to another page, and be there."""
        with self.page.expect_navigation():
            self.press(what)

    def link(self, key: str) -> None:
        self.follow(self.page.locator("main").get_by_role("link", name=self.named(key), exact=True).first)

    def enter(self, who: str) -> None:
        """Sign in as somebody of the demonstration, after whoever was."""
        self.one.context.clear_cookies()
        self.one.go("/sign-in")
        self.button("desk.sign_in.as", name=who)
        self.arrived()

    def type(self, field: str, value: str) -> None:
        """Write a value in the place of what stands in a field that the help names, and leave it."""
        place = self.page.locator(f"#{field}")
        label = self.page.locator(f"label[for={field}]").inner_text()
        assert any(label.startswith(word) for word in self.words), label
        place.focus()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(value)
        self.page.keyboard.press("Tab")

    def find(self, number: str) -> None:
        """Open a declaration by its number."""
        self.to("declarations")
        self.page.locator("#number").focus()
        self.page.keyboard.type(number)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.open("/declarations/", within="main table")


@pytest.mark.parametrize("way", WAYS)
def test_a_new_broker_declares_by_the_help_alone(reader, way):
    width, lang, script, keyboard = WAYS[way]
    one = reader(width, lang, script)
    go = Broker(one, lang, keyboard)
    bill = f"TGLU26{list(FREE)[list(WAYS).index(way)]:06d}"
    go.enter("broker")
    go.to("declarations")
    go.link("desk.dec.templates")
    template = go.page.get_by_role("link", name="真空泵（海运进口）")
    assert "真空泵（海运进口）" in go.words
    go.follow(template)
    go.arrived()
    go.type("BillNo", bill)
    go.type("NetWt", "12000")
    if not script:
        go.button("desk.dec.check")
    beside = go.page.locator("#NetWt-says .late")
    beside.wait_for()
    assert "12000" in beside.inner_text()
    # Hiding the caret would leave marks on the fields, which the script of the page then meets.
    go.page.screenshot(path=SHOTS / f"declare-mistake-{way}.png", full_page=True, caret="initial")
    go.type("NetWt", "1100")
    if script:
        beside.wait_for(state="detached")
    go.button("desk.dec.submit")
    go.arrived()
    number = re.search(r"\b\d{18}\b", go.page.locator("h1:visible").inner_text())[0]
    assert go.named("declaration.state.due") in go.page.locator(".chip.large").inner_text()
    one.shot(f"declare-submitted-{way}")
    _paid_and_decided(go, number)
    go.enter("broker")
    go.find(number)
    assert go.named("declaration.state.released") in go.page.locator(".chip.large").inner_text()
    go.link("desk.dec.print")
    go.arrived()
    one.shot(f"declare-print-{way}")
    href = go.page.get_by_role("link", name=go.named("desk.dec.as_pdf")).get_attribute("href")
    answer = go.page.request.get(go.page.url.partition("?")[0] + "?" + href.partition("?")[2])
    assert answer.status == 200 and answer.body().startswith(b"%PDF")


def _paid_and_decided(go: Broker, number: str) -> None:
    go.enter("warehouse")
    go.find(number)
    go.open("/duty-bills/")
    go.link("desk.duties.pay")
    go.follow(go.page.locator("main form button").first)  # it names the amount
    go.enter("officer")
    go.find(number)
    go.link("desk.dec.decide")
    go.arrived()
    go.one.shot(f"declare-decide-{go.lang}-{go.page.viewport_size['width']}")
    for verb in ("pass", "clear", "release"):
        found = go.page.get_by_role("button", name=go.named(f"desk.dec.verb.{verb}"), exact=True)
        if found.count():
            go.follow(found.first)
            break
