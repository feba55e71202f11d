"""Signatures of messages (电子签名): made and verified as the e-port wants them, with the certificates they need.

``sign`` puts an enveloped signature at the end of a message; ``verify`` says by which key and certificate a message
was signed, or why its signature proves nothing, and ``read_and_verify`` reads the message at the same time.
``make_test_certificate`` makes what sandboxes and tests sign with.
"""

from .certificates import Certificate, NotCertificate, is_issued_by, read_certificate
from .faults import BadSignature, Unsigned
from .keys import NotKey, PrivateKey, PublicKey, RsaKey, Sm2Key, load_key, new_key, public_key
from .signatures import Verified, read_and_verify, sign, verify
from .trial import TrialAuthority, make_test_certificate, make_trial_authority

__all__ = [
    "BadSignature", "Certificate", "NotCertificate", "NotKey", "PrivateKey", "PublicKey", "RsaKey", "Sm2Key",
    "TrialAuthority", "Unsigned", "Verified", "is_issued_by", "load_key", "make_test_certificate",
    "make_trial_authority", "new_key", "public_key", "read_and_verify", "read_certificate", "sign", "verify",
]  # fmt: skip
