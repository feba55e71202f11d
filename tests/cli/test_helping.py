"""Every command teaches itself, by an example, in both languages."""

from __future__ import annotations

import re

import pytest

from tongguan.cli import COMMANDS, tree

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_help_of_each_command_has_an_example(tongguan, name: str, lang: str):
    ran = tongguan(name, "--help", "--lang", lang)
    assert ran.status == 0
    assert re.search(rf"\$ (DATABASE_URL=\S+ )?tongguan {name}\b", ran.out), ran.out
    assert ran.err == ""


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_everything_a_chinese_reader_is_told_is_chinese(name: str | None):
    command = tree("zh") if name is None else tree("zh").commands[name]
    for words in (command.help, *(parameter.help for parameter in command.params if parameter.help)):
        assert CHINESE.search(words), words


def test_the_help_of_the_program_lists_the_commands_and_the_exit_status(tongguan):
    ran = tongguan("--help")
    assert ran.status == 0
    assert all(re.search(rf"│ {name} ", ran.out) for name in COMMANDS)
    assert "Exit status" in ran.out
    assert "选项" not in ran.out


def test_the_panels_are_named_in_chinese_and_in_english_again(tongguan):
    assert "选项" in tongguan("law", "--help", "--lang", "zh").out
    assert "─ Options ─" in tongguan("law", "--help").out


def test_every_example_names_a_command_and_options_that_exist():
    group = tree("en")
    for command in (group, *group.commands.values()):
        for name, rest in re.findall(r"\$ (?:\w+=\S+ )?tongguan ([\w-]+)([^\n]*)", command.help):
            options = {option for parameter in group.commands[name].params for option in parameter.opts}
            asked = re.findall(r"(?<=\s)--[a-z-]+", rest.split("  ")[0])
            assert set(asked) <= options, (name, asked)


def test_without_a_command_the_help_is_shown(tongguan):
    ran = tongguan()
    assert "Usage: tongguan" in ran.out + ran.err
