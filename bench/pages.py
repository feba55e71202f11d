"""How long each page takes the server, on top of many stored parcels: every page a link leads to, read as every role.

``--stored 1000000`` is the long run (100,000 otherwise); a tenth as many declarations, with bills, guarantees and licences,
are copied from the demonstration (``--trade`` for another number); ``--keep FOLDER`` keeps the filled database for the next one.
Prints for each page its quickest reading in milliseconds, its queries, its size and ``ratio``: its time beside that
of the bare /healthz in the same run. Nothing is measured of the network or of the browser.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stderr
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

STORED, READINGS = 100_000, 5
LIMIT_MS, LIMIT_BYTES, LIMIT_QUERIES = 100, 150_000, 12
SLOWEST = 25


class Page(NamedTuple):
    """What reading a page took."""

    ms: float
    queries: int
    size: int
    who: str
    name: str
    path: str


def main() -> int:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--stored", type=int, default=STORED, help="how many parcels the database holds")
    given.add_argument("--trade", type=int, help="how many declarations of general trade (a tenth of the parcels)")
    given.add_argument("--keep", default="", help="the folder where the database is kept")
    given.add_argument("--all", action="store_true", help="print every page, not only the slowest")
    asked = given.parse_args()
    from tongguan.bench.copying import copy_trade
    from tongguan.bench.house import ask, house, inventories

    with house(asked.keep) as _, TemporaryDirectory(prefix="tongguan-bench-") as folder:
        fill(asked.stored, asked.keep, Path(folder))
        declarations = copy_trade(asked.stored // 10 if asked.trade is None else asked.trade)
        ask("VACUUM ANALYZE")
        print(f"pages stored {inventories():,} inventories, {declarations:,} declarations")
        # The log's line of each request is written, as it costs something, but not shown.
        with open(os.devnull, "w") as nowhere, redirect_stderr(nowhere):
            base, pages = read_all()
    show(base, pages, asked.all)
    return 0


def fill(stored: int, keep: str, folder: Path) -> None:
    """Make the demonstration, and stored parcels until there are as many inventories as asked for."""
    from tongguan.bench.house import SHANGHAI, furnish, inventories
    from tongguan.bench.making import MAKERS, Order, store
    from tongguan.bench.plan import NODES, Plan
    from tongguan.bench.processes import at_once
    from tongguan.server.prepare import prepare

    at = datetime.now(SHANGHAI)
    order = Order(Plan(stored=stored, keep=keep), at, furnish(at), f"{at:%Y%m%d%H%M%S}", folder)
    prepare(at=at, demo=True)
    lacking = -(-(stored - inventories()) // NODES)
    if lacking > 0:
        from tongguan.bench.filling import models

        at_once(MAKERS, store, order, models(order.traffic("/model", plain=True)), lacking)


def read_all() -> tuple[float, list[Page]]:
    """Return the milliseconds of the bare page, and what every page took, read as everybody in his language."""
    from django.conf import settings
    from django.test import Client
    from tests.desk.walk import ROLES, name_of, walk

    from tongguan.parties.models import Person

    settings.ALLOWED_HOSTS = ["testserver"]
    base, _ = timed(Client(), "/healthz", 10 * READINGS)
    pages: list[Page] = []
    for place, who in enumerate(ROLES):
        client = Client(headers={"accept-language": ("zh", "en")[place % 2]})
        if who:
            client.force_login(Person.objects.get(username=who))

        def read(path: str, client: Client = client, who: str = who) -> str | None:
            response = client.get(path)
            if response.status_code != 200 or response.streaming or "html" not in response["Content-Type"]:
                return None
            ms, queries = timed(client, path, READINGS)
            pages.append(Page(ms, queries, len(response.content), who, name_of(path), path))
            return response.content.decode()

        for _ in walk(read, each=1):
            pass
    return base, pages


def timed(client, path: str, readings: int) -> tuple[float, int]:
    """Return the milliseconds of the quickest reading of a page, and how many statements it asks the database."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def once() -> float:
        began = time.perf_counter()
        client.get(path)
        return (time.perf_counter() - began) * 1000

    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    queries = sum(not one["sql"].startswith(("SAVEPOINT", "RELEASE", "SET LOCAL")) for one in asked)
    return min(once() for _ in range(readings)), queries


def show(base: float, pages: list[Page], every: bool) -> None:
    """Print the pages, the slowest first, and those beyond a limit."""
    from rich.console import Console

    out: Callable[..., None] = Console(width=160, highlight=False, markup=False).print
    out(f"pages ms /healthz: {base:.2f}")
    slowest = sorted(pages, reverse=True)
    for one in slowest if every else slowest[:SLOWEST]:
        out(f"pages ms {one.ms:7.1f} ratio {one.ms / base:6.1f} queries {one.queries:3} bytes {one.size:7,} "
            f"{one.who or 'public':9} {one.name:20} {one.path[:70]}")  # fmt: skip
    beyond = [one for one in pages if one.ms > LIMIT_MS or one.size > LIMIT_BYTES or one.queries > LIMIT_QUERIES]
    middle, most = statistics.median(one.ms for one in pages), slowest[0].ms
    out(
        f"pages read {len(pages)}, median {middle:.1f} ms, most {most:.1f} ms (limit {LIMIT_MS}), beyond a limit {len(beyond)}"
    )
    out(f"pages ratio {middle / base:.1f} median, {most / base:.1f} most")


if __name__ == "__main__":
    sys.exit(main())
