"""The emergency brake and the hourly budget: nothing goes, nothing is lost, and what came meanwhile is merged."""
import pytest

from akkoord import EX_USAGE, wait_until
from company import found
from scene import FIRST, approvals, events, kind_of, notices, take, to_whom, whole

NOON, NUDGE, LATER = "2026-12-01T10:00:00Z", "2026-12-02T08:00:00Z", "2026-12-08T08:00:00Z"
WRONG = ("--reason", "the wrong policy", "--as", "femke")


@pytest.fixture
def company(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, FIRST)
    return akkoord


def sent(smtp):
    return [(kind_of(message), to_whom(message)) for message in smtp.messages()]


def sound(akkoord):
    akkoord.run("audit", "verify")
    akkoord.run("audit", "replay")


def budget_of(akkoord, mails, now=FIRST):
    text = akkoord.policy.read_text(encoding="utf-8")
    akkoord.policy.write_text(text.replace("max_per_day = 6;", f"max_per_day = 6; hourly_budget = {mails};"), encoding="utf-8")
    akkoord.run("policy", "apply", akkoord.policy, now=now)


def test_pause_and_resume(company, smtp):
    _, invoice = take(company)
    assert company.records("pause", *WRONG, now=FIRST) == [{"paused": True, "already": False, "since": FIRST, "reason": "the wrong policy"}]
    for now in (FIRST, NUDGE, "2026-12-07T08:00:00Z"):
        [said] = company.records("tick", now=now)
        assert said["paused"] is True and said["accepted"] == 0 and said["reminders"] == 0
    assert "paused" in company.run("tick", now=NUDGE).out
    record = whole(company, invoice, NUDGE)
    assert record["approvers"] == ["lucia"] and approvals(record)[0]["reminders"] == [], "the stage opens, nobody is reminded"
    assert sent(smtp) == [] and 'Sending is paused: it goes after "akkoord resume".' in company.run("explain", invoice, now=NUDGE).out
    assert company.records("pause", *WRONG, now=NUDGE)[0]["already"] is True
    assert company.records("resume", "--as", "femke", now=LATER) == [{"paused": False, "already": False, "at": FIRST, "returned": 0}]
    company.run("tick", now=LATER)
    assert sent(smtp) == [("mail", "lucia")], "one mail for all that came; the deadline is past, so no invite"
    assert company.records("resume", "--as", "femke", now=LATER)[0]["already"] is True
    [paused] = events(company, "sending.paused")
    assert paused["side"]["by"] == "femke" and paused["side"]["reason"] == "the wrong policy" and "wrong" not in company.run("audit", "export").out
    sound(company)


def test_what_was_queued_is_merged_with_what_came(company, smtp):
    take(company)
    smtp.behave(rcpt={"lucia@voorbeeld.example": "450 4.2.0 busy"}, times=2)
    company.run("tick", now=FIRST, code=None)
    company.run("pause", *WRONG, now="2026-12-01T08:00:30Z")
    for now in ("2026-12-01T08:10:00Z", NUDGE):
        company.run("tick", now=now)
    assert sent(smtp) == []
    [said] = company.records("resume", now="2026-12-02T09:00:00Z")
    assert said["returned"] == 1
    company.run("tick", now="2026-12-02T09:00:00Z")
    assert sorted(sent(smtp)) == [("REQUEST", "lucia"), ("mail", "lucia")]
    states = sorted((reminder["rung"], reminder["state"]) for reminder in approvals(whole(company, "Drukkerij Vos/A-1", NUDGE))[0]["reminders"]
                    if reminder["send"] == "mail")
    assert states == [("nudge", "claimed"), ("opened", "superseded")]
    sound(company)


def test_decisions_go_on(company, smtp):
    _, invoice = take(company)
    company.run("tick", now=FIRST)
    company.run("pause", *WRONG, now=NOON)
    company.run("approve", invoice, "--as", "lucia", now=NOON)
    company.run("tick", now=NUDGE)
    assert len(sent(smtp)) == 2, "the cancellation waits as well"
    company.run("resume", now=NUDGE)
    company.run("tick", now=NUDGE)
    assert sent(smtp)[2:] == [("CANCEL", "lucia")]
    sound(company)


@pytest.mark.parametrize("words", [["pause"], ["pause", "--reason", ""], ["pause", "now", "--reason", "x"], ["resume", "now"]])
def test_wrong_use(company, words):
    company.run(*words, now=FIRST, code=EX_USAGE)
    assert events(company, "sending.paused") == []


def test_the_daemon_says_so_and_check_warns(company, smtp):
    company.run("pause", *WRONG)
    assert "paused since" in company.run("check", code=None).out
    company.serve()
    wait_until(lambda: "paused" in company.serve_log(), what="a word in the log")
    company.run("resume")
    assert "paused since" not in company.run("check", code=None).out
    assert smtp.messages() == []


def test_pause_needs_no_directory(company, slapd):
    text = company.config.read_text(encoding="utf-8")
    company.config.write_text(text.replace(str(slapd.port), "1"), encoding="utf-8")
    company.run("pause", *WRONG, now=FIRST)
    company.run("resume", now=FIRST)


def test_budget_drops_nothing(company, smtp):
    """Three people, six messages, three an hour."""
    budget_of(company, 3)
    for number, centre in enumerate(("MKT-200", "IT-100", "IT-200", "MKT-200")):
        take(company, number=f"B-{number}", cost_centre=centre)
    minutes = [f"2026-12-01T{hour:02}:{minute:02}:00Z" for hour in range(8, 12) for minute in (0, 20, 40, 59)]
    counts = []
    for now in minutes:
        [said] = company.records("tick", now=now)
        counts.append(len(smtp.messages()) - len(notices(company, smtp)))
        assert said.get("held_up", False) == (counts[-1] < 6 and now < "2026-12-01T10:00:00Z"), said
    assert counts[:5] == [3, 3, 3, 3, 6] and counts[-1] == 6, "three mails and three invites"
    mails = [kind for kind in sent(smtp) if kind[1] != "femke"]
    assert len(set(mails)) == len(mails) == 6, "nothing twice"
    alarms = events(company, "budget.reached")
    assert len(alarms) == 1 and alarms[0]["data"] == {"budget": 3}
    sound(company)


def test_admins_hear_of_the_budget(company, smtp):
    """At their next slot, once, though it was reached in hour after hour; and their notice is not held up by it."""
    budget_of(company, 1)
    for number in range(4):
        take(company, number=f"B-{number}")
    for now in (FIRST, "2026-12-01T09:00:00Z", "2026-12-01T10:00:00Z", "2026-12-01T12:59:59Z", "2026-12-01T13:00:00Z", "2026-12-01T13:10:00Z"):
        company.run("tick", now=now)
    told = notices(company, smtp)
    assert [to_whom(message) for message in told] == ["femke"]
    assert "hourly_budget" in told[0].part("text/plain")
    company.run("tick", now="2026-12-03T08:00:00Z")
    sound(company)
