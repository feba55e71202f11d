"""Guarantees for taxes (税款担保): filed by the firm, accepted by customs, used by its declarations everywhere.

One pool a firm: letters of banks and others, insurance policies, deposits, and exemption for advanced certified firms.
What secures a tax is an entry of a ledger account whose balance is what is left, never below nothing; paying gives it
back. Sources: GACC announcements 2017 No.45, 2018 No.155, 2021 No.100; Order 272 arts 67-69.
"""
