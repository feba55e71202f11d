"""Killed in the middle: whatever was acknowledged is there exactly once, and nothing is half done."""

from __future__ import annotations

import http.client
import random
import shutil
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from tests.server.test_up import READY_SECONDS, Portal, free_port, until

from tongguan.ecommerce import samples
from tongguan.formats import ceb
from tongguan.server.postgres import Cluster

KILLS, FILERS, NODES = 4, 3, 20


class Unsigned(Portal):
    """A portal that takes unsigned messages: what broke off is sent again, and a signed message may be used only once."""

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "TONGGUAN_SIGNATURES": "optional"}


@pytest.fixture
def portal():
    folder = Path(tempfile.mkdtemp(prefix="tg-"))
    folder.chmod(0o755)
    started = Unsigned(folder / "home", free_port(), "--demo")
    try:
        until(lambda: started.ready() or started.process.poll() is not None, READY_SECONDS)
        yield started
    finally:
        started.process.terminate()
        started.process.wait(60)
        Cluster(started.home).stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


class Filer(threading.Thread):
    """Files messages one after the other and keeps what was acknowledged; what broke off is sent again."""

    def __init__(self, port: int, seed: int, over: threading.Event):
        super().__init__(daemon=True)
        self.port, self.seed, self.over = port, seed, over
        self.acknowledged: dict[str, str] = {}
        self.broken = 0

    def run(self) -> None:
        at = datetime.now(ZoneInfo("Asia/Shanghai"))
        for number in range(10_000):
            if self.over.is_set():
                return
            seed = self.seed * 1000 + number
            parcels = list(samples.parcels(NODES, seed=seed, at=at, prefix="KL", items=1))
            for noun in samples.KINDS:
                self.file(samples.message(noun, [getattr(p, noun) for p in parcels], seed=seed), noun)

    def file(self, data: bytes, noun: str) -> None:
        while True:
            try:
                line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                line.request("POST", "/cebcmsg", data, {"Content-Type": "application/xml"})
                answer = line.getresponse()
                body = answer.read()
                if answer.status == 200:
                    break
            except (OSError, http.client.HTTPException):
                pass
            self.broken += 1
            time.sleep(0.2)
        for returned in ceb.read(body).documents:
            if noun == "inventory":
                self.acknowledged[returned.copNo] = returned.returnStatus


def test_kill_9_of_the_web_process_loses_nothing_acknowledged(portal: Portal):
    over = threading.Event()
    filers = [Filer(portal.port, seed, over) for seed in range(1, FILERS + 1)]
    for filer in filers:
        filer.start()
    chance = random.Random(11)
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.8, 2.0))
        web = portal.child("web")
        if web is not None and web.children():
            chance.choice([web, *web.children()]).kill()
    time.sleep(2)
    over.set()
    for filer in filers:
        filer.join(90)
        assert not filer.is_alive()
    acknowledged = {number: status for filer in filers for number, status in filer.acknowledged.items()}
    assert len(acknowledged) > NODES and sum(filer.broken for filer in filers) > 0, "nothing was interrupted"
    with psycopg.connect(Cluster(portal.home).url) as database:
        rows = database.execute("SELECT cop_no, state, id FROM ecommerce_inventory WHERE cop_no LIKE 'CKL%'").fetchall()
        found = {cop_no: state for cop_no, state, _ in rows}
        assert len(found) == len(rows), "an inventory stands twice"
        # -621004: the first attempt had been committed when the answer was cut off.
        for number, status in acknowledged.items():
            assert number in found, f"{number} was acknowledged ({status}) and is lost"
            assert found[number] in {"released", "check", "refused"}
        [[unbalanced]] = database.execute(
            "SELECT count(*) FROM ledgers_account a WHERE balance <> (SELECT coalesce(sum(amount), 0) FROM ledgers_entry e"
            " WHERE e.account_id = a.id)"
        ).fetchall()
        assert unbalanced == 0
        [[unanswered]] = database.execute(
            "SELECT count(*) FROM ecommerce_inventory i WHERE NOT EXISTS (SELECT FROM ecommerce_receipt r"
            " WHERE r.subject = 'inventory/' || i.id AND r.course -> -1 ->> 1 = i.status)"
        ).fetchall()
        assert unanswered == 0
