"""Certificates of enterprises: who may register and revoke them, and what is kept."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tongguan.formats import signing
from tongguan.formats.signing.keys import armoured
from tongguan.journal.models import Event
from tongguan.kernel.numbers import uscc
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties import certificates, trial
from tongguan.parties.actions import register as register_enterprise
from tongguan.parties.certificates import TrialCard
from tongguan.parties.models import Certificate, SignatureUse
from tongguan.parties.rules import REGISTER_CERTIFICATE, CertificateCase, RevokedBefore

AT = datetime(2026, 5, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
OPERATOR = Actor("window", "operator")
USCC = "91110113MA0TG0018A"
OTHER = "91110108MA0TG002X" + uscc.check_digit("91110108MA0TG002X")


@pytest.fixture(autouse=True)
def demonstration(settings, tmp_path):
    settings.DEMO, settings.TRIAL_KEYS = True, tmp_path / "trial"


@pytest.fixture
def firm(db):
    return register_enterprise(USCC, name_zh="京津优选", kinds=["platform"], by=OPERATOR, at=AT)


@pytest.fixture
def people(firm) -> Actor:
    return Actor("wang", "platform", firm.pk)


def made(
    code: str = USCC, *, serial: int = 0xC0DE, since: datetime = AT - DAY, until: datetime = AT + 9 * DAY
) -> bytes:
    return signing.make_test_certificate(code, "甲", serial=serial, since=since, until=until)[1]


def refused(*arguments, **named) -> list[str]:
    with pytest.raises(Refused) as problem:
        certificates.register(*arguments, **named)
    assert all(problem.value.text(lang) and "{" not in problem.value.text(lang) for lang in ("zh", "en"))
    return [found.code for found in problem.value.findings]


def test_its_own_people_register_one(firm, people):
    der = made()
    row = certificates.register(firm, armoured("CERTIFICATE", der), by=people, at=AT)
    assert (row.serial, row.key_kind, row.trial, row.registered_by) == ("c0de", "sm2", True, "wang")
    assert (row.since, row.until) == (AT - DAY, AT + 9 * DAY) and row.state(AT) == "in_force"
    assert USCC in row.subject and "Tongguan test" in row.issuer
    assert certificates.register(firm, der, by=OPERATOR, at=AT + DAY) == row
    [event] = Event.objects.filter(what="certificate.registered")
    assert (event.subject, event.details["serial"], event.by) == (str(row), "c0de", "wang")


def test_the_der_is_sealed(firm, people):
    der = made()
    row = certificates.register(firm, der, by=people, at=AT)
    assert der[40:80] not in bytes(row.sealed)
    assert certificates.named("C0DE", firm.pk) == der and certificates.named("c0df", firm.pk) is None
    assert certificates.named("c0de", firm.pk + 1) is None


def test_identity_numbers_in_names_are_hidden():
    shown = certificates._without_identity("CN=李小宝,2.5.4.5=11010519491231002X")
    assert shown == "CN=李小宝,2.5.4.5=110105********002X"


@pytest.mark.parametrize("role", ["platform", "officer", "auditor"])
def test_nobody_elses(firm, people, role):
    stranger = Actor("zhao", role, firm.pk + 1 if role == "platform" else None)
    with pytest.raises(NotYours):
        certificates.register(firm, made(), by=stranger, at=AT)
    row = certificates.register(firm, made(), by=people, at=AT)
    with pytest.raises(NotYours):
        certificates.revoke(row.pk, "why", by=stranger, at=AT)
    with pytest.raises(NotYours) as problem:
        certificates.make_trial(firm, by=stranger, at=AT)
    assert "证书" in problem.value.text("zh") and "certificate" in problem.value.text("en")
    assert certificates.certificate(row.pk, to=stranger) is None
    assert certificates.certificate(row.pk, to=people) == row == certificates.certificate(row.pk, to=OPERATOR)
    assert certificates.certificate(row.pk + 1, to=OPERATOR) is None


@pytest.mark.parametrize(
    "data", [b"", b"x", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", b"0" * 99_999]
)
def test_CERTIFICATE_UNREADABLE(firm, data):
    assert refused(firm, data, by=OPERATOR, at=AT) == ["CERTIFICATE_UNREADABLE"]


def test_CERTIFICATE_PRIVATE_KEY(firm):
    key, der = signing.make_test_certificate(USCC, "甲", serial=1, since=AT, until=AT + DAY)
    for data in (key.pem(), key.pem() + armoured("CERTIFICATE", der), armoured("CERTIFICATE", der) + key.pem()):
        assert refused(firm, data, by=OPERATOR, at=AT) == ["CERTIFICATE_PRIVATE_KEY"]


def test_CERTIFICATE_TRIAL(firm, settings):
    settings.DEMO = settings.OPEN_INTAKE = False
    assert refused(firm, made(), by=OPERATOR, at=AT) == ["CERTIFICATE_TRIAL"]
    with pytest.raises(Refused):
        certificates.make_trial(firm, by=OPERATOR, at=AT)
    settings.OPEN_INTAKE = True
    assert certificates.register(firm, made(), by=OPERATOR, at=AT)


def test_CERTIFICATE_EXPIRED(firm):
    assert refused(firm, made(), by=OPERATOR, at=AT + 10 * DAY) == ["CERTIFICATE_EXPIRED"]
    assert certificates.register(firm, made(since=AT + DAY), by=OPERATOR, at=AT).state(AT) == "not_yet"


def test_CERTIFICATE_OF_ANOTHER(firm):
    assert refused(firm, made(OTHER), by=OPERATOR, at=AT) == ["CERTIFICATE_OF_ANOTHER"]
    for code in ("no code of an enterprise", USCC, "1113960018"):  # the last is not known to be another's
        assert certificates.register(firm, made(code), by=OPERATOR, at=AT)


def test_CERTIFICATE_REVOKED(firm, people):
    row = certificates.register(firm, made(), by=people, at=AT)
    again = certificates.revoke(row.pk, " card lost ", by=people, at=AT + DAY)
    assert (again.revoked_why, again.revoked_by, again.state(AT)) == ("card lost", "wang", "revoked")
    assert certificates.revoke(row.pk, "twice", by=OPERATOR, at=AT + 2 * DAY).revoked_at == AT + DAY
    assert Event.objects.filter(what="certificate.revoked", subject=str(row)).count() == 1
    der = bytes(certificates.named("c0de", firm.pk))
    assert refused(firm, der, by=OPERATOR, at=AT) == ["CERTIFICATE_REVOKED"]
    case = CertificateCase(firm, der, AT, True, again)
    assert [rule for rule in REGISTER_CERTIFICATE if list(rule.broken_by(case, None))][0].code == RevokedBefore.code


@pytest.mark.parametrize("why", ["", " \n"])
def test_CERTIFICATE_REASON_MISSING(firm, people, why):
    row = certificates.register(firm, made(), by=people, at=AT)
    with pytest.raises(Refused) as problem:
        certificates.revoke(row.pk, why, by=people, at=AT)
    assert problem.value.findings[0].code == "CERTIFICATE_REASON_MISSING"
    assert Certificate.objects.get().revoked_at is None


@pytest.mark.parametrize("algorithm", ["sm2-sm3", "rsa-sha1"])
def test_one_for_trials(firm, people, algorithm):
    card = certificates.make_trial(firm, algorithm=algorithm, by=people, at=AT)
    again = TrialCard.read(card.pem())
    assert again.certificate == card.certificate and again.key.public == signing.read_certificate(card.certificate).key
    [row] = certificates.certificates_of(firm.pk)
    assert row.trial and row.state(AT) == "in_force" and row.until == AT + certificates.TRIAL_DAYS * DAY
    assert certificates.find_signer(card.certificate, firm.pk).certificate == row.pk


def test_pages_of_certificates(firm, people):
    rows = [certificates.register(firm, made(serial=number), by=people, at=AT) for number in range(1, 6)]
    assert certificates.certificates_of(firm.pk, limit=2) == [rows[4], rows[3]]
    assert certificates.certificates_of(firm.pk, before=rows[3].pk) == rows[2::-1]


def test_uses_are_kept_for_good(firm, people):
    row = certificates.register(firm, made(), by=people, at=AT)
    assert certificates.use(firm.pk, "N1", row.pk, at=AT) and not certificates.use(firm.pk, "N1", row.pk, at=AT)
    for change in (SignatureUse.objects.all().delete, lambda: SignatureUse.objects.update(number="N2")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_card_of_the_demonstration(firm, people, settings):
    card = trial.card_of(firm, by=people, at=AT)
    [file] = settings.TRIAL_KEYS.iterdir()
    assert (file.name, file.stat().st_mode & 0o777) == (f"{USCC}.pem", 0o600)
    assert settings.TRIAL_KEYS.stat().st_mode & 0o777 == 0o700
    assert trial.card_of(firm, by=people, at=AT + DAY).certificate == card.certificate
    later = trial.card_of(firm, by=people, at=AT + (certificates.TRIAL_DAYS + 1) * DAY)
    assert later.certificate != card.certificate
    certificates.revoke(certificates.known(firm.pk, later.certificate).pk, "x", by=people, at=AT + 92 * DAY)
    assert trial.card_of(firm, by=people, at=AT + 92 * DAY).certificate != later.certificate
    file.write_bytes(b"torn")
    assert trial.card_of(firm, by=people, at=AT).certificate
    settings.DEMO = settings.OPEN_INTAKE = False
    file.unlink()
    with pytest.raises(Refused):
        trial.card_of(firm, by=people, at=AT)


def test_a_card_from_before_the_database_is_registered_again(firm, people):
    card = trial.card_of(firm, by=people, at=AT)
    Certificate.objects.all().delete()
    assert trial.card_of(firm, by=people, at=AT).certificate == card.certificate
    assert Certificate.objects.count() == 1


def test_several_that_need_a_card_at_once_share_one(transactional_db):
    firm = register_enterprise(USCC, name_zh="京津优选", kinds=["platform"], by=OPERATOR, at=AT)
    made_cards = []

    def ask():
        try:
            made_cards.append(trial.card_of(firm, by=OPERATOR, at=AT).certificate)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(made_cards) == 5 and len({*made_cards}) == 1 == Certificate.objects.count()
