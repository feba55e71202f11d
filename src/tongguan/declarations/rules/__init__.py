"""What must be so before a declaration is saved, submitted, released, amended or withdrawn."""

from tongguan.formats.dec import checking
from tongguan.kernel.rules import RuleSet

from .document import CONTENT
from .goods import GOODS
from .manifest import MANIFEST
from .parties import PARTIES
from .release import RELEASE
from .requests import ASKING, CHANGING

SAVING = (*checking.SAVING,)
"""What holds of a draft: it can be read, and what is required to save is there."""

SUBMITTING = RuleSet([*checking.DECLARING, *CONTENT, *GOODS, *PARTIES, *MANIFEST])
"""What holds of everything that is declared; of an amendment too."""

__all__ = ["ASKING", "CHANGING", "RELEASE", "SAVING", "SUBMITTING"]
