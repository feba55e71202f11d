"""Functions inside a firm (企业内岗位): what each of its people may do for it, as one table.

The role says what the firm is at the window (trader, broker ...), the function what this person may do for it. Somebody
may have several; he may then do what any of them may. Who acts for no firm has none: his role says it all.
"""

from __future__ import annotations

from collections.abc import Iterable

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


def abilities(functions: Iterable[str]) -> frozenset[str]:
    """Return what somebody with these functions may do; one that nobody knows gives nothing.

    >>> sorted(abilities(["finance", "viewer"])), abilities([])
    (['pay', 'see'], frozenset())
    """
    return frozenset().union(*(FUNCTIONS.get(one, frozenset()) for one in functions))
