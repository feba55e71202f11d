"""Trial certificates: issued to an enterprise, good here, their keys kept nowhere."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from tests.ecommerce.conftest import prepare
from tests.ecommerce.filing import AT, OFFICER, OPERATOR

from tongguan.ecommerce import samples
from tongguan.formats import signing
from tongguan.kernel.law import law
from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.queries import find
from tongguan.sandbox import actions, queries
from tongguan.sandbox.models import Authority, Certificate


@pytest.mark.parametrize("algorithm, kind", [("sm2-sm3", "sm2"), ("rsa-sha1", "rsa")])
def test_a_certificate_comes_with_its_key(broker, algorithm, kind):
    made = actions.issue(find(samples.BROKER.code), algorithm=algorithm, by=broker, at=AT)
    read = signing.read_certificate(made.pem)
    assert (read.code, read.trial, read.key.kind) == (samples.BROKER.code, True, kind)
    assert signing.load_key(made.key).public == read.key
    authority = signing.read_certificate(bytes(Authority.objects.get(kind=kind).certificate))
    assert signing.is_issued_by(read, authority)
    assert read.until - read.since == timedelta(days=law("sandbox.certificate_days", on=AT.date()).value)


def test_the_key_is_kept_nowhere(broker):
    made = actions.issue(find(samples.BROKER.code), by=broker, at=AT)
    secret = signing.load_key(made.key).private
    for row in (Certificate.objects.get(), Authority.objects.get()):
        for field in row._meta.concrete_fields:
            value = getattr(row, field.attname)
            assert not isinstance(value, bytes | memoryview) or secret not in bytes(value)
    assert "PRIVATE" not in repr(made)


def test_the_authority_stays_until_it_is_too_old(broker):
    firm = find(samples.BROKER.code)
    actions.issue(firm, by=broker, at=AT)
    first = bytes(Authority.objects.get().certificate)
    actions.issue(firm, by=broker, at=AT + timedelta(days=80))
    assert bytes(Authority.objects.get().certificate) == first
    actions.issue(firm, by=broker, at=AT + timedelta(days=100))
    assert bytes(Authority.objects.get().certificate) != first


def test_whose_certificates_are_listed(broker):
    actions.issue(find(samples.BROKER.code), by=broker, at=AT)
    assert len(queries.certificates(to=broker, at=AT)) == 1
    assert queries.certificates(to=broker, at=AT + timedelta(days=90)) == []
    assert queries.certificates(to=Actor("p", "platform", find(samples.PLATFORM.code).pk), at=AT) == []


def test_who_may_issue(broker):
    platform = find(samples.PLATFORM.code)
    assert actions.issue(platform, by=OPERATOR, at=AT).certificate.enterprise == platform
    for other in (broker, OFFICER, Actor("a", "auditor"), Actor("x", "officer", platform.pk)):
        with pytest.raises(NotYours):
            actions.issue(platform, by=other, at=AT)
    with pytest.raises(ValueError):
        actions.issue(platform, algorithm="dsa", by=OPERATOR, at=AT)


def test_two_that_ask_at_once_have_one_authority(transactional_db):
    prepare()
    firm, problems = find(samples.BROKER.code), []
    start = threading.Barrier(4)

    def ask() -> None:
        try:
            start.wait(20)
            actions.issue(firm, by=OPERATOR, at=AT)
        except Exception as error:
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == [] and Certificate.objects.count() == 4
    authority = signing.read_certificate(bytes(Authority.objects.get().certificate))
    for row in Certificate.objects.all():
        assert signing.is_issued_by(signing.read_certificate(bytes(row.certificate)), authority)
