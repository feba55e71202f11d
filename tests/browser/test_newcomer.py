"""Somebody new: a clone, ``make run``, and the tutorial's own words up to a released parcel.

Nothing is pressed whose name does not stand in bold in the tutorial. Only the installation is not repeated: the clone is
given the packages that these tests run on.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browser.conftest import READY_SECONDS, ROOT, _free_port, _ready

pytestmark = pytest.mark.browser
BOLD = re.compile(r"\*\*(.+?)\*\*")
FILES = ("01-order.xml", "02-payment.xml", "03-waybill.xml", "04-inventory.xml")


@pytest.fixture(scope="module")
def started() -> Iterator[tuple[Path, str]]:
    """Clone the project, let it find the packages, and start it as the tutorial says."""
    folder = Path(tempfile.mkdtemp(prefix="tongguan-newcomer-"))
    folder.chmod(0o711)
    clone, port = folder / "tongguan", _free_port()
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", f"file://{ROOT}", clone], check=True)
    _given_packages(clone)
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith("TONGGUAN_") and k not in ("DATABASE_URL", "PYTHONPATH")
    }
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}"], cwd=clone, env={**kept, "TONGGUAN_HOME": str(folder / "home")},
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            ends = time.monotonic() + READY_SECONDS
            while not _ready(f"http://127.0.0.1:{port}"):
                assert process.poll() is None and time.monotonic() < ends, (folder / "log").read_text()[-3000:]
                time.sleep(0.2)
            yield clone, f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(60)
            shutil.rmtree(folder, ignore_errors=True)


def _given_packages(clone: Path) -> None:
    """Make the clone's environment of the packages there are, its own program first."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", clone / ".venv"], check=True)
    places = [str(clone / "src"), sysconfig.get_paths()["purelib"]]
    [packages] = (clone / ".venv" / "lib").glob("python*/site-packages")
    (packages / "given.pth").write_text("\n".join(places) + "\n")
    command = clone / ".venv" / "bin" / "tongguan"
    command.write_text(f"#!{clone}/.venv/bin/python\nimport sys\nfrom tongguan.cli import app\nsys.exit(app())\n")
    command.chmod(0o755)
    (clone / ".venv" / "where").write_text(f"{clone}\n")
    (clone / ".venv" / "installed").touch()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_tutorial_leads_to_a_released_parcel(chromium, started, lang, request):
    clone, url = started
    tutorial = (clone / "docs" / "help" / f"tutorial{'' if lang == 'en' else '.zh'}.md").read_text(encoding="utf-8")
    words = iter(BOLD.findall(tutorial))
    context = chromium.new_context(locale={"en": "en-GB", "zh": "zh-CN"}[lang], viewport={"width": 1280, "height": 900})
    page = context.new_page()

    def press(role: str = "link") -> None:
        page.get_by_role(role, name=next(words), exact=True).first.click()

    page.goto(url)
    press()  # sign in
    press("button")  # as the broker
    press()  # declare
    press()  # file
    page.locator("[data-drop]").wait_for()  # the script of the page is there
    page.get_by_label(next(words)).set_input_files([clone / "examples" / name for name in FILES])
    assert all(name in tutorial for name in FILES) and next(words)  # the button for browsers without script
    page.locator(".result").nth(len(FILES) - 1).wait_for()
    number = next(words)
    released, checked = next(words), next(words)
    inventory = page.locator(".result", has_text=FILES[-1])
    if lang == "en":
        inventory.get_by_role("link", name=number).click()
        page.wait_for_url(f"**/{number}")
    else:  # the parcel was filed in the other language already, so it is found by its number
        page.goto(f"{url}/find?q={number}")
    if checked in page.locator(".chip.large").first.inner_text():
        press("button")  # sign out
        page.goto(f"{url}/sign-in")
        press("button")  # as the officer
        page.fill("#q", number)
        page.keyboard.press("Enter")
        press()  # pass
        press("button")  # pass and release
    assert released in page.locator("main").inner_text()
    context.close()
