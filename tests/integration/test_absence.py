"""`akkoord absence`: who may say that somebody is away, what is refused, and what becomes of it."""
import contextlib
import re

import pytest

from akkoord import EX_DATAERR, EX_NOINPUT, EX_NOPERM, EX_UNAVAILABLE, EX_USAGE, free_port
from company import found
from scene import FIRST, approvals, events, kind_of, store, take, to_whom, whole

NOON = "2026-12-01T11:00:00Z"


@pytest.fixture
def company(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, FIRST)
    return akkoord


def away(akkoord, who, since, until, *more, by=None, now=NOON, **options):
    return akkoord.run("absence", "set", who, "--from", since, "--until", until, *more, "--as", by or who, now=now, **options)


@contextlib.contextmanager
def nobody_answers(akkoord):
    """No server where the directory is."""
    before = akkoord.config.read_text(encoding="utf-8")
    akkoord.configure(re.sub(r"ldap://127.0.0.1:\d+", f"ldap://127.0.0.1:{free_port()}", before))
    yield
    akkoord.configure(before)


def listed(akkoord, *words, now=NOON):
    return [(row["person"], row["from"], row["until"], row.get("deputy")) for row in akkoord.records("absence", "list", *words, now=now)]


def sound(akkoord):
    akkoord.run("audit", "verify")
    akkoord.run("audit", "replay")


def test_days_of_that_persons_calendar(company):
    [record] = away(company, "lucia", "2026-12-07", "2026-12-11", "--deputy", "anna", "--reason", "skiing", as_json=True).lines
    assert record.pop("absence")[0] == "b"
    assert record == {"person": "lucia", "from": "2026-12-06T23:00:00Z", "until": "2026-12-11T23:00:00Z", "deputy": "anna", "by": "lucia",
                      "recorded": NOON, "reason": "skiing"}
    away(company, "lucia", "2026-12-12 10:30", "2026-12-12 12:00")
    away(company, "lucia", "2027-07-01T08:00:00+02:00", "2027-07-01")
    assert listed(company, "lucia")[1:] == [("lucia", "2026-12-12T09:30:00Z", "2026-12-12T11:00:00Z", None),
                                           ("lucia", "2027-07-01T06:00:00Z", "2027-07-01T22:00:00Z", None)]
    [first, *_] = events(company, "absence.set")
    assert first["side"]["reason"] == "skiing" and "skiing" not in str(first["data"]), "free text stands in the side record"
    sound(company)


def test_who_may(company):
    assert "none of the admins" in away(company, "lucia", "2026-12-07", "2026-12-11", by="anna", code=EX_NOPERM).err
    away(company, "lucia", "2026-12-07", "2026-12-11", by="femke")
    [event] = events(company, "absence.set")
    assert event["data"]["by"] != event["data"]["person"], "who did it for somebody else is on record"
    company.run("absence", "clear", "lucia", "--as", "anna", now=NOON, code=EX_NOPERM)
    company.run("absence", "clear", "lucia", "--as", "lucia", now=NOON)
    assert listed(company) == []


@pytest.mark.parametrize("since,until,more,code,says", [
    ("2026-12-10", "2026-12-09", (), EX_USAGE, "not after its beginning"),
    ("2026-12-10 10:00", "2026-12-10 10:00", (), EX_USAGE, "not after its beginning"),
    ("2026-11-23", "2026-11-30", (), EX_USAGE, "over already"),
    ("soon", "2026-12-09", (), EX_USAGE, "wanted a date"),
    ("2026-12-09", "2026-02-30", (), EX_USAGE, "wanted a date"),
    ("0001-01-01", "2026-12-31", (), EX_USAGE, "wanted a date"),
    ("2026-12-09", "9999-12-31", (), EX_USAGE, "wanted a date"),
    ("2027-03-28 02:30", "2027-03-28 03:00", (), EX_USAGE, "not after its beginning"),  # the clocks jump over it
    ("2026-12-09", "2026-12-09", ("--deputy", "nobody-at-all"), EX_NOINPUT, "nobody"),
    ("2026-12-09", "2026-12-09", ("--deputy", "*"), EX_NOINPUT, "nobody"),
    ("2026-12-09", "2026-12-09", ("--deputy", "lucia"), EX_DATAERR, "themselves"),
    ("2026-12-04", "2026-12-07", (), EX_DATAERR, "is away from"),
    ("2026-12-08", "2026-12-20", (), EX_DATAERR, "is away from"),
    ("2026-12-01", "2026-12-20", (), EX_DATAERR, "is away from"),
])
def test_refused(company, since, until, more, code, says):
    [kept] = away(company, "lucia", "2026-12-07", "2026-12-08", as_json=True).lines
    result = away(company, "lucia", since, until, *more, code=code)
    assert says in result.err
    assert says != "is away from" or kept["absence"] in result.err, "the other one is named"
    assert len(listed(company)) == 1 and len(events(company, "absence.set")) == 1


def test_touching_and_other_people_are_no_overlap(company):
    away(company, "lucia", "2026-12-07", "2026-12-08")
    away(company, "lucia", "2026-12-09", "2026-12-09")
    away(company, "lucia", "2026-12-06", "2026-12-06")
    away(company, "anna", "2026-12-07", "2026-12-08")
    assert len(listed(company)) == 4 and len(listed(company, "lucia")) == 3


def test_usage(company):
    for words in ((), ("set",), ("set", "lucia"), ("set", "lucia", "--from", "2026-12-09"), ("clear",), ("take", "lucia"), ("list", "a", "b")):
        company.run("absence", *words, now=NOON, code=EX_USAGE)
    company.run("absence", "list", "nobody-at-all", now=NOON, code=EX_NOINPUT)
    away(company, "nobody-at-all", "2026-12-09", "2026-12-09", code=EX_NOINPUT)
    assert company.records("absence", "list", "anna", now=NOON) == [], "known to the directory, and there"


def test_taken_back(company):
    [first] = away(company, "lucia", "2026-11-30", "2026-12-02", as_json=True).lines
    [second] = away(company, "lucia", "2026-12-07", "2026-12-08", as_json=True).lines
    [third] = away(company, "lucia", "2026-12-14", "2026-12-15", as_json=True).lines
    out = company.run("absence", "clear", second["absence"], "--as", "lucia", "--reason", "no snow", now=NOON).out
    assert "after all" in out
    assert "was taken back" in company.run("absence", "clear", second["absence"], "--as", "lucia", now=NOON, code=EX_DATAERR).err
    away(company, "lucia", "2026-12-07", "2026-12-08")
    out = company.run("absence", "clear", "LUCIA", "--as", "lucia", now=NOON).out
    assert "is back" in out and len(out.splitlines()) == 3, "all that were not over, and what has begun ends"
    assert "not absent" in company.run("absence", "clear", "lucia", "--as", "lucia", now=NOON, code=EX_DATAERR).err
    company.run("absence", "clear", "bnothing", "--as", "lucia", now=NOON, code=EX_NOINPUT)
    assert listed(company) == [] and len(listed(company, "--all")) == 4
    cleared = {row["absence"]: row["cleared"] for row in company.records("absence", "list", "--all", now=NOON)}
    assert cleared[first["absence"]] == cleared[third["absence"]] == NOON
    assert events(company, "absence.cleared")[0]["side"]["reason"] == "no snow"
    sound(company)


def test_over(company):
    [record] = away(company, "lucia", "2026-12-01", "2026-12-02", as_json=True).lines
    late = "2026-12-02T23:00:00Z"
    assert listed(company, now="2026-12-02T22:59:59Z") and not listed(company, now=late) and listed(company, "--all", now=late)
    assert "was over" in company.run("absence", "clear", record["absence"], "--as", "lucia", now=late, code=EX_DATAERR).err


def test_directory_down(company):
    away(company, "lucia", "2026-12-07", "2026-12-08", "--deputy", "anna")
    with nobody_answers(company):
        away(company, "lucia", "2026-12-09", "2026-12-09", "--deputy", "anna")
        away(company, "mark", "2026-12-09", "2026-12-09", code=EX_UNAVAILABLE)
        away(company, "lucia", "2026-12-10", "2026-12-10", by="femke", code=EX_UNAVAILABLE)
        company.run("absence", "clear", "lucia", "--as", "lucia", now=NOON)
    assert [row["cleared"] for row in company.records("absence", "list", "--all", now=NOON)] == [NOON, NOON]


def test_for_people(company):
    away(company, "lucia", "2026-12-07", "2026-12-08", "--deputy", "anna", "--reason", "skiing")
    out = company.run("absence", "list", now=NOON).out
    assert all(word in out for word in ("lucia", "anna", "skiing", "Mon 2026-12-07", "Tue 2026-12-08")) and "00:00" not in out, "the last day is the last"
    assert "anna is not away" in company.run("absence", "list", "anna", now=NOON).out
    company.run("absence", "clear", "lucia", "--as", "lucia", "--reason", "no snow", now=NOON)
    assert "skiing, taken back on Tue 2026-12-01 12:00" in company.run("absence", "list", "--all", now=NOON).out
    out = away(company, "mark", "2026-12-09 12:00", "2026-12-10").out
    assert "from Wed 2026-12-09 12:00 to Thu 2026-12-10 24:00" in out and "the directory names nobody who stands in" in out
    assert "the directory knows nobody" in away(company, "anna", "2026-12-09", "2026-12-10", by="nobody-at-all", code=EX_NOINPUT).err


def test_deputy_decides(company, smtp):
    """Told in the place of who is away, listed, shown, explained; what they decide says for whom."""
    away(company, "lucia", "2026-12-01", "2026-12-08", "--deputy", "anna", now=FIRST)
    _, invoice = take(company)
    company.run("tick", now=FIRST)
    assert {to_whom(message) for message in smtp.messages()} == {"anna"}
    assert "Dit is aan Lucía García gevraagd, die afwezig is" in smtp.messages()[0].message.get_body(("plain",)).get_content()
    for who in ("anna", "lucia"):
        assert [row["invoice"] for row in company.records("list", "--approver", who, now=NOON)] == [invoice]
    explained = company.run("explain", invoice, now=NOON).out
    assert "anna stands in for lucia" in explained and "nudge for anna, who stands in for lucia (" in explained
    assert "daily for lucia (" in explained, "she is back by then"
    shown = company.run("show", invoice, now=NOON).out
    assert "anna stands in for lucia" in shown and "lucia is absent until Tue 2026-12-08 24:00" in shown
    [shown] = [approval for stage in company.records("show", invoice, now=NOON)[0]["stages"] for approval in stage["approvals"]]
    assert shown["absent_until"] == "2026-12-08T23:00:00Z" and [(one["person"], one["how"], one["since"]) for one in shown["beside"]] == [("anna", "deputy", FIRST)]
    company.run("approve", invoice, "--as", "anna", now=NOON)
    for words in (("explain", invoice), ("show", invoice)):
        assert "anna stood in for lucia, who was absent, and could decide too from Tue 2026-12-01 09:00 on." in company.run(*words, now=NOON).out, "that is over"
    [added] = events(company, "approver.added")
    assert added["data"]["how"] == "deputy" and added["data"]["since"] == FIRST
    [decision] = events(company, "decision.recorded")
    [opened, *_] = events(company, "approval.opened")
    assert (decision["data"]["person"], decision["data"]["for"]) == (added["data"]["person"], opened["data"]["person"])
    sound(company)


def test_another_deputy(company):
    """The absence is recorded anew with another deputy: who stood in leaves."""
    away(company, "lucia", "2026-12-01", "2026-12-08", "--deputy", "anna", now=FIRST)
    take(company)
    company.run("tick", now=FIRST)
    company.run("absence", "clear", "lucia", "--as", "lucia", now=NOON)
    away(company, "lucia", "2026-12-01", "2026-12-09", "--deputy", "mark")
    company.run("tick", now=NOON)
    assert [event["data"]["how"] for event in events(company, "approver.added")] == ["deputy", "deputy"]
    [left] = events(company, "approver.left")
    assert left["data"]["why"] == "deputy-changed"
    company.run("tick", now="2026-12-01T12:00:00Z")
    assert len(events(company, "approver.left")) == 1, "and stays"
    sound(company)


def test_no_answer_changes_nobody(company):
    """While the directory does not say who stands in, the approval waits; nobody is escalated to because nobody stands in."""
    _, invoice = take(company)
    company.run("tick", now=FIRST)
    away(company, "lucia", "2026-12-02", "2026-12-11", "--deputy", "anna")
    with nobody_answers(company):
        for now in ("2026-12-02T08:00:00Z", "2026-12-04T16:00:00Z", "2026-12-09T08:00:00Z"):
            company.run("tick", now=now, code=None)
    assert not events(company, "approver.added") and not events(company, "approval.idle")
    company.run("tick", now="2026-12-09T09:00:00Z")
    [added] = events(company, "approver.added")
    assert added["data"]["since"] == "2026-12-01T23:00:00Z"
    assert {event["data"]["person"] for event in events(company, "reminder.claimed") if event["at"] > NOON} == {added["data"]["person"]}
    assert invoice and sound(company) is None


def test_nothing_left_to_do(company):
    """A return that was told of leaves no wakeup: a daemon sleeps."""
    away(company, "lucia", "2026-12-01", "2026-12-01", now=FIRST)
    company.run("tick", now=FIRST)
    company.run("tick", now="2026-12-02T07:30:00Z")
    assert not events(company, "absence.over"), "not before her slot"
    company.run("tick", now="2026-12-02T08:00:00Z")
    assert len(events(company, "absence.over")) == 1 and not events(company, "message.queued")
    with store(company) as connection:
        assert connection.execute("SELECT * FROM wakeup WHERE kind = 4").fetchall() == []


def test_taken_out_of_the_calendar_and_not_done(company, smtp):
    """The entry goes; what stood in it still waits, and the mail does not say that it is done."""
    take(company)
    company.run("tick", now=FIRST)
    away(company, "lucia", "2026-12-02", "2026-12-20", "--deputy", "anna")
    company.run("tick", now="2026-12-01T13:00:00Z")
    [cancelled] = [message for message in smtp.messages() if kind_of(message) == "CANCEL"]
    assert to_whom(cancelled) == "lucia" and "no está resuelto" in cancelled.message.get_body(("plain",)).get_content()
    later = "2026-12-01T13:30:00Z"
    assert "opened to lucia (invite), new: taken back on Tue 2026-12-01 14:00: the recipient was absent." in company.run("explain", "Drukkerij Vos/A-1", now=later).out
    assert "Tue 2026-12-01 14:00  opened (invite, to lucia): taken back: the recipient was absent" in company.run("show", "Drukkerij Vos/A-1", now=later).out
    [invite] = [reminder for reminder in approvals(whole(company, "Drukkerij Vos/A-1", later))[0]["reminders"] if reminder["send"] == "invite" and reminder["recipient"] == "lucia"]
    assert invite["taken_back"] and invite["message_state"] == "accepted"
