"""What a declaration asks itself of access in two stages (DecTpAccess), and the guarantee it means, by message."""

from __future__ import annotations

import pytest
from tests.declarations import made
from tests.declarations.conftest import _bank, at_sea, bond, port, window  # noqa: F401
from tests.declarations.made import AT, OFFICER, again, broker, document
from tests.declarations.stepping import DAY, entered, summary
from tests.declarations.test_messages import found, message, taken

from tongguan.declarations import queries
from tongguan.declarations.models import Declaration
from tongguan.declarations.two_steps.models import TwoStep
from tongguan.formats import dec
from tongguan.inspections.access import actions
from tongguan.inspections.access.queries import asked, of, stands
from tongguan.revenue.guarantees import queries as guarantees

MEAT, SEEDS, SITE = "0203110000", "0601100000", "CNTXG02S901"
ACCESS = dec.documents.ROWS["access"]
SURED = {"Type": "CL5   ", "ChkSurety": "1", "PurpOrgCode": "0101"}


def goods(gcode: str, **more):
    return summary(items=[made.changed(summary().items[0], CodeTS=gcode, GName="货物")], **SURED | more)


def declared(of_, monkeypatch, number="LOCAL-1", at=DAY):
    made.use_tariff(monkeypatch, made.tariff(of_.items[0].CodeTS))
    answer = taken(message(of_, "C", number), at=at)
    return answer, Declaration.objects.order_by("-pk").first()


def ordered(row, *, port=True, destination=True):  # noqa: F811
    return actions.issue(row.pk, port=port, destination=destination, by=OFFICER, at=AT)


def test_a_message_asks_for_both_checks_at_the_port(at_sea, bond, monkeypatch):  # noqa: F811
    answer, row = declared(goods(MEAT, access=ACCESS(PortDestMergeCheckApply="1")), monkeypatch)
    assert (answer.code, row.state) == ("0", "summary")
    entered(at_sea, made.moment("2026-03-02", 8))
    assert asked(row, queries.document(row)).combined and of(row) is None, "what only the declaration asks is shown"
    access = ordered(row)
    assert (access.combined, access.shared, access.port_customs, access.destination_customs) == (
        True,
        True,
        "0202",
        "0101",
    )
    actions.conclude(row.pk, "port", True, by=OFFICER, at=AT)
    assert stands(again(row)).lift_off_reasons == ("destination",)
    actions.conclude(row.pk, "destination", True, by=OFFICER, at=AT)
    assert stands(again(row)).use and of(row).conclusion == "passed"


def test_a_message_asks_for_the_check_at_another_place(at_sea, bond, monkeypatch):  # noqa: F811
    wished = ACCESS(TransitionApply="1", TransitionSite=SITE)
    _, row = declared(goods(MEAT, access=wished), monkeypatch)
    entered(at_sea, made.moment("2026-03-02", 8))
    ordered(row, destination=False)
    actions.move(row.pk, by=OFFICER, at=AT)
    assert (of(row).place, stands(again(row)).lift_off, stands(again(row)).use_reasons) == (SITE, True, ("transfer",))


def test_a_message_asks_for_lift_off_under_conditions(at_sea, bond, monkeypatch):  # noqa: F811
    wished = ACCESS(ConditionalLiftoffApply="1")
    answer, row = declared(goods(SEEDS, access=wished), monkeypatch)
    assert (answer.code, found(answer)) == ("2", [("DEC_ACCESS_STORAGE", "GoodsPlace")])
    answer, row = declared(goods(SEEDS, access=wished, GoodsPlace="自有隔离苗圃"), monkeypatch, "LOCAL-2")
    assert answer.code == "0"
    entered(at_sea, made.moment("2026-03-02", 8))
    actions.assess(row.pk, by=OFFICER, at=AT)
    ordered(row, destination=False)
    actions.sample(row.pk, "S-1", by=OFFICER, at=AT)
    assert of(row).storage == "自有隔离苗圃" and stands(again(row)).use_reasons == ("laboratory",)
    assert again(row).state == "lifted"


def test_what_the_firm_asks_later_counts_before_its_declaration(at_sea, bond, monkeypatch):  # noqa: F811
    _, row = declared(goods(MEAT, access=ACCESS(PortDestMergeCheckApply="1")), monkeypatch)
    entered(at_sea, made.moment("2026-03-02", 8))
    actions.ask(row.pk, place=SITE, by=broker(), at=AT)
    access = ordered(row)
    assert (access.combined, access.place) == (False, SITE)


@pytest.mark.parametrize("asked, wrong", [
    ({"PortDestMergeCheckApply": "1"}, [("DEC_ACCESS_GOODS", "item/1/CodeTS")]),
    ({"TransitionApply": "1"}, [("DEC_ACCESS_PLACE", "access/TransitionSite")]),
    ({"TransitionSite": "NOWHERE"}, [("DEC_ACCESS_PLACE", "access/TransitionSite")]),
    ({"TransitionApply": "Y"}, [("DEC_ACCESS_MARK", "access/TransitionApply")]),
    ({"PortDestMergeCheckApply": "0", "TransitionApply": "0"}, []),
])  # fmt: skip
def test_what_cannot_be_asked_is_told_at_the_message(port, asked, wrong):  # noqa: F811
    answer = taken(message(document(access=ACCESS(**asked)), "C"))
    assert found(answer) == wrong and all(one.text("zh") and one.text("en") for one in answer.findings)


def test_an_export_asks_for_no_access(port):  # noqa: F811
    answer = taken(message(document(IEFlag="E", access=ACCESS(PortDestMergeCheckApply="1")), "C"))
    assert ("DEC_ACCESS_EXPORT", "access/PortDestMergeCheckApply") in found(answer)


def test_a_declaration_that_asks_nothing_has_no_access(port):  # noqa: F811
    taken(message(operation="C"))
    assert of(Declaration.objects.get()) is None


def test_a_taxed_summary_is_secured_by_the_only_guarantee_of_its_firm(at_sea, bond):  # noqa: F811
    answer = taken(message(summary(Type="CL5   ", ChkSurety="1"), "C"), at=DAY)
    row = Declaration.objects.get()
    assert (answer.code, row.state, row.settlement, row.guarantee) == ("0", "summary", "guarantee", bond.number)
    assert guarantees.entry(str(row)).amount == TwoStep.objects.get(declaration=row).estimate > 0


def test_one_of_several_guarantees_is_named_in_the_remarks(at_sea, bond):  # noqa: F811
    second = made.guarantee("900000")
    several = taken(message(summary(Type="CL5   ", ChkSurety="1"), "C"), at=DAY)
    assert (several.code, found(several)) == ("1", [("DEC_SURETY_SEVERAL", "NoteS")])
    other = taken(message(summary(Type="CL5   ", NoteS="<GUARANTEE: GT-NONE>"), "C", "LOCAL-2"), at=DAY)
    assert (other.code, found(other)) == ("2", [("GUARANTEE_UNKNOWN", "guarantee")])
    named = f"加急<担保备案编号：{second.number}>"
    answer = taken(message(summary(Type="CL5   ", ChkSurety="1", NoteS=named), "C"), at=DAY)
    assert (answer.code, Declaration.objects.get(state="summary").guarantee) == ("0", second.number)


def test_a_mark_without_any_guarantee_is_told(at_sea):  # noqa: F811
    answer = taken(message(summary(Type="CL5   ", ChkSurety="1"), "C"), at=DAY)
    assert (answer.code, found(answer)) == ("1", [("DEC_SURETY_NONE", "ChkSurety")])
    assert not Declaration.objects.exists()
