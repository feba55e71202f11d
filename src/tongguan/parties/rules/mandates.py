"""Rules of what a mandate may say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tongguan.kernel.rules import Break, Rule
from tongguan.parties.models import Enterprise, Mandate
from tongguan.parties.models.mandates import ABILITIES


@dataclass(frozen=True)
class MandateCase:
    """A mandate that an agent asks for, on a day; ``longest`` is the law's, in days, ``kinds`` the messages there are."""

    agent: Enterprise
    principal: Enterprise | None
    abilities: tuple[str, ...]
    messages: tuple[str, ...]
    since: date | None
    until: date | None
    on: date
    longest: int
    kinds: frozenset[str]

    @property
    def period(self) -> tuple[date, date] | None:
        """First and last day, when both were given."""
        return (self.since, self.until) if self.since and self.until else None


class PrincipalUnknown(Rule):
    """No firm of this code has an administrator at the window who could grant it."""

    code = "PRINCIPAL_UNKNOWN"

    def broken_by(self, doc: MandateCase, ctx: Any) -> Iterable[Break]:
        if doc.principal is None:
            yield Break("principal")


class MandateForItself(Rule):
    """A firm needs no mandate to act for itself."""

    code = "MANDATE_FOR_ITSELF"

    def broken_by(self, doc: MandateCase, ctx: Any) -> Iterable[Break]:
        if doc.principal is not None and doc.principal.pk == doc.agent.pk:
            yield Break("principal")


class MandateScope(Rule):
    """Say what the mandate is for: to see, to file, to pay; and name only messages that there are."""

    code = "MANDATE_SCOPE"

    def broken_by(self, doc: MandateCase, ctx: Any) -> Iterable[Break]:
        if not doc.abilities or set(doc.abilities) - set(ABILITIES):
            yield Break("abilities")
        if set(doc.messages) - doc.kinds:
            yield Break("messages")


class MandatePeriod(Rule):
    """A mandate has a first and a last day, ends in the future, and is for {longest} days at most."""

    code = "MANDATE_PERIOD"

    def broken_by(self, doc: MandateCase, ctx: Any) -> Iterable[Break]:
        period = doc.period
        if period is None:
            yield Break("since", longest=doc.longest)
            return
        since, until = period
        if until < since or until < doc.on or until - since >= timedelta(days=doc.longest):
            yield Break("until", longest=doc.longest)


class MandateAsked(Rule):
    """The same mandate was asked for already; it is not decided yet."""

    code = "MANDATE_ASKED"

    def broken_by(self, doc: MandateCase, ctx: Any) -> Iterable[Break]:
        if doc.principal and doc.period:
            since, until = doc.period
            same = Mandate.objects.filter(
                agent=doc.agent, principal=doc.principal, state="asked", since=since, until=until
            )
            if same.filter(abilities=sorted(doc.abilities), messages=sorted(doc.messages)).exists():
                yield Break("principal")


MANDATING = [PrincipalUnknown(), MandateForItself(), MandateScope(), MandatePeriod(), MandateAsked()]
