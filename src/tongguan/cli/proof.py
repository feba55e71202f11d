"""``tongguan proof``: write the proof of an event, or of what an act on many did to one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tongguan.cli.screen import Failed, Screen


def run(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="SUBJECT|NUMBER", help="proof.subject", show_default=False)],
    out: Annotated[str, typer.Option("--out", "-o", metavar="FILE", help="proof.out", show_default=False)] = "",
    what: Annotated[str, typer.Option("--what", metavar="KIND", help="proof.what", show_default=False)] = "",
    in_text: Annotated[bool, typer.Option("--text", help="proof.text")] = False,
) -> int:
    from tongguan.server.prepare import database, unapplied_migrations

    screen: Screen = context.obj
    with database():
        from tongguan.journal import proofs
        from tongguan.journal.proving import prove

        if unapplied_migrations():
            raise Failed("tables")
        made = prove(*_found(screen, subject, what))
    written = (proofs.as_text if in_text else proofs.as_json)(made)
    if not out:
        print(written, end="")
        return 0
    try:
        Path(out).write_text(written, encoding="utf-8", newline="")
    except OSError as error:
        raise Failed("unwritable_file", 2, file=out, reason=error.strerror or "") from None
    screen.note("proof.written", file=out)
    return 0


def _found(screen: Screen, subject: str, what: str) -> tuple[Any, int | None]:
    """Return the event, and the place of its part; of several the newest, the others are named."""
    from tongguan.ecommerce.proofs import told
    from tongguan.journal.queries import numbered_telling

    numbered = numbered_telling(subject)
    found = [numbered] if numbered else [one for one in told(subject) if what in ("", one.what)]
    if not found:
        raise Failed("no_event", subject=subject)
    *others, last = found
    for one in others:
        screen.note("proof.other", what=one.what, number=one.number)
    return last.event, last.place
