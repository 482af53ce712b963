"""The policy's versions: checked, applied whole or not at all, shown, remembered; and what a new version does to what is on its way."""
import hashlib
import re

import pytest

from akkoord import EX_CONFIG, EX_NOINPUT, EX_USAGE
from company import DEMO, found
from scene import FIRST, approvals, events, take, whole

LATER = "2026-12-01T10:00:00Z"
HOLIDAY = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{events}END:VCALENDAR\r\n"
DAY = "BEGIN:VEVENT\r\nUID:{day}@x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:{day}\r\nSUMMARY:Free\r\nEND:VEVENT\r\n"


@pytest.fixture
def company(akkoord, slapd):
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST)
    return akkoord


def edit(akkoord, old, new):
    text = akkoord.policy.read_text(encoding="utf-8")
    assert old in text
    akkoord.policy.write_text(text.replace(old, new), encoding="utf-8")


def holidays(akkoord, *days):
    """holidays/es.ics beside the policy, with those days in it."""
    (akkoord.folder / "holidays").mkdir(exist_ok=True)
    (akkoord.folder / "holidays/es.ics").write_text(HOLIDAY.format(events="".join(DAY.format(day=day) for day in days)), encoding="ascii", newline="")


def test_check_applies_nothing(company):
    before = company.records("audit", "verify")[0]["events"]
    result = company.run("policy", "check", company.policy, now=FIRST)
    assert f"{company.policy}: 3 chains, 2 ladders, 3 calendars: nothing wrong." in result.out and "warning" in result.out
    assert company.records("audit", "verify")[0]["events"] == before


def test_check_needs_no_configuration(akkoord):
    assert "3 chains" in akkoord.run("policy", "check", DEMO.resolve() / "policy.conf").out
    assert not akkoord.config.exists()


def test_applied_shown_and_remembered(company):
    edit(company, "max_per_day = 6", "max_per_day = 9")
    result = company.run("policy", "apply", "--note", "busy weeks", company.policy, now=LATER)
    assert "version 3" in result.out
    assert company.run("policy", "show").out == company.policy.read_text(encoding="utf-8")
    newest, middle, first = company.records("policy", "history")
    assert (newest["version"], newest["at"], newest["note"]) == (3, LATER, "busy weeks") and newest["author"]
    assert newest["sha256"] == hashlib.sha256(company.policy.read_bytes()).hexdigest()
    assert (middle["version"], first["version"], first["note"]) == (2, 1, "the starting policy")
    assert re.search(r"^ +3  Tue 2026-12-01 11:00  \S+  [0-9a-f]{12}  busy weeks$", company.run("policy", "history").out, re.MULTILINE)


def test_the_same_again_is_no_new_version(company):
    assert "in force already: version 2" in company.run("policy", "apply", company.policy, now=LATER).out
    assert len(company.records("policy", "history")) == 2


@pytest.mark.parametrize("old, new, said", [
    ('tone = "firm"', 'tone = "rude"', "tone"),
    ("lookup(budget_holder)", "lookup(budget_keeper)", "budget_keeper"),
    ('ladder = "gentle"', 'ladder = "gentel"', 'did you mean "gentle"'),
    ("chains = (", "chians = (", "chians"),
    ('name = "rest";', 'name = "rest"; when = { kind = "invoice"; };', "when"),
    ("grace = \"4bh\";", "grace = ;", "name = value"),
])
def test_a_wrong_one_changes_nothing(company, old, new, said):
    edit(company, old, new)
    before = company.records("audit", "verify")[0]["events"]
    for command in ("check", "apply"):
        result = company.run("policy", command, company.policy, now=LATER, code=EX_CONFIG)
        assert said in result.out + result.err and re.search(r"policy\.conf(:\d+)?: ", result.out + result.err)
    assert company.records("audit", "verify")[0]["events"] == before and len(company.records("policy", "history")) == 2


def test_a_file_that_is_not_there(company):
    result = company.run("policy", "apply", "nothing.conf", code=None)
    assert result.code in (EX_CONFIG, EX_NOINPUT) and "nothing.conf" in result.err
    edit(company, 'countries = [ "ES" ];', 'countries = [ "ES" ]; holidays = [ "holidays/es.ics" ];')
    assert "holidays/es.ics" in company.run("policy", "apply", company.policy, code=EX_CONFIG).err
    holidays(company)
    (company.folder / "holidays/es.ics").write_text("no calendar", encoding="ascii")
    assert "holidays/es.ics" in company.run("policy", "apply", company.policy, code=EX_CONFIG).err
    assert len(company.records("policy", "history")) == 2


def test_holidays_beside_the_policy_move_deadlines(company):
    """Thursday and Friday are free in Spain: three working days from Tuesday end on the Monday after."""
    edit(company, 'countries = [ "ES" ];', 'countries = [ "ES" ]; holidays = [ "holidays/es.ics" ];')
    holidays(company, "20261203", "20261204")
    company.run("policy", "apply", company.policy, now=FIRST)
    # The version in force holds its holidays itself: they may vanish, and the command may run anywhere.
    (company.folder / "holidays/es.ics").unlink()
    _, invoice = take(company)
    company.run("tick", now=FIRST)
    # Wednesday, Monday, Tuesday; Tuesday 17:00 in Madrid. Immaculate Conception, the 8th, is not in the file.
    assert approvals(whole(company, invoice))[0]["deadline"] == "2026-12-08T16:00:00Z"
    company.run("tick", now="2026-12-03T08:00:00Z")
    assert {reminder["rung"] for reminder in approvals(whole(company, invoice))[0]["reminders"]} == {"opened", "nudge"}
    assert [event["at"] for event in events(company, "message.accepted") if event["at"].startswith("2026-12-03")] == [], "nobody is written to on a holiday"


def test_changed_holidays_are_a_new_version(company):
    edit(company, 'countries = [ "ES" ];', 'countries = [ "ES" ]; holidays = [ "holidays/es.ics" ];')
    holidays(company, "20261203")
    assert "version 3" in company.run("policy", "apply", company.policy, now=LATER).out
    assert "in force already: version 3" in company.run("policy", "apply", company.policy, now=LATER).out
    holidays(company, "20261203", "20261204")
    assert "version 4" in company.run("policy", "apply", company.policy, now=LATER).out
    assert company.records("audit", "verify")[0]["ok"] and company.records("audit", "replay")[0]["ok"]


def test_a_new_version_for_what_is_on_its_way(company):
    """Approvers stay as they were asked, rungs are read by name from the version in force: nothing goes twice, and a rung that is gone is gone."""
    _, invoice = take(company)
    company.run("tick", now=FIRST)
    edit(company, '{ name = "opened";   at = "start"; ', '{ name = "opened";   at = "start+2h"; ')
    edit(company, '{ name = "nudge";    at = "start+1bd";    tone = "friendly"; },', '{ name = "soon"; at = "start+2bd"; tone = "friendly"; },')
    edit(company, 'approvers = [ "lookup(budget_holder)" ]', 'approvers = [ "user(anna)" ]')
    company.run("policy", "apply", company.policy, now="2026-12-01T12:00:00Z")
    for now in ("2026-12-01T13:00:00Z", "2026-12-02T08:00:00Z", "2026-12-03T08:00:00Z", "2026-12-04T13:00:00Z"):
        company.run("tick", now=now)
    record = whole(company, invoice)
    sent = [reminder["rung"] for reminder in approvals(record)[0]["reminders"] if reminder["send"] == "mail" and reminder["state"] == "claimed"]
    assert record["approvers"] == ["lucia"] and sent == ["opened", "soon", "pressing"]


def test_a_ladder_that_vanished_stops_nobody_else(company):
    """F35: what followed it waits and is said; everything else goes on."""
    _, small = take(company, number="S-1", gross="100.00")
    company.run("tick", now=FIRST)
    edit(company, 'ladder = "gentle"', 'ladder = "standard"')
    text = company.policy.read_text(encoding="utf-8")
    company.policy.write_text(re.sub(r"  gentle = \(.*?\n  \);\n", "", text, flags=re.DOTALL), encoding="utf-8")
    company.run("policy", "apply", company.policy, now=LATER)
    _, other = take(company, LATER, number="S-2")
    result = company.run("tick", now="2026-12-01T13:00:00Z")
    assert "gentle" in result.err
    assert whole(company, other)["messages"] and whole(company, small)["approvers"] == ["lucia"]
    company.run("approve", small, "--as", "lucia", now="2026-12-01T13:00:00Z")


@pytest.mark.parametrize("words", [[], ["burn"], ["check"], ["apply"], ["show", "more"], ["apply", "a", "b"]])
def test_wrong_call(akkoord, words):
    akkoord.run("policy", *words, code=EX_USAGE)
