"""What every domain stands on: the law as data, rules, states, numbers, the calendar, money and chance.

Nothing here knows Django, a database or the network; the only thing read is the packaged data under ``law/``.
Each module is small and can be understood alone.
"""
