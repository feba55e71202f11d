"""What the clients and the watch of the soak conclude from what they see; and that the same seed sends the same."""

from __future__ import annotations

import random
import threading
from datetime import datetime

import pytest
from tests.soak.clients import SHANGHAI, Answer, Client, Dead, Door, Reader
from tests.soak.killing import KINDS, Killed, Killer, Watch
from tests.soak.parcels import batch, messages

from tongguan.ecommerce import samples

AT = datetime(2026, 5, 1, 9, tzinfo=SHANGHAI)


class Scripted(Door):
    """A door that answers as written."""

    def __init__(self, *answers: Answer | Exception):
        super().__init__(0)
        self.answers = list(answers)

    def ask(self, *_, **__) -> Answer:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def client(*answers: Answer | Exception) -> Client:
    return Client(1, Scripted(*answers), seed=1, over=threading.Event(), sender=samples.BROKER, enveloped=True)


def test_a_client_sends_again_what_broke_off_or_was_put_off():
    one = client(ConnectionResetError(), Answer(503, {"retry-after": "0"}, b""), Answer(200, {}, b"OK"))
    one.file(b"<x/>", "order", [])
    assert one.heard.counts["attempts that broke off"] == 2
    assert one.heard.put_off == {"ConnectionResetError": 1, "503": 1}


@pytest.mark.parametrize("answer", [Answer(500, {}, b""), Answer(503, {}, b""), Answer(401, {}, b"")])
def test_an_error_that_does_not_say_when_to_come_again_fails_the_soak(answer: Answer):
    with pytest.raises(Dead):
        client(answer).once(b"<x/>")


def test_a_reader_goes_on_from_the_last_whole_page():
    reader = Reader(Scripted(), "DXP", threading.Event())
    assert reader.page(["a", "b"], '</ceb622msg?dxpid=DXP&after=7-1>; rel="next"')
    assert not reader.page(["c"], "")
    assert (reader.read, reader.after) == (["a", "b", "c"], "7-1")
    assert not reader.page(["c", "d"], "")
    assert (reader.read, reader.failure) == (["a", "b", "c", "d"], "")


def test_a_reader_notices_a_receipt_that_comes_before_one_he_has_read():
    reader = Reader(Scripted(), "DXP", threading.Event())
    reader.page(["b"], "")
    reader.page(["a", "b"], "")
    assert "begins with ['a', 'b'] now" in reader.failure


def test_the_gap_after_a_kill_ends_when_somebody_is_served_again():
    watch = Watch(Scripted(), threading.Event())
    watch.seen = [(0.0, True), (1.0, False), (2.0, False), (3.5, True), (4.0, True)]
    web, worker = Killed("web, all of it", 0.95), Killed("worker", 3.6)
    assert watch.gaps([web, worker]) == [(web, 2.5), (worker, 0.0)]
    assert watch.served_since(3.6) and not watch.served_since(4.0)


def test_the_same_seed_sends_and_kills_the_same():
    def sent() -> list[bytes]:
        chance = random.Random(3)
        return [data for _, _, data in messages(batch("SK1", chance, at=AT), chance, samples.BROKER)]

    def killed() -> list[tuple[float, str]]:
        killer = Killer(None, None, 20, 60.0, seed=3)
        return list(zip(killer.moments, killer.kinds, strict=True))

    assert sent() == sent()
    assert killed() == killed()
    assert set(killer_kinds := [kind for _, kind in killed()]) == set(KINDS)
    assert all(killer_kinds.count(kind) == 4 for kind in KINDS)
