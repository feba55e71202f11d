"""``tongguan witness``: the key of the log, and the witnesses who vouch for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tongguan.cli.screen import Failed, Screen, now

VERBS = ("", "add", "end", "renew")


def run(
    context: typer.Context,
    verb: Annotated[str, typer.Argument(metavar="[add|end|renew]", help="witness.verb", show_default=False)] = "",
    key: Annotated[str, typer.Argument(metavar="KEY|NAME|FILE", help="witness.key", show_default=False)] = "",
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    from tongguan.server.prepare import OPERATOR, database, unapplied_migrations

    screen: Screen = context.obj
    if verb not in VERBS or bool(verb) != bool(key):
        raise Failed("witness_verb", 2)
    with database():
        from tongguan.journal.actions import add_witness, end_witness, renew_for

        if unapplied_migrations():
            raise Failed("tables")
        if verb == "add":
            screen.note("witness.added", name=add_witness(key, by=OPERATOR, at=now()).name)
        elif verb == "renew":
            made = renew_for(_read(key), by=OPERATOR, at=now())
            screen.note("witness.renewed" if made else "witness.agrees", origin=made.origin if made else "")
        elif verb == "end":
            if not end_witness(key, by=OPERATOR, at=now()):
                raise Failed("no_witness", name=key)
            screen.note("witness.ended", name=key)
        else:
            _show(screen, as_json)
    return 0


def _read(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise Failed("unreadable_file", 2, file=file, reason=error.strerror or "") from None


def _show(screen: Screen, as_json: bool) -> None:
    from tongguan.journal.actions import ensure_log_key
    from tongguan.journal.proving import log_key, noted, past_keys
    from tongguan.journal.queries import checkpoints, witnesses

    ensure_log_key(at=now())
    key, heads, known = log_key(), checkpoints(limit=1), witnesses()
    if as_json:
        rows = [{"name": one.name, "key": one.key, "ended": one.ended_at is not None} for one in known]
        screen.json({"key": str(key), "witnesses": rows, "checkpoint": noted(heads[0]) if heads else None})
        return
    for one in past_keys():
        screen.say("witness.past_log_key", public=str(one))
    screen.say("witness.log_key", public=str(key))
    for one in known:
        screen.say("witness.past" if one.ended_at else "witness.one", public=one.key)
    if heads:
        screen.line()
        screen.line(noted(heads[0]).rstrip("\n"))
