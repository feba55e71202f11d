"""Going through the pages as people do: by the words on links and buttons, with the pointer or by the keyboard alone."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator

from tongguan.desk import navigation
from tongguan.kernel import texts

MOST_TABS = 250


@dataclass
class Walker:
    """Somebody who goes from page to page; ``keyboard`` says whether he has a pointer."""

    one: object
    lang: str
    keyboard: bool = False

    @property
    def page(self):
        return self.one.page

    def said(self, key: str) -> str:
        """Return a text in the language of the reader."""
        return texts.text(key, self.lang)

    def press(self, what: Locator) -> None:
        """Press a link or a button that can be seen, by the pointer or by Tab and Enter."""
        if not self.keyboard:
            what.click()
            return
        what.wait_for(state="visible")
        wanted = what.element_handle()
        for _ in range(MOST_TABS):
            if self.page.evaluate("wanted => document.activeElement === wanted", wanted):
                self.page.keyboard.press("Enter")
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{wanted.inner_text()!r} cannot be reached by the keyboard")

    def fill(self, field: str, value: str) -> None:
        """Write into a field, found by its id."""
        if self.keyboard:
            self.page.locator(f"#{field}").focus()
            self.page.keyboard.type(value)
        else:
            self.page.fill(f"#{field}", value)

    def to(self, place: str) -> None:
        """Go to a place of the navigation, by the menu where the window is narrow."""
        from django.urls import reverse

        href = reverse(navigation.first(place))
        menu = self.page.locator("header details.menu > summary")
        if menu.is_visible():
            self.press(menu)
            with self.page.expect_navigation():  # it may be the page we are on
                self.press(self.page.locator(f'header details.menu a[href="{href}"]'))
        else:
            self._by_area(place, href)
        self.page.wait_for_url(lambda url: url.partition("?")[0].endswith(href))
        self.arrived()

    def _by_area(self, place: str, href: str) -> None:
        seen = self.page.locator(f'header nav:not(details nav) a[href="{href}"]:visible')
        if not seen.count():
            area = next(area for area, places in navigation.AREAS.items() if place in places)
            self.press(self.page.locator("header nav.areas").get_by_role("link", name=self.said(f"desk.area.{area}")))
            self.page.wait_for_load_state()
        if not self.page.url.partition("?")[0].endswith(href):
            self.press(seen.first)

    def open(self, links: str, within: str = "main") -> str:
        """Follow the first link within the page whose address begins so, and return the address."""
        link = self.page.locator(f'{within} a[href^="{links}"]:visible').first
        href = link.get_attribute("href")
        self.press(link)
        self.page.wait_for_url(f"**{href.partition('#')[0]}*")
        self.arrived()
        return href

    def arrived(self) -> None:
        """Be on a page that is whole: one heading, in the language, no wider than the window."""
        self.page.wait_for_load_state()
        assert self.page.locator("h1:visible").count() == 1, self.page.url
        assert self.page.locator("html").get_attribute("lang")[:2] == self.lang
        assert self.one.too_wide() <= 0, self.page.url
