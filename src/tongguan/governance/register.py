"""The register of measures (政策措施台账): what each clause of the policy documents asks for, in our own words.

One file of ``law/measures`` is one document; ``departments.yaml`` and ``domains.yaml`` name the bodies and the fields
of work. What can be built by itself is a *unit*: an item of a clause, or a clause that has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tongguan.kernel.law import STANDINGS
from tongguan.kernel.packaged import ROOT, Malformed, read
from tongguan.kernel.texts import LANGUAGES

FOLDER = ROOT / "measures"
BESIDE = ("departments", "domains", "built", "tests", "indicators")
"""The files of the folder that are no document."""

KINDS = ("executable-rule", "workflow", "integration", "data-publication", "governance", "one-off event")
"""What a program can do about a measure: decide by a rule, lead through steps, connect, publish, keep a record of the
steering, or note that something happened once."""

Both = dict[str, str]


@dataclass(frozen=True, slots=True)
class Unit:
    """What is built or not: an item of a clause, or a whole clause without items."""

    id: str
    clause: str
    title: Both
    does: Both
    kind: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause (条款), as its document numbers it; ``departments`` is empty where the document names none."""

    id: str
    document: str
    number: str
    title: Both
    says: Both
    departments: tuple[str, ...]
    kind: str
    domain: str
    items: tuple[Unit, ...]

    @property
    def units(self) -> tuple[Unit, ...]:
        """Its items, or itself."""
        return self.items or (Unit(self.id, self.id, self.title, self.says, self.kind),)


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document (政策文件); ``number`` and ``issued`` only where they are printed in it.

    ``bodies`` are who issued it, of the departments: its clauses are theirs where they name nobody else. A newspaper
    has none.
    """

    id: str
    title: Both
    issuer: Both
    number: str
    issued: date | None
    standing: str
    note: Both
    bodies: tuple[str, ...]
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Register:
    """Every document with its clauses, in their order, and the names of the bodies and domains.

    ``branches`` says of a body to which other it belongs: the customs of a district is customs.
    """

    documents: tuple[Document, ...]
    departments: dict[str, Both]
    domains: dict[str, Both]
    branches: dict[str, str]

    def clauses(self) -> Iterator[Clause]:
        """Yield every clause, document by document."""
        for document in self.documents:
            yield from document.clauses

    def units(self) -> Iterator[Unit]:
        """Yield everything that can be built by itself."""
        for clause in self.clauses():
            yield from clause.units

    def document(self, number: str) -> Document | None:
        """Return a document by its id."""
        return next((one for one in self.documents if one.id == number), None)

    def clause(self, number: str) -> Clause | None:
        """Return a clause by its id, or by that of one of its items."""
        return next((one for one in self.clauses() if one.id == number or any(i.id == number for i in one.items)), None)

    def ids(self) -> set[str]:
        """Return the id of every clause and every item."""
        return {one.id for one in self.clauses()} | {one.id for one in self.units()}


def read_register(folder: Path) -> Register:
    """Return the register that the files of a folder make up; raises Malformed, naming the file."""
    domains = names(folder / "domains.yaml")
    departments, branches = bodies(folder / "departments.yaml")
    paths = sorted(path for path in folder.glob("*.yaml") if path.stem not in BESIDE)
    documents = tuple(_document(path, departments, domains) for path in paths)
    seen: set[str] = set()
    for document in documents:
        for one in document.clauses:
            for number in (one.id, *(item.id for item in one.items)):
                if number in seen:
                    raise Malformed(folder / document.id, f"the id {number} stands twice")
                seen.add(number)
    return Register(documents, departments, domains, branches)


@cache
def register() -> Register:
    """Return the register that travels with the program."""
    return read_register(FOLDER)


def names(path: Path) -> dict[str, Both]:
    """Return a table of codes with their names in both languages; raises Malformed."""
    return {str(code): both(row, str(code), path) for code, row in read(path).items()}


def bodies(path: Path) -> tuple[dict[str, Both], dict[str, str]]:
    """Return the names of the bodies by their codes, and to which other those with ``of`` belong; raises Malformed."""
    named, branches = {}, {}
    for code, row in read(path).items():
        row = dict(insist_keys(row, set(LANGUAGES), {"of"}, str(code), path))
        if (whole := row.pop("of", None)) is not None:
            branches[str(code)] = whole
        named[str(code)] = both(row, str(code), path)
    if strange := sorted(set(map(str, branches.values())) - set(named)):
        raise Malformed(path, f"there is no department {', '.join(strange)}")
    return named, branches


def both(found: Any, what: str, path: Path) -> Both:
    """Return a text that is there in both languages; raises Malformed, naming what it is of."""
    if not isinstance(found, dict) or set(found) != set(LANGUAGES):
        raise Malformed(path, f"{what} needs zh and en and nothing else")
    if lacking := [lang for lang in LANGUAGES if not isinstance(found[lang], str) or not found[lang].strip()]:
        raise Malformed(path, f"{what} has no text in {', '.join(lacking)}")
    return {lang: found[lang].strip() for lang in LANGUAGES}


def insist_keys(row: Any, needed: set[str], allowed: set[str], what: str, path: Path) -> dict:
    """Return a mapping that has what it needs and nothing unknown; raises Malformed."""
    if not isinstance(row, dict):
        raise Malformed(path, f"{what} is a mapping, not {row!r}")
    if lacking := sorted(needed - set(row)):
        raise Malformed(path, f"{what} lacks {', '.join(lacking)}")
    if strange := sorted(set(row) - needed - allowed):
        raise Malformed(path, f"{what} has no {', '.join(map(str, strange))}")
    return row


def _document(path: Path, departments: dict[str, Both], domains: dict[str, Both]) -> Document:
    content = insist_keys(read(path), {"document", "clauses"}, set(), "a document", path)
    needed, allowed = {"id", "title", "issuer", "standing"}, {"number", "issued", "note", "bodies"}
    head = insist_keys(content["document"], needed, allowed, "the head", path)
    if str(head["id"]).lower() != path.stem.lower():
        raise Malformed(path, f"the document {head['id']} stands in the file of another")
    if head["standing"] not in STANDINGS:
        raise Malformed(path, f"standing is one of {', '.join(STANDINGS)}, not {head['standing']!r}")
    issued = head.get("issued")
    if issued is not None and type(issued) is not date:
        raise Malformed(path, f"issued is a day, not {issued!r}")
    clauses = tuple(_clause(row, head["id"], path) for row in content["clauses"])
    issuers = tuple(head.get("bodies") or ())
    for where, listed in ((head["id"], issuers), *((one.id, one.departments) for one in clauses)):
        if strange := sorted(set(listed) - set(departments)):
            raise Malformed(path, f"{where}: there is no department {', '.join(strange)}")
    for one in clauses:
        if one.domain not in domains:
            raise Malformed(path, f"{one.id}: there is no domain {one.domain}")
    note = both(head["note"], "the note", path) if head.get("note") else dict.fromkeys(LANGUAGES, "")
    return Document(
        head["id"], both(head["title"], "the title", path), both(head["issuer"], "the issuer", path),
        str(head.get("number") or ""), issued, head["standing"], note, issuers, clauses,
    )  # fmt: skip


def _clause(row: Any, document: str, path: Path) -> Clause:
    needed = {"id", "number", "title", "says", "departments", "kind", "domain"}
    row = insist_keys(row, needed, {"items"}, "a clause", path)
    number = row["id"]
    if not isinstance(number, str) or not number.startswith(f"{document}-"):
        raise Malformed(path, f"{number!r} is no clause of {document}")
    if not isinstance(row["number"], str):
        raise Malformed(path, f"{number}: the number is a text in quotes, not {row['number']!r}")
    items = tuple(_item(one, number, path) for one in row.get("items") or ())
    return Clause(
        number, document, row["number"], both(row["title"], number, path), both(row["says"], number, path),
        tuple(row["departments"] or ()), _kind(row["kind"], number, path), row["domain"], items,
    )  # fmt: skip


def _item(row: Any, clause: str, path: Path) -> Unit:
    row = insist_keys(row, {"id", "title", "does", "kind"}, set(), f"an item of {clause}", path)
    number = row["id"]
    if not isinstance(number, str) or not number.startswith(f"{clause}."):
        raise Malformed(path, f"{number!r} is no item of {clause}")
    title, does = both(row["title"], number, path), both(row["does"], number, path)
    return Unit(number, clause, title, does, _kind(row["kind"], number, path))


def _kind(kind: Any, number: str, path: Path) -> str:
    if kind not in KINDS:
        raise Malformed(path, f"{number}: kind is one of {', '.join(KINDS)}, not {kind!r}")
    return kind
