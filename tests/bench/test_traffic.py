"""The traffic of a bench: what it holds, and that the intake answers it as it is meant."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from tests.ecommerce.filing import OPERATOR

from tongguan.bench import people
from tongguan.bench.faults import FAULTS
from tongguan.bench.stencils import Stencil
from tongguan.bench.traffic import NOUNS, Traffic
from tongguan.ecommerce.intake import receive
from tongguan.formats import ceb
from tongguan.kernel.numbers import resident_id


def filed(traffic, message: int):
    """File the documents of a message and then itself; returns what became of it, and of what."""
    for one in traffic.documents(message).values():
        outcome = receive(one.data, sender=OPERATOR, at=traffic.at)
        assert {node.status for node in outcome.nodes} == {"120"}
    outcome = receive(traffic.inventories(message).data, sender=OPERATOR, at=traffic.at)
    return traffic.nodes(message), [node.status for node in outcome.nodes]


def test_faulty_ones_are_refused_and_good_ones_are_not(traffic):
    became = Counter()
    for message in (0, 1, 2):
        for node, status in zip(*filed(traffic, message), strict=True):
            became[node.fault or ("again" if node.again else "good"), status] += 1
    statuses = {what: {status for fault, status in became if fault == what} for what, _ in became}
    assert statuses.pop("good") <= {"800", "500"}
    assert statuses.pop("again") == {"-621004"}
    assert set(statuses) == set(FAULTS)
    assert {fault: found for fault, found in statuses.items() if found & {"800", "500", "120", "2"}} == {}


def test_a_message_is_the_same_whoever_makes_it(traffic):
    other = Traffic(traffic.plan, traffic.at, traffic.cards, traffic.series)
    assert traffic.documents(5) == other.documents(5)
    assert traffic.nodes(9) == other.nodes(9)
    assert Traffic(traffic.plan, traffic.at, traffic.cards, "another").nodes(9) != traffic.nodes(9)


def test_what_is_written_is_what_the_nodes_say(traffic):
    for noun, one in {**traffic.documents(3), "inventory": traffic.inventories(3)}.items():
        read, parcels = ceb.read(one.data), traffic.nodes(3) if noun == "inventory" else traffic.parcels(3)
        assert (read.guid, len(read.nodes)) == (one.guid, len(parcels))
        for node, parcel, guid in zip(read.nodes, parcels, one.guids, strict=True):
            if node.document is not None:
                assert (node.document.guid, node.document.orderNo) == (guid, parcel.order)


def test_shares_are_those_of_the_plan(traffic):
    nodes = [traffic.nodes(message) for message in range(60)]
    flat = [node for message in nodes for node in message]
    assert sum(bool(node.fault) for node in flat) / len(flat) == pytest.approx(traffic.plan.faulty, abs=0.02)
    assert sum(node.again for node in flat) / len(flat) == pytest.approx(traffic.plan.again, abs=0.02)
    first = {node.order: place for place, message in enumerate(nodes) for node in message if not node.again}
    again = [(node.order, place) for place, message in enumerate(nodes) for node in message if node.again]
    assert all(first[order] < place for order, place in again)


def test_a_parcel_that_is_filed_alone_passes(traffic):
    made = traffic.single(7)
    for noun in NOUNS:
        outcome = receive(made[noun].data, sender=OPERATOR, at=traffic.at)
    assert [node.status for node in outcome.nodes] in (["800"], ["500"])


def test_people_are_real_enough_and_equally_long():
    written = [people.person(number) for number in (0, 1, 73_919, 73_920, 1_999_999)]
    assert all(resident_id.is_valid(one.number) for one in written)
    assert len({one.number for one in written}) == len(written)
    assert len({tuple(len(part.encode()) for part in one) for one in written}) == 1


def test_one_message_in_fifty_holds_one_buyer_twice():
    """The shift of the law is such that chance alone, without being told to, comes to the same 2 %."""
    chance = random.Random(5)
    twice = sum(len({people.chosen(chance) for _ in range(100)}) < 100 for _ in range(3000)) / 3000
    assert twice == pytest.approx(0.02, abs=0.01)


def test_the_busiest_buyer_keeps_within_a_year_of_parcels():
    chance = random.Random(6)
    bought = Counter(people.chosen(chance) for _ in range(200_000))
    assert 4 <= bought.most_common(1)[0][1] <= 25
    assert len(bought) > 150_000


def test_several_buyers_differ_unless_told():
    chance = random.Random(7)
    assert len(set(people.several(chance, 100, False))) == 100
    assert len(set(people.several(chance, 100, True))) == 99


def test_a_hole_is_cut_for_the_longer_of_two():
    cut = Stencil.cut(b"ab abc", {b"ab": "short", b"abc": "long"})
    assert cut.filled({"short": b"1", "long": b"2"}) == b"1 2"


def test_a_hole_without_a_value_is_an_error():
    with pytest.raises(KeyError):
        Stencil.cut(b"ab", {b"ab": "short"}).filled({})
