"""After a run: does the database hold what was answered, neither more nor less, and do its ledgers add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from .house import ask, inventories

_LIMITS = ("-621018", "-621005")
"""The answers by which limits refuse: who buys too much is not known beforehand."""
_ACCEPTED = ("800", "500")
_PAGE = 20_000


class Kept(NamedTuple):
    """What the database holds: inventories, those accepted, what they are worth, entries, and up to where receipts go."""

    inventories: int
    accepted: int
    value: Any
    entries: int
    used: Any
    transaction: int


def kept() -> Kept:
    """Return what the database holds now."""
    from tongguan.ecommerce.subscriptions.queries import horizon

    [(accepted, value)] = ask(
        "SELECT count(*), coalesce(sum(customs_value), 0) FROM ecommerce_inventory"
        " WHERE judged_at IS NOT NULL AND state <> 'refused'"
    )
    [(entries, used)] = ask(
        "SELECT count(*), coalesce(-sum(e.amount), 0) FROM ledgers_entry e JOIN ledgers_account a ON a.id = e.account_id"
        " WHERE starts_with(a.name, 'cbec.allowance/')"
    )
    return Kept(inventories(), accepted, value, entries, used, horizon())


def wrong(before: Kept, after: Kept, statuses: Counter[str], nodes: Iterable[list], answered: int) -> list[str]:
    """Return what does not agree; ``nodes`` are those of each message that was taken, ``answered`` those with a 622."""
    sent = [node for message in nodes for node in message]
    good = sum(not node.fault and not node.again for node in sent)
    accepted = sum(statuses[status] for status in _ACCEPTED)
    limited = sum(statuses[status] for status in _LIMITS)
    said = {
        f"{len(sent)} inventories were sent, {statuses.total()} answered": len(sent) == statuses.total(),
        f"{statuses.total()} answered, {answered} of them by a 622 in the database": answered == statuses.total(),
        f"{accepted} accepted and {limited} over a limit of {good} good ones": accepted <= good <= accepted + limited,
        f"{after.accepted - before.accepted} accepted in the database, {accepted} by answers":
            after.accepted - before.accepted == accepted,
        f"{after.entries - before.entries} entries for {accepted} accepted": after.entries - before.entries == accepted,
        f"{after.used - before.used} yuan counted to buyers, {after.value - before.value} declared":
            after.used - before.used == after.value - before.value,
        f"{(apart := _unequal())} accounts are not the sum of their entries": not apart,
    }  # fmt: skip
    return [words for words, holds in said.items() if not holds]


def answered(since: int, until: int) -> int:
    """Return how many inventories have a 622 of transactions from one to before another, as clients read them."""
    from tongguan.ecommerce.queries import receipts
    from tongguan.kernel.states import Actor

    to, place = Actor("bench", "auditor"), (since - 1, 2**62, 0)
    found: set[tuple[int, int]] = set()
    while told := receipts(to=to, after=place, kind="CEB622Message", limit=_PAGE, below=until):
        found |= {(one.message_id, one.position) for one in told}
        place = told[-1].place
    return len(found)


def _unequal() -> int:
    [(count,)] = ask(
        "SELECT count(*) FROM ledgers_account a LEFT JOIN (SELECT account_id, sum(amount) AS total FROM ledgers_entry"
        " GROUP BY account_id) e ON e.account_id = a.id WHERE a.balance <> coalesce(e.total, 0)"
    )
    return count
