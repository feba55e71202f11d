"""Revenue (税费): what is owed, and why.

A tax sheet (税单) is a list of lines; each says its base, its rate, the instrument of the rate and its rounding, and
can be worked out again from what it says. Working it out reads no tables; exchange rates, guarantees and what is to be
paid have theirs, under ``exchange``, ``guarantees`` and ``payments``.
关税 duty · 进口环节增值税 VAT on import · 进口环节消费税 consumption tax on import · 完税价格 customs value
"""
