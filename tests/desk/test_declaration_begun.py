"""The editor begins from what is known, and says beside each field where it is from."""

from __future__ import annotations

import re

import pytest
from tests.declarations import made
from tests.desk.test_declarations import body, browser, typed

from tongguan.declarations.models import Declaration, DeclarationOrigin


@pytest.mark.measure("M2-I-1.1")
@pytest.mark.usefixtures("trade_port")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_declaration_is_begun_from_what_is_known_and_says_where_each_field_is_from(lang):
    first, client = made.submitted(), browser("wang", lang)
    source = {"zh": f"来自报关单{first.number}", "en": f"from declaration {first.number}"}[lang]
    shown = body(client.get(f"/declarations/new?earlier={first.number}&licence=NONE"))
    assert (
        'value="某进出口有限公司"' in shown
        and source in shown
        and "NONE" in shown
        and '<details class="sheet" open>' in shown
    )
    assert f'<input type="hidden" name="earlier" value="{first.number}">' in shown
    other = typed(
        made.changed(made.document(), BillNo="COSU600102", GoodsPlace="机场"), earlier=first.number, do="save"
    )
    saved = client.post("/declarations/new", other)
    row = Declaration.objects.get(bill_no="COSU600102")
    assert (saved.status_code, saved.url) == (302, f"/declarations/{row.pk}/edit")
    again = body(client.get(saved.url))
    assert source in again and 'id="sources"' in again
    beside = re.search(r'id="TradeName-says">([^<]*)<', again)[1]
    assert beside == source and re.search(r'id="GoodsPlace-says">([^<]*)<', again)[1] == "", (
        "what was typed anew is one's own"
    )
    assert (
        client.post(saved.url, typed(of := made.changed(made.document(), BillNo="COSU600102"), do="submit")).status_code
        == 302
    )
    origin = DeclarationOrigin.objects.get(declaration=row)
    assert origin.reused and origin.fields > origin.reused and of.BillNo == "COSU600102"
