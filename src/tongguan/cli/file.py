"""``tongguan file``: file messages from files, folders or standard input, and see what became of them."""

from __future__ import annotations

import glob
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from tongguan.cli.screen import Failed, Screen, now
from tongguan.kernel.states import Actor
from tongguan.server.configuration import is_demo, put_demo

STDIN = "-"
REFUSED, UNREADABLE = 1, 2


def run(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="file.paths", show_default=False)],
    sender: Annotated[str, typer.Option("--as", metavar="CODE", help="file.as", show_default=False)] = "",
    receipts: Annotated[
        str, typer.Option("--receipts", metavar="FOLDER", help="file.receipts", show_default=False)
    ] = "",
    sign: Annotated[bool | None, typer.Option("--sign/--no-sign", help="file.sign", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    from tongguan.server.prepare import database, prepare, unapplied_migrations

    screen: Screen = context.obj
    sign = _signs(sign)
    names, missing = found(paths)
    folder = _folder(receipts)
    for path in missing:
        screen.note("file.missing", path=path)
    with database() as embedded:
        if unapplied_migrations():
            if embedded is None:
                raise Failed("tables")
            screen.note("file.preparing")
            prepare(at=now())
        results = _file_all(screen, names, _actor(sender), folder, sign=sign)
    if as_json:
        screen.json([_plain(screen, name, outcome) for name, outcome in results])
    else:
        _report(screen, results)
    if missing or any(outcome is None or outcome.problem for _, outcome in results):
        return UNREADABLE
    return REFUSED if any(outcome.refused for _, outcome in results) else 0


def found(paths: list[str]) -> tuple[list[str], list[str]]:
    """Return the files that the arguments mean, folders and patterns opened, and the arguments that mean none."""
    names: dict[str, None] = {}
    missing = []
    for path in paths:
        under = _meant(path)
        if not under:
            missing.append(path)
        names.update(dict.fromkeys(under))
    return list(names), missing


def _meant(path: str) -> list[str]:
    if path == STDIN or Path(path).is_file():
        return [path]
    if Path(path).is_dir():
        return sorted(str(one) for one in Path(path).rglob("*") if one.suffix.lower() == ".xml" and one.is_file())
    return sorted(one for one in glob.glob(path, recursive=True) if Path(one).is_file())


def _folder(receipts: str) -> Path | None:
    if not receipts:
        return None
    folder = Path(receipts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failed("no_folder", 2, path=receipts, reason=error.strerror) from None
    return folder


def _signs(asked: bool | None) -> bool:
    """Return whether to sign what is unsigned by the trial certificates of the demonstration, which is asked for first.

    Must be called before the settings are read: beside a demonstration this command is one too. Raises Failed
    elsewhere for who insists.
    """
    demo = is_demo()
    if demo:
        put_demo()
    if asked and not demo:
        raise Failed("no_trial", 2)
    return demo if asked is None else asked


def _actor(code: str) -> Actor:
    """Return who files: the enterprise of the code, or the window's operator, who may file for anybody."""
    from tongguan.parties.queries import find
    from tongguan.parties.roles import FOR_AN_ENTERPRISE
    from tongguan.server.prepare import OPERATOR

    if not code:
        return OPERATOR
    firm = find(code)
    if firm is None:
        raise Failed("no_enterprise", code=code)
    role = next((role for role in FOR_AN_ENTERPRISE if role in firm.kinds), FOR_AN_ENTERPRISE[0])
    return Actor(f"cli/{code}", role, firm.pk, str(firm))


def _file_all(
    screen: Screen, names: list[str], sender: Actor, folder: Path | None, *, sign: bool
) -> list[tuple[str, Any]]:
    """File each message in turn; None stands for a file that could not be read at all."""
    from tongguan.ecommerce.intake import receive
    from tongguan.ecommerce.trial import sign_unsigned

    results: list[tuple[str, Any]] = []
    with screen.progress(len(names)) as begun:
        for name in names:
            begun(name)
            try:
                content = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
            except OSError as error:
                screen.note("file.unreadable", path=name, reason=error.strerror)
                results.append((name, None))
                continue
            at = now()
            outcome = receive(sign_unsigned(content, by=sender, at=at) if sign else content, sender=sender, at=at)
            results.append((name, outcome))
            if folder:
                (folder / f"{outcome.message}.xml").write_bytes(outcome.receipt)
    return results


def _report(screen: Screen, results: list[tuple[str, Any]]) -> None:
    for name, outcome in results:
        if outcome is None:
            continue
        if outcome.problem:
            reason = outcome.problem.info_zh if screen.lang == "zh" else outcome.problem.info_en
            screen.say("file.no_message", path=name, status=outcome.problem.status, reason=reason)
        else:
            counts = {"accepted": outcome.accepted, "refused": outcome.refused}
            screen.say("file.filed", path=name, kind=outcome.kind, message=outcome.message, **counts)
    if rows := list(_rows(screen, results)):
        screen.line()
        screen.table(("file", "node", "field", "code", "level", "message"), rows)
    sound = [outcome for _, outcome in results if outcome is not None and not outcome.problem]
    if len(results) > 1:
        accepted, refused = sum(one.accepted for one in sound), sum(one.refused for one in sound)
        screen.say("file.total", files=len(results), read=len(sound), accepted=accepted, refused=refused)


def _rows(screen: Screen, results: list[tuple[str, Any]]) -> Iterator[tuple]:
    for name, outcome in results:
        for node in outcome.nodes if outcome and not outcome.problem else ():
            said = f"{node.position} {node.number}".strip()
            for finding in node.findings:
                level = screen.t(f"level.{finding.level}")
                message = finding.text(screen.lang)
                yield Path(name).name, said, _field(screen, outcome.kind, finding.pointer), finding.code, level, message
            if node.refused and not node.findings:
                yield Path(name).name, said, "", node.status, screen.t("level.refuse"), node.info


def _field(screen: Screen, kind: str, pointer: str) -> str:
    from tongguan.formats import ceb

    if not pointer:
        return ""
    try:
        label = ceb.label(kind, pointer, screen.lang)
    except LookupError:
        label = ""
    return f"{pointer} {label}".rstrip() if label != pointer else pointer


def _plain(screen: Screen, name: str, outcome: Any) -> dict:
    if outcome is None:
        return {"file": name, "read": False}
    problem = outcome.problem
    said = {"status": problem.status, "zh": problem.info_zh, "en": problem.info_en} if problem else None
    nodes = [
        {
            "position": node.position,
            "number": node.number,
            "status": node.status,
            "info": node.info,
            "subject": node.subject,
            "findings": [{**one.as_dict(), "zh": one.text("zh"), "en": one.text("en")} for one in node.findings],
        }
        for node in outcome.nodes
    ]
    head = {
        "file": name,
        "read": problem is None,
        "message": outcome.message,
        "kind": outcome.kind,
        "guid": outcome.guid,
    }
    counts = {"accepted": 0 if problem else outcome.accepted, "refused": outcome.refused}
    return {**head, **counts, "problem": said, "nodes": nodes}
