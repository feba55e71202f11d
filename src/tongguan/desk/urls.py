"""The addresses of the pages."""

from __future__ import annotations

from django.urls import path

from tongguan.desk.auditor import journal
from tongguan.desk.authority.figures import figures
from tongguan.desk.authority.whatif import what_if, what_if_file, what_ifs
from tongguan.desk.carrier import consignments, filing, manifests
from tongguan.desk.credit.acts import credit_act
from tongguan.desk.credit.page import credit_firm
from tongguan.desk.credit.reviews import aeo_act, aeo_review
from tongguan.desk.credit.work import candidate_act, candidates, credit_work, own_credit, window_act
from tongguan.desk.help import views as help_pages
from tongguan.desk.lists.views import list_columns, list_filters
from tongguan.desk.measures import cases, conference, indicators, issues
from tongguan.desk.measures import views as register
from tongguan.desk.officer.access import declaration_order, declaration_orders
from tongguan.desk.officer.blacklist import listed_buyer, listed_buyers, remove_listed
from tongguan.desk.officer.checks import checks
from tongguan.desk.officer.decisions import decide, reveal
from tongguan.desk.officer.declarations import (
    declaration_decide,
    declaration_decided,
    declaration_propose,
    declarations_work,
)
from tongguan.desk.officer.disowned import disowned_purchase, disowned_purchases
from tongguan.desk.officer.guarantees import guarantees_work
from tongguan.desk.officer.legal import decide_legal
from tongguan.desk.officer.licence_reports import change_licence_report, licence_report, licence_reports
from tongguan.desk.officer.licences import decide_licence, unwatch, watched
from tongguan.desk.officer.reliefs import decide_relief, dispose_relieved, end_listed, relief_lists
from tongguan.desk.officer.requests import decide as request_decide
from tongguan.desk.officer.requests import work as requests_work
from tongguan.desk.officer.risks import decide_risk, risk, risk_people, risks
from tongguan.desk.officer.seconding import answer_second, second, seconds
from tongguan.desk.operator import status
from tongguan.desk.operator.issuer import drive_issuer, issuer
from tongguan.desk.paper.slips import slip
from tongguan.desk.public import trade
from tongguan.desk.public import views as public
from tongguan.desk.public.advisor import advisor, advisor_draft
from tongguan.desk.public.calculator import calculator
from tongguan.desk.public.commodity import commodity
from tongguan.desk.public.credit import anchor_verify, credit_grades
from tongguan.desk.public.disclosure import disclosure_calculator
from tongguan.desk.public.elements import data_element, data_elements, data_elements_file
from tongguan.desk.public.filing import before_filing
from tongguan.desk.public.numbers import check_number
from tongguan.desk.public.open_data import codes_file, law_file, months_file, open_data, tariff_file
from tongguan.desk.public.own import entering as own_entering
from tongguan.desk.public.own import pages as own_pages
from tongguan.desk.public.own.provider import provider
from tongguan.desk.public.rates import exchange_rates, withdraw_rate
from tongguan.desk.public.services import services
from tongguan.desk.public.tariff import tariff
from tongguan.desk.sandbox import exchanges as sandbox
from tongguan.desk.sandbox import trying
from tongguan.desk.site import tallies
from tongguan.desk.style.page import style
from tongguan.desk.style.theme import theme
from tongguan.desk.trader import bills, payments, proofs, requests
from tongguan.desk.trader.asking import ask
from tongguan.desk.trader.books import book, book_item, books
from tongguan.desk.trader.certificates import certificate, certificates
from tongguan.desk.trader.declarations.batches import declaration_batch, declaration_batches
from tongguan.desk.trader.declarations.editor import (
    declaration_amend,
    declaration_check,
    declaration_edit,
    declaration_new,
)
from tongguan.desk.trader.declarations.importing import declaration_import
from tongguan.desk.trader.declarations.lists import declarations
from tongguan.desk.trader.declarations.page import (
    declaration,
    declaration_act,
    declaration_print,
    declaration_withdraw,
)
from tongguan.desk.trader.declarations.receipts import declaration_receipts
from tongguan.desk.trader.declarations.steps.access import declaration_access
from tongguan.desk.trader.declarations.steps.completing import declaration_complete
from tongguan.desk.trader.declarations.steps.summary import declaration_summary
from tongguan.desk.trader.declarations.templates import declaration_template_drop, declaration_templates
from tongguan.desk.trader.declarations.versions import declaration_versions
from tongguan.desk.trader.deferrals import ask_deferral, change_deferral, deferral, deferrals
from tongguan.desk.trader.deposits import change_deposit, deposit, deposits
from tongguan.desk.trader.disclosures import (
    change_disclosure,
    disclosure,
    disclosure_form_page,
    disclosures,
)
from tongguan.desk.trader.duties import change_duty_bill, duty_bill, duty_bill_pay, month_bill
from tongguan.desk.trader.duty_lists import arrears, duty_bills, month_bills
from tongguan.desk.trader.errors import change_error, error, errors, record_error
from tongguan.desk.trader.fee_reductions import ask_fee_reduction, change_fee_reduction, fee_reduction, fee_reductions
from tongguan.desk.trader.file import file
from tongguan.desk.trader.find import find
from tongguan.desk.trader.guarantees import change_guarantee, guarantee, guarantees, new_guarantee
from tongguan.desk.trader.legal import legal_claim, legal_relief, legal_reliefs
from tongguan.desk.trader.licences import licence, licence_apply, licences
from tongguan.desk.trader.messages import message, messages, original
from tongguan.desk.trader.messages import receipt as message_receipt
from tongguan.desk.trader.parcels import parcel, parcels, receipt
from tongguan.desk.trader.refunds import change_refund, claim_refund, refund, refunds
from tongguan.desk.trader.reliefs import relief, relief_apply, relief_report, reliefs
from tongguan.desk.trader.shops import change_shop, shop, shops
from tongguan.desk.trader.subscribers import end_subscriber, subscribers
from tongguan.desk.trader.webhooks import change_webhook, webhook, webhook_again, webhook_delivery, webhooks

# An order number may hold a slash, so it comes last in every address.
urlpatterns = [
    path("", public.first, name="home"),
    path("style", style, name="style"),
    path("theme", theme, name="theme"),
    path("lists/<str:name>/columns", list_columns, name="list_columns"),
    path("lists/<str:name>/filters", list_filters, name="list_filters"),
    path("help", help_pages.first, name="help"),
    path("help/<path:slug>", help_pages.document, name="help_page"),
    path("status", status.status, name="status"),
    path("tariff", tariff, name="tariff"),
    path("tariff/<str:code>", commodity, name="commodity"),
    path("before-filing", before_filing, name="before_filing"),
    path("advisor", advisor, name="advisor"),
    path("advisor/draft", advisor_draft, name="advisor_draft"),
    path("calculator", calculator, name="calculator"),
    path("calculator/trade", trade.calculator, name="trade_calculator"),
    path("calculator/disclosure", disclosure_calculator, name="disclosure_calculator"),
    path("check-number", check_number, name="check_number"),
    path("services", services, name="services"),
    path("open-data", open_data, name="open_data"),
    path("open-data/elements", data_elements, name="data_elements"),
    path("open-data/elements.<str:form>", data_elements_file, name="data_elements_file"),
    path("open-data/elements/<str:key>", data_element, name="data_element"),
    path("open-data/tariff.<str:form>", tariff_file, name="open_data_tariff"),
    path("open-data/monthly.csv", months_file, name="open_data_months"),
    path("open-data/law.csv", law_file, name="open_data_law"),
    path("open-data/codes/<str:table>.csv", codes_file, name="open_data_codes"),
    path("own", own_pages.own, name="own"),
    path("own/begin", own_entering.begin, name="own_begin"),
    path("own/back", own_entering.back, name="own_back"),
    path("own/leave", own_entering.leave, name="own_leave"),
    path("own/provider", provider, name="own_provider"),
    path("own/not-mine/<int:number>", own_pages.not_mine, name="own_not_mine"),
    path("operate", status.operate, name="operate"),
    path("operate/issuing-body", issuer, name="issuer"),
    path("operate/issuing-body/<str:verb>", drive_issuer, name="drive_issuer"),
    path("file", file, name="file"),
    path("declarations", declarations, name="declarations"),
    path("declarations/new", declaration_new, name="declaration_new"),
    path("declarations/check", declaration_check, name="declaration_check"),
    path("declarations/import", declaration_import, name="declaration_import"),
    path("declarations/batches", declaration_batches, name="declaration_batches"),
    path("declarations/batches/<int:number>", declaration_batch, name="declaration_batch"),
    path("declarations/templates", declaration_templates, name="declaration_templates"),
    path("declarations/templates/<int:number>/drop", declaration_template_drop, name="declaration_template_drop"),
    path("declarations/orders", declaration_orders, name="declaration_orders"),
    path("declarations/summary", declaration_summary, name="declaration_summary"),
    path("declarations/work", declarations_work, name="declarations_work"),
    path("declarations/<int:number>", declaration, name="declaration"),
    path("declarations/<int:number>/edit", declaration_edit, name="declaration_edit"),
    path("declarations/<int:number>/amend", declaration_amend, name="declaration_amend"),
    path("declarations/<int:number>/summary", declaration_summary, name="declaration_summary_edit"),
    path("declarations/<int:number>/access", declaration_access, name="declaration_access"),
    path("declarations/<int:number>/order/<str:verb>", declaration_order, name="declaration_order"),
    path("declarations/<int:number>/complete", declaration_complete, name="declaration_complete"),
    path("declarations/<int:number>/withdraw", declaration_withdraw, name="declaration_withdraw"),
    path("declarations/<int:number>/versions", declaration_versions, name="declaration_versions"),
    path("declarations/<int:number>/receipts", declaration_receipts, name="declaration_receipts"),
    path("declarations/<int:number>/print", declaration_print, name="declaration_print"),
    path("declarations/<int:number>/propose", declaration_propose, name="declaration_propose"),
    path("declarations/<int:number>/decide", declaration_decide, name="declaration_decide"),
    path("declarations/<int:number>/decide/<str:verb>", declaration_decided, name="declaration_decided"),
    path("declarations/<int:number>/<str:verb>", declaration_act, name="declaration_act"),
    path("errors", errors, name="errors"),
    path("errors/record", record_error, name="record_error"),
    path("errors/<int:number>", error, name="error"),
    path("errors/<int:number>/<str:verb>", change_error, name="change_error"),
    path("disclosures", disclosures, name="disclosures"),
    path("disclosures/new", disclosure_form_page, name="new_disclosure"),
    path("disclosures/<int:number>", disclosure, name="disclosure"),
    path("disclosures/<int:number>/edit", disclosure_form_page, name="edit_disclosure"),
    path("disclosures/<int:number>/<str:verb>", change_disclosure, name="change_disclosure"),
    path("seconds", seconds, name="seconds"),
    path("seconds/<int:number>", second, name="second"),
    path("seconds/<int:number>/<str:verb>", answer_second, name="answer_second"),
    path("fee-reductions", fee_reductions, name="fee_reductions"),
    path("fee-reductions/ask", ask_fee_reduction, name="ask_fee_reduction"),
    path("fee-reductions/<int:number>", fee_reduction, name="fee_reduction"),
    path("fee-reductions/<int:number>/<str:verb>", change_fee_reduction, name="change_fee_reduction"),
    path("messages", messages, name="messages"),
    path("messages/<int:number>", message, name="message"),
    path("messages/<int:number>/receipt.xml", message_receipt, name="message_receipt"),
    path("messages/<int:number>/original", original, name="original"),
    path("find", find, name="find"),
    path("parcels", parcels, name="parcels"),
    path("parcels/<str:ebp_code>/<path:order_no>", parcel, name="parcel"),
    path("receipts/<str:guid>/<str:ebp_code>/<path:order_no>", receipt, name="receipt"),
    path("books", books, name="books"),
    path("books/<str:number>", book, name="book"),
    path("books/<str:number>/<path:record_no>", book_item, name="book_item"),
    path("shops", shops, name="shops"),
    path("shops/<int:number>", shop, name="shop"),
    path("shops/<int:number>/<str:verb>", change_shop, name="change_shop"),
    path("reliefs", reliefs, name="reliefs"),
    path("reliefs/apply", relief_apply, name="relief_apply"),
    path("reliefs/report", relief_report, name="relief_report"),
    path("reliefs/lists", relief_lists, name="relief_lists"),
    path("reliefs/lists/<int:number>/end", end_listed, name="end_listed"),
    path("reliefs/goods/<int:number>/dispose", dispose_relieved, name="dispose_relieved"),
    path("reliefs/by-law", legal_reliefs, name="legal_reliefs"),
    path("reliefs/by-law/claim/<int:number>", legal_claim, name="legal_claim"),
    path("reliefs/by-law/<str:number>", legal_relief, name="legal_relief"),
    path("reliefs/by-law/<str:number>/<str:verb>", decide_legal, name="decide_legal"),
    path("reliefs/<int:number>", relief, name="relief"),
    path("reliefs/<int:number>/<str:verb>", decide_relief, name="decide_relief"),
    path("credit", own_credit, name="credit"),
    path("credit/work", credit_work, name="credit_work"),
    path("credit/candidates", candidates, name="candidates"),
    path("credit/candidates/<int:number>/<str:verb>", candidate_act, name="candidate_act"),
    path("credit/windows/<str:verb>", window_act, name="window_act"),
    path("credit/reviews/<int:number>", aeo_review, name="aeo_review"),
    path("credit/reviews/<int:number>/<str:verb>", aeo_act, name="aeo_act"),
    path("credit/firms/<str:uscc>", credit_firm, name="credit_firm"),
    path("credit/firms/<str:uscc>/<str:verb>", credit_act, name="credit_act"),
    path("credit-grades", credit_grades, name="credit_grades"),
    path("credit-grades/documents", anchor_verify, name="anchor_verify"),
    path("licences", licences, name="licences"),
    path("licences/apply", licence_apply, name="licence_apply"),
    path("licences/watched", watched, name="watched"),
    path("licences/watched/<int:number>/remove", unwatch, name="unwatch"),
    path("licences/reports", licence_reports, name="licence_reports"),
    path("licences/reports/<int:number>", licence_report, name="licence_report"),
    path("licences/reports/<int:number>/<str:verb>", change_licence_report, name="change_licence_report"),
    path("licences/<int:number>", licence, name="licence"),
    path("licences/<int:number>/again", licence_apply, name="licence_resubmit"),
    path("licences/<int:number>/<str:verb>", decide_licence, name="decide_licence"),
    path("certificates", certificates, name="certificates"),
    path("certificates/<int:number>", certificate, name="certificate"),
    path("requests", requests.requests, name="requests"),
    path("requests/work", requests_work, name="requests_work"),
    path("requests/ask/<str:noun>/<str:ebp_code>/<path:order_no>", ask, name="ask"),
    path("requests/<str:number>", requests.one, name="request"),
    path("requests/<str:number>/receipts/<str:receipt>", requests.receipt, name="request_receipt"),
    path("requests/<str:number>/<str:verb>", request_decide, name="request_decide"),
    path("taxes", bills.bills, name="bills"),
    path("taxes/bills.csv", bills.bills_file, name="bills_file"),
    path("taxes/choose", bills.choose_bills, name="bills_choose"),
    path("taxes/bills/<str:number>", bills.bill, name="bill"),
    path("taxes/bills/<str:number>/messages/<str:receipt>", bills.receipt, name="bill_receipt"),
    path("taxes/deposits", deposits, name="deposits"),
    path("taxes/deposits/<int:number>", deposit, name="deposit"),
    path("taxes/deposits/<int:number>/<str:verb>", change_deposit, name="change_deposit"),
    path("taxes/orders", payments.payments, name="payments"),
    path("taxes/orders/<str:number>", payments.payment, name="payment"),
    path("taxes/orders/<str:number>/pay", payments.pay_order, name="payment_pay"),
    path("taxes/orders/<str:number>/form", payments.form, name="payment_form"),
    path("taxes/orders/<str:number>/bills.csv", payments.payment_file, name="payment_file"),
    path("exchange-rates", exchange_rates, name="exchange_rates"),
    path("exchange-rates/<int:number>/withdraw", withdraw_rate, name="withdraw_rate"),
    path("guarantees", guarantees, name="guarantees"),
    path("guarantees/new", new_guarantee, name="new_guarantee"),
    path("guarantees/work", guarantees_work, name="guarantees_work"),
    path("guarantees/<str:number>", guarantee, name="guarantee"),
    path("guarantees/<str:number>/<str:verb>", change_guarantee, name="change_guarantee"),
    path("duty-bills", duty_bills, name="duty_bills"),
    path("duty-bills/months", month_bills, name="month_bills"),
    path("duty-bills/months/<str:number>", month_bill, name="month_bill"),
    path("duty-bills/arrears", arrears, name="arrears"),
    path("duty-bills/deferrals", deferrals, name="deferrals"),
    path("duty-bills/deferrals/<str:number>", deferral, name="deferral"),
    path("duty-bills/deferrals/<str:number>/<str:verb>", change_deferral, name="change_deferral"),
    path("duty-bills/<str:number>/deferral", ask_deferral, name="ask_deferral"),
    path("duty-bills/refunds", refunds, name="refunds"),
    path("duty-bills/refunds/<str:number>", refund, name="refund"),
    path("duty-bills/refunds/<str:number>/<str:verb>", change_refund, name="change_refund"),
    path("duty-bills/<str:number>/refund", claim_refund, name="claim_refund"),
    path("duty-bills/<str:number>", duty_bill, name="duty_bill"),
    path("duty-bills/<str:number>/pay", duty_bill_pay, name="duty_bill_pay"),
    path("duty-bills/<str:number>/<str:verb>", change_duty_bill, name="change_duty_bill"),
    path("sandbox", sandbox.exchanges, name="sandbox"),
    path("sandbox/send", trying.send, name="sandbox_send"),
    path("sandbox/magic", trying.magic, name="sandbox_magic"),
    path("sandbox/certificates", trying.certificates, name="sandbox_certificates"),
    path("sandbox/<int:number>", sandbox.exchange, name="sandbox_exchange"),
    path("sandbox/<int:number>/bundle.zip", sandbox.bundle, name="sandbox_bundle"),
    path("manifests", manifests.manifests, name="manifests"),
    path("manifests/new", filing.manifest_new, name="manifest_new"),
    path("manifests/<int:number>", manifests.manifest, name="manifest"),
    path("manifests/<int:number>/change", filing.manifest_change, name="manifest_change"),
    path("manifests/<int:number>/<str:verb>", manifests.manifest_step, name="manifest_step"),
    path("consignments", consignments.consignments, name="consignments"),
    path("consignments/<int:number>", consignments.consignment, name="consignment"),
    path("consignments/<int:number>/<str:verb>", consignments.consignment_act, name="consignment_act"),
    path("tallies", tallies.tallies, name="tallies"),
    path("tallies/<int:number>", tallies.tally, name="tally"),
    path("tallies/<int:number>/parcels.csv", tallies.tally_file, name="tally_file"),
    path("tallies/<int:number>/<str:verb>", tallies.decide_tally, name="decide_tally"),
    path("subscribers", subscribers, name="subscribers"),
    path("subscribers/<int:number>/end", end_subscriber, name="end_subscriber"),
    path("webhooks", webhooks, name="webhooks"),
    path("webhooks/sent/<int:number>", webhook_delivery, name="webhook_delivery"),
    path("webhooks/sent/<int:number>/again", webhook_again, name="webhook_again"),
    path("webhooks/<int:number>", webhook, name="webhook"),
    path("webhooks/<int:number>/<str:verb>", change_webhook, name="change_webhook"),
    path("slips/<str:ebp_code>/<path:order_no>", slip, name="slip"),
    path("proofs/<str:ebp_code>/<path:order_no>", proofs.proofs, name="proofs"),
    path("proof/<str:number>/<str:ebp_code>/<path:order_no>", proofs.proof, name="proof"),
    path("journal", journal.journal, name="journal"),
    path("journal/checkpoints", journal.checkpoints, name="checkpoints"),
    path("journal/<int:number>", journal.event, name="journal_event"),
    path("journal/<str:number>/proof", journal.proof, name="journal_proof"),
    path("measures", register.measures, name="measures"),
    path("measures.csv", register.measures_file, {"form": "csv"}, name="measures_file"),
    path("measures.xlsx", register.measures_file, {"form": "xlsx"}, name="measures_workbook"),
    path("measures/indicators", indicators.indicators, name="indicators"),
    path("measures/<str:number>", register.measure, name="measure"),
    path("figures", figures, name="figures"),
    path("conference", conference.conference, name="conference"),
    path("conference.csv", conference.conference_file, {"form": "csv"}, name="conference_file"),
    path("conference.xlsx", conference.conference_file, {"form": "xlsx"}, name="conference_workbook"),
    path("conference/plan", conference.plan, name="plan_measure"),
    path("conference/issues", issues.issues, name="issues"),
    path("conference/issues/<int:number>", issues.issue, name="issue"),
    path("conference/issues/<int:number>/<str:verb>", issues.move_issue, name="move_issue"),
    path("conference/minutes", issues.minutes, name="minutes"),
    path("conference/minutes/<int:number>", issues.meeting, name="meeting"),
    path("conference/measures/<str:seed>", conference.followed, name="followed"),
    path("conference/measures/<str:seed>/evidence", conference.attach, name="attach_evidence"),
    path("conference/measures/<str:seed>/evidence/<int:number>", conference.evidence, name="evidence"),
    path("conference/measures/<str:seed>/<str:verb>", conference.move, name="move_measure"),
    path("conference/cases", cases.cases, name="cases"),
    path("conference/cases/<int:number>", cases.case, name="case"),
    path("conference/cases/<int:number>/<str:verb>", cases.move_case, name="move_case"),
    path("conference/publicity", cases.publicity, name="publicity"),
    path("conference/publicity/<int:number>/<str:verb>", cases.move_publicity, name="move_publicity"),
    path("cases", cases.public_cases, name="public_cases"),
    path("publicity", cases.public_publicity, name="public_publicity"),
    path("voices", issues.voices, name="voices"),
    path("checks", checks, name="checks"),
    path("what-if", what_ifs, name="what_ifs"),
    path("what-if/<int:number>", what_if, name="what_if"),
    path("what-if/<int:number>/simulation.csv", what_if_file, name="what_if_file"),
    path("risks", risks, name="risks"),
    path("risks/buyers", listed_buyers, name="listed_buyers"),
    path("risks/buyers/<int:number>", listed_buyer, name="listed_buyer"),
    path("risks/buyers/<int:number>/remove", remove_listed, name="remove_listed"),
    path("risks/disowned", disowned_purchases, name="disowned_purchases"),
    path("risks/disowned/<int:number>", disowned_purchase, name="disowned_purchase"),
    path("risks/<int:number>", risk, name="risk"),
    path("risks/<int:number>/people", risk_people, name="risk_people"),
    path("risks/<int:number>/<str:verb>", decide_risk, name="decide_risk"),
    path("decide/<str:verb>/<str:ebp_code>/<path:order_no>", decide, name="decide"),
    path("reveal/<str:ebp_code>/<path:order_no>", reveal, name="reveal"),
]
