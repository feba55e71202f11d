"""Bonded zones (海关特殊监管区域、保税物流中心): the account books of what stands there untaxed.

A book (电子账册) belongs to an enterprise that stores goods in a zone. Each of its items (账册备案料号) has its stock in a
ledger account of its own: goods that come in raise it, goods that leave lower it, and it never falls below zero. What
leaves is decided above, by the declaration that draws on the book.
"""
