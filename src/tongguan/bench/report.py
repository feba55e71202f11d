"""What a run has come to, in lines that a program can read and in figures."""

from __future__ import annotations

import statistics
from collections import Counter
from typing import Any

from tongguan.kernel.law import law

from .run import Result

PEAK = "ecommerce.reported_peak"


def figures(result: Result) -> dict[str, Any]:
    """Return all figures: times are microseconds an inventory where the name does not say otherwise."""
    plan, count = result.plan, max(1, result.statuses.total())
    postgres, spent = result.after.cpu - result.before.cpu, _together(result)
    took = sorted(seconds * 1000 for one in result.taken for seconds in one.took)
    alone = sorted(seconds * 1000 for seconds in result.alone)
    most = max(one.value for one in law.history(PEAK))
    return {
        "settings": result.settings, "workers": plan.workers, "over": plan.over, "seed": plan.seed,
        "stored": result.stored, "prepared_s": round(result.prepared, 1), "seconds": round(result.seconds, 1),
        "asked_s": plan.seconds, "inventories": result.statuses.total(), "statuses": dict(result.statuses.most_common()),
        "stages_us": {name: round(spent[name] / count * 1e6, 1) for name in spent},
        "wall_us": round(sum(took) / count * 1000, 1),
        "cpu_python_us": round(result.python / count * 1e6, 1), "cpu_postgresql_us": round(postgres / count * 1e6, 1),
        "cpu_clients_us": round(result.clients / count * 1e6, 1), "memory_mib": round(result.memory / 2**20),
        "disk_bytes": round((result.after.disk - result.before.disk) / count),
        "wal_bytes": round((result.after.wal - result.before.wal) / count),
        "checkpoints": result.after.checkpoints - result.before.checkpoints,
        "rows_a_message": result.added.rows,
        "message_ms": _spread(took), "single_ms": _spread(alone), "floor_rate": round(result.floor),
        "rate": round(result.rate), "ratio": round(result.floor / result.rate, 2) if result.rate else None,
        "reported": most, "beside_reported": round(result.rate / most, 2), "wrong": result.wrong,
    }  # fmt: skip


def _together(result: Result) -> dict[str, float]:
    """Return the seconds of each stage over all processes, the longest first."""
    spent: Counter[str] = Counter()
    for one in result.taken:
        spent.update(one.stages)
    return dict(sorted(spent.items(), key=lambda pair: -pair[1]))


def _spread(values: list[float]) -> dict[str, float]:
    """Return median, 99th percentile and most of sorted values."""
    if not values:
        return {}
    last = values[min(len(values) - 1, int(len(values) * 0.99))]
    return {"p50": round(statistics.median(values), 1), "p99": round(last, 1), "most": round(values[-1], 1)}


def lines(result: Result) -> list[str]:
    """Return the lines that the bench prints; without a rate when something does not agree."""
    f = figures(result)
    said = [
        "intake settings " + ", ".join(f"{name} {value}" for name, value in f["settings"].items()),
        f"intake stored {f['stored']}",
        f"intake counted {f['inventories']} in {f['seconds']} s by {f['workers']} processes, over {f['over']}: "
        + ", ".join(f"{status} {number}" for status, number in f["statuses"].items()),
        *(f"intake stage us {name} {spent}" for name, spent in f["stages_us"].items()),
        f"intake wall us {f['wall_us']}",
        f"intake cpu us python {f['cpu_python_us']} postgresql {f['cpu_postgresql_us']} clients {f['cpu_clients_us']}",
        f"intake memory MiB {f['memory_mib']}",
        f"intake bytes disk {f['disk_bytes']} wal {f['wal_bytes']}",
        f"intake checkpoints {f['checkpoints']}",
        "intake message ms " + _words(f["message_ms"]),
    ]
    if f["seconds"] < 0.9 * f["asked_s"]:
        said.append(f"intake note: messages ran out after {f['seconds']} s; --most makes more")
    if result.wrong:
        return [*said, *(f"intake wrong: {one}" for one in result.wrong)]
    return [
        *said,
        "intake single ms " + _words(f["single_ms"]),
        f"intake single p99 ms {f['single_ms'].get('p99', 0)}",
        f"intake floor rate {f['floor_rate']} ({f['rows_a_message']} rows a message)",
        f"intake ratio {f['ratio']:.2f}",
        f"intake reported {f['reported']} a second, {f['beside_reported']:.2f} times that here",
        f"intake rate {f['rate']}",
    ]


def _words(spread: dict[str, float]) -> str:
    return " ".join(f"{name} {value}" for name, value in spread.items())
