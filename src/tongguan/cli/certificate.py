"""``tongguan certificate``: the certificates by which enterprises sign: list, register, revoke, or make one for trials."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tongguan.cli.screen import Failed, Screen, now
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text
from tongguan.server.configuration import is_demo, put_demo

ACTS = ("list", "add", "revoke", "trial")
OPERATOR = Actor("command line", "operator")


def run(
    context: typer.Context,
    act: Annotated[str, typer.Argument(metavar="[list|add|revoke|trial]", help="certificate.act")] = "list",
    what: Annotated[str, typer.Argument(metavar="FILE|NUMBER", help="certificate.what", show_default=False)] = "",
    code: Annotated[str, typer.Option("--for", metavar="CODE", help="certificate.for", show_default=False)] = "",
    why: Annotated[str, typer.Option("--why", help="certificate.why", show_default=False)] = "",
    rsa: Annotated[bool, typer.Option("--rsa", help="certificate.rsa")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    screen: Screen = context.obj
    if act not in ACTS:
        raise Failed("no_certificate_act", 2, act=act, acts=list(ACTS))
    if is_demo():
        put_demo()
    from tongguan.server.prepare import database, unapplied_migrations

    with database():
        if unapplied_migrations():
            raise Failed("tables")
        if act == "revoke":
            _revoke(screen, what, why)
        elif act == "add":
            _add(screen, _firm(code), what)
        elif act == "trial":
            _trial(screen, _firm(code), "rsa-sha1" if rsa else "sm2-sm3")
        else:
            _list(screen, _firm(code), as_json)
    return 0


def _firm(code: str) -> Any:
    from tongguan.parties.queries import find

    firm = find(code) if code else None
    if firm is None:
        raise Failed("no_enterprise", 2, code=code or "–")
    return firm


def _list(screen: Screen, firm: Any, as_json: bool) -> None:
    from tongguan.parties.certificates import certificates_of

    at = now()
    rows = [
        {
            "number": one.pk, "serial": one.serial, "key": one.key_kind, "state": one.state(at), "trial": one.trial,
            "since": one.since.isoformat(), "until": one.until.isoformat(), "subject": one.subject, "issuer": one.issuer,
            "fingerprint": bytes(one.fingerprint).hex(), "revoked_why": one.revoked_why,
        }
        for one in certificates_of(firm.pk, limit=500)
    ]  # fmt: skip
    if as_json:
        screen.json(rows)
        return
    for row in rows:
        state = text(f"certificates.state.{row['state']}", screen.lang)
        screen.line(
            "  ".join((str(row["number"]), row["serial"], row["key"], state, row["until"][:10], row["subject"]))
        )
    if not rows:
        screen.note("certificate.none")


def _add(screen: Screen, firm: Any, path: str) -> None:
    from tongguan.parties.certificates import register

    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise Failed("no_certificate_file", 2, path=path or "–", reason=error.strerror or "") from None
    made = register(firm, data, by=OPERATOR, at=now())
    screen.note("certificate.added", number=made.pk, serial=made.serial, firm=firm.name(screen.lang))


def _revoke(screen: Screen, number: str, why: str) -> None:
    from tongguan.parties.certificates import certificate, revoke

    found = (
        certificate(int(number), to=OPERATOR) if number.isascii() and number.isdigit() and len(number) < 19 else None
    )
    if found is None:
        raise Failed("no_certificate", number=number or "–")
    revoke(found.pk, why, by=OPERATOR, at=now())
    screen.note("certificate.revoked", number=found.pk, serial=found.serial)


def _trial(screen: Screen, firm: Any, algorithm: str) -> None:
    from tongguan.parties.certificates import make_trial

    card = make_trial(firm, algorithm=algorithm, by=OPERATOR, at=now())
    screen.line(card.pem().decode().rstrip())
    screen.note("certificate.made", firm=firm.name(screen.lang))
