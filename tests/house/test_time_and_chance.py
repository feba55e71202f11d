"""Time and actor are arguments, and chance is seeded: no domain looks at a clock or rolls dice of its own."""

from __future__ import annotations

import ast
import re

import pytest
from tests.house.source import BELOW_THE_EDGE, Module, dotted, modules, without

CLOCKS = {
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
    "django.utils.timezone.now", "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime",
    "django.db.models.functions.Now", "django.db.models.functions.datetime.Now", "uuid.uuid1",
}  # fmt: skip
# Asked for a moment they convert it; without one they look at the clock.
CONVERTERS = {"django.utils.timezone.localdate", "django.utils.timezone.localtime"}
SQL_CLOCK = re.compile(
    r"\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp)\(\)|\bcurrent_(?:date|timestamp)\b", re.I
)
DICE = {f"random.{name}" for name in ("random", "choice", "choices", "sample", "shuffle", "randint", "randrange")}

ALLOWED = {
    ("ledgers/models.py", "django.db.models.functions.Now"): "when an account was opened is for people; nothing is decided by it",
    ("ledgers/migrations/0001_initial.py", "django.db.models.functions.datetime.Now"): "the same column",
}  # fmt: skip


def clocks(module: Module) -> dict[tuple[str, str], str]:
    """Return every look at a clock, and every die without a seed."""
    imported, found = module.imported(), {}
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Attribute | ast.Name):
            continue
        name = dotted(node, imported)
        called = node.above if isinstance(node.above, ast.Call) and node.above.func is node else None
        asked = called is not None and bool(called.args or called.keywords)
        without_seed = name == "random.Random" and called is not None and not asked
        if name in CLOCKS or name in DICE or without_seed or (name in CONVERTERS and not asked):
            found[module.name, name] = f"{module.name}:{node.lineno} {name}"
    for text in module.strings():
        if hit := SQL_CLOCK.search(text.value):
            found[module.name, hit[0]] = f"{module.name}:{text.lineno} {hit[0]} in SQL"
    return found


def test_no_domain_looks_at_a_clock():
    found = {}
    for module in modules(BELOW_THE_EDGE, migrations=True):
        found |= clocks(module)
    assert without(found, ALLOWED) == ([], [])


@pytest.mark.parametrize(
    "written",
    [
        "from datetime import datetime\nat = datetime.now()",
        "import datetime as clock\nat = clock.date.today()",
        "from datetime import datetime\nat = datetime.utcnow()",
        "from django.utils import timezone\nfield = DateTimeField(default=timezone.now)",
        "from django.utils import timezone\nday = timezone.localdate()",
        "from django.utils.timezone import localdate\nday = localdate()",
        "from time import time\nat = time()",
        "import time\nat = time.time()",
        "rows = cursor.execute('SELECT * FROM t WHERE at < now()')",
        "sql = f'UPDATE t SET at = CURRENT_TIMESTAMP WHERE id = {number}'",
        "import random\nchosen = random.choice(rows)",
        "import random\nchance = random.Random()",
    ],
)
def test_a_look_at_the_clock_is_found(written):
    assert clocks(Module("x.py", written))


@pytest.mark.parametrize(
    "written",
    [
        "from django.utils import timezone\nday = timezone.localdate(at, zone)",
        "import time\nuntil = time.monotonic() + 5",
        "from datetime import datetime, UTC\nat = datetime.fromtimestamp(timestamp, UTC)",
        "import random\nchance = random.Random(seed)",
        "'''It never asks now().'''",
    ],
)
def test_what_is_given_the_time_is_let_be(written):
    assert not clocks(Module("x.py", written))
