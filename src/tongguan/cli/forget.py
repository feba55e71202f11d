"""``tongguan forget``: destroy the keys of months, and with them the personal data that came in then, for ever."""

from __future__ import annotations

import sys
from datetime import date
from typing import Annotated, Any

import typer

from tongguan.cli.screen import Failed, Screen, now, today
from tongguan.kernel.states import Actor
from tongguan.server.configuration import home

OPERATOR = Actor("command line", "operator")
ERASE = "erase"


def run(
    context: typer.Context,
    months: Annotated[
        list[str] | None, typer.Argument(metavar="[MONTH]...", help="forget.months", show_default=False)
    ] = None,
    due: Annotated[bool, typer.Option("--due", help="forget.all_due")] = False,
    person: Annotated[bool, typer.Option("--person", help="forget.person")] = False,
    erase: Annotated[bool, typer.Option("--erase", help="forget.erase")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="option.dry_run")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="forget.yes")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="option.json")] = False,
) -> int:
    from tongguan.server.prepare import database, unapplied_migrations

    screen: Screen = context.obj
    if (bool(months) + due + person) > 1 or (erase and not person):
        raise Failed("forget_what", 2)
    named = [_month(one) for one in months or []]
    with database():
        if unapplied_migrations():
            raise Failed("tables")
        from tongguan.parties import vault

        if person:
            return _erase(screen, dry_run, yes, as_json) if erase else _person(screen, as_json)
        if not named and not due:
            return _show(screen, as_json)
        wanted = vault.due_to_be_forgotten(today()) if due else named
        return _forget(screen, wanted, dry=dry_run, yes=yes, as_json=as_json)


def _month(written: str) -> date:
    try:
        return date.fromisoformat(f"{written}-01")
    except ValueError:
        raise Failed("bad_month", 2, written=written) from None


def _show(screen: Screen, as_json: bool) -> int:
    """Say of each month whether its data are kept, due or forgotten."""
    rows = _standing()
    if as_json:
        screen.json(rows)
    else:
        cells = ((row["month"], screen.t(f"forget.{row['is']}"), row["at"]) for row in rows)
        screen.table(("month", "personal_data", "forgotten_at"), cells)
    return 0


def _standing() -> list[dict[str, Any]]:
    from tongguan.parties import vault

    due = set(vault.due_to_be_forgotten(today()))
    return [
        {"month": f"{one.month:%Y-%m}", "is": "destroyed" if one.destroyed_at else "due" if one.month in due else "kept",
         "at": one.destroyed_at and one.destroyed_at.isoformat(timespec="seconds")}
        for one in vault.months()
    ]  # fmt: skip


def _forget(screen: Screen, wanted: list[date], *, dry: bool, yes: bool, as_json: bool) -> int:
    from tongguan.parties import vault

    names = [f"{month:%Y-%m}" for month in wanted]
    if not names:
        screen.json({"forgotten": []}) if as_json else screen.say("forget.nothing_due")
        return 0
    for month in wanted:
        vault.insist_over(month, at=now())
    if dry:
        screen.json({"would_forget": names}) if as_json else screen.say("forget.would", months=names)
        return 0
    if not yes and not _confirmed(screen, names):
        raise Failed("not_confirmed")
    for month in wanted:
        vault.forget(month, by=OPERATOR, at=now())
    vault.wipe()
    _tell_backups()
    if as_json:
        screen.json({"forgotten": names})
    else:
        screen.say("forget.done", months=names)
        screen.note("forget.mind_copies", secrets=home() / "secrets" / "months")
    return 0


def _confirmed(screen: Screen, names: list[str]) -> bool:
    """Ask for the months to be typed again: what follows is never undone."""
    screen.note("forget.asked", months=names, typed=" ".join(names))
    return sys.stdin.readline().split() == names


def _tell_backups() -> None:
    """Bring what was forgotten to the folder of backups, if there is one and it is in reach."""
    from tongguan.parties import vault_ledger
    from tongguan.server.backup import folder_of

    folder = folder_of(home())
    if folder is not None and folder.path.is_dir():
        vault_ledger.write(folder.forgotten, vault_ledger.merged([home() / "forgotten", folder.forgotten]))


def _erase(screen: Screen, dry: bool, yes: bool, as_json: bool) -> int:
    """Erase a person as far as nothing has to be kept of him, case by case; the number is read, not given."""
    from tongguan.ecommerce.erasing import actions, cases

    number = _asked_number(screen)
    found = cases.cases_of(number, on=today())
    rows = [
        {"ebp_code": one.ebp_code, "order_no": one.order_no, "erase": one.erase,
         "kept_until": one.until and one.until.isoformat()}
        for one in found
    ]  # fmt: skip
    if as_json:
        screen.json(rows)
    elif not rows:
        screen.say("forget.no_person")
    else:
        cells = ((one["order_no"], screen.t(f"forget.erase.{one['erase']}"), one["kept_until"]) for one in rows)
        screen.table(("order_no", "personal_data", "kept_until"), cells)
    if dry or all(one.erase == "nothing" for one in found):
        return 0
    if not yes:
        screen.note("forget.erase.asked", typed=ERASE)
        if sys.stdin.readline().strip() != ERASE:
            raise Failed("not_confirmed")
    actions.erase_person(number, by=OPERATOR, at=now())
    actions.sweep()
    _tell_backups()
    screen.note("forget.erase.done")
    return 0


def _asked_number(screen: Screen) -> str:
    screen.note("forget.ask_person")
    number = sys.stdin.readline().strip()
    if not number:
        raise Failed("not_confirmed")
    return number


def _person(screen: Screen, as_json: bool) -> int:
    """Say where the data of a person lie and when they go; the number is read, not given, for a shell keeps what is given."""
    from tongguan.ecommerce.erasure import months_of
    from tongguan.parties import vault

    number = _asked_number(screen)
    standing = {row["month"]: row["is"] for row in _standing()}
    rows = [
        {"month": f"{month:%Y-%m}", "records": count, "is": standing.get(f"{month:%Y-%m}", "kept"),
         "due_on": vault.due_on(month, on=today()).isoformat()}
        for month, count in months_of(number)
    ]  # fmt: skip
    if as_json:
        screen.json(rows)
        return 0
    if not rows:
        screen.say("forget.no_person")
        return 0
    cells = ((row["month"], row["records"], screen.t(f"forget.{row['is']}"), row["due_on"]) for row in rows)
    screen.table(("month", "records", "personal_data", "due_on"), cells)
    screen.note("forget.with_its_month")
    return 0
