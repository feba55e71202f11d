"""Filing on the page: files of every kind, with and without script, by those who may."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.desk.conftest import PLATFORM, bought
from tests.desk.reading import read

from tongguan.ecommerce import samples
from tongguan.ecommerce.models import Inventory, Message
from tongguan.inspections.draws import ensure_keys
from tongguan.kernel.states import Actor

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def broker(people, client):
    from tongguan.parties.models import Person

    client.force_login(Person.objects.get(username="broker"))
    return client


def upload(client, *files: tuple[str, bytes], script: bool = False, lang: str = "zh"):
    headers = {"accept-language": lang} | ({"x-part": "result"} if script else {})
    given = [SimpleUploadedFile(name, data, "text/xml") for name, data in files]
    return client.post("/file", {"messages": given}, headers=headers)


def parcel_files(parcel: samples.Parcel) -> list[tuple[str, bytes]]:
    nouns = ("order", "payment", "waybill", "inventory")
    return [(f"{noun}.xml", samples.message(noun, [getattr(parcel, noun)])) for noun in nouns]


def test_a_parcel_is_filed_as_four_files_in_one_form(broker):
    response = upload(broker, *parcel_files(bought("F-1")))
    results = response.context["results"]
    assert [(r.name, r.accepted, r.refused) for r in results] == [
        ("order.xml", 1, 0), ("payment.xml", 1, 0), ("waybill.xml", 1, 0), ("inventory.xml", 1, 0)
    ]  # fmt: skip
    html = response.content.decode()
    read(html)
    assert f'href="/parcels/{PLATFORM}/F-1"' in html and "/find?q=PF-1" in html
    assert Inventory.objects.get().state == "selection"  # no key of today, so nothing is released undrawn
    assert broker.get("/find?q=PF-1").url == f"/parcels/{PLATFORM}/F-1"


def test_the_script_gets_one_result_as_a_part(broker):
    [(name, data)] = parcel_files(bought("F-2"))[:1]
    html = upload(broker, (name, data), script=True).content.decode()
    assert html.lstrip().startswith("<section") and "<html" not in html
    read(html)


def test_findings_name_the_field_in_both_languages(broker):
    data = samples.message("order", [bought("F-3").changed("order", acturalPaid=Decimal(1)).order])
    zh = upload(broker, ("o.xml", data), script=True).content.decode()
    en = upload(broker, ("o.xml", data), script=True, lang="en").content.decode()
    assert "退回1票" in zh and "实际支付金额" in zh and "acturalPaid" in zh and "-301008" in zh
    assert "1 refused" in en and "acturalPaid" in en and "To correct" in en and "Correct the refused" in en


def test_the_finding_of_a_match_names_the_other_document(broker):
    parcel = bought("F-4").changed("payment", amountPaid=Decimal("1.00"))
    html = upload(broker, *parcel_files(parcel), lang="en").content.decode()
    assert "Payment · " in html and "payment/amountPaid" in html and "PAY_MISMATCH" in html


@pytest.mark.parametrize(
    ("data", "code", "advice"),
    [
        (b"", "-900001", "Check that your export succeeded"),
        (b"<a", "-900004", "cut off or damaged"),
        (b'<?xml version="1.0"?><!DOCTYPE a><a/>', "-900005", "DOCTYPE"),
        (b"\xff\xfe\x00", "-900003", "UTF-8"),
        (b'<a xmlns="http://www.chinaport.gov.cn/ceb"/>', "-900008", "CEB311"),
    ],
)
def test_what_cannot_be_read_is_answered_with_advice(broker, data, code, advice):
    html = upload(broker, ("odd.xml", data), lang="en").content.decode()
    assert "CEB900" in html and code in html and advice in html
    assert Message.objects.get().problem["status"] == code


def test_a_file_over_the_limit_is_not_taken(broker, monkeypatch):
    monkeypatch.setattr("tongguan.desk.trader.file.SIZE_LIMIT", 10)
    html = upload(broker, ("big.xml", b"x" * 11), lang="en").content.decode()
    assert "was not taken" in html and not Message.objects.exists()


def test_no_file_is_said_to_be_none(broker):
    response = broker.post("/file", {})
    assert response.status_code == 400 and "没有选择文件" in response.content.decode()


def test_too_many_files_are_refused_as_a_page(broker):
    response = upload(broker, *[(f"{n}.xml", b"x") for n in range(101)], lang="en")
    assert response.status_code == 400 and "at most 100 files" in response.content.decode()


def test_a_name_of_a_file_is_only_a_name(broker):
    html = upload(broker, ("<script>alert(1)</script>.xml", b"<a")).content.decode()
    assert "<script>alert" not in html


@pytest.mark.parametrize("role", ["officer", "auditor", "nobody"])
def test_roles_that_file_nothing_are_told_so(people, client, role):
    from tongguan.parties.models import Person

    client.force_login(Person.objects.get(username=role))
    assert upload(client, ("o.xml", b"<a")).status_code == 403
    assert not Message.objects.exists()
    if role != "nobody":
        html = client.get("/file").content.decode()
        assert "无权办理" in html and 'type="file"' not in html


def test_somebody_else_may_not_file_for_the_broker(people, client):
    from tongguan.parties.models import Person

    client.force_login(Person.objects.get(username="platform"))
    html = upload(client, *parcel_files(bought("F-5"))[:1]).content.decode()
    assert "-10102" in html and "退回1票" in html


def test_a_day_without_law_is_a_problem_not_a_failure(broker, monkeypatch):
    from datetime import date

    from tongguan.kernel.law import NotConfigured

    def unknown(*_args, **_named):
        raise NotConfigured("ecommerce.single_limit", date(2026, 1, 1))

    monkeypatch.setattr("tongguan.desk.trader.file.receive", unknown)
    response = upload(broker, ("o.xml", b"<a"), lang="en")
    assert response.status_code == 200 and "error" in response.content.decode()


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.xml")), ids=lambda path: path.stem)
def test_every_example_is_shown(broker, path):
    from django.utils import timezone

    ensure_keys(timezone.now().date(), by=Actor("t", "operator"), at=timezone.now())
    response = upload(broker, (path.name, path.read_bytes()), lang="en")
    assert response.status_code == 200
    read(response.content.decode())


def test_large_files_are_taken_from_those_who_are_signed_in(people, client, broker):
    from django.test import Client

    data = b" " * (2 * 1024 * 1024)
    assert upload(Client(), ("o.xml", data)).status_code == 413
    assert upload(broker, ("o.xml", data)).status_code == 200
