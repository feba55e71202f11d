"""What a statement rests on (依据): a value of the law, or a rate of the tariff, with its text, its day and its standing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from tongguan.kernel.law import NotConfigured, Provision, law
from tongguan.kernel.texts import LANGUAGES
from tongguan.tariff.book import Rate


class Cited(NamedTuple):
    """A value as it is cited: its name, its title in both languages, since when, and its reference (title, href, standing)."""

    name: str
    title: Mapping[str, str]
    value: Any
    unit: str
    since: date
    reference: Mapping[str, str]


def cited(on: date, *names: str) -> tuple[Cited, ...]:
    """Return the values of the law in force on a day, without those it does not have."""
    return tuple(of_provision(one) for one in _known(on, names))


def _known(on: date, names: Iterable[str]) -> Iterable[Provision]:
    for name in names:
        try:
            yield law(name, on=on)
        except NotConfigured:
            continue


def of_provision(of: Provision) -> Cited:
    """Return a value of the law as it is cited."""
    return Cited(of.name, of.title or {}, of.value, of.unit, of.since, of.reference)


def of_rate(of: Rate) -> Cited:
    """Return a rate of the tariff as it is cited."""
    title = {lang: of.title(lang) for lang in LANGUAGES}
    words = {lang: of.words(lang) for lang in LANGUAGES}
    return Cited(f"tariff.{of.code}.{of.kind}", title, words, "", of.since, of.reference)
