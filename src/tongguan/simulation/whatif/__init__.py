"""What if (假设推演): stored parcels judged again under changed values of the law; nothing is written to any record.

``overlays`` says what is changed, ``reading`` gets what the judgement needs out of the database, ``limits``, ``taxing``
and ``drawing`` judge it twice, by the law as it is and as it would be, and ``replaying`` goes through the days.
"""

from .overlays import JUDGED, Overlay, overlay, written
from .replaying import replay
from .results import Difference, Result

__all__ = ["JUDGED", "Difference", "Overlay", "Result", "overlay", "replay", "written"]
