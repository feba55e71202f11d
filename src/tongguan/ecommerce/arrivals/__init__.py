"""Arrivals (运抵): the statuses of waybills (运单状态, 513), and parcels counted in at a supervised site (入库明细单, 711).

A carrier reports what becomes of a waybill; every report is kept. Whoever runs a supervised site lists the parcels of a
master bill that arrived there; the tally (理货) of the bill says which of them are declared, what is over (溢卸) and, when
it is closed, what is short (短卸). Nothing here releases goods; where the law says so, a parcel that has not arrived may
not pass the gate.
"""
