"""What limits a person or a stock, each asked in the same way: may this inventory be counted, and then count it.

Every limit is a ledger. The accounts of all limits are locked together, in the order of their names; nothing is
debited for an inventory before every limit has agreed.
"""
