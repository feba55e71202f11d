"""Certificates by the API: a firm's program sees and revokes its own, the operator's registers any."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.api.conftest import make_parcel, records

from tongguan.ecommerce import samples
from tongguan.formats import signing
from tongguan.formats.signing.keys import armoured
from tongguan.kernel.states import Actor
from tongguan.parties import certificates
from tongguan.parties.certificates import TrialCard
from tongguan.parties.models import Certificate
from tongguan.parties.queries import find

BROKER, PATH = samples.BROKER.code, "/api/v1/certificates"
PEM = "application/x-pem-file"


@pytest.fixture(autouse=True)
def demonstration(settings):
    settings.DEMO = True


def made(code: str = BROKER) -> bytes:
    at = timezone.now()
    found = signing.make_test_certificate(
        code, "card", serial=7, since=at - timedelta(days=1), until=at + timedelta(days=9)
    )
    return armoured("CERTIFICATE", found[1])


@pytest.fixture
def row(window) -> Certificate:
    return certificates.register(find(BROKER), made(), by=Actor("window", "operator"), at=timezone.now())


def test_a_firm_sees_its_own(window, row):
    [shown] = window.broker.get(PATH).json()["certificates"]
    assert (shown["number"], shown["serial"], shown["key"], shown["state"], shown["trial"]) == (
        row.pk, "07", "sm2", "in_force", True
    )  # fmt: skip
    assert shown["fingerprint"] == bytes(row.fingerprint).hex() and shown["revoked"] is None
    assert window.platform.get(PATH).json() == {"certificates": [], "next": None}
    assert window.operator.get(PATH, {"of": BROKER}).json()["certificates"] == [shown]
    assert window.nobody.get(PATH).status_code == 401


@pytest.mark.parametrize("of", ["", "123", "\0"])
def test_the_operator_says_whose(window, of):
    assert window.operator.get(PATH, {"of": of}).status_code == 400


def test_pages(window, row, monkeypatch):
    monkeypatch.setattr("tongguan.api.certificates.PAGE", 1)
    window.broker.post(f"{PATH}/trial", b"")
    first = window.broker.get(PATH).json()
    assert len(first["certificates"]) == 1 and first["next"] == first["certificates"][0]["number"]
    second = window.broker.get(PATH, {"before": first["next"]}).json()
    assert [one["number"] for one in second["certificates"]] == [row.pk] and second["next"] is None


def test_who_registers(window, settings):
    assert window.broker.post(PATH, made(), PEM).json()["serial"] == "07"
    assert window.operator.post(f"{PATH}?of={samples.PLATFORM.code}", made("X"), PEM).status_code == 200
    real = made("Y")

    class Real:
        trial = False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signing, "read_certificate", lambda data: Real)
        refused = window.broker.post(PATH, real, PEM)
    assert refused.status_code == 403 and refused.json()["code"] == "NOT_YOURS"
    assert Certificate.objects.count() == 2


@pytest.mark.parametrize("data", [b"", b"x", b"\xff" * 100])
def test_what_is_no_certificate(window, data):
    refused = window.broker.post(PATH, data, PEM)
    assert refused.status_code == 409
    assert [one["code"] for one in refused.json()["errors"]] == ["CERTIFICATE_UNREADABLE"]


@pytest.mark.parametrize(("algorithm", "kind"), [("", "sm2"), ("?algorithm=rsa-sha1", "rsa")])
def test_one_for_trials(window, algorithm, kind):
    given = window.broker.post(f"{PATH}/trial{algorithm}", b"").json()
    card = TrialCard.read(given["pem"].encode())
    assert card.key.kind == kind and given["certificate"]["key"] == kind
    listed = window.broker.get(PATH)
    assert b"PRIVATE" not in listed.content and len(listed.json()["certificates"]) == 1
    assert window.broker.post(f"{PATH}/trial?algorithm=md5", b"").status_code == 400


def test_no_trials_outside_a_demonstration(window, settings):
    settings.DEMO = settings.OPEN_INTAKE = False
    for path, data in ((f"{PATH}/trial", b""), (PATH, made())):
        refused = window.broker.post(path, data, PEM)
        assert refused.status_code == 409 and refused.json()["errors"][0]["code"] == "CERTIFICATE_TRIAL"


def test_revoked_with_a_reason(window, row):
    address = f"{PATH}/{row.pk}/revoke"
    assert window.platform.post(f"{address}?why=x", b"").status_code == 404
    refused = window.broker.post(address, b"")
    assert refused.status_code == 409 and refused.json()["errors"][0]["code"] == "CERTIFICATE_REASON_MISSING"
    assert window.broker.post(f"{address}?why=%00", b"").status_code == 400
    done = window.broker.post(f"{address}?why=card+lost", b"").json()
    assert (done["state"], done["why"]) == ("revoked", "card lost")
    assert window.broker.post(f"{PATH}/{2**63 - 1}/revoke?why=x", b"").status_code == 404
    assert window.broker.post(f"{PATH}/x/revoke?why=x", b"").status_code == 400


def test_records_as_json_are_signed_by_a_demonstration(window, settings, tmp_path):
    settings.TRIAL_KEYS = tmp_path / "trial"
    record = records("inventory", make_parcel("J0001"))
    assert window.broker.post("/api/v1/messages/CEB621Message", record).json()["accepted"] == 1
    [row] = certificates.certificates_of(find(BROKER).pk)
    assert row.trial and row.registered_by
