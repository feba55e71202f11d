"""Consolidated collection (汇总征税): what a firm's goods owe is summed by the month and paid by a day of the next.

Sources: GACC announcement 2017 No.45; Tariff Law art 43; Order 272 art 20.
"""
