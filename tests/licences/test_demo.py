"""What the demo shows of licences is made by the same actions as everybody's, and only once."""

from __future__ import annotations

from tests.licences.given import AT, HOLDER, OTHER, firms

from tongguan.ledgers.queries import check_all
from tongguan.licences.demo import show_licences
from tongguan.licences.models import Licence


def test_there_is_a_licence_at_every_stage(db):
    firms()
    show_licences(HOLDER, OTHER, AT)
    states = list(Licence.objects.values_list("state", flat=True))
    assert set(states) == {"applied", "supplement", "approved", "issued", "partly_used", "used_up", "expired"}
    assert Licence.objects.get(state="approved").type == "2"
    show_licences(HOLDER, OTHER, AT)
    assert Licence.objects.count() == len(states) and list(check_all()) == []
