"""Applying to act for a firm, what the register says of it, and deciding it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from tongguan.journal.actions import record
from tongguan.kernel.numbers import customs_registration
from tongguan.kernel.rules import Finding, Refused, check, insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties import normal, ports, vault
from tongguan.parties.functions import EVERY, FUNCTIONS
from tongguan.parties.models import Application, Enterprise, Membership, Person
from tongguan.parties.queries import administrators, insist_may
from tongguan.parties.roles import SYSTEM
from tongguan.parties.rules.entering import PASSWORD, PasswordCase
from tongguan.parties.rules.joining import JOINING, NEWCOMER, REFUSING, JoiningCase, Newcomer, UsernameTaken
from tongguan.parties.states import APPLICATION

from .enterprises import meet, register

_LONGEST_REASON = 500


@transaction.atomic
def make_person(newcomer: Newcomer, password: str, *, about: Iterable[str] = (), language: str, at: datetime) -> Person:
    """Make somebody who signs in from now on and has no role yet.

    Raises Refused for a name that is taken or a password that is not good enough.
    """
    day = timezone.localdate(at, timezone.get_default_timezone())
    known = (newcomer.username, newcomer.name, *about)
    findings = check(NEWCOMER, newcomer) + check(PASSWORD, PasswordCase(password, day, known))
    if findings:
        raise Refused(findings)
    person = Person(username=newcomer.username, name=newcomer.name.strip(), language=language)
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:  # two who choose the same name at once
        taken = Finding(UsernameTaken.code, "username", values={"username": newcomer.username})
        raise Refused([taken]) from None
    record("person.came", f"person/{person.pk}", by=Actor(person.username, "person"), at=at, username=person.username)
    return person


def apply(
    case: JoiningCase, newcomer: Newcomer | None = None, password: str = "", *, language: str = "zh", at: datetime
) -> Application:
    """Keep an application to act for a firm, and ask the register of businesses about it.

    The applicant is ``case.person``, or a newcomer, who signs in from now on. Raises Refused with everything that is
    wrong; then nothing is kept. When the register is silent the application waits.
    """
    row = _keep(case, newcomer, password, language, at)
    if row.state == "waiting":
        ask_register(row.pk, at=at)
        row.refresh_from_db()
    return row


@transaction.atomic
def _keep(case: JoiningCase, newcomer: Newcomer | None, password: str, language: str, at: datetime) -> Application:
    findings = check(JOINING, case)
    person = case.person
    if person is None:
        assert newcomer is not None, "an application is somebody's"
        try:
            person = make_person(newcomer, password, about=(case.compact,), language=language, at=at)
        except Refused as refused:
            findings += refused.findings
    if findings or person is None:
        raise Refused(findings)
    firm = Enterprise.objects.filter(uscc=case.compact).first()
    claimed = firm if firm and administrators(firm.pk) else None
    day = timezone.localdate(at, timezone.get_default_timezone())
    row = Application.objects.create(
        person=person, uscc=case.compact, name=case.name.strip(), role=case.role, asked=at, enterprise=claimed,
        customs_registration=customs_registration.compact(case.registration) if case.registration else "",
        representative=vault.seal(case.representative.strip().encode(), on=day),
        state="claimed" if claimed else "waiting",
    )  # fmt: skip
    record("application.made", row, by=Actor(person.username, "person"), at=at, uscc=row.uscc, role=row.role)
    return row


def ask_register(number: int, *, at: datetime) -> bool:
    """Ask the register about a waiting application and act on its answer; False when it is silent."""
    row = Application.objects.get(pk=number)
    try:
        entry = ports.business_register().ask(row.uscc, at=at)
    except Exception:  # whatever an adapter raises: it is not known yet
        return False
    _judge(number, entry, at)
    return True


def ask_register_again(*, at: datetime) -> int:
    """Ask about every application that waits, until the register is silent; returns how many were answered."""
    answered = 0
    for number in Application.objects.filter(state="waiting").order_by("pk").values_list("pk", flat=True):
        if not ask_register(number, at=at):
            break
        answered += 1
    return answered


@transaction.atomic
def _judge(number: int, entry: ports.Entry | None, at: datetime) -> None:
    row = Application.objects.select_for_update().get(pk=number)
    if row.state != "waiting":
        return
    firm = Enterprise.objects.filter(uscc=row.uscc).first()
    claimed = firm is not None and bool(administrators(firm.pk))
    differs = _differences(row, entry)
    if firm is not None and not claimed:
        differs.append("known")  # what the window has of the firm is not shown to whoever comes first
    row.answered, row.differs = at, differs
    if differs and not claimed:
        row.state = APPLICATION.after(row.state, "dispute", by=SYSTEM)
        row.save()
        record("application.disputed", row, by=SYSTEM, at=at, differs=differs)
    else:
        _let_in(row, EVERY, by=SYSTEM, at=at)


def _differences(row: Application, entry: ports.Entry | None) -> list[str]:
    if entry is None:
        return ["unknown"]
    stated = vault.unseal(row.representative).decode()
    found = {
        "struck_off": entry.standing != ports.ACTIVE,
        "name": normal.name(entry.name) != normal.name(row.name),
        "representative": normal.name(entry.representative) != normal.name(stated),
    }
    return [name for name, differs in found.items() if differs]


@transaction.atomic
def approve_application(number: int, functions: Iterable[str] = (), *, by: Actor, at: datetime) -> Application:
    """Let an applicant in. The first of a firm becomes its administrator; later ones get the functions given here.

    Where the firm has got an administrator meanwhile, the application is his. Raises NotYours, NotNow, TwoEnterprises,
    Application.DoesNotExist.
    """
    row = Application.objects.select_for_update().get(pk=number)
    _insist_on_decider(row, by, "approve")
    given = [one for one in FUNCTIONS if one in set(functions)]
    _let_in(row, given or ["viewer"], by=by, at=at)
    return row


@transaction.atomic
def refuse_application(number: int, reason: str, *, by: Actor, at: datetime) -> Application:
    """Refuse an application for a stated reason; raises Refused without one, NotYours, NotNow."""
    row = Application.objects.select_for_update().get(pk=number)
    _insist_on_decider(row, by, "refuse")
    insist(REFUSING, {"reason": reason})
    row.state = APPLICATION.after(row.state, "refuse", by=by)
    row.decided, row.decided_by, row.reason = at, str(by), reason.strip()[:_LONGEST_REASON]
    row.save()
    record("application.refused", row, by=by, at=at, reason=row.reason)
    return row


def _insist_on_decider(row: Application, by: Actor, verb: str) -> None:
    APPLICATION.after(row.state, verb, by=by)
    if by.role != "operator":
        insist_may(by, "people", verb=verb)
        if by.enterprise != row.enterprise_id:
            raise NotYours(machine="application", verb=verb, role=by.role, roles=["administrator", "operator"])


def _let_in(row: Application, functions: Iterable[str], *, by: Actor, at: datetime) -> None:
    """Make the applicant one of the firm's people; the firm's row is held, so that of two first ones one is first."""
    firm = row.enterprise or meet(row.uscc, row.name, at=at)
    row.enterprise = Enterprise.objects.select_for_update().get(pk=firm.pk)
    if row.state != "claimed" and administrators(firm.pk):
        row.state = APPLICATION.after(row.state, "refer", by=by)
        row.save()
        record("application.referred", row, by=by, at=at)
        return
    if row.state != "claimed":
        functions = EVERY
        as_window = by if by.role == "operator" else SYSTEM
        known = (row.customs_registration or None,)
        row.enterprise = register(row.uscc, *known, name_zh=row.name, kinds=[row.role], by=as_window, at=at)
    row.state = APPLICATION.after(row.state, "approve", by=by)
    row.decided, row.decided_by = at, str(by)
    row.save()
    give_role(row.person, row.enterprise, row.role, functions)
    record("application.approved", row, by=by, at=at, enterprise=row.enterprise_id, functions=sorted(functions))


def give_role(person: Person, firm: Enterprise | None, role: str, functions: Iterable[str]) -> Membership:
    """Let somebody act in a role, anew or again, inside the transaction of an action that records it."""
    kept = {"functions": sorted(functions) if firm else [], "ended": None}
    made, _ = Membership.objects.update_or_create(person=person, enterprise=firm, role=role, defaults=kept)
    return made
