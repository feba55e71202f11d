"""Access in two stages (两段准入): goods may leave the port area, and goods may be sold and used; each is held for itself.

An order says which checks are due, at the port and at the destination; what they come to lifts the holds on lift-off and on
use. Goods of the lists may have both done at the port (合并检查), be moved to a fitter place (转场检查), or leave while the
laboratory has a sample (附条件提离). Districts that cooperate share the order and its conclusion. GACC 2019 No. 160.
"""
