"""``tongguan restore``: a database as it was at a moment, from a backup, into a new home; nothing living is touched."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tongguan.cli.screen import SHANGHAI, Failed, Screen, now
from tongguan.server.configuration import home


def run(
    context: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="restore.folder", show_default=False)],
    into: Annotated[str, typer.Option("--into", metavar="HOME", help="restore.into", show_default=False)],
    to: Annotated[str, typer.Option("--to", metavar="MOMENT", help="restore.to")] = "latest",
    secrets: Annotated[
        str, typer.Option("--secrets", metavar="FOLDER", help="restore.secrets", show_default=False)
    ] = "",
    name: Annotated[str, typer.Option("--backup", metavar="NAME", help="restore.backup", show_default=False)] = "",
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    from tongguan.server import backup
    from tongguan.server.archive import Folder
    from tongguan.server.postgres import Cluster
    from tongguan.server.restore import restore

    screen: Screen = context.obj
    moment, began, source = _moment(to), now(), Folder(Path(folder))
    apart = Path(secrets).resolve() if secrets else home() / "secrets"
    ours, known = Cluster(home()), backup.folder_of(home())
    if known is not None and known.path == source.path and ours.is_up():
        screen.note("restore.catching_up")
        backup.catch_up(ours, source)
    told = _Steps(screen)
    done = restore(
        source, Path(into).resolve(), to=moment, secrets=apart, ledgers=[home() / "forgotten", apart / "forgotten"],
        name=name, told=told,
    )  # fmt: skip
    seconds = (now() - began).total_seconds()
    if as_json:
        screen.json({"backup": done.base.name, "moment": done.to.isoformat(), "seconds": round(seconds, 1),
                     "into": str(Path(into).resolve()), **done.settled})  # fmt: skip
    else:
        _tell(screen, done, Path(into).resolve(), seconds)
    return 1 if done.settled["difference"] else 0


class _Steps:
    """Tells each step once as it begins."""

    def __init__(self, screen: Screen):
        self.screen, self.step = screen, ""

    def __call__(self, step: str, done: int, size: int) -> None:
        if step != self.step:
            self.step = step
            self.screen.note(f"restore.step.{step}")


def _moment(written: str) -> datetime | None:
    if written == "latest":
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise Failed("bad_moment", 2, written=written) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _tell(screen: Screen, done: Any, into: Path, seconds: float) -> None:
    settled = done.settled
    shown = done.to.astimezone(SHANGHAI).isoformat(sep=" ", timespec="milliseconds")
    screen.say("restore.done", moment=shown, backup=done.base.name, seconds=f"{seconds:.1f}")
    if last := settled["last"]:
        at = datetime.fromisoformat(last["at"]).astimezone(SHANGHAI).isoformat(sep=" ", timespec="milliseconds")
        screen.say("restore.last_event", number=last["number"], what=last["what"], subject=last["subject"], at=at)
    if settled["forgotten"]:
        screen.say("restore.forgotten_again", months=settled["forgotten"])
    if found := settled["difference"]:
        says = screen.t(f"journal.difference.{found['key']}", **found)
        screen.note("restore.journal_differs", reason=says)
    else:
        screen.say("restore.journal_whole", events=settled["events"], checkpoints=settled["checkpoints"])
    screen.say("restore.start", home=into)
    screen.note("restore.mind_the_lost")
