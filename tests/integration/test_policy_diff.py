"""What a policy changes, in rules: between versions and files, before it is applied, and asked at a terminal only."""
import os
import pty
import select
import subprocess
import time

import pytest

from akkoord import EX_CONFIG, EX_NOINPUT, EX_USAGE, PROGRAM
from company import found
from scene import FIRST

LATER = "2026-12-01T10:00:00Z"
WITHIN = ["chain it, stage controller: within: 2bd → 3bd"]


@pytest.fixture
def company(akkoord, slapd):
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST)
    return akkoord


def edit(akkoord, old='within = "2bd"', new='within = "3bd"'):
    text = akkoord.policy.read_text(encoding="utf-8")
    assert old in text
    akkoord.policy.write_text(text.replace(old, new), encoding="utf-8")


def test_a_file_against_what_is_in_force(company):
    assert company.run("policy", "diff", company.policy).out == "No rule changes.\n"
    edit(company)
    edit(company, '{ name = "nudge";    at = "start+1bd";    tone = "friendly"; },', '{ name = "prod"; at = "start+2bd"; },')
    (company.folder / "rates.csv").write_text("currency,rate\nNOK,0.09\n", encoding="ascii")
    lines = company.run("policy", "diff", company.policy, now=LATER).out.splitlines()
    assert WITHIN[0] in lines and "ladder standard: rung nudge is gone" in lines and "rate of NOK: 0.08530 → 0.09" in lines
    assert any(line.startswith("ladder standard: rung prod is new: at start+2bd, ") for line in lines) and "rate of DKK is gone" in lines
    assert len(company.records("policy", "history")) == 2, "it only tells"


def test_versions(company):
    edit(company)
    company.run("policy", "apply", company.policy, now=LATER)
    assert company.run("policy", "diff").out.splitlines() == WITHIN
    assert company.run("policy", "diff", "2").out.splitlines() == WITHIN
    assert company.run("policy", "diff", "2", "3").out.splitlines() == WITHIN
    assert company.run("policy", "diff", "3", "2").out == "chain it, stage controller: within: 3bd → 2bd\n"
    assert company.run("policy", "diff", "2", company.policy).out.splitlines() == WITHIN
    assert company.run("policy", "diff", "3").out == "No rule changes.\n"
    assert company.records("policy", "diff", "2") == [{"where": "chain it, stage controller", "what": "within", "change": "changed", "from": "2bd", "to": "3bd"}]
    assert company.records("policy", "diff", "3") == []
    edit(company, "grace", "# only a word\ngrace")
    assert company.run("policy", "diff", company.policy).out == "No rule changes.\n"


def test_holidays_of_each_version(company):
    day = "BEGIN:VEVENT\r\nUID:{0}@x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:{0}\r\nSUMMARY:Free\r\nEND:VEVENT\r\n"
    calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{}END:VCALENDAR\r\n"
    edit(company, 'countries = [ "ES" ];', 'countries = [ "ES" ]; holidays = "es.ics";')
    for days in (["20261203"], ["20261203", "20261204", "20261224"]):
        (company.folder / "es.ics").write_text(calendar.format("".join(day.format(one) for one in days)), encoding="ascii", newline="")
        company.run("policy", "apply", company.policy, now=LATER)
    assert company.run("policy", "diff").out == "calendar es: holidays: 2 days more (2026-12-04, 2026-12-24)\n"
    assert company.run("policy", "diff", "4", "3").out == "calendar es: holidays: 2 days fewer (2026-12-04, 2026-12-24)\n"
    assert company.records("policy", "diff") == [{"where": "calendar es", "what": "holidays", "change": "more", "days": 2, "to": "2026-12-04, 2026-12-24"}]


def test_what_is_not_there(company):
    assert "version 9" in company.run("policy", "diff", "9", code=EX_NOINPUT).err
    assert "nothing.conf" in company.run("policy", "diff", "nothing.conf", code=EX_CONFIG).err
    company.run("policy", "diff", "1", "2", "3", code=EX_USAGE)
    edit(company, "within", "withn")
    assert "within" in company.run("policy", "diff", company.policy, code=EX_CONFIG).err


def test_no_version_before(akkoord):
    akkoord.run("init", "--state", akkoord.folder, now=FIRST)
    assert "no version before" in akkoord.run("policy", "diff", code=EX_NOINPUT).err


def test_apply_shows_and_a_script_is_not_asked(company):
    edit(company)
    lines = company.run("policy", "apply", company.policy, now=LATER).out.splitlines()
    assert lines[:1] == WITHIN and "version 3" in lines[1] and len(lines) == 2


def at_terminal(akkoord, answer, *words, before=lambda: None):
    """Runs `policy apply` with a terminal as its standard input and output; `before` the answer is given. What it printed, whether it asked, its exit code."""
    master, slave = pty.openpty()
    with subprocess.Popen([PROGRAM, "-c", akkoord.config, "--now", LATER, "policy", "apply", *words, akkoord.policy], stdin=slave, stdout=slave,
                          stderr=slave, env=akkoord.environment(), cwd=akkoord.folder, start_new_session=True) as program:
        os.close(slave)
        said, answered, end = b"", False, time.monotonic() + 30
        while time.monotonic() < end:
            if not select.select([master], [], [], 0.2)[0]:
                continue
            try:
                said += os.read(master, 4096)
            except OSError:
                break
            if b"[y/N]" in said and not answered:
                before()
                os.write(master, answer)
                answered = True
        os.close(master)
        return said.decode("utf-8"), answered, program.wait(timeout=10)


@pytest.mark.parametrize("answer, applied", [(b"y\n", True), (b"Yes\n", True), (b"n\n", False), (b"\n", False), (b"\x04", False)])
def test_a_terminal_is_asked(company, answer, applied):
    edit(company)
    said, asked, code = at_terminal(company, answer)
    assert asked and code == 0 and said.index(WITHIN[0]) < said.index("Apply it?")
    assert ("version 3" in said) == applied and ("Nothing was applied." in said) == (not applied)
    assert len(company.records("policy", "history")) == (3 if applied else 2)


def test_yes_and_no_change_need_no_answer(company):
    said, asked, _ = at_terminal(company, b"n\n")
    assert not asked and "in force already: version 2" in said
    edit(company)
    said, asked, _ = at_terminal(company, b"n\n", "--yes")
    assert not asked and WITHIN[0] in said and "version 3" in said
    edit(company, "within", "withn")
    said, asked, code = at_terminal(company, b"y\n")
    assert not asked and code == EX_CONFIG, "what is wrong is said, not asked about"


def test_what_was_shown_is_what_is_applied(company):
    """Somebody saves the policy and its rates again while the question is on the screen."""
    (company.folder / "rates.csv").write_text("currency,rate\nNOK,0.09\n", encoding="ascii")
    edit(company)
    shown = company.policy.read_text(encoding="utf-8")

    def save():
        edit(company, 'within = "3bd"', 'within = "4bd"')
        (company.folder / "rates.csv").write_text("currency,rate\nNOK,0.5\n", encoding="ascii")

    _, _, code = at_terminal(company, b"y\n", before=save)
    assert code == 0 and company.run("policy", "show").out == shown
    assert WITHIN[0] in company.run("policy", "diff", "2", "3").out and "rate of NOK: 0.08530 → 0.09" in company.run("policy", "diff", "2", "3").out
