"""Pictures of every page, to be looked at: ``python -m tests.browser.shots FOLDER`` (``--of zh-dark-390``, ``--only home``).

One portal with the demonstration's data is started; the links are walked as everybody, and each page is taken once, as the
first who reaches it (the first page as everybody), in both languages, both themes and two widths, one after the other.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

WIDTHS, LANGS, THEMES = (1280, 390), ("zh", "en"), ("light", "dark")
AS_EVERYBODY = {"home", "account", "welcome"}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}


def main() -> int:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("folder", type=Path)
    given.add_argument("--url", default="", help="a portal that runs already, with the demonstration's data")
    given.add_argument(
        "--of", nargs="*", default=[], help="language-theme-width, as zh-dark-390; all of them otherwise"
    )
    given.add_argument("--only", nargs="*", default=[], help="names of pages")
    asked = given.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    from tests.browser.conftest import CHROMIUM, portal

    starting = iter([asked.url]) if asked.url else portal.__wrapped__()
    with tempfile.TemporaryDirectory(prefix="tongguan-shots-") as home:
        set_up(home)
        from playwright.sync_api import sync_playwright

        url = next(starting)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            pages = [one for one in reached(browser, url) if not asked.only or one[1] in asked.only]
            print(f"{len(pages)} pages", flush=True)
            for lang, theme, width in product(LANGS, THEMES, WIDTHS):
                if not asked.of or f"{lang}-{theme}-{width}" in asked.of:
                    take(browser, url, pages, asked.folder, lang=lang, theme=theme, width=width)
            browser.close()
    next(starting, None)
    return 0


def set_up(home: str) -> None:
    """Load Django for the names of pages; the portal itself runs in a process of its own."""
    import os

    from tongguan.server.prepare import set_up

    os.environ |= {"TONGGUAN_HOME": home, "DATABASE_URL": "postgresql://localhost/none"}
    set_up()


def signed_in(browser: Any, url: str, who: str, **how: Any) -> Any:
    """Return the window of somebody of the demonstration, or of nobody."""
    page = browser.new_context(**how).new_page()
    if who:
        page.goto(f"{url}/sign-in")
        page.locator(f"form:has(input[value={who}]) button").click()
        page.wait_for_url(lambda there: not there.partition("?")[0].endswith("/sign-in"))
    return page


def reached(browser: Any, url: str) -> Iterator[tuple[str, str, str]]:
    """Yield who reaches a page first, its name and its address."""
    from tests.desk.walk import ROLES, walk

    seen: set[str] = set()
    for who in ROLES:
        page = signed_in(browser, url, who, locale="en-GB")

        def read(path: str, page: Any = page) -> str | None:
            answer = page.request.get(url + path)
            sent_away = "/sign-in" in answer.url and not path.startswith("/sign-in")
            is_page = answer.ok and "html" in answer.headers.get("content-type", "") and not sent_away
            return answer.text() if is_page else None

        for stop in walk(read, each=1):
            key = f"{stop.name}?{'&'.join(sorted(part.partition('=')[0] for part in stop.path.partition('?')[2].split('&')))}"
            if key not in seen or (stop.name in AS_EVERYBODY and stop.path.partition("?")[2] == ""):
                seen.add(key)
                yield who, stop.name, stop.path
        page.context.close()


def take(browser: Any, url: str, pages: list, folder: Path, *, lang: str, theme: str, width: int) -> None:
    """Take every page in a language, a theme and a width."""
    windows: dict[str, Any] = {}
    how = {"locale": LOCALES[lang], "color_scheme": theme, "viewport": {"width": width, "height": 900}}
    for number, (who, name, path) in enumerate(pages):
        if who not in windows:
            windows[who] = signed_in(browser, url, who, **how)
        page = windows[who]
        page.goto(url + path)
        page.screenshot(
            path=folder / f"{lang}-{theme}-{width}-{number:03d}-{who or 'public'}-{name}.png", full_page=True
        )
    for page in windows.values():
        page.context.close()


if __name__ == "__main__":
    sys.exit(main())
