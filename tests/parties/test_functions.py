"""Functions inside a firm: what each gives, and that somebody has all of his roles."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from tongguan.kernel.states import Actor, NotYours
from tongguan.parties.actions import admit, register
from tongguan.parties.functions import ABILITIES, EVERY, FUNCTIONS, abilities
from tongguan.parties.models import Membership, Person
from tongguan.parties.queries import actor_of, capacities, insist_may, may, memberships

OPERATOR = Actor("wang", "operator")
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
WHO = {"by": OPERATOR, "at": AT}


@pytest.fixture
def firm(db):
    return register("91110105MA01ABCD5F", name_zh="京西商城", kinds=["platform", "trader"], **WHO)


def test_the_first_of_a_firm_may_do_everything():
    assert abilities(EVERY) == set(ABILITIES)
    assert set().union(*FUNCTIONS.values()) == set(ABILITIES)
    assert all("see" in gives for gives in FUNCTIONS.values())


@pytest.mark.parametrize(
    ("function", "gives"),
    [
        ("administrator", {"see", "certificates", "people", "programs", "mandates"}),
        ("declarant", {"see", "file"}),
        ("finance", {"see", "pay"}),
        ("viewer", {"see"}),
    ],
)
def test_what_each_function_may_do(firm, function, gives):
    admit("li", "李", "x", [("platform", firm)], functions=[function], **WHO)
    actor = Actor("li", "platform", firm.pk)
    assert {one for one in ABILITIES if may(actor, one)} == gives
    for one in set(ABILITIES) - gives:
        with pytest.raises(NotYours):
            insist_may(actor, one, verb="admit")


def test_all_roles_of_somebody_are_known(firm):
    other = register("91110105MA00DH8B5N", name_zh="乙", kinds=["broker"], **WHO)
    li = admit("li", "李", "x", [("platform", firm), ("trader", firm), ("broker", other)], functions=["viewer"], **WHO)
    Membership.objects.filter(person=li, role="trader").update(functions=["finance"])
    assert [(one.actor.role, one.firm, one.functions) for one in capacities(li)] == [
        ("platform", firm, ("viewer",)), ("trader", firm, ("finance",)), ("broker", other, ("viewer",)),
    ]  # fmt: skip
    # What a function gives, it gives for the firm, in whichever role somebody acts there, and for no other firm.
    assert may(Actor("li", "platform", firm.pk), "pay") and not may(Actor("li", "broker", other.pk), "pay")


def test_what_ended_counts_no_more(firm):
    li = admit("li", "李", "x", [("platform", firm), ("trader", firm)], **WHO)
    Membership.objects.filter(role="platform").update(ended=AT)
    assert [one.role for one in memberships(li)] == ["trader"] and actor_of(li).role == "trader"
    Membership.objects.update(ended=AT)
    assert capacities(li) == [] and actor_of(li) is None and not may(Actor("li", "trader", firm.pk), "see")


def test_who_left_may_nothing(firm):
    li = admit("li", "李", "x", [("platform", firm)], **WHO)
    Person.objects.update(is_active=False)
    li.refresh_from_db()
    assert capacities(li) == [] and not may(Actor("li", "platform", firm.pk), "see")


def test_an_officer_has_no_functions(db):
    wu = admit("wu", "吴", "x", [("officer", None)], **WHO)
    [one] = capacities(wu)
    assert one.functions == () and one.may("pay")
    assert not may(Actor("wu", "officer"), "people")
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.update(functions=["viewer"])


def test_a_function_nobody_knows_is_not_kept(firm):
    with pytest.raises(IntegrityError), transaction.atomic():
        admit("li", "李", "x", [("platform", firm)], functions=["king"], **WHO)
