"""A declaration is begun from what is known: filled in with its sources, and counted when it is accepted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.declarations import made

from tongguan.declarations import actions
from tongguan.declarations.beginning import GIVEN, Sources, begun, built, flat, origin_of
from tongguan.declarations.models import DeclarationOrigin
from tongguan.formats import dec
from tongguan.governance.figures import told_once
from tongguan.kernel.rules import Refused
from tongguan.parties.models import Mandate

D = Decimal
pytestmark = [pytest.mark.measure("M2-I-1.1"), pytest.mark.usefixtures("port")]


def test_a_document_is_flat_and_whole_again():
    of = made.document(made.item(), made.item(GName="零件"), text=dec.documents.ROWS["text"](VoyNo="12"))
    values = flat(of)
    assert values["item/2/GName"] == "零件" and values["text/VoyNo"] == "12" and not {*values} & GIVEN
    assert flat(built(values)) == values


def test_a_bill_fills_in_what_its_manifest_says():
    consignee = replace(made.trader(), codes=(made.TRADER,))
    found = begun(Sources(bill=made.BILL), to=consignee, at=made.AT)
    assert found.values["BillNo"] == made.BILL and found.values["TradeCoScc"] == made.TRADER
    assert found.values["IEFlag"] == "I" and found.values["TrafMode"] == "2" and found.values["PackNo"] > 0
    assert found.sources == [("bill", made.BILL)] and set(found.given) == set(found.values) and not found.wrong


def test_who_may_not_see_the_bill_is_told_no_more_than_that_it_is_not_there():
    none, other = (begun(Sources(bill=n), to=made.broker(), at=made.AT) for n in ("NONE", made.BILL))
    for found, number in ((none, "NONE"), (other, made.BILL)):
        [one] = found.wrong
        assert (one.code, one.pointer, found.values) == ("DEC_SOURCE", "bill", {})
        assert number in one.text("zh") and number in one.text("en")


def test_an_earlier_declaration_gives_everything_but_its_own_consignment():
    row = made.submitted()
    found = begun(Sources(earlier=row.number), to=made.broker(), at=made.AT)
    assert found.values["item/1/CodeTS"] == made.GCODE and found.values["TradeName"] == "某进出口有限公司"
    lacking = {"BillNo", "PackNo", "GrossWet", "NetWt", "item/1/GQty", "item/1/DeclTotal", "item/1/FirstQty", "FeeRate"}
    assert not lacking & set(found.values) and found.sources == [("earlier", row.number)]
    stranger = begun(Sources(earlier=row.number), to=made.trader(), at=made.AT)
    assert [one.code for one in stranger.wrong] == ["DEC_SOURCE"], "a declaration of another agent is no source"


def test_what_was_begun_is_counted_once_it_is_accepted():
    first = made.submitted()
    assert told_once(made.AT) is None, "nothing was keyed in on a page"
    known = begun(Sources(earlier=first.number), to=made.broker(), at=made.AT)
    of = made.changed(made.document(), GoodsPlace="机场")
    made.ship("COSU9", voyage="013E")
    row = made.draft(made.changed(of, BillNo="COSU9"), begun=known)
    assert DeclarationOrigin.objects.get().fields is None, "a draft does not count"
    actions.submit(row.pk, by=made.broker(), at=made.AT)
    origin, filled = DeclarationOrigin.objects.get(), flat(made.changed(of, BillNo="COSU9"))
    assert origin.fields == len(filled) and origin.reused == len(known.given) - 1, "the place was typed anew"
    found = told_once(made.AT)
    assert found.count == 1 and found.value == (D(100 * origin.reused) / origin.fields).quantize(D("0.01"))


def test_what_is_refused_counts_only_once_it_is_mended():
    known = begun(Sources(), to=made.broker(), at=made.AT)
    row = made.draft(made.changed(made.document(), GrossWet=None), begun=known)
    with pytest.raises(Refused):
        actions.submit(row.pk, by=made.broker(), at=made.AT)
    assert DeclarationOrigin.objects.get().fields is None
    actions.save(made.document(), number=row.pk, by=made.broker(), at=made.AT)
    actions.submit(row.pk, by=made.broker(), at=made.AT)
    assert (DeclarationOrigin.objects.get().reused, told_once(made.AT).value) == (0, 0)


def test_a_copy_says_where_it_is_from():
    first = made.submitted()
    row = actions.copy(first.pk, by=made.broker(), at=made.AT)
    assert origin_of(row).sources == [("earlier", first.number)]


def test_a_licence_names_the_line_it_is_for_and_adds_what_is_not_there():
    first = made.submitted()
    made.licence()
    alone = begun(Sources(licences=("7-1",)), to=made.trader(), at=made.AT)
    assert (alone.values["item/1/CodeTS"], alone.values["item/1/GUnit"]) == (made.GCODE, "035")
    assert alone.values["licence/1/LicenceNo"] == "7-1" and alone.values["licence/1/GoodsNo"] == 1
    assert alone.document.licences[0].LicTypeCode == "7" and alone.document.licences[0].LicWrtofQty is None
    none = begun(Sources(licences=("7-1", "7-2")), to=made.broker(), at=made.AT)
    assert [one.pointer for one in none.wrong] == ["licence", "licence"], "a licence of another firm is not there"
    assert first.pk


def test_a_broker_fills_in_from_the_bill_of_whom_he_has_a_mandate_of():
    asked = Sources(bill=made.BILL)
    day, firm = made.AT.date(), made.trader().enterprise
    terms = {"abilities": ["file"], "since": day, "until": day, "asked": made.AT, "asked_by": "wang"}
    mandate = Mandate.objects.create(
        agent_id=made.broker().enterprise, principal_id=firm, state="granted", decided=made.AT, **terms
    )
    assert begun(asked, to=made.broker(), at=made.AT).values["TradeCoScc"] == made.TRADER
    Mandate.objects.filter(pk=mandate.pk).update(state="revoked", ended=made.AT)
    assert begun(asked, to=made.broker(), at=made.AT).wrong
