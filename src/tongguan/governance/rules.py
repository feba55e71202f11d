"""Rules of the conference: what a measure needs before it is done, and what an issue, a decision and minutes say."""

from __future__ import annotations

from tongguan.kernel.rules import Break, Rule

from .models import CHANNELS


class NeedsEvidence(Rule):
    """Nothing is done without a dated evidence file; {measure} has none dated by {on}."""

    code = "EVIDENCE_MISSING"

    def broken_by(self, doc, ctx):
        if doc["verb"] == "finish" and not any(dated <= doc["on"] for dated in doc["dated"]):
            yield Break("evidence", measure=doc["measure"], on=doc["on"])


class BlockedForAReason(Rule):
    """Say what blocks the measure."""

    code = "BLOCK_REASON_MISSING"

    def broken_by(self, doc, ctx):
        if doc["verb"] == "block" and not doc["reason"].strip():
            yield Break("reason")


class KnownMeasure(Rule):
    """The register has no clause or item {seed}."""

    code = "MEASURE_UNKNOWN"

    def broken_by(self, doc, ctx):
        if doc["seed"] not in ctx.ids():
            yield Break("seed", seed=doc["seed"])


class KnownBodies(Rule):
    """{body} is no body of the conference."""

    code = "BODY_UNKNOWN"

    def broken_by(self, doc, ctx):
        for pointer, body in doc["bodies"]:
            if body not in ctx.departments:
                yield Break(pointer, body=body or "–")


class PlannedOnce(Rule):
    """{seed} is followed already."""

    code = "MEASURE_PLANNED_ALREADY"

    def broken_by(self, doc, ctx):
        if doc["known"]:
            yield Break("seed", seed=doc["seed"])


class DueInTheFuture(Rule):
    """The last day {due} is over already."""

    code = "DUE_DAY_OVER"

    def broken_by(self, doc, ctx):
        if doc["due"] is not None and doc["due"] < doc["on"]:
            yield Break("due", due=doc["due"])


class FileOfASize(Rule):
    """The file has {size} bytes; evidence has 1 to {most}."""

    code = "EVIDENCE_SIZE"

    def broken_by(self, doc, ctx):
        if not 0 < doc["size"] <= doc["most"]:
            yield Break("file", size=doc["size"], most=doc["most"])


class DatedByToday(Rule):
    """Evidence bears the day it was made, {dated} is not over yet."""

    code = "EVIDENCE_DATE"

    def broken_by(self, doc, ctx):
        if doc["dated"] > doc["on"]:
            yield Break("dated", dated=doc["dated"])


class GivenOnce(Rule):
    """This very file is kept already for {measure}, under the digest {digest}."""

    code = "EVIDENCE_TWICE"

    def broken_by(self, doc, ctx):
        if doc["known"]:
            yield Break("file", measure=doc["measure"], digest=doc["digest"])


class Worded(Rule):
    """{what} is missing."""

    code = "WORDS_MISSING"

    def broken_by(self, doc, ctx):
        for pointer, words, what in doc["words"]:
            if not words.strip():
                yield Break(pointer, what=what)


class HeldByToday(Rule):
    """Minutes are kept of a meeting that was held; {held_on} is not over yet."""

    code = "MEETING_NOT_HELD"

    def broken_by(self, doc, ctx):
        if doc["held_on"] > doc["on"]:
            yield Break("held_on", held_on=doc["held_on"])


class AboutTheRegister(Rule):
    """The register has no clause or item {seed}; leave it open which measure this is about, or choose one."""

    code = "ABOUT_UNKNOWN"

    def broken_by(self, doc, ctx):
        if doc["about"] and doc["about"] not in ctx.ids():
            yield Break("seed", seed=doc["about"])


class AddressOfTheWeb(Rule):
    """{found} is no address of the web; one begins with https:// or http://."""

    code = "WEB_ADDRESS"

    def broken_by(self, doc, ctx):
        found = doc["href"].strip()
        if found and (not found.startswith(("https://", "http://")) or any(one.isspace() for one in found)):
            yield Break("href", found=found)


class KnownChannel(Rule):
    """{found} is no way of publicity."""

    code = "CHANNEL_UNKNOWN"

    def broken_by(self, doc, ctx):
        if doc["channel"] not in CHANNELS:
            yield Break("channel", found=doc["channel"] or "–")


class HappenedByToday(Rule):
    """What happened bears the day on which it did; {day} is not over yet."""

    code = "NOT_YET_HAPPENED"

    def broken_by(self, doc, ctx):
        if doc["day"] > doc["on"]:
            yield Break("day", day=doc["day"])


MOVE = [NeedsEvidence(), BlockedForAReason()]
PLAN = [KnownMeasure(), KnownBodies(), PlannedOnce(), DueInTheFuture()]
EVIDENCE = [FileOfASize(), DatedByToday(), GivenOnce(), Worded()]
ISSUE = [Worded()]
OWNER = [KnownBodies()]
DECISION = [Worded(), DueInTheFuture()]
CASE = [Worded(), AboutTheRegister(), AddressOfTheWeb()]
PUBLICITY = [*CASE, KnownChannel()]
HAPPENED = [Worded(), HappenedByToday()]
