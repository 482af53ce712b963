"""Entries in people's calendars as the receiving server has them: every REQUEST and CANCEL is read with icalendar and kept as a calendar program keeps it."""
import collections
import datetime
import re
import subprocess

import icalendar
import pytest

from akkoord import wait_until
from company import found
from scene import FIRST, approvals, events, kind_of, store, take, to_whom, whole
from smtp_faults import STALL, FaultyServer

UTC = datetime.timezone.utc
SLOT = "2026-12-01T13:00:00Z"  # two in the afternoon, the slot after FIRST
LATER = "2026-12-01T13:06:00Z"
STRUCTURE = ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics"]

PLAIN = '{ name = "opened";   at = "start";        send = [ "mail", "invite" ]; tone = "new"; }'
URGENT = PLAIN.replace("tone", "urgent = true; tone")


@pytest.fixture
def company(akkoord, slapd, smtp):
    """Whoever is asked gets the entry at once, not at the next slot."""
    found(akkoord, slapd, smtp.url, FIRST, lambda text: text.replace(PLAIN, URGENT))
    return akkoord


class Calendar:
    """What stands, by UID; what arrives out of order or twice is a failure."""

    def __init__(self, smtp):
        self.smtp, self.read = smtp, 0
        self.people = collections.defaultdict(dict)
        self.gone = set()  # the UIDs of what was taken back: none of them may come again
        self.log = []
        self.uncertain = False  # a death while a mail was under way: that very mail may come again (DESIGN.md 3, rule 5)

    def take(self):
        for received in self.smtp.messages()[self.read:]:
            self.read += 1
            if kind_of(received) != "mail":
                self.take_one(received)
        return self

    def take_one(self, received):
        event, method = check(received)
        standing = self.people[to_whom(received)]
        before = standing.pop(str(event["UID"]), None)
        if self.uncertain and before and before.to_ical() == event.to_ical():
            standing[str(event["UID"])] = before
            return
        assert (before is None) == (event["SEQUENCE"] == 0), "a first one is a REQUEST with SEQUENCE 0"
        assert str(event["UID"]) not in self.gone, "a UID is not used again"
        assert before is None or event["SEQUENCE"] > before["SEQUENCE"]
        self.log.append((to_whom(received), method, int(event["SEQUENCE"])))
        if method == "REQUEST":
            standing[str(event["UID"])] = event
        else:
            self.gone.add(str(event["UID"]))

    def of(self, name):
        """{end: numbers} of what stands."""
        self.take()
        return {event["DTEND"].dt: numbers(event) for event in self.people[name].values()}


def numbers(event):
    return sorted(set(re.findall(r"\b[A-Z]-\d+", f"{event['SUMMARY']} {event['DESCRIPTION']}")))


def check(received):
    """PRACTICE.md 1.2 and 1.3; the event and the method."""
    message = received.message
    assert [part.get_content_type() for part in message.walk()] == STRUCTURE and not message.defects
    [shown] = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    [attached] = [part for part in message.walk() if part.get_content_type() == "application/ics"]
    assert shown.get_payload(decode=True) == attached.get_payload(decode=True)
    calendar = icalendar.Calendar.from_ical(shown.get_payload(decode=True))
    [event] = calendar.walk("VEVENT")
    method = str(calendar["METHOD"])
    assert shown.get_param("method") == method and event["STATUS"] == ("CONFIRMED" if method == "REQUEST" else "CANCELLED")
    assert all(event[name].to_ical().endswith(b"Z") for name in ("DTSTART", "DTEND", "DTSTAMP")) and not calendar.walk("VTIMEZONE")
    assert event["DTEND"].dt - event["DTSTART"].dt == datetime.timedelta(minutes=30)
    assert event["TRANSP"] == "TRANSPARENT" and event["X-MICROSOFT-CDO-BUSYSTATUS"] == "FREE"
    assert str(event["ATTENDEE"]) == f"mailto:{received.recipients[0]}" and str(event["ORGANIZER"]) == "mailto:akkoord@voorbeeld.example"
    return event, method


@pytest.fixture
def calendar(smtp):
    return Calendar(smtp)


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=UTC)


def run(akkoord, *instants):
    for now in instants:
        akkoord.run("tick", now=now)


# Lucía works in Spain, on a Friday until three: the deadline of what comes to her on the first or the second.
DAY = at("2026-12-04T14:00:00")


def test_grows_shrinks_and_goes(company, calendar):
    first = take(company, number="A-1")[1]
    run(company, FIRST)
    assert calendar.of("lucia") == {DAY: ["A-1"]}
    others = [take(company, "2026-12-01T09:00:00Z", number=f"A-{number}")[1] for number in (2, 3)]
    run(company, "2026-12-01T09:00:00Z", "2026-12-01T12:59:00Z")
    assert calendar.of("lucia") == {DAY: ["A-1"]}, "what changes is gathered"
    run(company, SLOT, SLOT, SLOT)
    assert calendar.of("lucia") == {DAY: ["A-1", "A-2", "A-3"]}
    for invoice in (first, others[0]):
        company.run("approve", invoice, "--as", "lucia", now="2026-12-01T14:00:00Z")
    run(company, "2026-12-01T14:00:00Z", "2026-12-02T08:00:00Z")
    assert calendar.of("lucia") == {DAY: ["A-3"]}
    company.run("approve", others[1], "--as", "lucia", now="2026-12-02T18:00:00Z")
    run(company, "2026-12-02T18:00:00Z", "2026-12-03T06:59:00Z")
    assert calendar.of("lucia") == {DAY: ["A-3"]}, "nothing by night"
    run(company, "2026-12-03T07:00:00Z", "2026-12-03T08:00:00Z")
    assert calendar.of("lucia") == {}
    assert [step[1:] for step in calendar.log if step[0] == "lucia"] == [("REQUEST", 0), ("REQUEST", 1), ("REQUEST", 2), ("CANCEL", 3)]
    kinds = [event["type"] for event in events(company) if event["type"].startswith("invite.") and len(event["data"]["approvals"])]
    assert kinds[:3] == ["invite.requested", "invite.updated", "invite.updated"]
    assert company.records("audit", "replay")[0]["ok"] and company.records("audit", "verify")[0]["ok"]


def test_what_comes_back_after_a_cancel_is_a_new_entry(company, calendar):
    """Delegated away and back, held and released: each time what was taken back stays so, and another entry comes."""
    invoice = take(company, number="A-1")[1]
    run(company, FIRST)
    company.run("delegate", invoice, "--to", "mark", "--as", "lucia", now="2026-12-01T08:30:00Z")
    run(company, "2026-12-01T08:30:00Z", SLOT)
    assert calendar.of("lucia") == {} and len(calendar.of("mark")) == 1
    company.run("hold", invoice, "--until", "2026-12-04", "--reason", "half of it is broken", "--as", "mark", now="2026-12-01T13:10:00Z")
    run(company, "2026-12-01T13:10:00Z", "2026-12-02T08:00:00Z")
    company.run("release", invoice, "--reason", "it was not", "--as", "mark", now="2026-12-02T09:00:00Z")
    run(company, "2026-12-02T09:00:00Z", "2026-12-02T13:00:00Z")
    assert len(calendar.of("mark")) == 1
    company.run("withdraw", invoice, "--as", "femke", "--reason", "twice", now="2026-12-02T14:00:00Z")
    run(company, "2026-12-02T14:00:00Z")
    assert calendar.of("mark") == {}
    take(company, "2026-12-02T15:00:00Z", number="A-2")
    run(company, "2026-12-02T15:00:00Z", "2026-12-03T08:00:00Z")
    assert len(calendar.of("lucia")) == 1
    assert [step for step in calendar.log if step[0] == "lucia"] == [("lucia", "REQUEST", 0), ("lucia", "CANCEL", 1), ("lucia", "REQUEST", 0)]


def test_moves_to_another_day(company, calendar):
    take(company, number="A-1", due="2026-12-04")
    take(company, number="A-2", due="2026-12-04")
    run(company, FIRST)
    soon = at("2026-12-02T14:00:00")
    assert calendar.of("lucia") == {soon: ["A-1", "A-2"]}
    take(company, "2026-12-01T09:00:00Z", number="A-1", due="2026-12-31")
    run(company, "2026-12-01T09:00:00Z")
    assert calendar.of("lucia") == {soon: ["A-1", "A-2"]}
    run(company, SLOT)
    assert calendar.of("lucia") == {soon: ["A-2"], DAY: ["A-1"]}
    take(company, "2026-12-01T13:30:00Z", number="A-2", due="2026-12-30")
    run(company, "2026-12-01T13:30:00Z", "2026-12-02T08:00:00Z")
    assert calendar.of("lucia") == {DAY: ["A-1", "A-2"]}
    assert company.records("audit", "replay")[0]["ok"]


def test_what_is_decided_before_it_went_never_appears(company, smtp):
    first = take(company, number="A-1")[1]
    take(company, number="A-2")
    smtp.behave(rcpt={"*": "450 4.2.0 busy"})
    run(company, FIRST)
    assert len(events(company, "message.deferred")) == 2
    company.run("approve", first, "--as", "lucia", now="2026-12-01T08:20:00Z")
    smtp.behave()
    run(company, "2026-12-01T08:30:00Z", SLOT)
    [request] = [one for one in smtp.messages() if kind_of(one) == "REQUEST" and to_whom(one) == "lucia"]
    assert "A-1" not in request.message.as_string() and numbers(check(request)[0]) == ["A-2"]
    assert all("A-1" not in one.message.as_string() for one in smtp.messages() if to_whom(one) == "lucia")


def test_an_address_that_refuses_gets_nothing_to_take_back(company, smtp):
    smtp.behave(rcpt={"lucia@voorbeeld.example": "550 5.1.1 no such user"})
    invoice = take(company, number="A-1")[1]
    run(company, FIRST)
    smtp.behave()
    company.run("approve", invoice, "--as", "lucia", now="2026-12-01T09:00:00Z")
    run(company, "2026-12-01T09:00:00Z", SLOT)
    assert [one for one in smtp.messages() if to_whom(one) == "lucia"] == []
    [gone] = events(company, "invite.cancelled")
    assert "message" not in gone["data"]


def test_a_server_that_takes_no_invites_is_no_word_about_the_address(akkoord, slapd):
    with FaultyServer(dot=["250 2.0.0 queued as F1", "550 no calendars here", "250 2.0.0 queued as F2"]) as server:
        found(akkoord, slapd, server.url, FIRST, lambda text: text.replace(PLAIN, URGENT))
        invoice = take(akkoord, number="A-1")[1]
        run(akkoord, FIRST, LATER)
        [approval] = approvals(whole(akkoord, invoice, LATER))
    assert (approval["approver"], approval["state"]) == ("lucia", "pending")
    assert [reminder["message_state"] for reminder in approval["reminders"]] == ["accepted", "refused"]
    assert events(akkoord, "message.refused")[0]["side"]["reply"] == "550 no calendars here (in reply to DATA)"


def test_the_text_names_ten_and_has_no_secret(company, smtp):
    company.configure(company.config.read_text(encoding="utf-8") + 'web = { public_url = "https://akkoord.voorbeeld.example"; };\n')
    for number in range(1, 23):
        take(company, number=f"A-{number}")
    run(company, FIRST)
    [request] = [one for one in smtp.messages() if kind_of(one) == "REQUEST"]
    event, _ = check(request)
    assert len(numbers(event)) == 10 and "12 más" in event["DESCRIPTION"] and str(event["SUMMARY"]) == "Aprobar 22 facturas"
    assert "500" not in event["DESCRIPTION"], "amounts are nobody's business who may see the calendar"
    assert re.findall(r"https?://\S+", event["DESCRIPTION"]) == [str(event["URL"])] and str(event["URL"]).endswith("/a/")


def test_another_mode_ends_what_stands(company, calendar):
    first = take(company, number="A-1")[1]
    run(company, FIRST)
    company.policy.write_text(company.policy.read_text(encoding="utf-8").replace('invites = "day"', 'invites = "approval"'), encoding="utf-8")
    company.run("policy", "apply", company.policy, "--yes", now="2026-12-01T08:10:00Z")
    take(company, "2026-12-01T08:20:00Z", number="A-2")
    take(company, "2026-12-01T08:20:00Z", number="A-3")
    run(company, "2026-12-01T08:20:00Z", SLOT)
    calendar.take()
    assert sorted(numbers(event) for event in calendar.people["lucia"].values()) == [["A-1"], ["A-2"], ["A-3"]]
    company.run("approve", first, "--as", "lucia", now="2026-12-01T13:10:00Z")
    run(company, "2026-12-01T13:10:00Z")
    calendar.take()
    assert sorted(numbers(event) for event in calendar.people["lucia"].values()) == [["A-2"], ["A-3"]]


@pytest.mark.parametrize("step", ["invite.updated", "message.withdrawn", "approval.approved"])
def test_died_right_after(company, calendar, step):
    """A death right after a commit: SEQUENCE goes on from there, nothing is lost and nothing is asked twice."""
    calendar.uncertain = True
    first = take(company, number="A-1")[1]
    take(company, number="A-2")
    run(company, FIRST)
    company.run("approve", first, "--as", "lucia", now="2026-12-01T09:00:00Z")
    take(company, "2026-12-01T09:00:00Z", number="A-3")
    run(company, "2026-12-01T09:00:00Z")
    dying = subprocess.Popen(company.arguments(("tick",), SLOT, False), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             env=company.environment(), cwd=company.folder, start_new_session=True)
    try:
        while dying.poll() is None and not seen(company, step):
            pass
    finally:
        dying.kill()
        dying.wait(10)
    run(company, SLOT, "2026-12-01T13:06:00Z", "2026-12-01T13:12:00Z")
    assert calendar.of("lucia") == {DAY: ["A-2", "A-3"]}
    assert [step[1:] for step in calendar.log if step[0] == "lucia"] == [("REQUEST", 0), ("REQUEST", 1)]
    assert company.records("audit", "replay")[0]["ok"]


def test_what_a_death_left_in_doubt_does_not_follow_its_cancel(akkoord, slapd, smtp):
    """Sent once more, a REQUEST would put back what was taken out meanwhile."""
    with FaultyServer(dot=["250 2.0.0 queued as F1", STALL]) as faulty:
        found(akkoord, slapd, faulty.url, FIRST, lambda text: text.replace(PLAIN, URGENT))
        take(akkoord, number="A-1", due="2026-12-04")
        with subprocess.Popen(akkoord.arguments(("tick",), FIRST, False), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              env=akkoord.environment(), cwd=akkoord.folder) as dying:
            wait_until(lambda: len(faulty.bodies) == 2, what="the mail and the REQUEST")
            dying.kill()
    akkoord.configure(akkoord.config.read_text(encoding="utf-8").replace(faulty.url, smtp.url))
    take(akkoord, "2026-12-01T09:00:00Z", number="A-1", due="2026-12-31")
    run(akkoord, SLOT, LATER)
    sent = [(method, int(event["SEQUENCE"]), event["DTEND"].dt) for event, method in map(check, smtp.messages())]
    assert sent == [("CANCEL", 1, at("2026-12-02T14:00:00")), ("REQUEST", 0, DAY)]
    assert akkoord.records("audit", "replay")[0]["ok"]


def seen(akkoord, step):
    with store(akkoord) as connection:
        return connection.execute("SELECT 1 FROM event WHERE canonical LIKE ? LIMIT 1", (f'%"type":"{step}"%',)).fetchone()


def test_while_the_server_is_away_changes_are_one(company, calendar, smtp):
    invoices = [take(company, number=f"A-{number}")[1] for number in (1, 2, 3)]
    run(company, FIRST)
    calendar.take()
    port = smtp.port
    smtp.stop()
    smtp.clear()
    calendar.read = 0
    for invoice, now in zip(invoices, ("2026-12-01T13:00:00Z", "2026-12-02T08:00:00Z")):
        company.run("approve", invoice, "--as", "lucia", now=now)
        company.run("tick", now=now, code=None)
    smtp.start()
    company.configure(company.config.read_text(encoding="utf-8").replace(f":{port}", f":{smtp.port}"))
    run(company, "2026-12-02T10:00:00Z")
    assert calendar.of("lucia") == {DAY: ["A-3"]}
    assert len([step for step in calendar.log if step[0] == "lucia"]) == 2
    assert approvals(whole(company, invoices[2]))[0]["state"] == "pending"
