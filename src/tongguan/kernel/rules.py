"""Business rules (业务规则): one class a rule, with its code, its message, its test and its Chinese text.

The first paragraph of the docstring is the English message, a template with named values; the Chinese one stands
under the same code in ``law/texts/rules.*.yaml``. Without a ``code`` of its own a rule is called as its class is.

>>> class NetOverGross(Rule):
...     '''The net weight {net} is more than the gross weight {gross}.'''
...
...     def broken_by(self, doc, ctx):
...         if doc["net"] > doc["gross"]:
...             yield Break("netWeight", net=doc["net"], gross=doc["gross"])
>>> [finding] = check([NetOverGross()], {"net": 12, "gross": 10})
>>> finding.code, finding.pointer, finding.text("en")
('NetOverGross', 'netWeight', 'The net weight 12 is more than the gross weight 10.')
>>> check([NetOverGross()], {"net": 9, "gross": 10})
[]
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar

from . import texts

LEVELS = ("refuse", "warn")

RULES: dict[str, type[Rule]] = {}
"""The rule of each code; of a family that shares a code, the first."""

_NAMED: dict[tuple[str, str], type[Rule]] = {}


class Break:
    """One place where a rule is broken, with the values its message names."""

    __slots__ = ("pointer", "values")

    def __init__(self, pointer: str = "", /, **values: Any):
        self.pointer, self.values = pointer, values

    def __repr__(self) -> str:
        return f"Break({self.pointer!r}, {self.values})"


class Rule:
    """A test a document must pass; ``level`` says whether breaking it refuses the document or only warns.

    A class made with ``abstract=True`` is a pattern for others and no rule itself. Two rules may share a code only
    when both name the same ``family``; their ``alias`` then tells them apart, and a Chinese text under
    ``CODE/ALIAS`` goes before the one under ``CODE``.

    ``looks_at`` names the fields a rule looks at where these are few and mostly alike from one document to the next
    (``item.unit`` is a field of an item); such a rule judges each item for itself. ``RuleSet`` asks it once for all
    documents that agree in them.
    """

    code: ClassVar[str] = ""
    alias: ClassVar[str] = ""
    level: ClassVar[str] = "refuse"
    family: ClassVar[str] = ""
    looks_at: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, *, abstract: bool = False, **more: Any):
        super().__init_subclass__(**more)
        if abstract:
            return
        if not cls.code:
            cls.code = cls.__name__
        if cls.level not in LEVELS:
            raise TypeError(f"{cls.__name__}: level is one of {', '.join(LEVELS)}, not {cls.level!r}")
        _register(cls)

    def broken_by(self, doc: Any, ctx: Any) -> Iterable[Break] | None:
        """Yield a Break for each place of the document that breaks this rule."""
        raise NotImplementedError


def _same(one: type[Rule], other: type[Rule]) -> bool:
    # A module that is loaded again brings its own rules back; that is no clash.
    return (one.__module__, one.__qualname__) == (other.__module__, other.__qualname__)


def _register(cls: type[Rule]) -> None:
    holder = RULES.get(cls.code)
    if holder is None or _same(holder, cls):
        RULES[cls.code] = cls
    elif not cls.family or cls.family != holder.family:
        raise TypeError(f"{cls.__qualname__}: the code {cls.code} belongs to {holder.__qualname__} already")
    named = _NAMED.get((cls.code, cls.alias))
    if named is not None and not _same(named, cls):
        raise TypeError(f"{cls.__qualname__}: {cls.code} {cls.alias!r} belongs to {named.__qualname__} already")
    _NAMED[cls.code, cls.alias] = cls


@cache
def _english(rule: type[Rule]) -> str:
    """Return the first paragraph of the docstring of the rule, on one line."""
    written = rule.__dict__.get("__doc__") or next((b.__doc__ for b in rule.__mro__[1:-2] if b.__doc__), "")
    return " ".join(inspect.cleandoc(written).split("\n\n")[0].split())


def template(code: str, lang: str, alias: str = "") -> str | None:
    """Return the message template of a code, or None when neither a rule nor a text has it."""
    lang = texts.language(lang)
    if lang == "zh":
        found = (texts.rule_template(f"{code}/{alias}") if alias else None) or texts.rule_template(code)
    else:
        rule = _NAMED.get((code, alias)) or RULES.get(code)
        found = _english(rule) if rule else None  # type: ignore[arg-type]
    return found or texts.template(code, lang)


def template_fields(rule: type[Rule] | Rule) -> dict[str, set[str]]:
    """Return the values each language of a rule's message names, for the test of the house; a missing text is empty."""
    found = {lang: template(rule.code, lang, rule.alias) for lang in texts.LANGUAGES}
    return {lang: texts.fields(words) if words else set() for lang, words in found.items()}


def untranslated() -> list[str]:
    """Return the code of every rule that lacks its English or its Chinese message."""
    rules = {(r.code, r.alias) for r in _NAMED.values() if r.__module__.startswith("tongguan.")}
    return sorted({code for code, alias in rules for lang in texts.LANGUAGES if not template(code, lang, alias)})


def _jsonable(value: Any) -> Any:
    if type(value) is str:
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _jsonable(inner) for key, inner in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(_jsonable(inner) for inner in value)
    if isinstance(value, (list, tuple)):
        return [_jsonable(inner) for inner in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where, how grave, and the values the message names."""

    code: str
    pointer: str = ""
    level: str = "refuse"
    values: dict[str, Any] = field(default_factory=dict, hash=False)
    alias: str = ""

    def text(self, lang: str) -> str:
        """Return the message in the given language; a code without a text shows itself."""
        words = template(self.code, lang, self.alias)
        return self.code if words is None else texts.filled(words, self.values, texts.language(lang))

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as JSON holds it: decimals and days become texts."""
        return {
            "code": self.code,
            "alias": self.alias,
            "pointer": self.pointer,
            "level": self.level,
            "values": _jsonable(self.values),
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Finding:
        """Return the finding that ``as_dict`` kept."""
        return cls(
            kept["code"], kept["pointer"], kept.get("level", "refuse"), dict(kept["values"]), kept.get("alias", "")
        )


class Refused(Exception):
    """What was asked breaks a rule; the findings say which, and where."""

    def __init__(self, findings: Iterable[Finding]):
        self.findings = list(findings)
        super().__init__(self.findings)

    def __str__(self) -> str:
        return self.text("en")

    def text(self, lang: str) -> str:
        """Return every finding in one line, each with its code."""
        return ("；" if texts.language(lang) == "zh" else "; ").join(f"{f.code}: {f.text(lang)}" for f in self.findings)


class RuleSet(tuple[Rule, ...]):
    """The rules of a kind of document, which comes by the thousand: what many of them have alike is judged once.

    ``check`` gives what the function ``check`` gives. What was found is remembered in ``ctx.passed``, a dict that lives
    as long as the law, the code lists and the tariff that the rules ask of ``ctx``.
    """

    _KEPT = 20_000

    def __init__(self, rules: Iterable[Rule]):
        fields = {name: None for rule in self for name in rule.looks_at}
        head = [name for name in fields if not name.startswith("item.")]
        item = [name.removeprefix("item.") for name in fields if name.startswith("item.")]
        self._head = attrgetter(*head) if head else None
        self._item = attrgetter(*item) if item else None
        self._alike = tuple(rule for rule in self if rule.looks_at)
        self._others = tuple(rule for rule in self if not rule.looks_at)

    def check(self, doc: Any, ctx: Any) -> list[Finding]:
        """Return a finding for each place where the document breaks a rule, in the order of the rules."""
        if self._head is None:
            return check(self, doc, ctx)
        found = check(self._others, doc, ctx)
        known: dict[Any, Any] = ctx.passed.setdefault(id(self), {})
        if len(known) > self._KEPT:
            known.clear()
        head = known.setdefault(self._head(doc), len(known))  # a number that stands for these fields
        met: list[tuple[Any, ...]] = [(head,)]
        if (item := self._item) is not None:
            met += [(head, item(one)) for one in getattr(doc, "items", ())]
        if all(map(known.__contains__, met)):  # in none of them anything was found
            return found
        alike = known.get(tuple(met))
        if alike is None:
            alike = check(self._alike, doc, ctx)
            known.update({tuple(met): alike} if alike else dict.fromkeys(met))
        if found and alike:
            return check(self, doc, ctx)
        return found or alike.copy()


def check(rules: Iterable[Rule], doc: Any, ctx: Any = None) -> list[Finding]:
    """Return a finding for each place where the document breaks a rule; an empty list when it breaks none."""
    findings: list[Finding] = []
    for rule in rules:
        for broken in rule.broken_by(doc, ctx) or ():
            findings.append(Finding(rule.code, broken.pointer, rule.level, broken.values, rule.alias))
    return findings


def insist(rules: Iterable[Rule], doc: Any, ctx: Any = None) -> list[Finding]:
    """Return the warnings; raises Refused with every finding when one of them refuses the document."""
    findings = check(rules, doc, ctx)
    if any(f.level == "refuse" for f in findings):
        raise Refused(findings)
    return findings
