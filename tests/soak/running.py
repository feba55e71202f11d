"""The soak itself: a portal as people start it, clients, readers, kills; then the end of the load and the verification."""

from __future__ import annotations

import io
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from tests.server.test_up import Portal
from tests.soak.clients import GAVE_UP, Client, Door, Heard, Reader
from tests.soak.killing import KINDS, Killer, Watch

from tongguan.ecommerce import samples
from tongguan.parties.certificates import TrialCard
from tongguan.server.postgres import Cluster

ROOT = Path(__file__).parents[2]
MOST = 4  # times its seconds that a soak may take
SENDERS = (samples.BROKER, samples.PLATFORM)


class Open(Portal):
    """A portal as people start it, that takes messages of this machine without a token, unsigned ones too."""

    def environment(self) -> dict[str, str]:
        ours = {"TONGGUAN_SIGNATURES": "optional", "TONGGUAN_OPEN_INTAKE": "yes"}
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        return {**super().environment(), **ours, "PYTHONPATH": path}

    def beside(self, module: str, *words: str) -> str:
        """Run a module beside the portal, in its home and on its database; returns what it wrote."""
        environment = {**self.environment(), "DATABASE_URL": Cluster(self.home).url}
        command = [sys.executable, "-m", module, *words]
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=900)
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        return done.stdout

    def card(self) -> TrialCard:
        """Register the firms that send, and return the card of the one that signs."""
        file = self.home.with_name("card.pem")
        self.beside("tests.soak.preparing", str(file))
        return TrialCard.read(file.read_bytes())


@dataclass
class Soaked:
    """What a soak has come to."""

    seed: int
    kills: list[tuple[str, float]] = field(default_factory=list)
    heard: Heard = field(default_factory=Heard)
    put_off: Counter = field(default_factory=Counter)
    seconds: float = 0.0
    found: dict[str, Any] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """Everything that must not be, in words."""
        return self.failures + [f"{check}: {what}" for check, what in self.found.get("wrong", ())]


def soak(portal: Open, *, seed: int, seconds: float, kills: int) -> Soaked:
    """Put load on a portal for some seconds while parts of it are killed, and verify what is left."""
    door, over, read_all = Door(portal.port), threading.Event(), threading.Event()
    card = portal.card()
    clients = [
        Client(1, door, seed=seed, over=over, sender=samples.BROKER, card=card),
        Client(2, door, seed=seed, over=over, sender=samples.BROKER, card=card, enveloped=True),
        Client(3, door, seed=seed, over=over, sender=samples.PLATFORM),
        Client(4, door, seed=seed, over=over, sender=samples.PLATFORM, enveloped=True),
    ]
    readers = [Reader(door, f"DXPTG{firm.code[-9:]}", read_all) for firm in SENDERS]
    watch = Watch(door, read_all)
    killer = Killer(portal, watch, kills, seconds, seed=seed)
    began = time.monotonic()
    for thread in (*clients, *readers, watch, killer):
        thread.start()
    over.wait(seconds)
    killer.join(MOST * seconds)  # on a slow machine it takes longer; whoever files goes on until then
    over.set()
    result = Soaked(seed)
    for thread in (*clients, killer):
        thread.join(2 * GAVE_UP)
        if thread.is_alive():
            result.failures.append(f"{thread.name} is stuck")
    result.seconds = time.monotonic() - began
    read_all.set()
    for thread in (watch, *readers):
        thread.join(60)
    for one in clients:
        add(result, one)
    for reader in readers:
        if not reader.turn():
            result.failures.append(f"{reader.name} has no answer at the end")
        result.failures += [reader.failure] if reader.failure else []
    result.kills = [(kill.kind, gap) for kill, gap in watch.gaps(killer.done)]
    if len(killer.done) < kills:
        result.failures.append(f"only {len(killer.done)} of {kills} kills were possible")
    if portal.process.poll() is not None:
        result.failures.append("the portal has ended by itself")
    result.found = verified(portal, result, readers)
    return result


def add(result: Soaked, client: Client) -> None:
    """Add what one client knows to what all know."""
    if client.failure:
        result.failures.append(client.failure)
    all_, its = result.heard, client.heard
    all_.fates |= its.fates
    all_.acknowledged |= its.acknowledged
    all_.retried |= its.retried
    all_.told |= its.told
    all_.counts += its.counts
    result.put_off += its.put_off


def verified(portal: Open, result: Soaked, readers: list[Reader]) -> dict[str, Any]:
    """Verify in a process of its own, in the home of the portal, while that still runs."""
    heard = result.heard
    file = portal.home.with_name("sent.json")
    sent = {
        "fates": heard.fates, "acknowledged": sorted(heard.acknowledged), "told": sorted(heard.told), "seed": result.seed,
        "read": {reader.dxp_id: reader.read for reader in readers},
    }  # fmt: skip
    file.write_text(json.dumps(sent))
    try:
        return json.loads(portal.beside("tests.soak.verifying", str(file)).splitlines()[-1])
    except RuntimeError as error:
        return {"wrong": [("verification", str(error))], "counts": {}, "drained": 0}


def table(result: Soaked) -> str:
    """Return the result as a table for people."""
    console = Console(width=100, file=io.StringIO(), record=True)
    kinds = Table("killed by SIGKILL", "times", "median s until served", "longest")
    for kind in KINDS:
        gaps = [gap for one, gap in result.kills if one == kind]
        if gaps:
            kinds.add_row(kind, str(len(gaps)), f"{statistics.median(gaps):.1f}", f"{max(gaps):.1f}")
    gaps = [gap for _, gap in result.kills] or [0.0]
    kinds.add_section()
    kinds.add_row("all", str(len(result.kills)), f"{statistics.median(gaps):.1f}", f"{max(gaps):.1f}")
    counts = result.heard.counts | {
        "inventories acknowledged": len(result.heard.acknowledged),
        "inventories retried": len(result.heard.retried),
        **result.found.get("counts", {}),
    }
    told = Table("what", "how many")
    for name, count in counts.items():
        told.add_row(name, str(count))
    told.add_row(
        "put off by", ", ".join(f"{name} {count}" for name, count in result.put_off.most_common()) or "nothing"
    )
    console.print(f"Soak of {result.seconds:.0f} s, seed {result.seed} (SOAK_SEED={result.seed} runs it again)")
    console.print(kinds)
    console.print(told)
    console.print(f"jobs drained in {result.found.get('drained', 0):.0f} s")
    console.print("All of it holds." if not result.wrong else f"WRONG: {len(result.wrong)}")
    for one in result.wrong:
        console.print(f"  {one}", markup=False)
    return console.export_text()
