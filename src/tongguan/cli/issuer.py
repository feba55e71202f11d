"""``tongguan issuer``: drive the simulated issuing body, and see what it was told and what it has done."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tongguan.cli.screen import Failed, Screen, now
from tongguan.kernel.states import Actor

_OPERATOR = Actor("command line", "operator")
_VERBS = ("mode", "ask", "approve", "refuse", "issue", "repeat", "deliver", "revoke")


def run(
    context: typer.Context,
    verb: Annotated[
        str, typer.Argument(metavar="[" + "|".join(_VERBS) + "]", help="issuer.verb", show_default=False)
    ] = "",
    subject: Annotated[str, typer.Argument(metavar="[SUBJECT]", help="issuer.subject", show_default=False)] = "",
    holder: Annotated[str, typer.Option("--holder", metavar="CODE", help="issuer.holder")] = "*",
    words: Annotated[str, typer.Option("--words", help="issuer.words")] = "",
    type: Annotated[str, typer.Option("--type", help="issuer.type")] = "7",
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    from tongguan.server.prepare import database, unapplied_migrations

    screen: Screen = context.obj
    if verb and (verb not in _VERBS or not subject):
        raise Failed("no_issuer_verb", 2, verb=verb, verbs=list(_VERBS))
    with database():
        if unapplied_migrations():
            raise Failed("tables")
        if verb:
            _drive(screen, verb, subject, holder, words, type)
        else:
            _show(screen, as_json)
    return 0


def _drive(screen: Screen, verb: str, subject: str, holder: str, words: str, type: str) -> None:
    from tongguan.exchange.issuing_body import actions, papers
    from tongguan.exchange.models import BODY_MODES, BodyCase

    at = now()
    if verb == "mode" and subject not in BODY_MODES:
        raise Failed("no_issuer_mode", 2, mode=subject, modes=list(BODY_MODES))
    try:
        if verb == "mode":
            actions.let_body(subject, holder, words=words, by=_OPERATOR, at=at)
        elif verb == "deliver":
            paper = papers.read(Path(subject).read_bytes())
            actions.deliver(paper.asked, paper.issued, by=_OPERATOR, at=at)
        elif verb == "revoke":
            actions.revoke(type, subject, words, by=_OPERATOR, at=at)
        elif verb == "repeat":
            actions.repeat(subject, by=_OPERATOR, at=at)
        else:
            actions.decide(subject, verb, words, by=_OPERATOR, at=at)
    except (BodyCase.DoesNotExist, LookupError):
        raise Failed("no_issuer_case", 1, number=subject) from None
    except (OSError, msgspec.MsgspecError, ValueError) as why:
        raise Failed("issuer", 1, reason=str(why)) from None
    screen.note("issuer.done", verb=verb, subject=subject)


def _show(screen: Screen, as_json: bool) -> None:
    """Write how the body behaves, the applications it decides, what it delivered and what it entered last."""
    from tongguan.exchange.models import BodyCase, BodyDelivery, BodyEntry, BodyMode

    tables = {
        "modes": (BodyMode.objects.order_by("holder"), ("holder", "mode", "words")),
        "cases": (BodyCase.objects.order_by("-at"), ("number", "turn", "holder", "type", "state", "licence", "words")),
        "deliveries": (BodyDelivery.objects.order_by("-pk"), ("type", "number", "revoked")),
        "entries": (
            BodyEntry.objects.order_by("-at"),
            ("key", "type", "number", "line", "quantity", "unit", "declaration"),
        ),
    }
    shown = {name: list(rows.values(*fields)[:50]) for name, (rows, fields) in tables.items()}
    if as_json:
        screen.json(shown)
        return
    for name, rows in shown.items():
        for row in rows:
            screen.line("  ".join([name, *(str(cell) for cell in row.values() if cell != "")]))
    if not any(shown.values()):
        screen.note("issuer.none")
