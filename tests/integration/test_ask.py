"""Asking a question about an invoice: to whom it goes, what they are told, and how long the invoice waits for the answer."""
import pytest

from akkoord import EX_DATAERR, EX_NOINPUT, EX_NOPERM, EX_USAGE
from company import found
from scene import FIRST, UBL, approvals, events, kind_of, take, to_whom, whole

NOON, NUDGE = "2026-12-01T11:00:00Z", "2026-12-02T08:00:00Z"
CONTACT = "<a:Contact><b:ElectronicMail>{mail}</b:ElectronicMail></a:Contact>"
LEGAL = "<b:RegistrationName>{supplier}</b:RegistrationName></a:PartyLegalEntity>"


@pytest.fixture
def company(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, FIRST)
    return akkoord


def take_with_contact(akkoord, monkeypatch, mail="vragen@vos.example"):
    monkeypatch.setattr("scene.UBL", UBL.replace(LEGAL, LEGAL + CONTACT.format(mail=mail)))
    _, akkoord.invoice = take(akkoord)
    akkoord.run("tick", now=FIRST)
    return akkoord


@pytest.fixture
def asked(company, monkeypatch):
    return take_with_contact(company, monkeypatch)


def ask(akkoord, whom, who="lucia", question="Which order was this?", now=NOON, **options):
    return akkoord.run("ask", akkoord.invoice, "--of", whom, "--question", question, "--as", who, now=now, **options)


def questions(smtp):
    return [message for message in smtp.messages() if message.message["Reply-To"]]


def sound(akkoord):
    akkoord.run("audit", "verify")
    akkoord.run("audit", "replay")


def test_of_the_supplier(asked, smtp):
    """Three working days of Lucía's; the mail waits for the working time of the default calendar and says nothing internal."""
    said = ask(asked, "supplier", now="2026-12-01T19:00:00Z", as_json=True).lines
    assert said == [{"invoice": asked.invoice, "to": ["vragen@vos.example"], "until": "2026-12-07T07:00:00Z"}]
    asked.run("tick", now="2026-12-01T19:00:00Z")
    assert questions(smtp) == []
    asked.run("tick", now="2026-12-02T07:30:00Z")
    [message] = questions(smtp)
    assert message.recipients == ["vragen@vos.example"]
    assert "Question to vragen@vos.example: accepted, Wed 2026-12-02 08:30: 250 " in asked.run("explain", asked.invoice, now="2026-12-02T07:30:00Z").out
    assert "lucia@voorbeeld.example" in message.message["Reply-To"]
    for part in ("text/plain", "text/html"):
        text = message.part(part)
        assert "Which order was this?" in text and "A-1" in text and "Lucía García" in text and "lucia@voorbeeld.example" in text
        for internal in (asked.invoice, "500", "akkoord ", "budget holder", "MKT-200", "deadline", "release", "127.0.0.1", "https://"):
            assert internal not in text, internal
    assert "A-1" in message.subject and "500" not in message.subject
    for now in (NUDGE, "2026-12-04T10:00:00Z", "2026-12-07T06:59:59Z"):
        asked.run("tick", now=now)
    assert len(smtp.messages()) == 3, "mail, invite, question; nothing more while it holds"
    asked.run("tick", now="2026-12-07T08:00:00Z")
    assert len(smtp.messages()) > 3
    [event] = events(asked, "invoice.held")
    assert event["data"]["kind"] == "ask" and event["data"]["of"] == "supplier" and event["side"] == {"question": "Which order was this?"}
    exported = asked.run("audit", "export").out
    assert "Which order" not in exported and "vragen" not in exported
    sound(asked)


def test_of_finance_and_answered(asked, smtp):
    ask(asked, "finance")
    asked.run("tick", now=NOON)
    [message] = questions(smtp)
    assert to_whom(message) == "femke" and f"akkoord release {asked.invoice}" in message.part("text/plain") and "500" in message.part("text/plain")
    asked.run("release", asked.invoice, "--as", "femke", "--reason", "order 4711", now="2026-12-01T12:00:00Z")
    [row] = whole(asked, asked.invoice)["holds"]
    assert row["asked"] == "finance" and row["reason"] == "Which order was this?" and row["answer"] == "order 4711"
    explained = asked.run("explain", asked.invoice, now=NUDGE).out
    assert "Which order was this?" in explained and "order 4711" in explained
    sound(asked)


def test_held_and_asking_time_stand_apart_in_the_report(asked):
    ask(asked, "finance")
    asked.run("release", asked.invoice, "--as", "femke", now="2026-12-01T13:00:00Z")
    asked.run("hold", asked.invoice, "--until", "2026-12-03", "--reason", "x", "--as", "femke", now="2026-12-02T07:00:00Z")
    asked.run("approve", asked.invoice, "--as", "lucia", now="2026-12-02T12:00:00Z")
    line = asked.records("report", "latency", now=NUDGE)[-1]
    # Lucía's working time from 09:00: 8 hours on Tuesday, 5 on Wednesday; two hours of it for an answer, five on hold
    assert line["working_s"]["median"] == 13 * 3600 and line["net_s"]["median"] == 6 * 3600
    assert (line["held_s"], line["asking_s"]) == (5 * 3600, 2 * 3600)


def test_near_to_the_due_date_the_reminders_go_on(company, monkeypatch, smtp):
    monkeypatch.setattr("scene.UBL", UBL.replace("{due}", "2026-12-03"))
    take_with_contact(company, monkeypatch)
    monkeypatch.undo()
    company.run("withdraw", company.invoice, "--as", "femke", "--reason", "x", now=FIRST)
    _, company.invoice = take(company, number="A-2", due="2026-12-03")
    company.run("tick", now=NOON)
    [said] = ask(company, "finance", as_json=True).lines
    assert said["until"] == "2026-12-01T16:00:00Z", "two days before it is due"
    company.run("release", company.invoice, "--as", "lucia", now=NOON)
    [said] = ask(company, "finance", now="2026-12-02T09:00:00Z", as_json=True).lines
    assert "until" not in said
    assert "on_hold" not in whole(company, company.invoice, "2026-12-02T09:00:00Z")
    [said] = ask(company, "finance", who="femke", now="2026-12-02T09:00:00Z", as_json=True).lines
    assert said["until"] == "2026-12-07T09:00:00Z"
    sound(company)


def test_a_decision_takes_back_what_was_not_sent(asked, smtp):
    ask(asked, "supplier", now="2026-12-01T19:00:00Z")
    asked.run("approve", asked.invoice, "--as", "lucia", now="2026-12-01T19:05:00Z")
    asked.run("tick", now=NUDGE)
    assert questions(smtp) == []
    sound(asked)


@pytest.mark.parametrize("whom, code", [("requester", EX_DATAERR), ("board", EX_USAGE), ("", EX_USAGE), ("Finance", EX_USAGE)])
def test_of_nobody(asked, whom, code):
    ask(asked, whom, code=code)
    assert events(asked, "invoice.held") == []


@pytest.mark.parametrize("mail", ["no address", "a@b@c", "x@y.example\nBcc: z@y.example", "<x@y.example>", "@y.example", "x y@z.example"])
def test_no_contact_that_can_be_written_to(company, monkeypatch, mail):
    take_with_contact(company, monkeypatch, mail.replace("<", "&lt;"))
    ask(company, "supplier", code=EX_DATAERR)
    assert events(company, "invoice.held") == [] and len(events(company, "message.queued")) == 2
    sound(company)


def test_no_contact(company):
    _, company.invoice = take(company)
    assert "contact" in ask(company, "supplier", who="femke", now=FIRST, code=EX_DATAERR).err


@pytest.mark.parametrize("question", ["", "x" * 1001])
def test_no_question(asked, question):
    ask(asked, "finance", question=question, code=EX_USAGE)


def test_a_hostile_question_stays_where_it_belongs(asked, smtp):
    ask(asked, "finance", question="why?\r\nBcc: z@y.example\r\n\r\n<script>alert(1)</script>{{organisation}} \x1b[31m\u202ered")
    asked.run("tick", now=NOON)
    [message] = questions(smtp)
    assert message.message["Bcc"] is None and "<script>" not in message.part("text/html")
    assert "{{organisation}}" in message.part("text/plain") and "\x1b" not in message.part("text/plain") and "\u202e" not in message.part("text/plain")


def test_not_theirs(asked):
    ask(asked, "finance", who="priya", code=EX_NOPERM)
    asked.run("ask", "xyz", "--of", "finance", "--question", "?", "--as", "lucia", now=NOON, code=EX_NOINPUT)
    asked.run("hold", asked.invoice, "--until", "2027-01-04", "--reason", "x", "--as", "femke", now=NOON)
    assert "finance" in ask(asked, "finance", code=EX_NOPERM).err
    asked.run("approve", asked.invoice, "--as", "lucia", now=NOON)
    ask(asked, "finance", who="femke", code=EX_DATAERR)
    assert approvals(whole(asked, asked.invoice))[0]["state"] == "approved" and kind_of
