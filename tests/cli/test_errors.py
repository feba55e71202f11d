"""A wrong use ends in one clear line and a status; the traceback comes only when asked for."""

from __future__ import annotations

import pytest

from tongguan.cli import codes as codes_command
from tongguan.server.postgres import NotStarted


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (["law", "nothing.of.this"], 1, "Error: There is no figure nothing.of.this."),
        (["law", "--on", "yesterday"], 2, "Error: yesterday is no day; write it as 2026-05-01."),
        (["law", "--colour"], 2, "Error: No such option: --colour"),
        (["codes", "planets"], 1, "Error: There is no list planets. There are: amend_evidence, "),
        (["codes", "units", "zzz"], 1, "Error: There is no code zzz in the list"),
        (["explain", "-1"], 1, "Error: Nothing is known of the code -1."),
        (["up", "--port", "0"], 2, "Error: "),
        (["up", "--host", "no-such-host.invalid"], 2, "Error: There is no host called no-such-host.invalid."),
        (["file"], 2, "Error: Missing argument"),
        (["dance"], 2, "Error: No such command 'dance'"),
        (["--lang", "fr"], 2, "Error: --lang is zh or en, not fr."),
    ],
)
def test_one_clear_line(tongguan, arguments: list[str], status: int, line: str, tmp_path, monkeypatch):
    monkeypatch.setenv("TONGGUAN_HOME", str(tmp_path))
    ran = tongguan(*arguments)
    assert ran.status == status
    assert ran.err.startswith(line)
    assert ran.err.count("\n") == 1
    assert ran.out == ""


def test_the_line_is_chinese_for_a_chinese_reader(tongguan):
    assert tongguan("codes", "planets", "--lang", "zh").err.startswith("错误：没有代码表 planets。")


def test_the_language_may_stand_before_the_command_and_come_from_the_terminal(tongguan, monkeypatch):
    assert tongguan("--lang=zh", "codes", "planets").err.startswith("错误：")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert tongguan("codes", "planets").err.startswith("错误：")
    assert tongguan("codes", "planets", "--lang", "en").err.startswith("Error: ")


def test_what_follows_two_dashes_is_left_alone(tongguan):
    ran = tongguan("explain", "--", "--debug")
    assert (ran.status, ran.err.startswith("Error: Nothing is known of the code --debug")) == (1, True)


def _raising(monkeypatch, error: Exception):
    def broken(name):
        raise error

    monkeypatch.setattr(codes_command, "codes", broken)


def test_what_nobody_foresaw_is_one_line_too_and_debug_adds_the_traceback(tongguan, monkeypatch):
    _raising(monkeypatch, ZeroDivisionError("division by zero"))
    plain = tongguan("codes")
    assert plain.status == 1
    assert plain.err == "Error: ZeroDivisionError: division by zero (once more with --debug for the traceback)\n"
    assert "Traceback" in tongguan("codes", "--debug").err


def test_a_database_server_that_does_not_start_is_named(tongguan, monkeypatch):
    _raising(monkeypatch, NotStarted("no space left\non device"))
    ran = tongguan("codes")
    assert ran.err == "Error: The database server could not be started: no space left\non device\n"


def test_markup_in_what_is_shown_is_not_taken_for_ours(tongguan):
    assert "[red]x[/red]" in tongguan("codes", "[red]x[/red]").err
