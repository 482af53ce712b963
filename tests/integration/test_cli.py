"""The command line's outer edge: help, version, and how a wrong call ends."""
import re

import pytest

from akkoord import EX_USAGE

COMMANDS = ["init", "check", "import", "when", "who", "list", "show", "explain", "approve", "reject", "withdraw", "tick",
            "serve", "report", "audit", "policy"]


@pytest.fixture(params=["started", "forked"])
def akkoord(akkoord, request):
    """The program itself, and as most tests run it."""
    if request.param == "started":
        akkoord.fork_server = None
    return akkoord


def test_help_lists_every_command(akkoord):
    out = akkoord.run("--help").out
    assert "Usage:" in out and "--config" in out
    for command in COMMANDS:
        assert re.search(rf"^  {command}\s+\S", out, re.MULTILINE), command


def test_version(akkoord):
    assert re.match(r"akkoord \d+\.\d+\.\d+\n", akkoord.run("--version").out)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(akkoord, command):
    result = akkoord.run(command, "--help")
    assert "Usage:" in result.out and command in result.out
    assert result.err == ""


@pytest.mark.parametrize("words, said", [
    ([], "a command is missing"),
    (["lits"], 'did you mean "list"?'),
    (["frobnicate"], 'no command "frobnicate"'),
    (["--frobnicate"], "--frobnicate"),
    (["--now", "tomorrow", "list"], "--now"),
    (["--now"], "--now"),
    (["list", "--frobnicate"], "--frobnicate"),
    (["show"], "show"),
])
def test_wrong_call(akkoord, words, said):
    result = akkoord.run(*words, code=EX_USAGE)
    assert said in result.err
    assert result.out == ""
