"""Who takes part in simulated days so far: those who trade, officers, a site, and buyers who change their minds."""

from ..day import PARTICIPANTS
from .afterwards import Afterwards
from .arrivals import Site
from .officers import Officers
from .traffic import Traffic

PARTICIPANTS |= {one.name: one for one in (Traffic, Officers, Afterwards, Site)}
