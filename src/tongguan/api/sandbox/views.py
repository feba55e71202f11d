"""Records of the sandbox as the shapes that the API answers with."""

from __future__ import annotations

from typing import Any

from tongguan.formats.signing.keys import armoured
from tongguan.kernel.texts import LANGUAGES
from tongguan.parties.vault import Forgotten
from tongguan.sandbox import answering, magic, masking, models, queries
from tongguan.sandbox.judging import Judged, Node
from tongguan.sandbox.kinds import kinds

from .. import shapes as window
from ..views import finding, there
from . import shapes


def outcome(judged: Judged, number: int, told: list[answering.Told]) -> window.Outcome:
    """Return what became of a message, as the window says it."""
    said = {one.position: one.info for one in told if one.at <= judged.at}
    nodes = [_node_outcome(judged, node, said.get(node.position, "")) for node in judged.nodes]
    refused = sum(node.status.startswith("-") or node.status == "100" for node in nodes)
    return window.Outcome(
        message=number, kind=judged.kind, guid=judged.guid, accepted=len(nodes) - refused, refused=refused, nodes=nodes
    )


def _node_outcome(judged: Judged, node: Node, info: str) -> window.NodeOutcome:
    seen = node.course.at_once
    return window.NodeOutcome(
        position=node.position, number=node.values.get(judged.own.number) or "", status=seen.status if seen else "",
        info=info, subject="", findings=[finding(one) for one in node.findings],
    )  # fmt: skip


def message(row: models.Exchange) -> window.Message:
    """Return an exchange as the window shows a message."""
    unread = row.problem and window.Unread(
        status=row.problem["status"],
        code=row.problem["code"],
        message=window.Text(row.problem["zh"], row.problem["en"]),
    )
    return window.Message(
        id=row.pk, kind=row.kind, guid=row.guid, received_at=there(row.at), filed_by=row.by, dxp_id=row.dxp_id,
        size=row.size, digest=bytes(row.digest).hex(), nodes=len(row.nodes), accepted=len(row.nodes) - row.refused,
        refused=row.refused, problem=unread,
    )  # fmt: skip


def filing(node: dict[str, Any]) -> window.Filing:
    """Return a document of an exchange as the window shows a filing."""
    return window.Filing(
        position=node["position"], number=node["number"], app_type=node["app_type"], status=node["status"],
        findings=[finding(one) for one in node["findings"]],
    )  # fmt: skip


def receipt(row: models.Receipt, place: Any) -> window.Receipt:
    """Return a receipt as the window shows one."""
    return window.Receipt(
        cursor=str(place), kind=row.kind, subject="", message=row.exchange_id, position=row.position, dxp_id=row.dxp_id,
        guid=row.guid, status=row.status, at=there(row.at), info=row.info, keys=row.keys,
    )  # fmt: skip


def exchange(row: models.Exchange) -> shapes.Exchange:
    """Return an exchange without its bytes."""
    return shapes.Exchange(
        number=row.pk, at=there(row.at), by=row.by, form=row.form, address=row.address, headers=row.headers, kind=row.kind,
        guid=row.guid, dxp_id=row.dxp_id, size=row.size, digest=bytes(row.digest).hex(), status=row.status,
        microseconds=row.microseconds, refused=row.refused,
        problem=row.problem and window.Text(row.problem["zh"], row.problem["en"]), version=row.version,
        law_day=row.law_day,
    )  # fmt: skip


def whole(row: models.Exchange) -> shapes.WholeExchange:
    """Return one exchange with everything that is kept of it, personal values masked."""
    try:
        opened = queries.opened(row)
        request, answer = (masking.masked(data).decode() for data in (opened.message, opened.answer))
    except Forgotten:
        request = answer = None
    nodes = [
        shapes.TrialNode(
            position=one["position"], number=one["number"], status=one["status"], magic=one["magic"],
            findings=[finding(found) for found in one["findings"]],
        ) for one in row.nodes
    ]  # fmt: skip
    told = [
        shapes.TrialReceipt(
            kind=one.kind, position=one.position, guid=one.guid, status=one.status, info=one.info, keys=one.keys,
            seen_from=there(one.at),
        ) for one in queries.receipts_of(row)
    ]  # fmt: skip
    return shapes.WholeExchange(exchange=exchange(row), nodes=nodes, receipts=told, request=request, answer=answer)


def certificate(row: models.Certificate) -> shapes.TrialCertificate:
    """Return a trial certificate."""
    return shapes.TrialCertificate(**_certificate(row))


def issued(made: Any) -> shapes.IssuedCertificate:
    """Return a trial certificate with its key."""
    return shapes.IssuedCertificate(**_certificate(made.certificate), key=made.key.decode())


def _certificate(row: models.Certificate) -> dict[str, Any]:
    pem = armoured("CERTIFICATE", bytes(row.certificate)).decode()
    return {
        "serial": row.serial, "algorithm": row.algorithm, "since": there(row.since), "until": there(row.until),
        "certificate": pem,
    }  # fmt: skip


def magic_values() -> shapes.Magic:
    """Return every magic value, by message."""
    return shapes.Magic(
        messages=[
            shapes.MagicValues(
                kind=kind.name, receipt=kind.receipt, elements=list(kind.magic),
                values=[
                    shapes.MagicValue(
                        value=f"-{one.word}", code=one.code, text=window.Text(*(one.text(lang) for lang in LANGUAGES))
                    ) for one in magic.meanings(kind.name).values()
                ],
            ) for kind in kinds().values()
        ]
    )  # fmt: skip
