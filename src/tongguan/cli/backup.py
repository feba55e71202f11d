"""``tongguan backup``: copy the running database and hand over every change from then on; list, verify, copy secrets."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tongguan.cli.screen import SHANGHAI, Failed, Screen, now
from tongguan.server.configuration import home, read

VERBS = ("list", "verify", "secrets")
MIB = 1024 * 1024


def run(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[list|verify|secrets] [FOLDER]", help="backup.words", show_default=False),
    ] = None,
    keep: Annotated[int, typer.Option("--keep", min=1, help="backup.keep")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    screen: Screen = context.obj
    given = list(words or [])
    verb = given.pop(0) if given and given[0] in VERBS else "take"
    if len(given) > 1:
        raise Failed("backup_words", 2)
    if verb == "secrets":
        return _secrets(screen, given)
    if verb == "list":
        return _list(screen, _folder(given), as_json)
    if verb == "verify":
        return _verify(screen, _folder(given), as_json)
    return _take(screen, _folder(given), keep, as_json)


def _folder(given: list[str]) -> Any:
    from tongguan.server.archive import Folder
    from tongguan.server.backup import folder_of

    if given:
        return Folder(Path(given[0]))
    if (known := folder_of(home())) is None:
        raise Failed("no_backup_folder", 2)
    return known


def _take(screen: Screen, folder: Any, keep: int, as_json: bool) -> int:
    from tongguan.parties import vault_ledger
    from tongguan.server import backup
    from tongguan.server.archive import BackupRefused
    from tongguan.server.postgres import Cluster

    if read("DATABASE_URL"):
        raise BackupRefused("external")
    if not (home() / "data").exists():
        raise BackupRefused("nothing_here", home=home())
    cluster, began = Cluster(home()), now()
    lines = vault_ledger.merged([home() / "forgotten", folder.forgotten])
    with cluster.running(), screen.steps("backup.copying") as told:
        base, let_go = backup.take(cluster, folder, at=began, keep=keep, told=told)
    vault_ledger.write(folder.forgotten, lines)
    seconds = (now() - began).total_seconds()
    if as_json:
        screen.json({**_plain(base), "folder": str(folder.path), "seconds": round(seconds, 1), "let_go": let_go})
        return 0
    size = f"{base.bytes / MIB:.1f}"
    screen.say(
        "backup.taken", name=base.name, folder=folder.path, size=size, files=base.files, seconds=f"{seconds:.1f}"
    )
    screen.say("backup.from_now", moment=_shown(base.end))
    if let_go:
        screen.say("backup.let_go", names=let_go)
    screen.note("backup.mind_secrets", secrets=home() / "secrets")
    return 0


def _list(screen: Screen, folder: Any, as_json: bool) -> int:
    from tongguan.server.backup import folder_of, troubles
    from tongguan.server.postgres import Cluster

    folder.owner()
    bases, segments, cluster = folder.backups(), folder.segments(), Cluster(home())
    mine = (known := folder_of(home())) is not None and known.path == folder.path
    handed = troubles(cluster) if mine and cluster.is_up() else None
    if as_json:
        screen.json({"folder": str(folder.path), "backups": [_plain(one) for one in bases],
                     "segments": {"count": len(segments), "last": segments[-1] if segments else None},
                     "handing_over": handed})  # fmt: skip
        return 0
    rows = [(one.name, _shown(one.end), f"{one.bytes / MIB:.1f}", one.files) for one in bases]
    screen.table(("backup", "restorable_since", "mib", "files"), rows)
    screen.say("backup.segments", count=len(segments), last=segments[-1] if segments else "–")
    if handed and handed["failing"]:
        screen.note("backup.failing", segment=handed["failed"], at=_shown(handed["failed_at"]), folder=folder.wal)
    return 0


def _verify(screen: Screen, folder: Any, as_json: bool) -> int:
    from tongguan.server.archive import BackupRefused
    from tongguan.server.postgres import Cluster
    from tongguan.server.verifying import verify

    with screen.steps("backup.checking") as told:
        checked = verify(Cluster(home()), folder, lambda step, done, size: told(done, size))
    if as_json:
        rows = [
            {"name": one.name, "wrong": one.wrong and one.wrong.text(screen.lang), "until": one.until}
            for one in checked
        ]
        screen.json(rows)
    elif not checked:
        raise BackupRefused("empty", folder=folder.path)
    for one in [] if as_json else checked:
        if one.wrong:
            screen.note("backup.wrong", name=one.name, reason=one.wrong.text(screen.lang))
        else:
            screen.say("backup.whole", name=one.name, until=_shown(one.until), segments=one.segments)
    return 1 if any(one.wrong for one in checked) else 0


def _secrets(screen: Screen, given: list[str]) -> int:
    from tongguan.server.backup import copy_secrets

    if not given:
        raise Failed("backup_words", 2)
    copied = copy_secrets(home(), Path(given[0]).resolve())
    screen.say("backup.secrets_copied", names=copied, folder=Path(given[0]).resolve())
    return 0


def _plain(base: Any) -> dict[str, Any]:
    return {"name": base.name, "since": base.end, "bytes": base.bytes, "files": base.files,
            "first_segment": base.start_wal, "last_segment": base.end_wal}  # fmt: skip


def _shown(moment: Any) -> str:
    if not moment:
        return "–"
    read_as = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{read_as.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S %z}"
