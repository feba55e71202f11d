"""What the tests in a browser share: a portal with the demo's data, started as anybody would, and Chromium.

Screenshots of what was tested are left in ``screenshots/`` for people to look at.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "screenshots"
EXAMPLES = ROOT / "examples"
CHROMIUM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), "chromium")
READY_SECONDS = 300


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="session")
def portal() -> Iterator[str]:
    """Start ``tongguan up --demo`` in a folder of its own and give its address."""
    folder = Path(tempfile.mkdtemp(prefix="tongguan-browser-"))
    folder.chmod(0o711)  # the system user of the database server passes through
    url = f"http://127.0.0.1:{(port := _free_port())}"
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TONGGUAN_") and k != "DATABASE_URL"}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tongguan.cli", "up", "--demo", "--port", str(port)],
            env={**kept, "TONGGUAN_HOME": str(folder / "home")},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            ends = time.monotonic() + READY_SECONDS
            while not _ready(url):
                assert process.poll() is None and time.monotonic() < ends, (folder / "log").read_text()[-3000:]
                time.sleep(0.2)
            yield url
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    SHOTS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Reader:
    """Somebody in front of a browser; what the browser complains of is collected."""

    def __init__(self, context: BrowserContext, url: str):
        self.context, self.url = context, url
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def sign_in(self, who: str) -> Page:
        """Sign in by the button beside one of the people of the demo."""
        self.go("/sign-in")
        self.page.locator(f"form:has(input[value={who}]) button").click()
        self.page.wait_for_url(lambda url: not url.partition("?")[0].endswith("/sign-in"))
        return self.page

    def shot(self, name: str) -> None:
        self.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

    def too_wide(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def too_wide_at(self, width: int) -> int:
        """Return by how many pixels the page is wider than a window of another width."""
        usual = self.page.viewport_size
        assert usual
        self.page.set_viewport_size({"width": width, "height": usual["height"]})
        found = self.too_wide()
        self.page.set_viewport_size(usual)
        return found


@pytest.fixture
def reader(portal: str, chromium: Browser) -> Iterator[Any]:
    """Give somebody a browser: ``reader(width=390, lang="en", script=False)``."""
    made: list[Reader] = []

    def open_(width: int = 1280, lang: str = "zh", script: bool = True, **more: Any) -> Reader:
        locale = {"zh": "zh-CN", "en": "en-GB"}[lang]
        size = {"width": width, "height": 900}
        context = chromium.new_context(viewport=size, locale=locale, java_script_enabled=script, **more)
        made.append(Reader(context, portal))
        return made[-1]

    yield open_
    for one in made:
        one.context.close()
        assert not one.complaints, one.complaints
