"""Draws the pictures of the documents from a demo that is running, in Chromium.

.venv/bin/tongguan up --demo                                     # says the password of the broker
.venv/bin/python docs/pictures/draw.py http://127.0.0.1:8000 PASSWORD
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).resolve().parent
WIDTH, HEIGHT = 1280, 900


def sign_in(page: Page, address: str, password: str) -> None:
    """Sign the broker of the demo in, in English."""
    page.goto(f"{address}/sign-in?lang=en")
    page.fill("input[name=username]", "broker")
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{address}/")


def parcel(page: Page, address: str) -> None:
    """Draw a released parcel, from its numbers to the end of its tax sheet."""
    page.goto(f"{address}/parcels?group=done")
    page.goto(address + page.locator("main a[href^='/parcels/']").first.get_attribute("href"))
    end = page.locator("section", has=page.get_by_text("Tax sheet")).last.bounding_box()
    clip = {"x": 0, "y": 0, "width": WIDTH, "height": end["y"] + end["height"] + 16}
    page.screenshot(path=HERE / "parcel.png", full_page=True, clip=clip)


def main(address: str, password: str) -> None:
    """Draw every picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        sign_in(page, address.rstrip("/"), password)
        parcel(page, address.rstrip("/"))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
