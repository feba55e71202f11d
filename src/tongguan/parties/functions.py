"""Functions inside a firm (企业内岗位): what each of its people may do for it, as one table.

The role says what the firm is at the window (trader, broker ...), the function what this person may do for it. Somebody
may have several; he may then do what any of them may. Who acts for no firm has none: his role says it all.
"""

from __future__ import annotations

from collections.abc import Iterable

from tongguan.kernel.states import Actor, NotYours

ABILITIES = ("see", "file", "pay", "certificates", "people", "programs", "mandates")
"""See what is the firm's; file and ask; choose and pay tax; manage certificates, people, programs and mandates."""

FUNCTIONS: dict[str, frozenset[str]] = {
    "administrator": frozenset({"see", "certificates", "people", "programs", "mandates"}),
    "declarant": frozenset({"see", "file"}),
    "finance": frozenset({"see", "pay"}),
    "viewer": frozenset({"see"}),
}
"""Administrator (管理员), declarant (申报员), finance (财务), viewer (查看)."""

EVERY = ("administrator", "declarant", "finance")
"""What the first of a firm's people has: together they may do everything."""


SCOPES = ("see", "file", "pay", "certificates", "programs")
"""What a program can be let do (接入权限). *programs*: it manages the programs of its firm, within what it may itself."""


def every_scope() -> list[str]:
    """Return what a program may do that the operator gave its access, but manage others."""
    return [scope for scope in SCOPES if scope != "programs"]


def abilities(functions: Iterable[str]) -> frozenset[str]:
    """Return what somebody with these functions may do; one that nobody knows gives nothing.

    >>> sorted(abilities(["finance", "viewer"])), abilities([])
    (['pay', 'see'], frozenset())
    """
    return frozenset().union(*(FUNCTIONS.get(one, frozenset()) for one in functions))


def insist_able(who: Actor, ability: str, *, machine: str = "parties", verb: str) -> None:
    """Raise NotYours where what somebody may do for his firm was looked up and this is not among it.

    Asked by every action that changes something for a firm, whoever calls it: pages, programs, timers. Without a query.
    """
    if who.abilities is not None and ability not in who.abilities:
        holders = [name for name, gives in FUNCTIONS.items() if ability in gives]
        raise NotYours(machine=machine, verb=verb, role=who.role, roles=holders)
