"""`akkoord people`, and what becomes of the approvals of people who are gone or unusable, around the scenarios of tests/sim."""
import contextlib
import re

import pytest

from akkoord import EX_USAGE
from company import found
from scene import FIRST, approvals, events, notices, store, take, to_whom, whole
from slapd import SUFFIX, Slapd

NUDGE, SOON, LATER = "2026-12-02T08:00:00Z", "2026-12-02T08:05:00Z", "2026-12-02T09:00:00Z"
MANY = 11


@pytest.fixture(scope="module")
def own_slapd(tmp_path_factory):
    """Changed by these tests, each of which puts it back as it was."""
    with Slapd(tmp_path_factory.mktemp("people") / "slapd") as server:
        yield server


@pytest.fixture
def company(akkoord, own_slapd, smtp):
    found(akkoord, own_slapd, smtp.url, FIRST)
    return akkoord


@contextlib.contextmanager
def disabled(slapd, uid):
    entry = f"dn: uid={uid},ou=people,{SUFFIX}\nchangetype: modify\n"
    slapd.modify(entry + "add: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n")
    try:
        yield
    finally:
        slapd.modify(entry + "delete: pwdAccountLockedTime\n")


def take_many(akkoord):
    for number in range(MANY):
        take(akkoord, number=f"M-{number}")


def sound(akkoord):
    akkoord.run("audit", "verify")
    akkoord.run("audit", "replay")


def no_directory(akkoord):
    """From now on a pass or a command that asked the directory would hear nothing."""
    text = akkoord.config.read_text(encoding="utf-8")
    akkoord.config.write_text(re.sub(r"ldap://127.0.0.1:\d+", "ldap://127.0.0.1:1", text), encoding="utf-8")


def test_nobody_is_lost(company):
    take(company)
    company.run("tick", now=FIRST)
    company.run("tick", now=NUDGE)
    assert company.records("people", "list") == []
    assert "Everybody who is asked is there" in company.run("people", "list").out
    assert company.records("people", "confirm", "--reason", "x") == [{"people": 0, "approvals": 0}]
    assert company.run("people", "confirm", "--reason", "x").out == "Nothing is held.\n"
    assert events(company, "change.confirmed") == [] and not any(event["type"].startswith("person.") for event in events(company) if event["type"] != "person.recorded")


@pytest.mark.parametrize("words", [(), ("lists",), ("list", "confirm"), ("confirm",), ("confirm", "--reason", ""), ("list", "--reason", "x"), ("list", "--as", "femke")])
def test_usage(company, words):
    assert "akkoord people: " in company.run("people", *words, code=EX_USAGE).err


def test_disabled(company, own_slapd, smtp):
    _, invoice = take(company)
    company.run("tick", now=FIRST)
    with disabled(own_slapd, "lucia"):
        company.run("tick", now=NUDGE)
    before, after = sorted(approvals(whole(company, invoice, NUDGE)), key=lambda approval: approval["start"])
    assert (before["approver"], before["state"], before["handed_on"]) == ("lucia", "delegated", "disabled")
    assert (after["approver"], after["state"], after["replaces"], after["start"]) == ("david", "pending", before["approval"], NUDGE), "the first of the fallback"
    assert [to_whom(message) for message in smtp.messages()].count("lucia") == 3, "one mail and one entry, which is taken back"
    [lost], [allowed] = events(company, "person.lost"), events(company, "change.allowed")
    [handed] = events(company, "approval.delegated")
    assert lost["data"]["why"] == "disabled" and allowed["data"]["people"] == [lost["data"]["person"]] and (allowed["data"]["count"], allowed["data"]["open"]) == (1, 1)
    assert handed["cause"] == lost["seq"] and handed["data"]["seen"] == NUDGE and "missed" not in handed["data"]
    assert company.records("people", "list") == [], "nothing is asked of her any more"
    exported = company.run("audit", "export").out
    assert "lucia" not in exported and "garc" not in exported.lower()
    sound(company)


def test_held_and_confirmed(company, own_slapd, smtp):
    take_many(company)
    _, other = take(company, number="other", cost_centre="FAC-300")
    smtp.behave(rcpt={"lucia@voorbeeld.example": "450 4.2.0 busy"}, times=2)
    company.run("tick", now=FIRST, code=None)
    with disabled(own_slapd, "lucia"):
        company.run("tick", now=NUDGE)
        [row] = company.records("people", "list", now=NUDGE)
        assert row == {"uid": "lucia", "name": "Lucía García", "mail": "lucia@voorbeeld.example", "why": "disabled", "since": NUDGE, "approvals": MANY, "held": True}
        said = company.run("people", "list", now=NUDGE).out
        assert "lucia" in said and "is disabled; 11 approvals: held" in said and "akkoord people confirm --reason" in said
        assert "lucia is disabled" in company.run("show", "Drukkerij Vos/M-3", now=NUDGE).out
        explained = company.run("explain", "Drukkerij Vos/M-3", now=NUDGE).out
        assert "nothing does before \"akkoord people confirm\"" in explained and "pressing for lucia" not in explained, "nobody is reminded"
        assert approvals(whole(company, other, NUDGE))[0]["reminders"][-1]["rung"] == "nudge", "the others go on"
        with store(company) as connection:
            assert connection.execute("SELECT DISTINCT message.state FROM message JOIN person ON person.id = message.person WHERE uid = 'lucia' AND kind = 'mail'").fetchall() == \
                [("withdrawn",)], "what was on its way is taken back"
        [notice] = notices(company, smtp)
        text = notice.message.get_body(("plain",)).get_content()
        assert "11" in text and "12" in text and "akkoord people confirm --reason" in text
        company.run("tick", now=SOON)
        assert len(notices(company, smtp)) == 1 and len(events(company, "change.held")) == 1, "once"
        no_directory(company)
        assert company.records("people", "confirm", "--as", "femke", "--reason", "she moved", now=SOON) == [{"people": 1, "approvals": MANY}]
    [confirmed] = events(company, "change.confirmed")
    assert confirmed["side"]["reason"] == "she moved" and confirmed["side"]["by"] == "femke" and "moved" not in company.run("audit", "export").out
    assert company.records("people", "list", now=SOON)[0]["held"] is False
    assert company.records("people", "confirm", "--as", "femke", "--reason", "again", now=SOON) == [{"people": 0, "approvals": 0}]
    sound(company)


def test_confirmed_changes_hands(company, own_slapd):
    take_many(company)
    company.run("tick", now=FIRST)
    with disabled(own_slapd, "lucia"):
        company.run("tick", now=NUDGE)
        assert "11 approvals change hands at the next pass" in company.run("people", "confirm", "--reason", "she moved", now=SOON).out
        company.run("tick", now=SOON)
    assert {tuple(row["approvers"]) for row in company.records("list", now=SOON)} == {("david",)}
    assert len(events(company, "approval.delegated")) == MANY
    sound(company)


def test_who_is_back_keeps_theirs(company, own_slapd, smtp):
    take_many(company)
    company.run("tick", now=FIRST)
    with disabled(own_slapd, "lucia"):
        company.run("tick", now=NUDGE)
    company.run("tick", now=LATER)
    assert company.records("people", "list", now=LATER) == [] and events(company, "approval.delegated") == []
    assert {tuple(row["approvers"]) for row in company.records("list", now=LATER)} == {("lucia",)}
    assert [to_whom(message) for message in smtp.messages()].count("lucia") == 3, "new, its entry, and the nudge that had waited"
    sound(company)


def test_policy_says_how_many(company, own_slapd):
    text = company.policy.read_text(encoding="utf-8")
    company.policy.write_text(text.replace("max_per_day = 6;", "max_per_day = 6; mass_change = 100;"), encoding="utf-8")
    company.run("policy", "apply", company.policy, now=FIRST)
    take_many(company)
    company.run("tick", now=FIRST)
    with disabled(own_slapd, "lucia"):
        company.run("tick", now=NUDGE)
    assert len(events(company, "approval.delegated")) == MANY and events(company, "change.held") == []


def test_an_outage_changes_nothing(company):
    _, invoice = take(company)
    company.run("tick", now=FIRST)
    no_directory(company)
    for day in range(2, 30):
        company.run("tick", now=f"2026-12-{day:02}T08:00:00Z", code=None)
    [only] = approvals(whole(company, invoice, "2026-12-30T08:00:00Z"))
    assert only["state"] == "pending" and "lost" not in only
    assert not [event["type"] for event in events(company) if event["type"] in ("person.missing", "person.lost", "approval.delegated", "approver.left")]


@contextlib.contextmanager
def on_the_board(slapd):
    """Zoe, who lies beside the people and heads a cost centre."""
    centre = f"dn: ou=FAC-300,ou=cost centres,{SUFFIX}\nchangetype: modify\nreplace: manager\nmanager: uid={{uid}},ou={{ou}},{SUFFIX}\n"
    slapd.modify(f"dn: ou=board,{SUFFIX}\nobjectClass: organizationalUnit\nou: board\n\n"
                 f"dn: uid=zoe,ou=board,{SUFFIX}\nobjectClass: inetOrgPerson\nuid: zoe\ncn: Zoe\nsn: Zoe\nmail: zoe@voorbeeld.example\n\n" + centre.format(uid="zoe", ou="board"))
    try:
        yield
    finally:
        slapd.modify(f"dn: uid=zoe,ou=board,{SUFFIX}\nchangetype: delete\n\ndn: ou=board,{SUFFIX}\nchangetype: delete\n\n" + centre.format(uid="julien", ou="people"))


def test_who_lies_where_nobody_is_searched(company, own_slapd):
    """A lookup or manager led to them by name: they are there as long as their entry is, and gone when it is."""
    company.configure(company.config.read_text(encoding="utf-8").replace("person = {", f'person = {{ base = "ou=people,{SUFFIX}";'))
    with on_the_board(own_slapd):
        _, invoice = take(company, cost_centre="FAC-300")
        for now in (FIRST, NUDGE, LATER):
            company.run("tick", now=now)
            assert company.records("people", "list", now=now) == []
        assert [event["type"] for event in events(company) if event["type"].startswith("person.")] == ["person.recorded"]
        [only] = approvals(whole(company, invoice, LATER))
        assert only["approver"] == "zoe" and [reminder["rung"] for reminder in only["reminders"]] == ["opened", "opened", "nudge"]
    company.run("tick", now="2026-12-04T13:00:00Z")
    assert [row["why"] for row in company.records("people", "list", now="2026-12-04T13:00:00Z")] == ["missing"]
    company.run("tick", now="2026-12-04T14:00:00Z")
    assert [approval["approver"] for approval in approvals(whole(company, invoice, LATER)) if approval["state"] == "pending"] == ["julien"]
