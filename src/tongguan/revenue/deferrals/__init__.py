"""Paying later (延期缴纳税款): who cannot pay in time for a ground of the law asks, gives a guarantee, and customs decide.

Until the new last day no surcharge runs; from the day after it the bill is in arrears like any other. Source: Tariff Law
art 43; GACC Order 272.
"""
