"""What the journal does: take events in, give them their order, sign its heads, and take what witnesses sign."""

from tongguan.journal.actions.recording import Entry, gathering, record, record_many, record_together
from tongguan.journal.actions.renewing import begin_new_log, renew_for
from tongguan.journal.actions.sequencing import sequence, sequence_all
from tongguan.journal.actions.signing import ensure_log_key, sign_head
from tongguan.journal.actions.witnessing import add_witness, end_witness, take_cosignatures

__all__ = [
    "Entry", "add_witness", "begin_new_log", "end_witness", "ensure_log_key", "gathering", "record",
    "record_many", "record_together", "renew_for", "sequence", "sequence_all", "sign_head", "take_cosignatures",
]  # fmt: skip
