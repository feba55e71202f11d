"""Used goods are refused where their code bans them; remanufactured ones of the lists come in as new."""

from __future__ import annotations

from datetime import date

import pytest
from tests.declarations import made
from tests.declarations.made import AT, OFFICER

from tongguan.declarations.judging import context, findings
from tongguan.declarations.rules.context import Asked
from tongguan.formats.dec import documents
from tongguan.kernel.rules import Refused
from tongguan.revenue.reliefs.actions import end_entry, enter
from tongguan.revenue.reliefs.remanufactured import NEW, USED, WASTE, Claimed
from tongguan.revenue.reliefs.rules.remanufactured import CONDITION

MAKER = "某再制造公司"
MINE = {one.code for one in CONDITION}
PROOF = documents.ROWS["document"](DocuCode="Z", CertCode="<REMAN>26-1")


@pytest.fixture
def lists(port, monkeypatch):
    made.use_tariff(monkeypatch, made.tariff(letters="6"))
    since, source = date(2026, 1, 1), "某清单"
    product = enter("reman_products", made.GCODE[:6], since=since, source=source, by=OFFICER, at=AT)
    enter("reman_firms", MAKER, since=since, source=source, by=OFFICER, at=AT)
    return product


def told(*proofs, **changed):
    item = {"GoodsAttr": "21", "GName": "再制造压缩机", "MnufctrRegName": MAKER} | changed
    return made.document(made.item(**item), documents=list(proofs))


def found(of) -> list[tuple[str, str]]:
    """Return what is said of used goods; what refuses them keeps the declaration from being accepted."""
    told = [one for one in findings(of, context(of, Asked(), at=AT)) if one.code in MINE]
    assert all(one.text(lang) and "…" not in one.text(lang) for one in told for lang in ("zh", "en"))
    return [(one.code, one.level) for one in told]


@pytest.mark.measure("M4-7.1", "M1-P5a.1")
def test_listed_marked_and_conforming_goods_come_in_as_new(lists):
    assert found(told(PROOF)) == []
    assert made.submitted(told(PROOF)).findings == []
    with pytest.raises(Refused) as refused:
        made.submitted(told(GName="压缩机"))
    assert ("USED_BANNED", "item/1/GoodsAttr") in made.codes(refused.value)


@pytest.mark.measure("M4-7.1", "M1-P5a.1")
@pytest.mark.parametrize(
    ("proofs", "changed", "lacks"),
    [
        ([], {}, "REMAN_CONFORMITY"),
        ([PROOF], {"GName": "压缩机"}, "REMAN_MARK"),
        ([PROOF], {"MnufctrRegName": "别的公司"}, "REMAN_FIRM"),
    ],
)
def test_what_is_lacking_leaves_them_used_and_banned(lists, proofs, changed, lacks):
    assert found(told(*proofs, **changed)) == [(lacks, "warn"), ("USED_BANNED", "refuse")]


@pytest.mark.measure("M4-7.1", "M1-P5a.1")
def test_a_list_holds_until_its_last_day(lists):
    end_entry(lists.pk, date(2026, 3, 15), by=OFFICER, at=AT)
    assert found(told(PROOF)) == [("REMAN_PRODUCT", "warn"), ("USED_BANNED", "refuse")]


def test_used_goods_are_banned_and_new_ones_are_not(lists):
    assert found(told(GName="压缩机")) == [("USED_BANNED", "refuse")]
    assert found(told(GName="压缩机", GoodsAttr="19")) == []
    assert found(told(GoodsAttr="19")) == [("REMAN_CONFORMITY", "warn"), ("USED_BANNED", "refuse")]


def test_waste_is_never_remanufactured(lists):
    assert found(told(PROOF, GoodsAttr="20")) == [("REMAN_WASTE", "refuse"), ("USED_BANNED", "refuse")]


def test_used_goods_whose_code_bans_nothing_come_in(port):
    assert found(told(GName="压缩机")) == []
    assert [code for code, _ in found(told(PROOF))] == ["REMAN_PRODUCT", "REMAN_FIRM"]


def test_condition():
    whole = {"mark": True, "conformity": True, "product": True, "maker": True}
    assert Claimed(1, "8414", "used", **whole).condition == NEW
    assert Claimed(1, "8414", "waste", **whole).condition == WASTE
    for lacking in whole:
        assert Claimed(1, "8414", "used", **whole | {lacking: False}).condition == USED
