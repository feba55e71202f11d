"""The source of the program, as the tests of the house read it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "tongguan"


@cache
def project() -> dict:
    """Return what ``pyproject.toml`` says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def layers() -> list[set[str]]:
    """Return the layers of the program, the lowest first, as the import linter is told them."""
    contracts = project()["tool"]["importlinter"]["contracts"]
    written = next(one["layers"] for one in contracts if one["type"] == "layers")
    return [{name.strip() for name in row.split("|")} for row in reversed(written)]


DOMAINS = [name for row in layers() for name in sorted(row) if name not in {"kernel", "formats", "desk", "api"}]
BELOW_THE_EDGE = ["kernel", "formats", *DOMAINS]


@dataclass(frozen=True)
class Module:
    """One file of Python: ``name`` is its path below the package (``ledgers/batch.py``)."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The module as Python reads it; each node knows its parent as ``above``."""
        made = ast.parse(self.text, self.name)
        for node in ast.walk(made):
            for child in ast.iter_child_nodes(node):
                child.above = node  # type: ignore[attr-defined]
        return made

    @property
    def is_migration(self) -> bool:
        return "/migrations/" in self.name

    def imported(self) -> dict[str, str]:
        """Return what each imported name stands for: ``{"dt": "datetime.datetime"}``."""
        known = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                known |= {(one.asname or one.name.split(".")[0]): one.asname and one.name or one.name.split(".")[0]
                          for one in node.names}  # fmt: skip
            elif isinstance(node, ast.ImportFrom) and node.module:
                known |= {(one.asname or one.name): f"{node.module}.{one.name}" for one in node.names}
        return known

    def strings(self) -> Iterator[ast.Constant]:
        """Yield every text that is not a docstring or a bare string; the pieces of an f-string too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and not isinstance(node.above, ast.Expr):
                yield node


@cache
def _all() -> tuple[Module, ...]:
    return tuple(
        Module(path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    )


def modules(parts: Iterable[str] = (), *, migrations: bool = False) -> list[Module]:
    """Return the modules of some parts of the program (``kernel``, ``desk``), or of all of it."""
    wanted = set(parts)
    return [
        one
        for one in _all()
        if (migrations or not one.is_migration) and (not wanted or one.name.split("/")[0] in wanted)
    ]


def dotted(node: ast.AST, imported: dict[str, str]) -> str:
    """Return a name with its attributes as it was imported (``django.utils.timezone.now``), or nothing."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([imported.get(node.id, node.id), *reversed(parts)])


def without(found: dict[tuple, str], allowed: dict[tuple, str]) -> tuple[list[str], list[tuple]]:
    """Return what was found and is not allowed, as lines to read, and the allowances that nothing uses any more."""
    return [line for key, line in found.items() if key not in allowed], [key for key in allowed if key not in found]
