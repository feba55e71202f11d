"""``tongguan sandbox``: a trial certificate with its key, a message signed with them, the magic values."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from tongguan.cli.screen import Failed, Screen, now
from tongguan.kernel.states import Actor

ACTS = ("certificate", "sign", "magic")


def run(
    context: typer.Context,
    act: Annotated[str, typer.Argument(metavar="certificate|sign|magic", help="sandbox.act", show_default=False)] = "",
    what: Annotated[str, typer.Argument(metavar="FILE|KIND", help="sandbox.what", show_default=False)] = "",
    code: Annotated[str, typer.Option("--for", metavar="CODE", help="sandbox.for", show_default=False)] = "",
    algorithm: Annotated[str, typer.Option("--algorithm", metavar="NAME", help="sandbox.algorithm")] = "sm2-sm3",
    key: Annotated[str, typer.Option("--key", metavar="FILE", help="sandbox.key")] = "sandbox-key.pem",
    certificate: Annotated[
        str, typer.Option("--certificate", metavar="FILE", help="sandbox.certificate")
    ] = "sandbox-certificate.pem",
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    screen: Screen = context.obj
    if act == "certificate":
        _certificate(screen, code, algorithm, Path(key), Path(certificate))
    elif act == "sign":
        _sign(what, key, certificate)
    elif act == "magic":
        _magic(screen, what, as_json)
    else:
        raise Failed("no_sandbox_act", 2, act=act or "–", acts=list(ACTS))
    return 0


def _certificate(screen: Screen, code: str, algorithm: str, key: Path, certificate: Path) -> None:
    """Issue a certificate and write it and its key into files that are not there yet, the key readable by its owner."""
    from tongguan.server.prepare import database, unapplied_migrations

    if there := [str(path) for path in (key, certificate) if path.exists()]:
        raise Failed("file_exists", 1, path=there[0])
    with database():
        if unapplied_migrations():
            raise Failed("tables")
        from tongguan.parties.queries import find
        from tongguan.sandbox.actions import issue
        from tongguan.sandbox.actions.certificates import ALGORITHMS

        firm = find(code) if code else None
        if firm is None or algorithm not in ALGORITHMS:
            raise Failed(
                "no_enterprise" if firm is None else "no_algorithm", 2, code=code or "–", known=list(ALGORITHMS)
            )
        made = issue(firm, algorithm=algorithm, by=Actor("command line", "operator"), at=now())
        _write(key, made.key, 0o600)
        _write(certificate, made.pem, 0o644)
        until = made.certificate.until.astimezone(now().tzinfo)
        screen.note("sandbox.issued", file=key, certificate=certificate, until=until)


def _write(path: Path, data: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)


def _sign(path: str, key: str, certificate: str) -> None:
    """Write a message with its signature; it comes from a file, or from the standard input (-)."""
    from tongguan.formats import dec, signing
    from tongguan.formats.ceb import Unreadable

    try:
        data, pem, der = _read(path), _read(key), signing.read_certificate(_read(certificate)).der
        sign = dec.sign if dec.is_declaration(data) else signing.sign
        sys.stdout.buffer.write(sign(data, signing.load_key(pem), der))
    except OSError as error:
        raise Failed("sign_file", 2, path=error.filename or path, reason=error.strerror) from None
    except (Unreadable, ValueError) as error:
        raise Failed("not_signed", 1, reason=str(error)) from None


def _read(path: str) -> bytes:
    return sys.stdin.buffer.read() if path in ("", "-") else Path(path).read_bytes()


def _magic(screen: Screen, kind: str, as_json: bool) -> None:
    """Write the magic values of a message, or of every message."""
    from tongguan.server.prepare import set_up

    set_up()
    from tongguan.sandbox.kinds import kinds
    from tongguan.sandbox.magic import described

    if kind and kind not in kinds():
        raise Failed("no_sandbox_kind", 2, kind=kind, kinds=list(kinds()))
    found = {name: described(name) for name in kinds() if kind in ("", name)}
    if as_json:
        screen.json(found)
        return
    for name, values in found.items():
        screen.line(name, style="bold")
        for one in values:
            screen.line(f"  {one['value']:16} {one['text'][screen.lang]}")
