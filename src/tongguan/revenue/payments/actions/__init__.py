"""What is done with bills: made, amended, cancelled, paid, claimed."""

from .arrears import agree, claim, guarantor_paid, lapse_due
from .billing import amend, bill, cancel
from .paying import ask_again, pay

__all__ = ["agree", "amend", "ask_again", "bill", "cancel", "claim", "guarantor_paid", "lapse_due", "pay"]
