"""Rules of the parties: what is shown of a person, and what may be registered as a certificate."""

from tongguan.parties.rules.certificates import (
    REGISTER_CERTIFICATE,
    REVOKE_CERTIFICATE,
    CertificateCase,
    RevokedBefore,
    names_another,
)
from tongguan.parties.rules.personal import ACCESS

__all__ = [
    "ACCESS", "REGISTER_CERTIFICATE", "REVOKE_CERTIFICATE", "CertificateCase", "RevokedBefore", "names_another",
]  # fmt: skip
