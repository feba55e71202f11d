"""Who signed a message, and whether he may (验签): asked of the messages that must be signed, before their nodes are filed.

``read_signed`` reads a message and verifies its signature in one parse; ``judge_signature`` says, in the transaction of
the intake, what is wrong with it. What a node is told depends on what it wants: one that only puts a document by
(appStatus 1) is warned, one that declares is refused.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings

from tongguan.formats import ceb, signing
from tongguan.formats.ceb.parsing import message_type
from tongguan.formats.signing import BadSignature, Unsigned, Verified
from tongguan.kernel.rules import Finding, check
from tongguan.parties import certificates

from ..rules.signatures import CARD, Card

PUT_BY = "1"  # appStatus 暂存
_MOST_NUMBER = 64

Proof = Verified | BadSignature


def read_signed(data: bytes) -> tuple[ceb.Message, Proof | None]:
    """Return a message with what its signature proves, None where none is asked for; raises Unreadable.

    The same as ``ceb.read`` for other messages, and for one that holds no signature at all.
    """
    kind = message_type(data)
    if kind not in CARD or b"Signature" not in data:
        read = ceb.read(data)
        return read, Unsigned(kind) if kind in CARD and read.kind == kind else None
    return signing.read_and_verify(data, mode=settings.SIGNATURE_MODE)


def judge_signature(
    data: bytes, read: ceb.Message, *, firm: int | None, at: datetime, proof: Proof | None = None
) -> Finding | None:
    """Return what is wrong with the signature of a message, None when it is good or none is asked for.

    ``firm`` is the number of the enterprise that transmits (copCode). ``proof`` is what ``read_signed`` found out;
    without it the signature is verified here, which parses the message again. A good signature that declares is
    noted as used: ask in the transaction that files the nodes, and once. ``concerning`` words the finding for a node.
    """
    if read.kind not in CARD:
        return None
    proof = _named(data, proof or _proof(data), firm)
    if isinstance(proof, BadSignature):
        lenient = proof.case == "unsigned" and settings.SIGNATURES == "optional"
        return replace(proof.finding, level="warn") if lenient else proof.finding
    signer = certificates.find_signer(proof.certificate, firm)
    card = Card(proof.serial, signer, firm, at, certificates.trials_allowed())
    if wrong := check(CARD[read.kind], card):
        return wrong[0]
    assert signer is not None and firm is not None
    if any(declares(node) for node in read.nodes) and not certificates.use(
        firm, _number(read, proof), signer.certificate, at=at
    ):
        return BadSignature("unusable", read.kind, "replayed", number=_number(read, proof)).finding
    return None


def sift(nodes: list[Any], finding: Finding | None) -> tuple[list[Any], list[tuple[Any, list[Finding]]]]:
    """Part the nodes of a message by what is wrong with its signature: those to file, and those it refuses, with why.

    A node that is only warned is filed with the warning among its findings. Where signatures are optional none is: that
    a message is unsigned is said among its own warnings (CEB-SIGNATURE).
    """
    if finding is None or finding.level == "warn":
        return nodes, []
    to_file, refused = [], []
    for node in nodes:
        found = [concerning(finding, node), *node.findings]
        if found[0].level == "refuse":
            refused.append((node, found))
        else:
            to_file.append(replace(node, findings=found))
    return to_file, refused


def concerning(finding: Finding, node: Any) -> Finding:
    """Return the finding as it concerns one node: a warning to one that only puts its document by."""
    return finding if declares(node) else replace(finding, level="warn")


def declares(node: Any) -> bool:
    """Say whether a node declares, and is not only put by."""
    return (node.raw.get("appStatus") if node.document is None else node.document.appStatus) != PUT_BY


def _proof(data: bytes, certificate: bytes | None = None) -> Proof:
    try:
        return signing.verify(data, mode=settings.SIGNATURE_MODE, certificate=certificate)
    except BadSignature as problem:
        return problem


def _named(data: bytes, proof: Proof, firm: int | None) -> Proof:
    """Verify again by the registered certificate where the message names one (KeyName) and brings none."""
    if isinstance(proof, BadSignature) and proof.key_name and firm is not None:
        der = certificates.named(proof.key_name, firm)
        return _proof(data, der) if der else proof
    return proof


def _number(read: ceb.Message, proof: Verified) -> str:
    """Return the number of a message, that of what was digested where it has none."""
    return read.guid if 0 < len(read.guid) <= _MOST_NUMBER else proof.digest_value.hex()
