"""Cargo (舱单): conveyances, bills, containers, and what was declared, landed and counted of them.

A conveyance (运输工具) calls at a port or an airport; its manifest lists bills (提运单). Declarations ask here whether
their bill is known, when its conveyance declared entry, and whether the goods have arrived.
"""
