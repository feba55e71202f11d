"""What e-commerce needs from outside: the bank of ``revenue.ports``, which moves the tax of parcels too."""

from tongguan.revenue.ports import PAID, REASONS, REFUSED, Bank, BankSilent, Instruction, NoBank, Verdict, bank

__all__ = ["PAID", "REASONS", "REFUSED", "Bank", "BankSilent", "Instruction", "NoBank", "Verdict", "bank"]
