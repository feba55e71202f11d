"""What the program imports at run time may be given on with it: no GPL and no AGPL; the LGPL is let in."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.house.source import project

STRONG = re.compile(r"\bA?GPL|Affero|(?<!Lesser )(?<!Library )(?<!or Lesser )General Public License", re.I)
WEAK = re.compile(r"LGPL|Lesser General Public|Library General Public", re.I)

# Packages that do not name their licence where it is looked for.
READ_ELSEWHERE: dict[str, str] = {}


def needed() -> dict[str, Distribution]:
    """Return what the program needs to run, and what that needs in turn; raises PackageNotFoundError."""
    found: dict[str, Distribution] = {}
    waiting = [Requirement(row) for row in project()["project"]["dependencies"]]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        extras = ["", *sorted(wanted.extras)]
        if name in found and not wanted.extras:
            continue
        found[name] = distribution(name)
        for row in found[name].requires or ():
            one = Requirement(row)
            applies = one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras)
            if applies and (canonicalize_name(one.name) not in found or one.extras):
                waiting.append(one)
    return found


def licence_of(package: Distribution) -> str:
    """Return what a package says of its licence: the expression, else its classifiers, else its first words."""
    said = package.metadata
    classifiers = [row.split("::")[-1].strip() for row in said.get_all("Classifier") or () if row.startswith("License")]
    classifiers = [row for row in classifiers if row != "OSI Approved"]
    first = (said.get("License") or "").strip().splitlines()[:1]
    return said.get("License-Expression") or "; ".join(classifiers) or "".join(first)


def is_refused(licence: str) -> bool:
    """Say whether every choice a licence leaves is a strong copyleft."""
    choices = [choice for choice in re.split(r"\bOR\b|;", licence) if choice.strip()]
    return all(STRONG.search(choice) and not WEAK.search(choice) for choice in choices)


def test_everything_needed_has_a_licence_that_lets_us():
    packages = needed()
    assert {"django", "lxml", "psycopg", "psycopg-binary", "asgiref"} <= set(packages)
    said = {name: READ_ELSEWHERE.get(name) or licence_of(package) for name, package in sorted(packages.items())}
    assert [name for name, licence in said.items() if licence in ("", "UNKNOWN")] == []
    assert [f"{name}: {licence}" for name, licence in said.items() if is_refused(licence)] == []


@pytest.mark.parametrize(
    "licence",
    ["GPL-3.0-or-later", "AGPL-3.0", "GNU General Public License v3 (GPLv3)", "GNU Affero General Public License v3"],
)
def test_strong_copyleft_is_refused(licence):
    assert is_refused(licence)


@pytest.mark.parametrize(
    "licence",
    [
        "MIT", "LGPL-3.0-only", "GNU Lesser General Public License v3 (LGPLv3)", "GPL-2.0 OR MIT",
        "GNU Library or Lesser General Public License (LGPL)",
    ],
)  # fmt: skip
def test_others_are_let_in(licence):
    assert not is_refused(licence)


def test_a_package_that_is_not_there_is_an_error():
    with pytest.raises(PackageNotFoundError):
        distribution("tongguan-no-such-package")
