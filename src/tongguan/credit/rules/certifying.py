"""What must hold in a review for certification, before a coordinator is named, and before a document is anchored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from tongguan.kernel.law import law
from tongguan.kernel.rules import Break, Rule

from .. import aeo
from ..standing import ADVANCED, is_dishonest
from .grading import LONGEST

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(slots=True)
class Scoring:
    """Points that somebody gives on a day, by item; ``bonus`` are those added."""

    scores: Mapping[str, int | None]
    day: date
    bonus: int = 0


@dataclass(slots=True)
class Beginning:
    """A firm that begins a review; ``again_on`` is the first day after a refusal, ``is_open`` that one is under way."""

    grade: str
    day: date
    again_on: date | None = None
    is_open: bool = False


@dataclass(slots=True)
class Anchoring:
    """A document that is to be anchored, and whether its firm is one of the pilot on that day."""

    kind: str
    reference: str
    digest: str
    day: date
    pilot: bool = True
    kinds: tuple[str, ...] = field(default=())


@dataclass(slots=True)
class Coordinating:
    """Who is to be the coordinator of a firm, and whether its grade gives it one."""

    name: str
    reach: str
    benefits: frozenset[str]


class AeoItems(Rule):
    """{found} is no item of the review, or has points that no item can have; these are {points}."""

    code = "AEO_ITEMS"

    def broken_by(self, doc: Scoring, ctx) -> Iterator[Break]:
        known, allowed = {one.code for one in aeo.items(doc.day)}, aeo.points(doc.day)
        for code, given in doc.scores.items():
            if code not in known or (given is not None and given not in allowed):
                yield Break(f"scores/{code[:20]}", found=code[:20], points=list(allowed))


class AeoBonus(Rule):
    """From 0 to {most} points are added, not {found}."""

    code = "AEO_BONUS"

    def broken_by(self, doc: Scoring, ctx) -> Iterator[Break]:
        most = law("credit.aeo_bonus", on=doc.day).value
        if not 0 <= doc.bonus <= most:
            yield Break("bonus", most=most, found=doc.bonus)


class AeoComplete(Rule):
    """Give every item its points, or say that it does not apply; {count} are missing."""

    code = "AEO_COMPLETE"

    def broken_by(self, doc: Scoring, ctx) -> Iterator[Break]:
        missing = aeo.outcome(doc.scores, doc.day).missing
        if missing:
            yield Break(f"scores/{missing[0]}", count=len(missing))


class AeoFailed(Rule):
    """The review comes to {total} points of {threshold} needed, and {failed} items are not met: it is not passed."""

    code = "AEO_FAILED"

    def broken_by(self, doc: Scoring, ctx) -> Iterator[Break]:
        found = aeo.outcome(doc.scores, doc.day, doc.bonus)
        if found.failed or found.total < found.threshold:
            yield Break("scores", total=found.total, threshold=found.threshold, failed=len(found.failed))


class AeoGrade(Rule):
    """A firm of the grade {grade} does not apply for certification."""

    code = "AEO_GRADE"

    def broken_by(self, doc: Beginning, ctx) -> Iterator[Break]:
        if doc.grade == ADVANCED or is_dishonest(doc.grade):
            yield Break("grade", grade=doc.grade)


class AeoAgain(Rule):
    """After a refusal a firm applies again from {first} on."""

    code = "AEO_AGAIN"

    def broken_by(self, doc: Beginning, ctx) -> Iterator[Break]:
        if doc.again_on is not None and doc.day < doc.again_on:
            yield Break("day", first=doc.again_on)


class AeoOpen(Rule):
    """A review of this firm is under way."""

    code = "AEO_OPEN"

    def broken_by(self, doc: Beginning, ctx) -> Iterator[Break]:
        if doc.is_open:
            yield Break()


class AeoExtended(Rule):
    """The time for the decision was extended already, or the review is not at a point where it runs."""

    code = "AEO_EXTENDED"

    def broken_by(self, doc, ctx) -> Iterator[Break]:
        if doc.extended or doc.state not in ("accepted", "onsite"):
            yield Break("decide_by")


class CoordinatorName(Rule):
    """Name the coordinator and how he is reached, in {most} characters each."""

    code = "COORDINATOR_NAME"

    def broken_by(self, doc: Coordinating, ctx) -> Iterator[Break]:
        for name in ("name", "reach"):
            if not 0 < len(getattr(doc, name).strip()) <= 100:
                yield Break(name, most=100)


class CoordinatorGrade(Rule):
    """The grade of this firm gives it no coordinator."""

    code = "COORDINATOR_GRADE"

    def broken_by(self, doc: Coordinating, ctx) -> Iterator[Break]:
        if "COORD" not in doc.benefits:
            yield Break("name")


class AnchorPilot(Rule):
    """Only firms of the blockchain pilot have documents anchored."""

    code = "ANCHOR_PILOT"

    def broken_by(self, doc: Anchoring, ctx) -> Iterator[Break]:
        if not doc.pilot:
            yield Break()


class AnchorKind(Rule):
    """{found} is no kind of document that is anchored; these are {kinds}."""

    code = "ANCHOR_KIND"

    def broken_by(self, doc: Anchoring, ctx) -> Iterator[Break]:
        kinds = law("credit.pilot_kinds", on=doc.day).value
        if doc.kind not in kinds:
            yield Break("kind", found=doc.kind[:20], kinds=list(kinds))


class AnchorDocument(Rule):
    """Name the document by its number, and give the document or its SHA-256 as 64 hexadecimal digits."""

    code = "ANCHOR_DOCUMENT"

    def broken_by(self, doc: Anchoring, ctx) -> Iterator[Break]:
        if not 0 < len(doc.reference.strip()) <= LONGEST:
            yield Break("reference")
        if not _DIGEST.fullmatch(doc.digest):
            yield Break("digest")


SCORING = [AeoItems(), AeoBonus()]
APPLYING = [*SCORING, AeoComplete()]
PASSING = [*APPLYING, AeoFailed()]
BEGINNING = [AeoGrade(), AeoAgain(), AeoOpen()]
EXTENDING = [AeoExtended()]
COORDINATING = [CoordinatorName(), CoordinatorGrade()]
ANCHORING = [AnchorPilot(), AnchorKind(), AnchorDocument()]
