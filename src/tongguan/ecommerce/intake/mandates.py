"""Whether who declares in a message has the mandates of those he declares for, asked for all of them at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.conf import settings

from tongguan.formats.ceb.reading import Node
from tongguan.kernel.rules import Finding, check
from tongguan.parties.mandates import without_mandate

from ..rules.mandates import MANDATE, pair
from .signatures import declares

DELETED = "3"


def judge_mandates(kind: str, nodes: list[Node], *, at: datetime) -> list[Node]:
    """Return the nodes, those that lack a mandate with the finding that says so; one query a message at most.

    TONGGUAN_MANDATES: *off* asks nothing, *optional* warns, *required* refuses what is declared; what is only put by is
    warned. Who takes back what he filed is not asked.
    """
    rule = MANDATE.get(kind)
    if rule is None or settings.MANDATES == "off":
        return nodes
    asked = {position: pair(node.document) for position, node in enumerate(nodes) if _is_asked(node)}
    lacking = without_mandate({one for one in asked.values() if one[0] != one[1]}, kind=kind, at=at)
    if not lacking:
        return nodes
    return [_with(node, check([rule], node.document, lacking)) if n in asked else node for n, node in enumerate(nodes)]


def _is_asked(node: Node) -> bool:
    return node.document is not None and getattr(node.document, "appType", "") != DELETED


def _with(node: Node, found: list[Finding]) -> Node:
    if found and settings.MANDATES == "required" and declares(node):
        found = [replace(one, level="refuse") for one in found]
    return replace(node, findings=[*node.findings, *found]) if found else node
