"""Handing parcels over at a shop (线下自提): to the buyer of the order and nobody else, after release, once.

The shop itself, what it displays and its guarantee are of ``zones.shops``.
"""
