"""What requests to withdraw (623) and to return (625) must satisfy, under the official codes of the specification."""

from .requests import RETURN, RETURN_CASE, RETURN_STANDING, STANDING, ReturnCase
from .tallies import ACCEPTANCE, ARRIVAL, Tally
from .withdrawals import WITHDRAWAL, WITHDRAWAL_CASE, WITHDRAWAL_STANDING, WithdrawalCase

__all__ = [
    "ACCEPTANCE",
    "ARRIVAL",
    "RETURN",
    "RETURN_CASE",
    "RETURN_STANDING",
    "STANDING",
    "WITHDRAWAL",
    "WITHDRAWAL_CASE",
    "WITHDRAWAL_STANDING",
    "ReturnCase",
    "Tally",
    "WithdrawalCase",
]
