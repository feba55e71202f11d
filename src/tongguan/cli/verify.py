"""``tongguan verify``: whether a proof is true, without a database or a network; with ``--log``, the whole log."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tongguan.cli.screen import SHANGHAI, Failed, Screen


def run(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="verify.file", show_default=False)] = "",
    key: Annotated[str, typer.Option("--key", metavar="KEY", help="verify.key", show_default=False)] = "",
    here: Annotated[bool, typer.Option("--here", help="verify.here")] = False,
    log: Annotated[bool, typer.Option("--log", help="verify.log")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    screen: Screen = context.obj
    if bool(file) == log or (here and log):
        raise Failed("verify_what", 2)
    return _whole_log(screen, as_json) if log else _file(screen, file, key, here, as_json)


def _file(screen: Screen, file: str, key: str, here: bool, as_json: bool) -> int:
    from tongguan.journal import proofs
    from tongguan.kernel import notes

    try:
        trusted = notes.Key.read(key.strip()) if key else None
    except notes.Unreadable:
        raise Failed("no_log_key", 2) from None
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        raise Failed("unreadable_file", 2, file=file, reason=error.strerror or "") from None
    try:
        proven = proofs.verify(content, trusted)
    except proofs.NotProven as wrong:
        reason = screen.t(f"proof.wrong.{wrong.key}", **wrong.values)
        if as_json:
            screen.json({"proven": False, "wrong": wrong.key, "says": reason})
            return 1
        raise Failed("not_proven", reason=reason) from None
    found = _standing(proven) if here else None
    if as_json:
        screen.json({"proven": True, **_plain(proven), **({"standing": found._asdict()} if found else {})})
    else:
        _tell(screen, proven)
        if found:
            screen.say(f"proof.standing.{found.key}", origin=found.origin, size=found.size)
    return 0 if found is None or found.key == "kept" else 1


def _standing(proven: Any) -> Any:
    """Return how what was proven stands to the log of this installation."""
    from tongguan.server.prepare import database, unapplied_migrations

    with database():
        from tongguan.journal.standing import standing

        if unapplied_migrations():
            raise Failed("tables")
        return standing(proven)


def _plain(proven: Any) -> dict[str, Any]:
    vouched = [{"name": one.name, "since": one.since} for one in proven.vouched]
    return {**proven._asdict(), "vouched": vouched}


def _tell(screen: Screen, proven: Any) -> None:
    """Say what is proven, and what is not."""
    from tongguan.journal.leaves import canonical

    told = proven.told
    screen.say("proof.true")
    at = datetime.fromisoformat(told["at"]).astimezone(SHANGHAI)
    screen.say("proof.event", what=told["what"], subject=told["subject"], at=f"{at:%Y-%m-%d %H:%M:%S %z}")
    screen.say("proof.by", by=told["by"], role=told["role"])
    screen.say("proof.details", details=canonical(told["details"]))
    where = "proof.whole" if proven.place is None else "proof.part"
    screen.say(where, number=proven.number, place=(proven.place or 0) + 1, size=proven.size, origin=proven.origin)
    for one in proven.vouched:
        since = (
            f"{datetime.fromtimestamp(one.since, UTC).astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S %z}" if one.since else ""
        )
        screen.say("proof.vouched" if since else "proof.vouched_once", name=one.name, at=since)
    screen.say("proof.trusted" if proven.trusted else "proof.untrusted", public=proven.key)


def _whole_log(screen: Screen, as_json: bool) -> int:
    from tongguan.server.prepare import database, unapplied_migrations

    with database():
        from tongguan.journal.checking import check_log

        if unapplied_migrations():
            raise Failed("tables")
        with screen.steps("proof.log.walking") as told:
            checked = check_log(told)
    found = checked.difference
    says = screen.t(f"journal.difference.{found.key}", **found.values) if found else ""
    if as_json:
        counts = {"events": checked.events, "parts": checked.parts, "checkpoints": checked.checkpoints}
        screen.json(
            {"whole": found is None, **counts, "difference": found and {"key": found.key, **found.values, "says": says}}
        )
        return 0 if found is None else 1
    if found:
        raise Failed("log_differs", reason=says)
    screen.say("proof.log.whole", events=checked.events, parts=checked.parts, checkpoints=checked.checkpoints)
    return 0
