"""Who takes part in simulated days so far: traders, officers, a site, couriers, and buyers who change their minds."""

from ..day import PARTICIPANTS
from .afterwards import Afterwards
from .arrivals import Site
from .couriers import Couriers
from .officers import Officers
from .traffic import Traffic

PARTICIPANTS |= {one.name: one for one in (Traffic, Officers, Afterwards, Site, Couriers)}
