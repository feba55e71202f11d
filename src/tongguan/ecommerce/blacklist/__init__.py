"""The blacklist of buyers (订购人黑名单): people whose parcels are checked with certainty, for a time and a reason.

An officer puts an identity number on it; only its keyed digest and a masked form are kept. A parcel whose buyer is on the
list in force is not refused: it is drawn for a check as those of a suspected group are (``patterns.suspicion``).
"""
