"""Inspections (查验): which parcels chance selects, the checks that follow, and what the officer concludes.

Parcels come one after another, so they are drawn one by one under a secret key of the day. The key's commitment is in
the journal before the day begins and the key itself the day after: nobody can foresee a draw, and anybody can repeat
it. A day without a key draws nothing; who asks then holds the parcel until it can be drawn.
"""
