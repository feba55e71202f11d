"""A home with the demonstration in it, and commands run beside it, for the tests of backups."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from tongguan.ecommerce import samples
from tongguan.ecommerce.intake.answers import SHANGHAI
from tongguan.server.archive import Folder
from tongguan.server.postgres import Cluster

PEOPLE_OF = ("buyerName", "buyerIdNumber", "payerName", "payerIdNumber", "buyerTelephone", "consigneeTelephone",
             "telephone", "consigneeAddress", "consignee")  # fmt: skip


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that the account of the server can pass through; pytest's own are closed to it."""
    made = Path(tempfile.mkdtemp(prefix="tg-"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        for home in made.glob("*"):
            for data in ("data", "data.restoring"):
                if (home / data).exists():
                    Cluster(home, data=data).stop("immediate")
        shutil.rmtree(made, ignore_errors=True)


class Home:
    """A home folder and its cluster, which runs while the tests use it."""

    def __init__(self, path: Path):
        self.path, self.cluster = path, Cluster(path)

    def environment(self) -> dict[str, str]:
        """Return the environment of a command in this home."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("TONGGUAN_", "DATABASE_"))}
        return {
            **ours,
            "TONGGUAN_HOME": str(self.path),
            "TONGGUAN_SIGNATURES": "optional",
            "LANG": "C.UTF-8",
            "LC_ALL": "",
        }

    def begin(self, *arguments: str) -> subprocess.Popen:
        """Start a command."""
        command = [sys.executable, "-m", "tongguan.cli", *map(str, arguments)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, env=self.environment(), **pipes)

    def run(self, *arguments: str, status: int = 0) -> subprocess.CompletedProcess:
        """Run a command to its end, which must have the status."""
        process = self.begin(*arguments)
        out, err = process.communicate(timeout=300)
        assert process.returncode == status, f"{out}\n{err}"
        assert "Traceback" not in err
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def json(self, *arguments: str, status: int = 0) -> Any:
        """Run a command and return what it says to programs."""
        return json.loads(self.run(*arguments, "--json", status=status).stdout)

    def python(self, code: str, *arguments: str) -> str:
        """Run a few lines with this home's settings and database; returns what they print."""
        begun = "import sys\nfrom tongguan.server.prepare import database\nwith database():\n"
        lines = "".join(f"    {line}\n" for line in code.strip().splitlines())
        command = [sys.executable, "-c", begun + lines, *map(str, arguments)]
        ran = subprocess.run(command, env=self.environment(), capture_output=True, text=True, timeout=300)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.strip()

    def ask(self, question: str) -> list[tuple]:
        """Ask the database."""
        with psycopg.connect(self.cluster.url, autocommit=True) as database:
            answer = database.execute(question)
            return answer.fetchall() if answer.description else []

    def file(self, count: int, seed: int, at: datetime | None = None) -> datetime:
        """File parcels, all four documents of each, and return the moment when they were in."""
        self.python(_FILING, str(count), str(seed), at.isoformat() if at else "")
        return datetime.now(SHANGHAI)

    def inventories(self) -> int:
        """Return how many inventories of ours there are."""
        return self.ask("SELECT count(*) FROM ecommerce_inventory WHERE cop_no LIKE 'CBK%'")[0][0]


_FILING = """
from datetime import datetime
from tongguan.ecommerce import samples
from tongguan.ecommerce.intake import receive
from tongguan.kernel.states import Actor
from tongguan.ecommerce.intake.answers import SHANGHAI
count, seed = int(sys.argv[1]), int(sys.argv[2])
at = datetime.fromisoformat(sys.argv[3]) if sys.argv[3] else datetime.now(SHANGHAI)
parcels = list(samples.parcels(count, seed=seed, at=at, prefix="BK", items=1))
for noun in samples.KINDS:
    data = samples.message(noun, [getattr(one, noun) for one in parcels], seed=seed)
    receive(data, sender=Actor("tests", "operator"), at=at)
"""


def people(count: int, seed: int, at: datetime) -> set[str]:
    """Return what ``file`` says of people: names, numbers, telephones, addresses."""
    said = set()
    for parcel in samples.parcels(count, seed=seed, at=at, prefix="BK", items=1):
        for noun in samples.KINDS:
            document = getattr(parcel, noun)
            said |= {value for name in PEOPLE_OF if (value := getattr(document, name, None))}
    return said


@contextmanager
def copied(folder: Folder) -> Iterator[Folder]:
    """A folder of the same files as another one of backups, each to be replaced, removed or added to."""
    with open_folder() as made:
        subprocess.run(["cp", "-al", str(folder.path), str(made / "backups")], check=True)
        yield Folder(made / "backups")


def change_a_byte(path: Path, place: int | None = None) -> None:
    """Change one byte of a file, in its middle unless told."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2 if place is None else place] ^= 0xFF
    path.unlink()  # the original keeps its own
    path.write_bytes(data)
