"""Declarations by message (报关单导入): a DecMessage is saved or declared as its signature says, and answered as clients know it.

What customs then decide comes as receipts, one for each event of the journal that the law value
``declarations.receipt_channels`` names.
"""
