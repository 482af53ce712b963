"""Hold and release: who may, until when, what stops meanwhile, and what goes on afterwards as if the held hours had not been."""
import pytest

from akkoord import EX_DATAERR, EX_NOINPUT, EX_NOPERM, EX_UNAVAILABLE, EX_USAGE
from company import found
from scene import FIRST, MuteServer, approvals, events, kind_of, take, to_whom, whole

# Lucía works in Madrid, Mon-Thu 08:00-17:00, Fri 08:00-15:00. The invoice is due on Thursday 31 December, two working days before which is Tuesday 29th, 17:00.
NOON, NUDGE, DEADLINE = "2026-12-01T11:00:00Z", "2026-12-02T08:00:00Z", "2026-12-04T14:00:00Z"
BROKEN = ("--reason", "the goods are broken")


@pytest.fixture
def company(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, FIRST)
    return akkoord


@pytest.fixture
def asked(company):
    """One invoice, for Lucía alone to approve."""
    _, company.invoice = take(company)
    company.run("tick", now=FIRST)
    return company


def hold(akkoord, until="2026-12-09", who="lucia", now=NOON, **options):
    return akkoord.run("hold", akkoord.invoice, "--until", until, *BROKEN, "--as", who, now=now, **options)


def deadline(akkoord, now=NOON):
    return approvals(whole(akkoord, akkoord.invoice, now))[-1]["deadline"]


def sent(smtp):
    return [(kind_of(message), to_whom(message)) for message in smtp.messages()]


def sound(akkoord):
    akkoord.run("audit", "verify")
    akkoord.run("audit", "replay")


def test_nothing_goes_while_held(asked, smtp):
    assert sent(smtp) == [("mail", "lucia"), ("REQUEST", "lucia")] and deadline(asked) == DEADLINE
    assert hold(asked, as_json=True).lines == [{"invoice": asked.invoice, "until": "2026-12-09T07:30:00Z"}]
    for now in (NUDGE, "2026-12-04T10:00:00Z", "2026-12-07T08:00:00Z", "2026-12-09T07:29:59Z"):
        asked.run("tick", now=now)
    assert len(sent(smtp)) == 2, "neither the nudge nor the escalation"
    asked.run("tick", now="2026-12-09T08:00:00Z")
    # held: Tue 12:00 - Wed 9th 08:30, that is 5 + 9 + 9 + 7 + 9 + 9 + 0.5 hours of hers, five days and a half of work
    moved = deadline(asked, "2026-12-09T08:00:00Z")
    assert moved == "2026-12-11T14:00:00Z"
    [event] = events(asked, "approval.moved")
    assert event["data"]["why"] == "hold" and event["data"]["deadline"] == moved
    [released] = events(asked, "invoice.released")
    assert released["data"] == {"early": False, "ended": "2026-12-09T07:30:00Z"}
    asked.run("tick", now="2026-12-10T08:00:00Z")
    assert sorted(kind for kind, _ in sent(smtp)[2:]) == ["CANCEL", "REQUEST", "mail"], "the entry moves to another day, the nudge comes"
    [cancelled] = [message for message in smtp.messages() if kind_of(message) == "CANCEL"]
    assert "no está resuelto" in cancelled.message.get_body(("plain",)).get_content()
    sound(asked)


def test_the_end_does_not_depend_on_passes(asked):
    """However late a pass sees to it, the hold was over at its end."""
    hold(asked)
    asked.run("tick", now="2026-12-17T10:00:00Z")
    assert deadline(asked, "2026-12-17T10:00:00Z") == "2026-12-11T14:00:00Z"


def test_release_ends_it_early(asked, smtp):
    hold(asked)
    [said] = asked.records("release", asked.invoice, "--as", "lucia", "--reason", "they were not", now="2026-12-01T13:00:00Z")
    assert said == {"invoice": asked.invoice, "ended": "2026-12-01T13:00:00Z"}
    assert deadline(asked) == DEADLINE, "two hours of the fourth are held, close of work is the same"
    asked.run("tick", now=NUDGE)
    assert len(sent(smtp)) == 2, "the nudge is two hours later: at the next slot"
    asked.run("tick", now="2026-12-02T13:00:00Z")
    assert sent(smtp)[2:] == [("mail", "lucia")]
    [row] = whole(asked, asked.invoice)["holds"]
    assert row["answer"] == "they were not" and row["ended"] == "2026-12-01T13:00:00Z" and row["role"] == "approver"
    again = asked.run("release", asked.invoice, "--as", "lucia", now=NUDGE, code=EX_DATAERR)
    assert "not on hold" in again.err
    sound(asked)


@pytest.mark.parametrize("until, code", [("2026-12-29", 0), ("2026-12-29 17:00", 0), ("2026-12-29 17:01", EX_NOPERM), ("2026-12-30", EX_NOPERM),
                                         ("2026-12-29T16:00:00Z", 0), ("2026-12-29T16:00:01Z", EX_NOPERM)])
def test_an_approver_until_two_days_before_due(asked, until, code):
    result = hold(asked, until, code=code)
    assert code == 0 or ("Tue 2026-12-29 17:00" in result.err and "2026-12-29T16:00:00Z" in result.err), result
    assert len(events(asked, "invoice.held")) == (0 if code else 1)


def test_finance_at_will(asked):
    hold(asked, "2027-06-01", who="femke")
    [event] = events(asked, "invoice.held")
    assert event["data"]["role"] == "finance" and event["data"]["until"] == "2027-06-01T06:30:00Z" and event["side"] == {"reason": "the goods are broken"}
    assert asked.run("audit", "export").out.count("broken") == 0
    for command in (["hold", asked.invoice, "--until", "2026-12-03", *BROKEN], ["release", asked.invoice]):
        assert "finance" in asked.run(*command, "--as", "lucia", now=NOON, code=EX_NOPERM).err
    asked.run("release", asked.invoice, "--as", "femke", now=NOON)
    sound(asked)


@pytest.mark.parametrize("who, code", [("priya", EX_NOPERM), ("eva", EX_NOPERM), ("nobody", EX_NOINPUT), ("", EX_NOINPUT), ("*", EX_NOINPUT),
                                       ("lucia)(uid=*", EX_NOINPUT)])
def test_not_theirs(asked, who, code):
    hold(asked, who=who, code=code)
    hold(asked)
    asked.run("release", asked.invoice, "--as", who, now=NOON, code=code)


@pytest.mark.parametrize("options", [["--until", "2026-12-09"], ["--until", "2026-12-09", "--reason", ""], ["--reason", "x"], ["--until", "", "--reason", "x"],
                                     ["--until", "2026-11-30", "--reason", "x"], ["--until", NOON, "--reason", "x"], ["--until", "soon", "--reason", "x"],
                                     ["--until", "2026-02-30", "--reason", "x"], ["--until", "99999999999999999", "--reason", "x"]])
def test_wrong_use(asked, options):
    asked.run("hold", asked.invoice, *options, "--as", "lucia", now=NOON, code=EX_USAGE)
    assert events(asked, "invoice.held") == []


def test_no_such_invoice_or_a_closed_one(asked):
    asked.run("hold", "xyz", "--until", "2026-12-09", *BROKEN, "--as", "lucia", now=NOON, code=EX_NOINPUT)
    asked.run("approve", asked.invoice, "--as", "lucia", now=NOON)
    assert "approved" in hold(asked, code=EX_DATAERR).err
    asked.run("release", asked.invoice, "--as", "femke", now=NOON, code=EX_DATAERR)


def test_a_second_hold_takes_the_place_of_the_first(asked):
    hold(asked)
    hold(asked, "2026-12-03", now="2026-12-01T12:00:00Z")
    rows = whole(asked, asked.invoice, NUDGE)["holds"]
    assert [(row["until"], row.get("ended")) for row in rows] == [("2026-12-09T07:30:00Z", "2026-12-01T12:00:00Z"), ("2026-12-03T07:30:00Z", None)]
    asked.run("tick", now="2026-12-03T08:00:00Z")
    sound(asked)


def test_a_decision_ends_it(asked, smtp):
    hold(asked)
    asked.run("approve", asked.invoice, "--as", "lucia", now="2026-12-08T10:00:00Z")
    record = whole(asked, asked.invoice, "2026-12-08T10:00:00Z")
    assert record["state"] == "approved" and "on_hold" not in record and record["holds"][0]["ended"] == "2026-12-08T10:00:00Z"
    [line] = asked.records("report", "latency", now="2026-12-08T10:00:00Z")[-1:]
    assert line["late"] == 0, "late is measured by the deadline that moved"
    for now in ("2026-12-09T08:00:00Z", "2026-12-10T08:00:00Z"):
        asked.run("tick", now=now)
    assert [kind for kind, _ in sent(smtp)[2:]] == ["CANCEL"]
    sound(asked)


def test_withdrawn_while_held(asked):
    hold(asked, who="femke")
    asked.run("withdraw", asked.invoice, "--as", "femke", "--reason", "twice", now="2026-12-02T10:00:00Z")
    assert whole(asked, asked.invoice)["holds"][0]["ended"] == "2026-12-02T10:00:00Z"
    sound(asked)


def test_what_was_queued_is_taken_back(asked, smtp):
    """A mail that carries two invoices, one of which is put on hold before it goes: the other goes alone."""
    _, other = take(asked, number="A-2")
    smtp.behave(rcpt={"lucia@voorbeeld.example": "450 4.2.0 busy"}, times=2)
    asked.run("tick", now=NUDGE, code=None)
    assert len(sent(smtp)) == 2
    hold(asked, now="2026-12-02T08:00:30Z")
    for now in ("2026-12-02T08:01:00Z", "2026-12-02T09:00:00Z", "2026-12-02T12:00:00Z"):
        asked.run("tick", now=now, code=None)
    mails = [message for message in smtp.messages()[2:] if kind_of(message) == "mail"]
    assert len(mails) == 1 and "A-2" in mails[0].part("text/plain") and "A-1" not in mails[0].part("text/plain")
    states = {reminder["rung"]: reminder["state"] for reminder in approvals(whole(asked, asked.invoice, NUDGE))[0]["reminders"] if reminder["send"] == "mail"}
    assert states == {"opened": "claimed", "nudge": "planned"}
    assert events(asked, "message.withdrawn")[0]["data"]["why"] == "on-hold"
    assert approvals(whole(asked, other))[0]["state"] == "pending"
    sound(asked)


def test_an_invite_that_waits_follows_the_new_deadline(company, smtp):
    """Its REQUEST never went: one, for the deadline as it is after the hold."""
    smtp.behave(rcpt={"lucia@voorbeeld.example": "450 4.2.0 busy"}, times=2)
    _, company.invoice = take(company)
    company.run("tick", now=FIRST, code=None)
    hold(company, now="2026-12-01T08:00:30Z")
    for now in ("2026-12-01T10:00:00Z", "2026-12-04T10:00:00Z"):
        company.run("tick", now=now)
    assert sent(smtp) == []
    for now in ("2026-12-09T08:00:00Z", "2026-12-09T13:00:00Z"):
        company.run("tick", now=now)
    assert sorted(sent(smtp)) == [("REQUEST", "lucia"), ("mail", "lucia")]
    sound(company)


def test_no_stage_opens_while_held(company, smtp):
    _, company.invoice = take(company)
    hold(company, who="femke", now=FIRST)
    for now in (FIRST, NUDGE, "2026-12-09T07:00:00Z"):
        company.run("tick", now=now)
    assert whole(company, company.invoice)["stages"] == [] and sent(smtp) == []
    company.run("tick", now="2026-12-09T08:00:00Z")
    [approval] = approvals(whole(company, company.invoice, "2026-12-09T08:00:00Z"))
    assert approval["start"] == "2026-12-09T08:00:00Z" and approval["deadline"] == "2026-12-14T16:00:00Z"


def test_an_update_of_the_dates_while_held(asked, smtp):
    hold(asked)
    take(asked, "2026-12-02T10:00:00Z", due="2027-01-29")
    asked.run("tick", now="2026-12-02T10:00:00Z")
    assert len(sent(smtp)) == 2
    asked.run("tick", now="2026-12-10T08:00:00Z")
    assert deadline(asked, "2026-12-10T08:00:00Z") == "2026-12-11T14:00:00Z"
    sound(asked)


def test_an_update_of_the_amount_while_held(asked, smtp):
    """The chain starts anew, but not before the hold is over: it is the invoice's."""
    hold(asked)
    take(asked, "2026-12-02T10:00:00Z", gross="600.00")
    asked.run("tick", now="2026-12-02T10:00:00Z")
    assert [stage.get("closed") for stage in whole(asked, asked.invoice)["stages"]] == ["2026-12-02T10:00:00Z"]
    asked.run("tick", now="2026-12-09T08:00:00Z")
    assert len(whole(asked, asked.invoice)["stages"]) == 2
    sound(asked)


def test_list_show_and_explain_say_so(asked):
    hold(asked)
    [row] = asked.records("list", "--on-hold", now=NOON)
    assert row["on_hold"] == {"kind": "hold", "role": "approver", "person": "lucia", "reason": "the goods are broken", "began": NOON,
                              "until": "2026-12-09T07:30:00Z"}
    assert "(on hold until Wed 2026-12-09 08:30)" in asked.run("list", now=NOON).out
    shown = asked.run("show", asked.invoice, now=NOON).out
    assert "Tue 2026-12-01 12:00 to Wed 2026-12-09 08:30 by lucia: the goods are broken" in shown
    explained = asked.run("explain", asked.invoice, now=NOON).out
    assert "put it on hold until Wed 2026-12-09 08:30, because: the goods are broken" in explained
    assert asked.records("list", "--on-hold", now="2026-12-09T07:30:00Z") == [], "its time is over, whether or not a pass saw to it"


def test_the_directory_may_be_away(asked):
    """One who is asked needs none; whether somebody is finance only it can say."""
    with MuteServer() as mute:
        text = asked.config.read_text(encoding="utf-8")
        asked.config.write_text(text.replace("timeout =", "# timeout =").replace("uri = [", f'uri = [ "ldap://127.0.0.1:{mute.port}" ]; # ['), encoding="utf-8")
        hold(asked)
        hold(asked, "2027-06-01", who="femke", code=EX_UNAVAILABLE)
