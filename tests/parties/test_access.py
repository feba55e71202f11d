"""Who saw what of whom."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor
from tongguan.parties.access import look, looks_at, looks_by
from tongguan.parties.models import PersonalAccess

WU = Actor("wu", "officer")
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.mark.django_db
def test_a_look_is_noted_with_fields_and_purpose():
    look("parcel/1", ["consignee", "buyerIdNumber", "consignee"], " inspection ", by=WU, at=AT)
    row = PersonalAccess.objects.get()
    assert (row.by, row.role, row.subject, row.at) == ("wu", "officer", "parcel/1", AT)
    assert (row.fields, row.purpose) == (["buyerIdNumber", "consignee"], "inspection")


@pytest.mark.django_db
@pytest.mark.parametrize("purpose", ["", "  ", "　"])
def test_purpose_missing(purpose):
    with pytest.raises(Refused) as refused:
        look("parcel/1", ["consignee"], purpose, by=WU, at=AT)
    [finding] = refused.value.findings
    assert (finding.code, finding.pointer) == ("PURPOSE_MISSING", "purpose")
    assert finding.text("zh") == "查看个人信息须填写用途。"
    assert finding.text("en").startswith("Personal data are shown for a stated purpose only")
    assert not PersonalAccess.objects.exists()


@pytest.mark.django_db
def test_looks_are_paged_by_subject_and_by_person():
    for n in range(5):
        look(f"parcel/{n % 2}", [f"f{n}"], "inspection", by=Actor(f"p{n % 3}", "officer"), at=AT)
    page = looks_at("parcel/0", limit=2)
    assert [row.fields for row in page] == [["f4"], ["f2"]]
    assert [row.fields for row in looks_at("parcel/0", before=page[-1].id)] == [["f0"]]
    assert [row.fields for row in looks_by("p1")] == [["f4"], ["f1"]]
    assert [row.fields for row in looks_by("p1", before=looks_by("p1", limit=1)[0].id)] == [["f1"]]


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["UPDATE {} SET purpose = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_record_of_looks_is_append_only(change):
    look("parcel/1", ["consignee"], "inspection", by=WU, at=AT)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format("parties_personalaccess"))
