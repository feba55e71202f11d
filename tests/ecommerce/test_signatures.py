"""Signatures at the door: who signed a message, and whether he may."""

from __future__ import annotations

import base64
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from lxml import etree
from tests.ecommerce.asking import refund, withdrawal
from tests.ecommerce.filing import AT, OPERATOR
from tests.ecommerce.signed import YEAR, Signer, enterprise, judged, said
from tests.formats.signing.test_lenient import ODD, made

from tongguan.ecommerce import samples
from tongguan.ecommerce.intake.signatures import concerning, judge_signature, read_signed, sift
from tongguan.ecommerce.rules.signatures import (
    CARD,
    CardForTrials,
    CardNotYet,
    ExpiredCard,
    OfAnother,
    RevokedCard,
    Unregistered,
)
from tongguan.formats import ceb, signing
from tongguan.formats.signing.algorithms import W3C
from tongguan.kernel.rules import Finding
from tongguan.parties import certificates
from tongguan.parties.models import SignatureUse

SECOND = timedelta(seconds=1)
CODES = {  # of each message: unsigned, unusable, differs, unverified, another card
    "CEB621Message": ("-621026", "-621025", "-621028", "-621029", "-621015"),
    "CEB623Message": ("-623017", "-623016", "-623029", "-623029", "-623021"),
    "CEB625Message": ("-625028", "-625027", "-625208", "-625208", "-625020"),
    "CEB711Message": ("CEB-VERIFY", "CEB-VERIFY", "CEB-VERIFY", "CEB-VERIFY", "-800001"),
}


@pytest.fixture(autouse=True)
def required(settings):
    """Signatures are required, and certificates for trials are taken."""
    settings.SIGNATURES, settings.SIGNATURE_MODE, settings.DEMO = "required", "lenient", True


def written(kind: str, parcel: samples.Parcel, status: str = "2") -> bytes:
    """Write a message of each kind that has to be signed."""
    if kind == "CEB621Message":
        return samples.message("inventory", [parcel.changed("inventory", appStatus=status).inventory])
    firm = samples.BROKER
    transfer = ceb.BaseTransfer(copCode=firm.code, copName=firm.name, dxpMode="DXP", dxpId="DXPTG1")
    if kind == "CEB711Message":
        document = arrival(status)
    else:
        ask = withdrawal if kind == "CEB623Message" else refund
        document = ask(parcel, number="010120261000000001", appStatus=status)
    return ceb.write(kind, [document], document.guid, transfer=transfer, unsigned=True)


def arrival(status: str) -> ceb.Delivery:
    """Return a list of arrivals of one parcel."""
    carrier = samples.CARRIER
    return ceb.Delivery(
        guid="A" * 36, appType="1", appTime="20260501090000", appStatus=status, customsCode="0101", copNo="A1",
        operatorCode=carrier.code, operatorName=carrier.name, ieFlag="I", trafMode="5", trafNo="CA1", voyageNo="CA1",
        billNo="999-1", logisticsCode=carrier.code, logisticsName=carrier.name,
        items=[ceb.DeliveryItem(gnum=1, logisticsNo="TZ1")],
    )  # fmt: skip


@pytest.fixture(params=CODES)
def kind(request) -> str:
    return request.param


@pytest.fixture
def unsigned(parcel) -> bytes:
    return written("CEB621Message", parcel)


def changed(data: bytes, old: bytes = b"DXPTG", new: bytes = b"DXPTH") -> bytes:
    assert old in data
    return data.replace(old, new, 1)


def another_value(data: bytes) -> bytes:
    """Replace the value of a signature by another of its length."""
    root = etree.fromstring(data)
    value = root.find(f".//{{{W3C}}}SignatureValue")
    value.text = base64.b64encode(b"\x01" * len(base64.b64decode(value.text))).decode()
    return etree.tostring(root)


@pytest.mark.parametrize("algorithm", ["sm2-sm3", "rsa-sha1", "sm2-sm3-2023"])
def test_a_good_signature_says_nothing(window, kind, parcel, algorithm):
    signer = Signer(algorithm=algorithm.removesuffix("-2023"))
    assert judged(signer.sign(written(kind, parcel), algorithm)) is None


def test_each_official_code(window, kind, parcel):
    unsigned, unusable, differs, unverified, card = CODES[kind]
    signer, data = Signer(), written(kind, parcel)
    good = signer.sign(data)
    assert said(judged(data)) == (unsigned, "", "refuse")
    assert said(judged(changed(good, b"rsion", b"rsion"))) is None
    assert said(judged(changed(good))) == (differs, "", "refuse")
    assert said(judged(another_value(good))) == (unverified, "", "refuse")
    assert said(judged(changed(good, b"REC-xml-c14n-20010315", b"REC-xml-c14n-20010316"))) == (unusable, "", "refuse")
    assert said(judged(Signer(registered=False).sign(data))) == (card, "UNREGISTERED", "refuse")


def test_every_finding_speaks_both_languages(window, kind, parcel):
    data = written(kind, parcel)
    for finding in (judged(data), judged(Signer(registered=False).sign(data)), judged(changed(Signer().sign(data)))):
        assert finding.text("en") != finding.code != finding.text("zh")
        assert "…" not in finding.text("zh") + finding.text("en") and "{" not in finding.text("zh")


def test_the_card_of_another_firm(window, kind, parcel):
    data = Signer(samples.PLATFORM).sign(written(kind, parcel))
    assert said(judged(data)) == (CODES[kind][4], "OF_ANOTHER", "refuse")


def test_two_firms_that_registered_one_certificate_do_not_meet(window, unsigned):
    signer = Signer()
    cuckoo = signing.make_test_certificate("X", "x", serial=1, since=AT - YEAR, until=AT + YEAR)
    for firm in (samples.PLATFORM, samples.BROKER, samples.CARRIER):
        certificates.register(enterprise(firm), cuckoo[1], by=OPERATOR, at=AT)
    certificates.revoke(certificates.known(enterprise(samples.PLATFORM).pk, cuckoo[1]).pk, "x", by=OPERATOR, at=AT)
    assert judged(signing.sign(unsigned, *cuckoo)) is None
    assert judged(changed_guid(signer, unsigned)) is None


def changed_guid(signer: Signer, data: bytes) -> bytes:
    """Sign the message under another number."""
    guid = etree.fromstring(data).get("guid").encode()
    return signer.sign(data.replace(guid, guid[:-4] + b"0000", 1))


def test_its_period(window, unsigned):
    since, until = AT - 2 * SECOND, AT + 2 * SECOND
    data = Signer(since=since, until=until).sign(unsigned)
    assert said(judged(data, at=since - SECOND)) == ("-621015", "NOT_YET", "refuse")
    assert said(judged(data, at=until + SECOND)) == ("-621015", "EXPIRED", "refuse")
    assert judged(data, at=until + SECOND / 2) is None


@pytest.mark.parametrize("kind", CODES)
@pytest.mark.parametrize(("at", "alias"), [(AT - 2 * YEAR, "NOT_YET"), (AT + 2 * YEAR, "EXPIRED")])
def test_its_period_by_the_code_of_each_message(window, parcel, kind, at, alias):
    assert said(judged(Signer().sign(written(kind, parcel)), at=at)) == (CODES[kind][4], alias, "refuse")


def test_a_revoked_card(window, kind, parcel):
    signer = Signer()
    data = signer.sign(written(kind, parcel))
    certificates.revoke(signer.row.pk, "card lost", by=OPERATOR, at=AT)
    finding = judged(data)
    assert said(finding) == (CODES[kind][4], "REVOKED", "refuse") and "2026-05-01 09:00:00" in finding.text("en")


def test_trials_outside_a_demonstration(window, kind, parcel, settings):
    data = Signer().sign(written(kind, parcel))
    settings.DEMO = settings.OPEN_INTAKE = False
    assert said(judged(data)) == (CODES[kind][4], "TRIAL", "refuse")
    settings.OPEN_INTAKE = True
    assert judged(data) is None


def test_for_a_firm_nobody_knows(window, unsigned):
    data = Signer().sign(unsigned)
    finding = judge_signature(data, ceb.read(data), firm=None, at=AT)
    assert said(finding) == ("-621015", "OF_ANOTHER", "refuse")


def test_what_declares_is_used_once(window, kind, parcel):
    signer, data = Signer(), written(kind, parcel)
    signed = signer.sign(data)
    assert judged(signed) is None
    replayed = (CODES[kind][1], "", "refuse")
    assert said(judged(signed)) == replayed
    other = data.replace(b"<ceb:appTime>2026", b"<ceb:appTime>2025")
    assert other != data and said(judged(signer.sign(other))) == replayed  # the same number over other data
    assert judged(changed_guid(signer, data)) is None
    assert ceb.read(data).guid in judged(signed).text("zh")


def test_a_number_is_used_by_each_enterprise_for_itself(window, unsigned):
    assert judged(Signer().sign(unsigned)) is None
    assert judged(Signer(samples.PLATFORM).sign(unsigned), firm=samples.PLATFORM) is None


def test_what_was_refused_uses_nothing_up(window, unsigned):
    assert said(judged(unsigned)) == ("-621026", "", "refuse")
    signer = Signer()
    assert said(judged(changed(signer.sign(unsigned))))[0] == "-621028"
    assert judged(signer.sign(unsigned)) is None


def test_a_draft_uses_nothing_up(window, parcel):
    signer, draft = Signer(), written("CEB621Message", parcel, "1")
    for _ in range(2):
        assert judged(signer.sign(draft)) is None
    assert not SignatureUse.objects.exists()


def test_a_message_without_a_number_is_known_by_what_was_signed(window, unsigned):
    signer = Signer()
    bare = unsigned.replace(etree.fromstring(unsigned).get("guid").encode(), b"", 1)
    assert judged(signer.sign(bare)) is None
    assert said(judged(signer.sign(bare)))[0] == "-621025"
    assert judged(signer.sign(bare.replace(b"<ceb:appTime>2026", b"<ceb:appTime>2025"))) is None


def test_unsigned_drafts_pass_with_a_warning(parcel, window):
    data = written("CEB621Message", parcel, "1")
    read = ceb.read(data)
    assert said(concerning(judged(data), read.nodes[0])) == ("-621026", "", "warn")
    declared = ceb.read(written("CEB621Message", parcel)).nodes[0]
    assert said(concerning(judged(data), declared)) == ("-621026", "", "refuse")


def test_optional_signatures(window, unsigned, settings):
    settings.SIGNATURES = "optional"
    assert said(judged(unsigned)) == ("-621026", "", "warn")
    nodes = ceb.read(unsigned).nodes
    assert sift(nodes, judged(unsigned)) == (nodes, []) == sift(nodes, None)
    assert said(judged(changed(Signer().sign(unsigned)))) == ("-621028", "", "refuse")


@pytest.mark.parametrize("noun", ["order", "payment", "waybill"])
def test_documents_that_need_no_signature(window, parcel, noun):
    data = samples.message(noun, [getattr(parcel, noun)])
    assert judged(data) is None and judged(changed(Signer().sign(data))) is None


@pytest.mark.parametrize("odd", ODD)
def test_what_customs_have_been_seen_to_take_the_lenient_door_takes(window, unsigned, settings, odd):
    how, why, _ = ODD[odd]
    codes = dict(zip(("unsigned", "unusable", "differs", "unverified"), CODES["CEB621Message"], strict=False))
    data = made(Signer(), unsigned, **how)
    settings.SIGNATURE_MODE = "strict"
    assert said(judged(data)) == (codes[why], "", "refuse")
    settings.SIGNATURE_MODE = "lenient"
    assert judged(data) is None


def test_a_message_that_names_its_certificate_only(window, unsigned):
    signer = Signer()
    data = signer.sign(unsigned)
    start, end = data.index(b"<ds:X509Data>"), data.index(b"</ds:X509Data>") + len(b"</ds:X509Data>")
    named = data[:start] + data[end:]
    assert judged(named) is None
    assert said(judged(named.replace(b"<ds:KeyName>0c", b"<ds:KeyName>0d")))[0] == "-621025"
    read, proof = read_signed(named)
    assert said(judge_signature(named, read, firm=enterprise(samples.BROKER).pk, at=AT, proof=proof))[0] == "-621025"


def test_wrapped(window, parcel, unsigned):
    """What is signed is moved aside, and other goods are put in its place."""
    good = Signer().sign(unsigned)
    root = etree.fromstring(good)
    signature = root.find(f"{{{W3C}}}Signature")
    evil = etree.fromstring(unsigned.replace(b"<ceb:appTime>2026", b"<ceb:appTime>2025"))
    for place in ("inside", "before", "twice"):
        forged = etree.fromstring(etree.tostring(evil))
        taken = etree.fromstring(etree.tostring(signature))
        if place == "inside":
            holder = etree.SubElement(taken, f"{{{W3C}}}Object")
            holder.append(etree.fromstring(unsigned))
            forged.append(taken)
        elif place == "before":
            forged.insert(0, taken)
        else:
            forged.append(taken)
            forged.append(etree.fromstring(etree.tostring(signature)))
        data = etree.tostring(forged)
        assert said(judged(data))[0] in {"-621025", "-621028"}
        read, proof = read_signed(data)
        assert isinstance(proof, signing.BadSignature)


def test_read_and_judged_in_one_parse_or_two(window, unsigned):
    signer = Signer()
    firm = enterprise(samples.BROKER).pk
    cases = [
        unsigned,
        signer.sign(unsigned),
        changed(changed_guid(signer, unsigned)),
        another_value(signer.sign(unsigned)),
    ]
    for data in cases:
        read, proof = read_signed(data)
        assert read.nodes == ceb.read(data).nodes and read.guid == ceb.read(data).guid
        with transaction.atomic():
            one = judge_signature(data, read, firm=firm, at=AT, proof=proof)
            transaction.set_rollback(True)
        with transaction.atomic():
            two = judge_signature(data, read, firm=firm, at=AT)
            transaction.set_rollback(True)
        assert one == two


def test_a_name_in_a_comment_deceives_nobody(window, unsigned):
    hidden = b"<!-- <ceb:CEB311Message> -->" + unsigned.partition(b"?>")[2].lstrip()
    read, proof = read_signed(hidden)
    assert (read.kind, proof) == ("CEB621Message", None)
    assert judge_signature(hidden, read, firm=1, at=AT, proof=proof).code == "-621026"
    utf16 = unsigned.decode().replace("UTF-8", "UTF-16").encode("utf-16")
    read, proof = read_signed(utf16)
    assert judge_signature(utf16, read, firm=1, at=AT, proof=proof).code == "-621026"


def test_one_query_for_the_certificate_and_one_for_the_number(window, unsigned, django_assert_num_queries):
    data = Signer().sign(unsigned)
    read, proof = read_signed(data)
    firm = enterprise(samples.BROKER).pk
    with django_assert_num_queries(2):
        assert judge_signature(data, read, firm=firm, at=AT, proof=proof) is None


def test_the_rules_of_all_messages_are_the_same():
    aliases = [[rule.alias for rule in rules] for rules in CARD.values()]
    patterns = (Unregistered, OfAnother, CardForTrials, RevokedCard, CardNotYet, ExpiredCard)
    assert aliases == [[one.alias for one in patterns]] * len(CODES) and {*CARD} == {*CODES}
    assert {kind for kind, table in ceb.TABLES.items() if table.request and table.signature == "required"} == {*CARD}


class Racing(threading.Thread):
    """Something done in a transaction of its own; what it returned, and when it was over."""

    def __init__(self, act):
        super().__init__()
        self.act, self.result = act, None
        self.start()

    def run(self):
        try:
            with transaction.atomic():
                self.result = self.act()
        finally:
            connection.close()


def test_two_that_declare_by_one_message_at_once(racing_window, unsigned):
    data = Signer().sign(unsigned)
    runs = [Racing(lambda: judged(data)) for _ in range(6)]
    for run in runs:
        run.join(30)
    codes = [run.result.code if isinstance(run.result, Finding) else None for run in runs]
    assert sorted(map(str, codes)) == ["-621025"] * 5 + ["None"]


def test_revoking_waits_for_what_is_being_judged(racing_window, unsigned):
    signer = Signer()
    data = signer.sign(unsigned)
    judging, go_on = threading.Event(), threading.Event()

    def file():
        found = judged(data)
        judging.set()
        assert go_on.wait(30)
        return found

    filing = Racing(file)
    assert judging.wait(30)
    revoking = Racing(lambda: certificates.revoke(signer.row.pk, "lost", by=OPERATOR, at=AT))
    revoking.join(0.5)
    assert revoking.is_alive()  # the message is not committed yet
    go_on.set()
    for run in (filing, revoking):
        run.join(30)
    assert filing.result is None and revoking.result.revoked_at == AT
    assert said(judged(changed_guid(signer, unsigned))) == ("-621015", "REVOKED", "refuse")
