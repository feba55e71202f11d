"""Which help fits the page somebody is on: by the name of the page, and on the first page by his role.

A test wants every page to be here, and every document that is named here to be there.
"""

from __future__ import annotations

from django.http import HttpRequest

from tongguan.kernel.states import Actor

from .rendering import reached
from .shelf import FIRST

ROLES = {
    "trader": "for-traders",
    "broker": "for-traders",
    "platform": "for-platforms",
    "payer": "for-platforms",
    "carrier": "for-platforms",
    "site": "tallies",
    "officer": "for-officers",
    "operator": "for-operators",
    "auditor": "for-auditors",
    "member": "for-authorities",
}
"""The how-to of each role."""

_PAGES: dict[str, str] = {
    "account": "account account_data account_act_as account_password account_factor account_passkeys account_passkey_offer "
    "account_sessions account_work account_take",
    "needs": "account_digest account_digest_confirm account_digest_stop",
    "sign-in": "sign_in account_code account_passkey_sign_in account_passkey_challenge sign_out",
    "joining": "account_join account_invitation account_applications account_application account_people account_person "
    "account_withdraw account_programs account_program account_supports account_support account_support_change",
    "mandates": "account_mandates account_mandate",
    "public": "tariff exchange_rates withdraw_rate commodity calculator trade_calculator check_number services "
    "open_data open_data_tariff open_data_months open_data_law open_data_codes data_elements data_element data_elements_file",
    "advisor": "advisor advisor_draft",
    "own": "own own_begin own_back own_leave own_provider own_not_mine disowned_purchases disowned_purchase",
    "declarations": "declarations declaration_new declaration_check declaration_import declarations_work declaration "
    "declaration_edit declaration_amend declaration_withdraw declaration_versions declaration_print declaration_decide "
    "declaration_decided declaration_act declaration_propose declaration_templates declaration_template_drop "
    "declaration_batches declaration_batch declaration_receipts",
    "two-steps": "declaration_summary declaration_summary_edit declaration_complete declaration_access declaration_order "
    "declaration_orders",
    "compliance": "errors error change_error record_error disclosures disclosure new_disclosure edit_disclosure "
    "change_disclosure disclosure_calculator fee_reductions fee_reduction ask_fee_reduction change_fee_reduction",
    "cargo": "manifests manifest manifest_new manifest_change manifest_step consignments consignment consignment_act",
    "file": "file",
    "messages": "messages message message_receipt original",
    "find": "find",
    "parcel": "parcels parcel receipt slip reveal",
    "books": "books book book_item",
    "shops": "shops shop change_shop",
    "licences": "licences licence licence_apply licence_resubmit decide_licence watched unwatch licence_reports licence_report "
    "change_licence_report before_filing",
    "credit": "credit credit_work credit_firm credit_act candidates candidate_act window_act aeo_review aeo_act credit_grades "
    "anchor_verify",
    "reliefs": "reliefs relief relief_apply relief_report relief_lists end_listed dispose_relieved decide_relief "
    "legal_reliefs legal_relief legal_claim decide_legal",
    "certificates": "certificates certificate",
    "requests": "requests requests_work ask request request_receipt request_decide",
    "taxes": "deposits deposit change_deposit bills bills_file bills_choose bill bill_receipt "
    "payments payment payment_pay payment_form payment_file",
    "guarantees": "guarantees new_guarantee guarantees_work guarantee change_guarantee duty_bills month_bills month_bill "
    "arrears duty_bill duty_bill_pay change_duty_bill deferrals deferral ask_deferral change_deferral "
    "refunds refund claim_refund change_refund",
    "sandbox": "sandbox sandbox_send sandbox_magic sandbox_certificates sandbox_exchange sandbox_bundle",
    "tallies": "tallies tally tally_file decide_tally subscribers end_subscriber",
    "journal": "proofs proof journal checkpoints journal_event journal_proof",
    "measures": "measures measures_file measures_workbook indicators measure conference conference_file "
    "conference_workbook plan_measure issues issue move_issue minutes meeting followed attach_evidence evidence "
    "move_measure cases case move_case publicity move_publicity public_cases public_publicity voices",
    "checks": "checks decide",
    "blacklist": "listed_buyers listed_buyer remove_listed",
    "for-officers": "risks risk risk_people decide_risk seconds second answer_second",
    "for-authorities": "figures",
    "for-operators": "operate issuer drive_issuer",
    "webhooks": "webhooks webhook webhook_delivery webhook_again change_webhook",
    "about/simulate": "what_ifs what_if what_if_file",
    "lists": "list_columns list_filters",
    "operate/status": "status",
    FIRST: "help help_page style theme",
}
"""The document of each page, by the names of its pages."""
FITTING = {name: slug for slug, names in _PAGES.items() for name in names.split()}
BY_ROLE = ("home",)
"""Pages whose help follows the role of the reader."""


def fitting(name: str, role: str | None) -> str:
    """Return the document that fits a page, by the name of the page and the role of its reader."""
    if name in BY_ROLE:
        return ROLES.get(role or "", FIRST)
    return FITTING.get(name, FIRST)


def help_for(request: HttpRequest, actor: Actor | None) -> str:
    """Return where the link to the help leads from a page; from a page that failed before it was found, to the first."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    return reached(fitting(name or "", actor.role if actor else None))
