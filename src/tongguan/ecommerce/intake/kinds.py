"""Which messages are taken in, and by whom: a further message is a further row here and in ``answers.ANSWERS``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..arrivals import gate
from ..arrivals.intake import lists, statuses
from ..returns.intake import named, returns, withdrawals
from . import inventories
from .batch import Batch
from .vouchers import VOUCHERS, Voucher, file_vouchers
from .vouchers import lock_keys as voucher_keys


class Intake(NamedTuple):
    """How the nodes of a message are filed.

    ``lock_keys`` names what a document must hold alone while it is judged; ``file`` judges the nodes, adds an outcome
    for each to the batch and writes what they change.
    """

    lock_keys: Callable[[Any], set[tuple[str, ...]]]
    file: Callable[[Batch, list], None]


def _voucher(voucher: Voucher) -> Intake:
    def file(batch: Batch, nodes: list) -> None:
        inventories.resume(batch, voucher.noun, file_vouchers(voucher, batch, nodes))
        gate.hold_until_arrival(batch)

    return Intake(lambda doc: voucher_keys(voucher, doc), file)


def _inventories(batch: Batch, nodes: list) -> None:
    inventories.file_inventories(batch, nodes)
    gate.hold_until_arrival(batch)


INTAKES = {
    **{kind: _voucher(voucher) for kind, voucher in VOUCHERS.items()},
    inventories.KIND: Intake(inventories.lock_keys, _inventories),
    # Looked up when called: these modules may be half loaded here, when one of them is imported first.
    "CEB623Message": Intake(
        lambda doc: named.lock_keys(doc), lambda batch, nodes: withdrawals.file_withdrawals(batch, nodes)
    ),
    "CEB625Message": Intake(
        lambda doc: returns.lock_keys(doc), lambda batch, nodes: returns.file_returns(batch, nodes)
    ),
    "CEB513Message": Intake(
        lambda doc: statuses.lock_keys(doc), lambda batch, nodes: statuses.file_statuses(batch, nodes)
    ),
    "CEB711Message": Intake(lambda doc: lists.lock_keys(doc), lambda batch, nodes: lists.file_lists(batch, nodes)),
}
