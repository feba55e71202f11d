"""What a message must say of itself before it is looked into (报文签名信息校验)."""

from __future__ import annotations

from tongguan.formats import dec
from tongguan.formats.dec.contract import TRANSPORT
from tongguan.kernel.rules import Break, Rule

UPLOAD = frozenset("ABEG")
"""OperType of what is saved as a draft: a declaration, one with a transit, of an electronic handbook, saved for a transit."""

DECLARE = frozenset("CD")
"""OperType of what is declared: a declaration, one with a transit."""

_LONGEST = TRANSPORT["sign"].fields["ClientSeqNo"].most


class UnknownOperation(Rule):
    """OperType says what is to be done: A, B, E or G saves a draft, C or D declares; it cannot be "{found}"."""

    code = "DEC_OPER_TYPE"

    def broken_by(self, doc: dec.Message, ctx):
        if (found := doc.sign.OperType or "") not in UPLOAD | DECLARE:
            yield Break("sign/OperType", found=found[:10])


class ClientNumber(Rule):
    """ClientSeqNo, the client's own number of the declaration, has 1 to {most} characters."""

    code = "DEC_CLIENT_NUMBER"

    def broken_by(self, doc: dec.Message, ctx):
        number = doc.sign.ClientSeqNo or ""
        if not 0 < len(number) <= _LONGEST or not number.isprintable():
            yield Break("sign/ClientSeqNo", most=_LONGEST)


class ClientNumberReused(Rule):
    """{number} (ClientSeqNo) is another message's already. To write its declaration anew name that in SeqNo ({known})."""

    code = "DEC_CLIENT_NUMBER_REUSED"

    def broken_by(self, doc, ctx):
        number, known = doc
        yield Break("sign/ClientSeqNo", number=number, known=known)


class UnknownPreEntry(Rule):
    """No declaration of yours has the number {number} (SeqNo); leave it empty for a new one."""

    code = "DEC_SEQ_NO"

    def broken_by(self, doc, ctx):
        yield Break("SeqNo", number=doc)


class NotPossible(Rule):
    """{reason}"""

    code = "DEC_NOT_POSSIBLE_NOW"

    def broken_by(self, doc, ctx):
        yield Break("", reason={lang: doc.text(lang) for lang in ("zh", "en")})


SIGNED = (UnknownOperation(), ClientNumber())
