"""How long one message takes through the door: POST /cebcmsg of a running portal, to the durable answer.

Prints ``first ms`` (a full message of 100 inventories, and one inventory alone) and ``first ratio``: the full message
beside a floor measured in the same run, which only parses the bytes, checks the schema and copies the same values into
bare tables, each message durably committed. Three documents of every parcel are filed before, and are not counted.
Inventories are signed, as they must be, by the card that the demonstration made for their sender.
"""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FULL, ALONE, NODES = 30, 300, 100
FULL_LIMIT_MS, ALONE_LIMIT_MS = 100, 50


def main() -> int:
    home = Path(tempfile.mkdtemp(prefix="tongguan-bench-", dir="/tmp"))
    home.chmod(0o711)
    os.environ["TONGGUAN_HOME"] = str(home)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    portal = subprocess.Popen(
        [sys.executable, "-m", "tongguan.cli", "up", "--demo", "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait(portal, port)
        full, alone, floor = measure(port)
    finally:
        portal.terminate()
        portal.wait(60)
        shutil.rmtree(home, ignore_errors=True)
    p99 = statistics.quantiles(alone, n=100)[98]
    middle, base = statistics.median(full), statistics.median(floor)
    print(f"first ms full message of {NODES}: median {middle:.1f}, most {max(full):.1f} (limit {FULL_LIMIT_MS})")
    print(f"first ms one inventory: median {statistics.median(alone):.1f}, p99 {p99:.1f} (limit {ALONE_LIMIT_MS})")
    print(f"first ms floor (parse, schema, COPY, commit): median {base:.1f}")
    print(f"first ratio {middle / base:.2f}")
    return 0


def wait(portal: subprocess.Popen, port: int) -> None:
    """Wait until the portal is ready, at most three minutes."""
    for _ in range(900):
        if portal.poll() is not None:
            raise SystemExit("the portal ended before it was ready")
        try:
            if get(port, "/readyz") == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit("the portal was not ready after three minutes")


def get(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path)
    return connection.getresponse().status


def measure(port: int) -> tuple[list[float], list[float], list[float]]:
    """Return the milliseconds of each full message, of each inventory alone, and of each message at the floor."""
    from tongguan.server.prepare import set_up

    set_up()
    from tongguan.ecommerce import samples

    card = broker_card()
    at = datetime.now(ZoneInfo("Asia/Shanghai"))
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def post(data: bytes) -> float:
        began = time.perf_counter()
        line.request("POST", "/cebcmsg", data, {"Content-Type": "application/xml"})
        answer = line.getresponse()
        body = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status != 200 or b"CEB900" in body or b"returnStatus>-" in body:
            raise SystemExit(f"{answer.status}: {body[:600]!r}")
        return took

    def filed(seed: int) -> list:
        batch = list(samples.parcels(NODES, seed=seed, at=at, prefix="BF"))
        for noun in ("order", "payment", "waybill"):
            post(samples.message(noun, [getattr(p, noun) for p in batch], seed=seed))
        return batch

    def inventory(batch: list, seed: int) -> bytes:
        return samples.signed(samples.message("inventory", [p.inventory for p in batch], seed=seed), card)

    inventories = [inventory(filed(seed), seed) for seed in range(FULL + 3)]
    full = [post(data) for data in inventories][3:]
    alone = [post(inventory([p], 1)) for seed in range(ALONE // NODES) for p in filed(1000 + seed)]
    return full, alone, floor(inventories)[3:]


def broker_card() -> Any:
    """Return the card by which the demonstration signs for the broker."""
    from django.conf import settings

    from tongguan.ecommerce import samples
    from tongguan.parties.certificates import TrialCard

    return TrialCard.read((Path(settings.TRIAL_KEYS) / f"{samples.BROKER.code}.pem").read_bytes())


def floor(messages: list[bytes]) -> list[float]:
    """Return the milliseconds each message takes when its bytes are parsed, checked and copied, and nothing else."""
    import psycopg
    from lxml import etree

    from tongguan.formats import ceb
    from tongguan.server.configuration import home
    from tongguan.server.postgres import Cluster

    schema, name = ceb.schema("CEB621Message"), "{http://www.chinaport.gov.cn/ceb}"
    took = []
    with psycopg.connect(Cluster(home()).url) as connection:
        for table, width in (("floor_head", 47), ("floor_item", 20)):
            columns = ", ".join(f"c{place} text" for place in range(width))
            connection.execute(f"CREATE TABLE {table} (id bigserial primary key, {columns})")
        connection.commit()
        for data in messages:
            began = time.perf_counter()
            root = etree.fromstring(data)
            schema.validate(root)
            for table, width, tag in (("floor_head", 47, "InventoryHead"), ("floor_item", 20, "InventoryList")):
                columns = ", ".join(f"c{place}" for place in range(width))
                with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for element in root.iter(name + tag):
                        values = [child.text for child in element][:width]
                        copy.write_row(values + [None] * (width - len(values)))
            connection.commit()
            took.append((time.perf_counter() - began) * 1000)
    return took


if __name__ == "__main__":
    sys.exit(main())
