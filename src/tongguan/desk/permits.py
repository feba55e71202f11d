"""What a person's function in his firm must allow before a page changes something for him (岗位权限).

Pages are named as in ``desk.urls``. Reading is for every function. A page that is not named here needs *file*, so that one
forgotten is closed to those who only look or pay; a test walks all addresses and wants each to be named.
"""

from __future__ import annotations

from django.http import HttpRequest

from tongguan.kernel.states import Actor

SAFE = ("GET", "HEAD", "OPTIONS")

CHANGES = {
    "file": "file",
    "ask": "file",
    "declaration_new": "file",
    "advisor_draft": "file",
    "declaration_edit": "file",
    "declaration_summary": "file",
    "declaration_summary_edit": "file",
    "declaration_complete": "file",
    "declaration_access": "file",
    "declaration_order": "file",
    "declaration_amend": "file",
    "declaration_withdraw": "file",
    "declaration_import": "file",
    "declaration_act": "file",
    "declaration_decided": "file",
    "declaration_propose": "file",
    "declaration_batches": "file",
    "declaration_template_drop": "file",
    "request_decide": "file",
    "change_error": "file",
    "record_error": "file",
    "new_disclosure": "file",
    "edit_disclosure": "file",
    "change_disclosure": "file",
    "ask_fee_reduction": "file",
    "change_fee_reduction": "file",
    "shops": "file",
    "change_shop": "file",
    "relief_apply": "file",
    "relief_report": "file",
    "relief_lists": "file",
    "end_listed": "file",
    "dispose_relieved": "file",
    "decide_relief": "file",
    "legal_claim": "file",
    "decide_legal": "file",
    "answer_second": "file",
    "credit_act": "file",
    "aeo_act": "file",
    "candidate_act": "file",
    "window_act": "file",
    "licence_apply": "file",
    "licence_resubmit": "file",
    "decide_licence": "file",
    "change_licence_report": "file",
    "drive_issuer": "file",
    "watched": "file",
    "unwatch": "file",
    "listed_buyers": "file",
    "remove_listed": "file",
    "disowned_purchase": "file",
    "decide_tally": "file",
    "manifest_new": "file",
    "manifest_change": "file",
    "manifest_step": "file",
    "consignment_act": "file",
    "subscribers": "file",
    "end_subscriber": "file",
    "webhooks": "programs",
    "webhook": "programs",
    "change_webhook": "programs",
    "webhook_again": "programs",
    "sandbox_send": "file",
    "sandbox_certificates": "certificates",
    "certificates": "certificates",
    "certificate": "certificates",
    "bills_choose": "pay",
    "payment_pay": "pay",
    "deposits": "pay",
    "change_deposit": "pay",
    "what_ifs": "file",
    "new_guarantee": "pay",
    "change_guarantee": "pay",
    "duty_bill_pay": "pay",
    "change_duty_bill": "pay",
    "ask_deferral": "pay",
    "change_deferral": "pay",
    "claim_refund": "pay",
    "change_refund": "pay",
    "exchange_rates": "file",
    "withdraw_rate": "file",
}
"""What sending a page's form needs. What needs nothing stands in ``READS``."""

READS = {
    "declaration_check",
    "find",
    "original",
    "check_number",
    "anchor_verify",
    "theme",
    "list_columns",
    "list_filters",
}
"""Pages whose form only asks, or keeps how the reader sees pages.

Those of the account are the reader's own, or judged by their actions."""


def needed(request: HttpRequest) -> str:
    """Return the ability that a request needs, empty when it needs none."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    if request.method in SAFE or name in READS or name.startswith("account"):
        return ""
    return CHANGES.get(name, "file")


def self_of(request: HttpRequest) -> Actor:
    """Return the reader as the actor of what concerns himself alone, whatever his role."""
    return Actor(request.user.get_username(), "person", label=str(request.user))
