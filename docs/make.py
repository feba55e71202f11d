"""Writes ``docs/reference``: what the program says of itself, as pages. A test keeps them current.

.venv/bin/python docs/make.py
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from unittest.mock import patch

FOLDER = Path(__file__).resolve().parent / "reference"
PAGES: dict[str, Callable[[], str]] = {}
NOTE = "<!-- Made by docs/make.py from the program itself: change the program, then make the pages again. -->"
TYPES = {
    "AutoField": "integer", "BigAutoField": "integer", "BigIntegerField": "integer", "IntegerField": "integer",
    "PositiveIntegerField": "integer", "BinaryField": "bytes", "CharField": "text", "TextField": "text",
    "BooleanField": "yes/no", "DateField": "day", "DateTimeField": "moment", "DecimalField": "decimal", "JSONField": "JSON",
}  # fmt: skip
OURS = (
    "journal", "ledgers", "holds", "parties", "tariff", "licences", "cargo", "revenue", "zones", "declarations", "inspections",
    "ecommerce", "exchange", "sandbox", "desk", "api",
)  # fmt: skip


def page(name: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Register what writes a page."""

    def registered(made: Callable[[], str]) -> Callable[[], str]:
        PAGES[name] = made
        return made

    return registered


def table(titles: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """Return a table of Markdown."""
    titles = list(titles)
    written = [f"| {' | '.join(cell(one) for one in row)} |" for row in rows]
    return [f"| {' | '.join(titles)} |", f"|{'---|' * len(titles)}", *written, ""]


def cell(value: object) -> str:
    """Return a value as the cell of a table holds it."""
    shown = " ".join(str("" if value is None else value).split()).replace("|", "\\|")
    return shown if "`" in shown else shown.replace("<", "&lt;")


def joined(title: str, lead: str, rows: Iterable[str]) -> str:
    """Return a page with its title and its first sentence."""
    return "\n".join([f"# {title}", "", NOTE, "", lead, "", *rows]).rstrip() + "\n"


def both(key: str) -> list[str]:
    """Return a text in English and in Chinese."""
    from tongguan.kernel.texts import text

    return [text(key, lang).strip() for lang in ("en", "zh")]


@page("commands.md")
def commands() -> str:
    """The command line, from its own help."""
    from tongguan.cli import COMMANDS, tree

    with patch("tongguan.cli.helping.translate", lambda command, lang: command):
        made = tree("en")
    rows = ["## Everywhere 通用选项", "", *_parameters(made.params)]
    for name in COMMANDS:
        command = made.commands[name]
        said = [_plain_help(words) for words in both(f"cli.help.{command.help}")]
        rows += [f"## `tongguan {name}`", "", said[0], "", said[1], "", *_parameters(command.params)]
    lead = "Every command, as `--help` explains it in the caller's language. 各命令说明，与 `--help` 一致。"
    return joined("Commands 命令", lead, rows)


def _plain_help(words: str) -> str:
    """Return a help text without Rich's marks, one paragraph; its examples are told by ``--help``."""
    first = words.split("\n\n")[0].replace("[bold]", "").replace("[/bold]", "")
    return " ".join(first.split())


def _parameters(params: Iterable) -> list[str]:
    rows = []
    for one in params:
        if one.name in {"help"} or getattr(one, "hidden", False):
            continue
        shown = ", ".join(one.opts) if one.param_type_name == "option" else (one.metavar or one.name.upper())
        words = both(f"cli.{one.help}") if one.help else ["", ""]
        default = one.default if one.default not in (None, "", False, ()) and not callable(one.default) else ""
        rows.append([f"`{shown}`", f"`{default}`" if default != "" else "", *words])
    return table(["", "default 默认", "English", "中文"], rows) if rows else []


@page("settings.md")
def settings() -> str:
    """Every environment variable."""
    from tongguan.server.configuration import SETTINGS

    rows = [[f"`{s.name}`", f"`{s.default}`" if s.default else "", s.meaning] for s in SETTINGS.values()]
    lead = "Every environment variable the program reads. What each is for: [operate/settings](../operate/settings.md)."
    return joined("Settings 配置项", lead, table(["variable", "default", "meaning"], rows))


@page("rules.md")
def rules() -> str:
    """Every rule, by the module that has it, with both messages."""
    from tongguan.formats.ceb import CAUSES
    from tongguan.kernel import rules as kernel

    known = [rule for rule in kernel._NAMED.values() if rule.__module__.startswith("tongguan.")]
    rows: list[str] = []
    for module in sorted({rule.__module__ for rule in known}):
        of_it = sorted((r for r in known if r.__module__ == module), key=lambda r: (r.code, r.alias))
        rows += [f"## {module.removeprefix('tongguan.')}", ""]
        for rule in of_it:
            named = f"`{rule.code}`" + (f" `{rule.alias}`" if rule.alias else "")
            rows += told(f"{named}, {rule.level}", *_messages(rule.code, rule.alias))
        rows += [""]
    rows += ["## Answers without a rule of their own 直接答复", ""]
    rows += ["They answer what was asked of a document that stands, or say why an action is refused.", ""]
    for code in answers_without_rule():
        rows += told(f"`{code}`", *_messages(code))
    rows += [
        "",
        "## Messages that cannot be read 报文无法读取",
        "",
        "The status of the CEB900 that answers them; ours.",
        "",
    ]
    for cause in CAUSES.values():
        rows += told(f"`{cause.status}`, DXP code `{cause.code}`", *_templates(cause.key))
    lead = (
        "*refuse* sends the document back, *warn* only notes. Codes of digits are those of the specification of 2022-05, the\n"
        "others are ours; where one official code stands for many checks, the alias tells ours apart."
    )
    return joined("Rules 业务规则", lead, rows)


def _messages(code: str, alias: str = "") -> list[str]:
    from tongguan.kernel.rules import template

    return [template(code, lang, alias) or "" for lang in ("en", "zh")]


def told(name: str, english: str, chinese: str) -> list[str]:
    """Return a list entry that says a thing in both languages, a line each."""
    return [f"* {name}: {english}  ", f"  {chinese}"]


def _templates(key: str) -> list[str]:
    from tongguan.kernel.texts import template

    return [template(key, lang) or "" for lang in ("en", "zh")]


def answers_without_rule() -> list[str]:
    """Return the codes that have texts and no rule: official ones, and those of refusals."""
    from tongguan.kernel.rules import RULES
    from tongguan.kernel.texts import known_keys

    return [key for key in known_keys() if "." not in key and key not in RULES]


@page("law.md")
def law() -> str:
    """Every parameter of the law with its whole history."""
    from tongguan.kernel.law import law as book

    rows: list[str] = []
    for name in book.names():
        history, coming = book.history(name), book.expected(name)
        title = history[-1].title or {}
        rows += [f"## `{name}`", "", f"{title['en']} · {title['zh']} ({history[-1].unit})", ""]
        for one in (*history, *coming):
            day = f"{one.since}, expected" if one in coming else f"{one.since}"
            value = f": `{_plain(one.value)}`" if not isinstance(one.value, dict) else ""
            rows += [f"* {day}{value}; {_source(one.reference)}"]
            if isinstance(one.value, dict):
                rows += [f"  * {key}: `{_plain(inner)}`" for key, inner in one.value.items()]
            if note := one.reference.get("note"):
                rows += [f"  {note}"]
        rows += [""]
    lead = (
        "Each figure the program judges by, from the files under `law/`. *official*: seen in the official text; *read*: read\n"
        "in a secondary source; *unverified*: from memory; *design*: our own choice. The last two are shown as not confirmed."
    )
    return joined("Parameters of the law 法律参数", lead, rows)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str).strip('"')


def _source(reference: dict) -> str:
    href = f", `{reference['href']}`" if reference["href"] else ""
    return f"{reference['title']}{href} (*{reference['standing']}*)"


@page("codes.md")
def codes() -> str:
    """The code lists and how complete they are."""
    from tongguan.kernel.codes import codes as read
    from tongguan.kernel.law import ROOT

    lists = [read(path.stem) for path in sorted((ROOT / "codes").glob("*.yaml"))]
    rows = table(
        ["list", "English", "中文", "codes", "complete", "source", "standing"],
        (
            [f"`{one.name}`", one.title["en"], one.title["zh"], len(one), "yes" if one.complete else "no",
             one.reference["title"], one.reference["standing"]] for one in lists
        ),
    )  # fmt: skip
    lead = "A list that is not complete is no ground for refusing a document. The codes themselves: `tongguan codes units`."
    return joined("Code lists 代码表", lead, rows)


@page("magic.md")
def magic() -> str:
    """The magic values of the sandbox, message by message."""
    from tongguan.formats.ceb import TABLES
    from tongguan.sandbox.kinds import kinds
    from tongguan.sandbox.magic import described

    rows: list[str] = []
    for name, kind in kinds().items():
        title, where = TABLES[name].title, ", ".join(f"`{one}`" for one in kind.magic)
        rows += [f"## `{name}`: {title['en']} {title['zh']}", "", f"The end of, in this order 依次取: {where}", ""]
        values = [[f"`{one['value']}`", one["text"]["en"], one["text"]["zh"]] for one in described(name)]
        rows += table(["ends in 末尾", "English", "中文"], values)
    lead = "What the end of a number forces: see the [tutorial](../api/tutorial.md). 用法见[对接步骤](../api/tutorial.zh.md)。"
    return joined("Magic values 魔法值", lead, rows)


@page("tariff.md")
def tariff() -> str:
    """What the authored tariff holds and where it comes from; the notes of the positive list; the formats of tables."""
    from tongguan.kernel.packaged import read
    from tongguan.tariff import sources
    from tongguan.tariff.importing.formats import known_formats

    lines = sources.read().lines
    rows = ["## Lines 税号", ""]
    files = sorted(path for path in sources.FOLDER.glob("*.yaml") if path.stem != "schedules")
    of_files = [(path.stem, read(path)) for path in files]
    counted = [[f"`{name}`", c["title"]["en"], c["title"]["zh"], sum(len(g["lines"]) for g in c["groups"])]
               for name, c in of_files]  # fmt: skip
    rows += table(["file", "English", "中文", "lines"], [*counted, ["", "all", "合计", len(lines)]])
    cited = Counter(json.dumps(rate.reference, sort_keys=True) for line in lines for rate in line.rates)
    rows += ["## Instruments of the rates 税率依据", ""]
    rows += [f"* {_source(one := json.loads(key))}: {count} rates. {one.get('note', '')}".rstrip()
             for key, count in sorted(cited.items(), key=lambda pair: (-pair[1], pair[0]))]  # fmt: skip
    rows += ["", "## Notes of the positive list 正面清单备注", ""]
    rows += table(["code", "since", "until", "English", "中文", "standing"], _noted(lines))
    rows += ["## Formats of tables 税则表格式", ""]
    formats = known_formats().values()
    rows += table(
        ["format", "English", "中文", "file", "for the days"],
        ([f"`{f.name}`", f.title["en"], f.title["zh"], f.file, f"{f.since} to {f.until}"] for f in formats),
    )
    lead = (
        "The lines that travel with the program, from the files under `law/tariff`. They are a small part of the tariff; how the\n"
        "whole is loaded: [operate/data](../operate/data.md). A single line: `tongguan tariff 2208300000`."
    )
    return joined("Tariff 税则", lead, rows)


def _noted(lines: Iterable) -> list[list]:
    """Return the listings that have a note or an end, or began after the others."""
    first = min(one.since for line in lines for one in line.listings)
    return [
        [line.code, one.since, one.until, one.note.get("en"), one.note.get("zh"), one.reference["standing"]]
        for line in lines for one in line.listings if one.note or one.until or first.year < one.since.year < first.year + 5
    ]  # fmt: skip


@page("states.md")
def states() -> str:
    """The lives of records, as tables and diagrams."""
    from tongguan.cargo.states import BILL, CONVEYANCE
    from tongguan.declarations.states import DECLARATION, REQUEST
    from tongguan.ecommerce.states import DOCUMENT, INVENTORY
    from tongguan.holds.states import life
    from tongguan.inspections.states import CHECK
    from tongguan.revenue.guarantees.states import GUARANTEE, SECURED
    from tongguan.revenue.payments.states import DUTY_BILL, MONTH
    from tongguan.zones.states import BOOK

    rows, trade = [], (CONVEYANCE, BILL, DECLARATION, REQUEST, GUARANTEE, SECURED, DUTY_BILL, MONTH)
    for machine in (INVENTORY, DOCUMENT, CHECK, BOOK, *trade, life("officer")):
        rows += [f"## {' '.join(both(f'{machine.name}.machine'))}", "", "```mermaid", machine.diagram(), "```", ""]
        each = [[f"`{s}`", *both(f"{machine.name}.state.{s}"), machine.group(s)] for s in machine.states]
        rows += table(["state", "English", "中文", "group"], each)
    lead = """A verb leads from state to state; in brackets the roles that may say it. People see four groups: *draft* 草稿,
*waiting* 等待中, *needs_you* 需要您处理, *done* 已办结. A hold is lifted by its owner, here the officer."""
    return joined("States 状态", lead, rows)


@page("tables.md")
def tables() -> str:
    """The tables of the database."""
    from django.apps import apps

    rows: list[str] = []
    for label in OURS:
        for model in sorted(apps.get_app_config(label).get_models(), key=lambda one: one.__name__):
            rows += [f"## {label}.{model.__name__}", "", _first_paragraph(model.__doc__ or ""), ""]
            rows += [f"Table `{model._meta.db_table}`.", ""]
            rows += table(["column", "type", "empty", "note"], map(_column, model._meta.concrete_fields))
    lead = "What is kept, a table a model. Constraints and indexes stand in the models themselves."
    return joined("Tables 数据表", lead, rows)


def _first_paragraph(doc: str) -> str:
    return " ".join(doc.strip().split("\n\n")[0].split())


def _column(field) -> list[str]:
    kind = field.get_internal_type()
    if field.is_relation:
        shown = f"→ {field.related_model._meta.app_label}.{field.related_model.__name__}"
    else:
        shown = f"{TYPES.get(kind, 'text list' if kind == 'ArrayField' else kind)}"
        size = getattr(field, "max_length", None)
        shown += f" ≤ {size}" if size else ""
        shown += f" {field.max_digits},{field.decimal_places}" if kind == "DecimalField" else ""
    return [f"`{field.column}`", shown, "yes" if field.null else "", field.help_text]


def _messages_pages() -> None:
    from tongguan.formats.ceb import TABLES, markdown
    from tongguan.formats.dec.describing import page as page_of_fields

    def of(kind: str) -> Callable[[], str]:
        def made() -> str:
            title, _, rest = markdown(kind).partition("\n")
            return f"{title}\n\n{NOTE}\n{rest}".rstrip() + "\n"

        return made

    for kind in TABLES:
        PAGES[f"messages/{kind.removesuffix('Message')}.md"] = of(kind)

    PAGES["messages/DecMessage.md"] = lambda: page_of_fields(NOTE)

    def index() -> str:
        rows = table(
            ["message 报文", "English", "中文", "sent by"],
            ([f"[{t.kind}](messages/{t.kind.removesuffix('Message')}.md)", t.title["en"], t.title["zh"], t.sender["en"]]
             for t in TABLES.values()),
        )  # fmt: skip
        lead = "Messages of e-commerce import (跨境统一版) by their tables; declarations have [DecMessage](messages/DecMessage.md)."
        return joined("Messages 报文", lead, rows)

    PAGES["messages.md"] = index


def load_everything() -> None:
    """Import every module of the domains, so that whatever registers itself is there: tables and rules."""
    package = FOLDER.parents[1] / "src" / "tongguan"
    for part in (*OURS, "formats", "revenue"):
        for path in sorted((package / part).rglob("*.py")):
            name = path.relative_to(package.parent).with_suffix("")
            if "migrations" not in name.parts:
                import_module(".".join(name.parts).removesuffix(".__init__"))


def pages() -> dict[str, str]:
    """Return every page by its path below ``docs/reference``. Django must be set up."""
    load_everything()
    _messages_pages()
    return {name: made() for name, made in sorted(PAGES.items())}


def main() -> None:
    """Write the pages, and remove those that are no longer made."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"TONGGUAN_HOME": home, "DJANGO_SETTINGS_MODULE": "tongguan.settings"}
        import django

        django.setup()
        written = pages()
    for path in FOLDER.rglob("*.md"):
        if path.relative_to(FOLDER).as_posix() not in written:
            path.unlink()
    for name, text in written.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    print(f"{len(written)} pages in {FOLDER}", file=sys.stderr)


if __name__ == "__main__":
    main()
