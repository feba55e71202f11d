"""``tongguan account``: applications and people from the terminal, and the simulated register of businesses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import typer

from tongguan.cli.screen import SHANGHAI, Failed, Screen, now
from tongguan.kernel.texts import text

NO_OFFICE = "-"
"""What is written for an officer of no office in particular."""


class _Given(NamedTuple):
    """What was written after the verb."""

    words: list[str]
    name: str
    representative: str
    reason: str
    as_json: bool


def run(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[VERB] ...", help="account.words", show_default=False)
    ] = None,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="account.name", show_default=False)] = "",
    representative: Annotated[
        str, typer.Option("--representative", metavar="NAME", help="account.representative", show_default=False)
    ] = "",
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="account.reason", show_default=False)] = "",
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    from tongguan.server.prepare import database, unapplied_migrations

    screen: Screen = context.obj
    verb, *rest = words or ["applications"]
    known = _VERBS.get(verb)
    if known is None or len(rest) != known.words:
        raise Failed("account_verb", 2, verb=verb, verbs=list(_VERBS))
    with database():
        if unapplied_migrations():
            raise Failed("tables")
        known.act(screen, _Given(rest, name, representative, reason, as_json))
    return 0


def _applications(screen: Screen, given: _Given) -> None:
    from tongguan.parties.models import Application

    rows = [
        {"number": one.pk, "code": one.uscc, "name": one.name, "role": one.role, "person": one.person.username,
         "asked": one.asked.astimezone(SHANGHAI).isoformat(timespec="minutes"), "state": one.state,
         "differs": ", ".join(one.differs)}
        for one in Application.objects.select_related("person").order_by("-pk")[:200]
    ]  # fmt: skip
    _tell(screen, given, rows, "account.none")


def _approve(screen: Screen, given: _Given) -> None:
    from tongguan.parties.actions import approve_application
    from tongguan.server.prepare import OPERATOR

    done = approve_application(_application(given), by=OPERATOR, at=now())
    screen.note("account.decided", number=done.pk, state=text(f"application.state.{done.state}", screen.lang))


def _refuse(screen: Screen, given: _Given) -> None:
    from tongguan.parties.actions import refuse_application
    from tongguan.server.prepare import OPERATOR

    done = refuse_application(_application(given), given.reason, by=OPERATOR, at=now())
    screen.note("account.decided", number=done.pk, state=text(f"application.state.{done.state}", screen.lang))


def _ask(screen: Screen, given: _Given) -> None:
    from tongguan.parties.actions import ask_register_again

    screen.note("account.asked", n=ask_register_again(at=now()))


def _reset(screen: Screen, given: _Given) -> None:
    from tongguan.parties.actions import remove_factor
    from tongguan.parties.actions.passkeys import remove_passkeys
    from tongguan.server.prepare import OPERATOR

    person = _person(given)
    remove_factor(person, by=OPERATOR, at=now())
    remove_passkeys(person, by=OPERATOR, at=now())
    screen.note("account.reset", person=person.username)


def _disable(screen: Screen, given: _Given) -> None:
    from tongguan.parties.actions import disable_person
    from tongguan.server.prepare import OPERATOR

    person = _person(given)
    disable_person(person, by=OPERATOR, at=now())
    screen.note("account.disabled", person=person.username)


def _post(screen: Screen, given: _Given) -> None:
    from tongguan.kernel.rules import Refused
    from tongguan.parties.actions import post
    from tongguan.server.prepare import OPERATOR

    person, office = _person(given), given.words[1].replace(NO_OFFICE, "")
    try:
        post(person, office, by=OPERATOR, at=now())
    except Refused as refused:
        raise Failed("not_posted", 1, reason=refused.text(screen.lang)) from None
    screen.note("account.posted", person=person.username, office=office or NO_OFFICE)


def _businesses(screen: Screen, given: _Given) -> None:
    from tongguan.exchange.models import ListedBusiness

    rows = [
        {"code": one.uscc, "name": one.name, "representative": one.representative, "standing": one.standing}
        for one in ListedBusiness.objects.order_by("uscc")[:500]
    ]
    _tell(screen, given, rows, "account.no_businesses")


def _list(screen: Screen, given: _Given) -> None:
    from tongguan.exchange.business_register.actions import list_business
    from tongguan.kernel.numbers import NumberError
    from tongguan.server.prepare import OPERATOR

    if not given.name or not given.representative:
        raise Failed("account_business", 2)
    try:
        row = list_business(given.words[0], given.name, given.representative, by=OPERATOR, at=now())
    except NumberError:
        raise Failed("account_code", 2, code=given.words[0]) from None
    screen.note("account.listed", code=row.uscc, name=row.name)


def _strike(screen: Screen, given: _Given) -> None:
    from tongguan.exchange.business_register.actions import strike_off
    from tongguan.exchange.models import ListedBusiness
    from tongguan.server.prepare import OPERATOR

    try:
        row = strike_off(given.words[0], by=OPERATOR, at=now())
    except ListedBusiness.DoesNotExist:
        raise Failed("account_not_listed", code=given.words[0]) from None
    screen.note("account.struck", code=row.uscc, name=row.name)


def _silence(screen: Screen, given: _Given) -> None:
    _let(screen, False)


def _answer(screen: Screen, given: _Given) -> None:
    _let(screen, True)


def _let(screen: Screen, answer: bool) -> None:
    from tongguan.exchange.business_register.actions import let_register
    from tongguan.server.prepare import OPERATOR

    let_register(answer, by=OPERATOR, at=now())
    screen.note("account.answers" if answer else "account.silent")


def _application(given: _Given) -> int:
    from tongguan.parties.models import Application

    written = given.words[0]
    found = Application.objects.filter(pk=int(written)).first() if written.isdecimal() and len(written) < 19 else None
    if found is None:
        raise Failed("no_application", number=written)
    return found.pk


def _person(given: _Given) -> Any:
    from tongguan.parties.models import Person

    found = Person.objects.filter(username=given.words[0]).first()
    if found is None:
        raise Failed("no_person", person=given.words[0])
    return found


def _tell(screen: Screen, given: _Given, rows: list[dict[str, Any]], none: str) -> None:
    if given.as_json:
        screen.json(rows)
    elif rows:
        screen.table([f"account.{name}" for name in rows[0]], (row.values() for row in rows))
    else:
        screen.note(none)


class _Verb(NamedTuple):
    """What a verb does, and how many words follow it."""

    act: Callable[[Screen, _Given], None]
    words: int = 0


_VERBS = {
    "applications": _Verb(_applications), "approve": _Verb(_approve, 1), "refuse": _Verb(_refuse, 1), "ask": _Verb(_ask),
    "reset": _Verb(_reset, 1), "disable": _Verb(_disable, 1), "post": _Verb(_post, 2),
    "businesses": _Verb(_businesses), "list": _Verb(_list, 1),
    "strike": _Verb(_strike, 1), "silence": _Verb(_silence), "answer": _Verb(_answer),
}  # fmt: skip
