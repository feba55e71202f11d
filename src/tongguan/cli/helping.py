"""The help of the command line in the caller's language.

Commands and options carry keys in place of words; here each key becomes its text. Typer's own words (the titles of
the panels, what --help does) are translated too.
"""

from __future__ import annotations

from typing import Any

from tongguan.kernel.texts import text


def translate(command: Any, lang: str) -> Any:
    """Give a command and everything under it their texts, and return it."""
    _name_panels(lang)
    _translate(command, lang)
    for one in getattr(command, "commands", {}).values():
        _translate(one, lang)
    return command


def _translate(command: Any, lang: str) -> None:
    command.help = text(f"cli.help.{command.help}", lang).strip()
    command.rich_markup_mode = "rich"
    for parameter in command.params:
        if parameter.help:
            parameter.help = text(f"cli.{parameter.help}", lang)
    original = command.get_help_option

    def in_our_words(context: Any) -> Any:
        option = original(context)
        if option is not None:
            option.help = text("cli.option.help", lang)
        return option

    command.get_help_option = in_our_words


_PANELS = {
    "ARGUMENTS_PANEL_TITLE": {"en": "Arguments", "zh": "参数"},
    "OPTIONS_PANEL_TITLE": {"en": "Options", "zh": "选项"},
    "COMMANDS_PANEL_TITLE": {"en": "Commands", "zh": "命令"},
    "DEFAULT_STRING": {"en": "[default: {}]", "zh": "[默认：{}]"},
    "REQUIRED_LONG_STRING": {"en": "[required]", "zh": "[必填]"},
}


def _name_panels(lang: str) -> None:
    from typer import rich_utils

    for name, words in _PANELS.items():
        setattr(rich_utils, name, words[lang])
