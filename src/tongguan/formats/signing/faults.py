"""What can be wrong with a signature (签名错误): the official code where there is one, and the reason in both languages."""

from __future__ import annotations

from typing import Any

from tongguan.formats.ceb.contract import TABLES
from tongguan.formats.ceb.faults import Fault
from tongguan.kernel import texts
from tongguan.kernel.rules import Finding


class NotVerified(Fault):
    """The signature is not good: {reason}"""

    code = "CEB-VERIFY"


class BadSignature(Exception):
    """A signature that proves nothing.

    ``case`` is unsigned, unusable (it is not what a signature has to be), differs (it was made over something else) or
    unverified (its value is wrong). ``code`` is the official code of the message for that case (-621028 and others),
    CEB-VERIFY where it has none; ``dxp`` the code of the exchange platform. ``info_zh`` and ``info_en`` say why.
    ``key_name`` is the serial of the certificate that the message names and does not bring, else empty.
    """

    _DXP = {"unsigned": "1001", "unusable": "1001", "differs": "1004", "unverified": "1001"}

    def __init__(self, case: str, kind: str, why: str, *, key_name: str = "", **values: Any):
        super().__init__(case, kind, why)
        self.case, self.kind, self.key_name = case, kind, key_name
        table = TABLES.get(kind)
        self.code = (table.codes.get(case) if table else None) or NotVerified.code
        self.dxp = self._DXP[case]
        self.info_zh, self.info_en = (texts.text(f"signature.{why}", lang, **values) for lang in ("zh", "en"))

    def __str__(self) -> str:
        return f"{self.code}: {self.info_en}"

    @property
    def finding(self) -> Finding:
        """Return the finding that refuses the nodes of the message."""
        return Finding(self.code, "Signature", "refuse", {"reason": {"zh": self.info_zh, "en": self.info_en}})


class Unsigned(BadSignature):
    """A message without a signature."""

    def __init__(self, kind: str):
        super().__init__("unsigned", kind, "absent")
