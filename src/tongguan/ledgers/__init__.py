"""Ledgers (台账): the one kernel under everything that limits.

A licence's quantity, a guarantee's amount, a person's yearly allowance: each is an account with a balance, and each
use of it is an entry that is added and never changed. A debit that would bring the balance below its floor is refused;
the row of the account is locked first, so two debits at once cannot both be the last.
"""
