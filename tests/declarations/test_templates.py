"""Templates: what is of one consignment only is left out; a name is written anew; each firm has its own."""

from __future__ import annotations

import pytest
from tests.declarations import made

from tongguan.declarations import actions, queries
from tongguan.declarations.models import Declaration, DeclarationTemplate
from tongguan.kernel.states import Actor
from tongguan.parties.queries import find

AT = made.AT


def test_a_template_keeps_what_repeats(port):
    of = made.licensed()
    of = made.changed(of, ContrNo="C-1")
    row = made.draft(of)
    kept = actions.keep_template(row.pk, "  机器进口 ", by=made.broker(), at=AT)
    said = queries.template_document(kept)
    assert kept.name == "机器进口" and said.BillNo is None and said.licences == [] and said.TradeCoScc == made.TRADER
    assert said.items[0].GName == "机器" and said.ContrNo == "C-1"
    again = actions.keep_template(
        made.draft(made.document(made.item(GName="另一机器"))).pk, "机器进口", by=made.broker(), at=AT
    )
    assert again.pk == kept.pk and queries.template_document(again).items[0].GName == "另一机器"
    assert [one.pk for one in queries.templates(to=made.broker())] == [kept.pk]


def test_templates_are_their_firms_own(port):
    row = made.draft()
    assert made.refused(actions.keep_template, row.pk, " ", by=made.broker(), at=AT) == [("DEC_TEMPLATE_NAME", "name")]
    kept = actions.keep_template(row.pk, "a", by=made.broker(), at=AT)
    other = Actor("x", "broker", find(made.CARRIER).pk)
    assert queries.templates(to=other) == [] and queries.template(kept.pk, to=other) is None
    assert queries.templates(to=made.OFFICER) == []
    with pytest.raises(Declaration.DoesNotExist):
        actions.keep_template(row.pk, "b", by=other, at=AT)
    with pytest.raises(Declaration.DoesNotExist):
        actions.keep_template(row.pk, "b", by=made.OFFICER, at=AT)
    with pytest.raises(DeclarationTemplate.DoesNotExist):
        actions.drop_template(kept.pk, by=other, at=AT)
    actions.drop_template(kept.pk, by=made.broker(), at=AT)
    assert not DeclarationTemplate.objects.exists()
