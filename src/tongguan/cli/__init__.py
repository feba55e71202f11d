"""The command line (命令行) ``tongguan``: run the portal, file messages, look up law, codes, rules and tariff.

One module a command. Exit status: 0 done, 1 the answer is no, 2 used wrongly or unreadable. The help is written in the
language of the caller: the texts of commands and options are keys, translated when the command tree is built.
"""

from __future__ import annotations

import os
import sys
import traceback
from importlib import import_module

LANGUAGES = ("zh", "en")
COMMANDS = (
    "up", "web", "work", "file", "watch", "law", "explain", "codes", "tariff", "client", "subscriber", "certificate", "bank",
    "issuer", "book", "sandbox", "account", "proof", "verify", "witness", "bench-intake", "simulate", "replay", "status",
    "measures", "conference", "backup", "restore", "forget", "webhook-receiver", "exchange-rates", "watch-declarations",
)  # fmt: skip


def app() -> None:
    """Run the command line and leave the program."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit status; errors end in one line, ``--debug`` adds the traceback."""
    from tongguan.cli.screen import Failed, Screen

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without Chinese shows question marks, not an error
    lang, debug, rest = _everywhere(arguments)
    screen = Screen(lang if lang in LANGUAGES else "en", debug)
    try:
        if lang not in LANGUAGES:
            raise Failed("bad_lang", 2, written=lang)
        result = tree(screen.lang).main(rest, prog_name="tongguan", standalone_mode=False, obj=screen)
        return result if isinstance(result, int) else 0
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if debug:
            traceback.print_exc()
        return _explained(error, screen)


def _everywhere(arguments: list[str]) -> tuple[str, bool, list[str]]:
    """Take --lang and --debug out of the arguments: they may stand before the command or anywhere after it."""
    from tongguan.server.configuration import language

    lang, debug, rest = language(), False, []
    given = iter(arguments)
    for word in given:
        if word == "--":
            return lang, debug, [*rest, word, *given]
        if word == "--lang":
            lang = next(given, "")
        elif word.startswith("--lang="):
            lang = word.removeprefix("--lang=")
        elif word == "--debug":
            debug = True
        else:
            rest.append(word)
    return lang, debug, rest


def tree(lang: str):
    """Return the commands with their help in the given language."""
    import typer

    from tongguan.cli.helping import translate

    made = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @made.callback(help="tongguan")
    def everywhere(
        lang: str = typer.Option(None, "--lang", metavar="zh|en", help="option.lang"),
        debug: bool = typer.Option(False, "--debug", help="option.debug"),
    ) -> None: ...

    for name in COMMANDS:
        module = import_module(f"tongguan.cli.{name.replace('-', '_')}")
        made.command(name, help=name, context_settings=getattr(module, "CONTEXT", None))(module.run)
    return translate(typer.main.get_command(made), lang)


def _explained(error: Exception, screen) -> int:
    """Write an error in one line, and return the exit status."""
    from tongguan.cli.screen import Failed

    status, words = 1, ""
    if isinstance(error, Failed):
        status, words = error.status, screen.t(f"failed.{error.key}", **error.values)
    elif callable(getattr(error, "format_message", None)):  # a wrong use, by Typer's own word
        status, words = 2, screen.t("failed.usage", message=error.format_message().rstrip("."))
    elif callable(getattr(error, "text", None)):  # a refusal of a domain speaks both languages
        words = error.text(screen.lang)
    else:
        words = _unforeseen(error, screen)
    first, *others = words.splitlines() or [type(error).__name__]
    screen.err.print(screen.t("failed.line", message=first), style="red", markup=False, soft_wrap=True)
    for line in others:
        screen.err.print(line, markup=False, soft_wrap=True)
    return status


def _unforeseen(error: Exception, screen) -> str:
    from tongguan.server.postgres import NotStarted

    if isinstance(error, NotStarted):
        return screen.t("failed.postgres", reason=str(error))
    if type(error).__name__ == "OperationalError":
        return screen.t("failed.database", reason=str(error).splitlines()[0])
    if type(error).__name__ == "ProgrammingError" and "does not exist" in str(error):
        return screen.t("failed.tables")
    reason = (str(error).splitlines() or [""])[0]
    return screen.t("failed.unforeseen", kind=type(error).__name__, reason=reason)
