"""The support bundle (支持包): one exchange as a file to send to whoever helps, everything personal hidden.

It holds no token and no key, since none is kept, and no value of a person, since each is masked.
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from importlib.metadata import version
from typing import Any

from tongguan.kernel.rules import Finding
from tongguan.kernel.texts import LANGUAGES

from . import masking, queries
from .models import Exchange

_SUFFIXES = {b"<": "xml", b"{": "json", b"[": "json"}


def described(row: Exchange) -> dict[str, Any]:
    """Return what is known of an exchange beside its bytes."""
    return {
        "exchange": row.pk, "at": row.at.isoformat(), "by": row.by, "form": row.form, "address": row.address,
        "headers": row.headers, "kind": row.kind, "guid": row.guid, "dxpId": row.dxp_id, "size": row.size,
        "digest": bytes(row.digest).hex(), "status": row.status, "contentType": row.content_type,
        "microseconds": row.microseconds, "problem": row.problem, "refused": row.refused,
        "program": row.version, "lawDay": row.law_day.isoformat(),
    }  # fmt: skip


def findings(row: Exchange) -> list[dict[str, Any]]:
    """Return each document with its findings, worded in both languages."""
    return [
        {**node, "findings": [_worded(Finding.from_dict(one)) for one in node["findings"]]} for node in row.nodes
    ]  # fmt: skip


def _worded(found: Finding) -> dict[str, Any]:
    return {**found.as_dict(), "message": {lang: found.text(lang) for lang in LANGUAGES}}


def receipts(row: Exchange) -> list[dict[str, Any]]:
    """Return the receipts of an exchange, with the moment from which each is seen."""
    return [
        {
            "kind": one.kind, "position": one.position, "guid": one.guid, "status": one.status, "info": one.info,
            "keys": one.keys, "seenFrom": one.at.isoformat(),
        } for one in queries.receipts_of(row)
    ]  # fmt: skip


def bundle(row: Exchange, *, at: datetime) -> bytes:
    """Return the bundle of an exchange as a ZIP; raises Forgotten where the key of its month was destroyed."""
    opened = queries.opened(row)
    parts: dict[str, bytes] = {
        "exchange.json": _json(described(row) | {"made": at.isoformat(), "madeBy": version("tongguan")}),
        "findings.json": _json(findings(row)),
        "receipts.json": _json(receipts(row)),
    }
    for name, data in (
        ("request", opened.request),
        ("message", row.message and opened.message),
        ("answer", opened.answer),
    ):
        if data:
            hidden = masking.masked(data)
            parts[f"{name}.{_SUFFIXES.get(hidden.lstrip()[:1], 'txt')}"] = hidden
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
