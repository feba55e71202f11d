"""What waits for those who decide (待办队列): each queue with its oldest and with what is over its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from tongguan.formats.ceb.writing import SHANGHAI
from tongguan.kernel.states import Actor
from tongguan.kernel.texts import text

COUNTED = 1000

QUEUES = {
    "declarations": ("/declarations/work", ("officer", "operator", "auditor")),
    "checks": ("/checks", ("officer", "operator", "auditor")),
    "decide": ("/requests/work?of=decide", ("officer", "operator", "auditor")),
    "expected": ("/requests/work?of=expected", ("officer", "operator", "auditor")),
    "risks": ("/risks?state=open", ("officer", "operator", "auditor")),
    "shops": ("/shops", ("officer", "operator", "auditor")),
    "licences": ("/licences?stage=deciding", ("officer", "operator", "auditor")),
    "licence_reports": ("/licences/reports?stage=refused", ("officer", "operator", "auditor")),
    "guarantees": ("/guarantees/work", ("officer", "operator", "auditor")),
    "reliefs": ("/reliefs?stage=deciding", ("officer", "operator", "auditor")),
    "legal_reliefs": ("/reliefs/by-law?state=asked", ("officer", "operator", "auditor")),
    "refunds": ("/duty-bills/refunds?state=asked", ("officer", "operator", "auditor")),
    "deferrals": ("/duty-bills/deferrals?state=asked", ("officer", "operator", "auditor")),
    "taxes": ("/taxes/orders", ("officer", "operator", "auditor")),
    "tallies": ("/tallies?state=open", ("officer", "operator", "auditor")),
    "applications": ("/account/applications", ("operator",)),
    "seconds": ("/seconds?stage=open", ("officer", "operator", "auditor")),
    "work": ("/account/work", ("officer",)),
}
"""The queues in their order: the page that lists each, and who is told of it."""

_HELD = """(SELECT min(h.promised) FROM holds_hold h
    WHERE h.subject = 'inventory/' || i.id || '/' || i.version AND h.lifted_at IS NULL)"""

_WAITING = {
    "declarations": """SELECT since, due FROM (
        (SELECT h.placed_at AS since, h.promised AS due FROM declarations_declaration d JOIN holds_hold h
        ON h.subject = 'declaration/' || d.id AND h.lifted_at IS NULL AND h.owner = 'officer'
        AND h.reason NOT IN ('documents', 'confirmation')
        WHERE d.state IN ('accepted', 'due', 'lifted', 'summary') ORDER BY d.id LIMIT %(most)s)
        UNION ALL (SELECT asked_at, NULL FROM declarations_declarationrequest WHERE state IN ('asked', 'lapsed', 'declined')
        ORDER BY id LIMIT %(most)s)) both_kinds""",
    "checks": f"""SELECT i.judged_at AS since, {_HELD} AS due FROM ecommerce_inventory i
        WHERE i.state IN ('check', 'suspended') ORDER BY i.judged_at, i.id""",
    "decide": """SELECT since, NULL::timestamptz AS due FROM (
        (SELECT filed_at AS since FROM ecommerce_withdrawal WHERE state = 'asked' ORDER BY id LIMIT %(most)s)
        UNION ALL (SELECT filed_at FROM ecommerce_return WHERE state = 'arrived' ORDER BY id LIMIT %(most)s)) both_kinds""",
    "expected": """SELECT filed_at AS since, (arrive_by + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS due
        FROM ecommerce_return WHERE state = 'asked' ORDER BY arrive_by""",
    "risks": """SELECT found_at AS since, NULL::timestamptz AS due FROM ecommerce_riskfinding
        WHERE state = 'open' ORDER BY id""",
    "shops": """SELECT registered_at AS since, NULL::timestamptz AS due FROM zones_shop
        WHERE state = 'registered' ORDER BY id""",
    "licences": """SELECT applied_at AS since, NULL::timestamptz AS due FROM licences_licence
        WHERE state IN ('applied', 'approved') AND NOT elsewhere ORDER BY id""",
    "licence_reports": """SELECT told_at AS since, NULL::timestamptz AS due FROM licences_licencereport
        WHERE state = 'refused' ORDER BY id""",
    "guarantees": """SELECT since, due FROM (
        (SELECT filed_at AS since, (decide_by + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS due
        FROM revenue_guarantee WHERE state = 'filed' ORDER BY decide_by, id LIMIT %(most)s)
        UNION ALL (SELECT filed_at, (release_by + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' FROM revenue_guarantee
        WHERE state IN ('suspended', 'expired') AND release_by IS NOT NULL ORDER BY release_by, id LIMIT %(most)s)
        ) both_kinds""",
    "reliefs": """SELECT applied_at AS since, (decide_by + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS due
        FROM revenue_reliefletter WHERE state = 'applied' ORDER BY decide_by, id""",
    "legal_reliefs": """SELECT asked_at AS since, NULL::timestamptz AS due FROM revenue_legalrelief
        WHERE state = 'asked' ORDER BY id""",
    "refunds": """SELECT asked_at AS since, (answer_by + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS due
        FROM revenue_refund WHERE state = 'asked' ORDER BY answer_by, id""",
    "deferrals": """SELECT asked_at AS since, (due_before + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS due
        FROM revenue_deferral WHERE state = 'asked' ORDER BY asked_at, id""",
    "taxes": """SELECT made_at AS since, (due_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS due
        FROM ecommerce_paymentorder WHERE state <> 'paid' ORDER BY due_on""",
    "tallies": """SELECT opened_at AS since, NULL::timestamptz AS due FROM ecommerce_billtally
        WHERE state = 'open' ORDER BY reckoned_at""",
    "applications": """SELECT asked AS since, NULL::timestamptz AS due FROM parties_application
        WHERE state IN ('waiting', 'review') ORDER BY id""",
    "seconds": """SELECT proposed AS since, until AS due FROM parties_twopersonact
        WHERE state = 'open' ORDER BY id""",
    "work": """SELECT a.since, NULL::timestamptz AS due FROM parties_assignment a
        JOIN parties_person p ON p.id = a.holder_id WHERE a.ended IS NULL AND p.username = %(name)s ORDER BY a.id""",
}


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wait in a queue, since when the oldest does, how many are over their time, and where they are listed.

    Up to ``COUNTED`` are looked at; ``many`` when there are more.
    """

    kind: str
    number: int
    many: bool
    oldest: datetime | None
    late: int
    href: str

    def title(self, lang: str) -> str:
        """Return what the queue is called."""
        return text(f"needs.queue.{self.kind}", lang)

    def days(self, at: datetime) -> int | None:
        """Return for how many days the oldest has waited; None while nothing waits."""
        if self.oldest is None:
            return None
        return (at.astimezone(SHANGHAI).date() - self.oldest.astimezone(SHANGHAI).date()).days


def queues(*, to: Actor, at: datetime) -> list[Queue]:
    """Return what waits for those who decide, empty queues too; none for a firm. One query."""
    mine = [kind for kind, (_, roles) in QUEUES.items() if to.role in roles]
    if not mine:
        return []
    parts = [
        f"SELECT '{kind}', count(*), min(since), count(*) FILTER (WHERE due <= %(at)s)"
        f" FROM (SELECT * FROM ({_WAITING[kind]}) rows LIMIT %(most)s) waiting"
        for kind in mine
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), {"at": at, "most": COUNTED + 1, "name": to.name})
        found = {kind: rest for kind, *rest in cursor.fetchall()}
    made = []
    for kind in mine:
        number, oldest, late = found[kind]
        made.append(Queue(kind, min(number, COUNTED), number > COUNTED, oldest, late, QUEUES[kind][0]))
    return made
