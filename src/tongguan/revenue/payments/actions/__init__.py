"""What is done with bills: made, amended, cancelled, paid, claimed."""

from .arrears import agree, claim, guarantor_paid, lapse_due, receive
from .billing import Owing, amend, bill, bill_many, cancel
from .paying import ask_again, pay

__all__ = [
    "Owing", "agree", "amend", "ask_again", "bill", "bill_many", "cancel", "claim", "guarantor_paid", "lapse_due", "pay", "receive",
]  # fmt: skip
