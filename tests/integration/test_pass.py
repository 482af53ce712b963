"""A pass and what it sends, as the receiving mail server has it: headers, parts, threads and calendar messages; one mail a person, nothing twice, and a directory
that is away."""
import datetime
import email.utils
import re

import icalendar
import pytest

from akkoord import EX_UNAVAILABLE
from company import INVOICES, found
from scene import FIRST, MuteServer, approvals, events, kind_of, take, to_whom, whole, write_invoice
from slapd import Slapd

CLOUD = "Cloudhaven B.V./2026-1187"
NUDGE = "2026-12-02T08:00:00Z"


@pytest.fixture
def company(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, FIRST)
    return akkoord


@pytest.fixture
def asked(company):
    """After the first pass over the five invoices."""
    company.run("import", INVOICES, now=FIRST)
    company.run("tick", now=FIRST)
    return company


def mails(smtp, name, kind="mail"):
    return [message for message in smtp.messages() if to_whom(message) == name and kind_of(message) == kind]


def meeting(message):
    """The one VEVENT and the method of a calendar message."""
    [part] = [part for part in message.message.walk() if part.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
    [event] = calendar.walk("VEVENT")
    assert part.get_param("method") == calendar["METHOD"]
    return event, str(calendar["METHOD"])


def is_calendar(message):
    return kind_of(message) in ("REQUEST", "CANCEL")


def test_every_message_is_one_that_asks_no_robot_to_answer(asked, smtp):
    for received in smtp.messages():
        message = received.message
        assert message["Auto-Submitted"] == "auto-generated" and not message.defects
        assert re.fullmatch(r"akkoord-bounce\+[0-9a-z]{18}" + message["Message-ID"][1:].split("@")[0] + r"@voorbeeld\.example", received.sender)
        assert [address.addr_spec for address in message["To"].addresses] == received.recipients and message["Cc"] is None
        assert [address.addr_spec for address in message["From"].addresses] == ["akkoord@voorbeeld.example"]
        assert re.fullmatch(r"<[^@<>\s]+@voorbeeld\.example>", message["Message-ID"])
        assert email.utils.parsedate_to_datetime(message["Date"]) == datetime.datetime(2026, 12, 1, 8, tzinfo=datetime.timezone.utc)
    assert {str(received.message["To"].addresses[0].display_name) for received in smtp.messages()} >= {"Lucía García", "Priya Nair"}


@pytest.mark.parametrize("name, said", [
    ("priya", ("Approval needed: Cloudhaven B.V., invoice 2026-1187", "1,234.20")),
    ("mark", ("Akkoord nodig: Werkplek & Zo B.V., factuur 88213", "12.477,52")),
    ("lucia", ("Aprobación pendiente: Imprenta del Sol S.L., factura F26/0342", "860,00")),
    ("julien", ("Validation attendue\u00a0: Propreté Dupont SARL, facture FA-1093", "187,50")),
])
def test_each_in_their_language_as_text_and_as_page(asked, smtp, name, said):
    [mail] = mails(smtp, name)
    subject, amount = said
    assert mail.subject == subject
    assert [part.get_content_type() for part in mail.message.iter_parts()] == ["text/plain", "text/html"]
    assert all(amount in mail.part(kind) for kind in ("text/plain", "text/html"))


def test_later_mails_answer_the_first(asked, smtp):
    for now in (NUDGE, "2026-12-04T13:00:00Z"):
        asked.run("tick", now=now)
    first, *later = mails(smtp, "priya")
    assert len(later) == 2
    for mail in later:
        assert mail.message["In-Reply-To"] == mail.message["References"] == first.message["Message-ID"]
        assert mail.subject == f"Re: {first.subject}" and mail.message["Message-ID"] != first.message["Message-ID"]


def test_one_mail_a_person_a_pass(company, smtp):
    """Three invoices for Lucía: one mail that names all three, most urgent first, and an entry for each day."""
    for number, due, gross in (("B-1", "2026-12-31", "400.00"), ("B-2", "2026-12-03", "300.00"), ("B-3", "2026-12-31", "900.00")):
        take(company, number=number, due=due, gross=gross)
    company.run("tick", now=FIRST)
    [mail] = mails(smtp, "lucia")
    text = mail.part("text/plain")
    assert sorted(("B-1", "B-2", "B-3"), key=text.index) == ["B-2", "B-3", "B-1"], "by deadline, then by amount"
    assert "3" in mail.subject and "B-" not in mail.subject and mail.message["In-Reply-To"] is None
    entries = sorted((meeting(invite)[0] for invite in mails(smtp, "lucia", "REQUEST")), key=lambda event: event["DTEND"].dt)
    assert [sorted(re.findall(r"B-\d", f"{entry['SUMMARY']} {entry['DESCRIPTION']}")) for entry in entries] == [["B-2", "B-2"], ["B-1", "B-3"]]
    assert [str(entry["SUMMARY"]) for entry in entries][1] == "Aprobar 2 facturas"
    assert len(smtp.messages()) == 3


def test_an_invite_is_asked_for_and_taken_back(asked, smtp):
    [request] = mails(smtp, "priya", "REQUEST")
    event, _ = meeting(request)
    utc = datetime.timezone.utc
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (datetime.datetime(2026, 12, 4, 16, tzinfo=utc), datetime.datetime(2026, 12, 4, 16, 30, tzinfo=utc))
    assert event["ATTENDEE"] == "mailto:priya@voorbeeld.example" and event["ORGANIZER"] == "mailto:akkoord@voorbeeld.example"
    assert event["SEQUENCE"] == 0 and event["TRANSP"] == "TRANSPARENT"
    asked.run("approve", CLOUD, "--as", "priya", now=NUDGE)
    asked.run("tick", now=NUDGE)
    [cancel] = mails(smtp, "priya", "CANCEL")
    gone, method = meeting(cancel)
    assert method == "CANCEL" and gone["STATUS"] == "CANCELLED"
    assert gone["UID"] == event["UID"] and gone["SEQUENCE"] == 1
    assert (gone["DTSTART"].dt, gone["ATTENDEE"], gone["ORGANIZER"]) == (event["DTSTART"].dt, event["ATTENDEE"], event["ORGANIZER"])
    first = [str(event["UID"]) for event, method in map(meeting, filter(is_calendar, smtp.messages())) if method == "REQUEST" and event["SEQUENCE"] == 0]
    assert len(first) == len(set(first)), "a UID each"
    asked.run("tick", now="2026-12-02T13:00:00Z")
    assert len(mails(smtp, "priya", "CANCEL")) == 1


def test_any_number_of_passes_in_any_order(asked, smtp):
    for now in (FIRST, FIRST, "2026-12-01T08:00:01Z", "2026-12-01T07:00:00Z", "2026-12-01T16:00:00Z", "2026-12-01T23:00:00Z", FIRST):
        asked.run("tick", now=now)
    assert len(smtp.messages()) == 10
    for now in (NUDGE, NUDGE, FIRST, "2026-12-02T08:30:00Z"):
        asked.run("tick", now=now)
    assert sorted(to_whom(message) for message in smtp.messages()[10:]) == ["lucia", "mark", "priya", "sanne"]


def test_after_a_long_stop_only_the_latest_rung_goes(company, smtp):
    """Nine days without a pass: one mail, in the tone a first mail has, then the rung that is due now."""
    _, invoice = take(company)
    company.run("tick", now="2026-12-10T08:00:00Z")
    assert [(to_whom(message), kind_of(message)) for message in smtp.messages()] == [("lucia", "mail"), ("lucia", "REQUEST")]
    company.run("tick", now="2026-12-21T08:00:00Z")
    late = [to_whom(message) for message in smtp.messages()[2:]]
    assert sorted(late) == ["anna", "david", "femke", "lucia"], "the final rung to her and her manager, finance informed"
    states = [(reminder["rung"], reminder["state"]) for reminder in approvals(whole(company, invoice))[0]["reminders"]
              if reminder["recipient"] == "lucia" and reminder["send"] == "mail"]
    assert [rung for rung, state in states if state == "claimed"] == ["opened", "daily"]
    assert {rung for rung, state in states if state == "superseded"} >= {"nudge", "pressing", "manager"}


# --- the directory is away ---


def test_without_a_directory_everything_waits_and_goes_on(akkoord, smtp, tmp_path):
    directory = Slapd(tmp_path / "ldap")
    with directory:
        found(akkoord, directory, smtp.url, FIRST)
        _, asked_before = take(akkoord)
        akkoord.run("tick", now=FIRST)
    smtp.clear()
    _, new = take(akkoord, "2026-12-01T12:00:00Z", number="B-2", cost_centre="IT-100")
    result = akkoord.run("tick", now=NUDGE, code=EX_UNAVAILABLE)
    assert "waits" in result.err and smtp.messages() == []
    before = whole(akkoord, asked_before, NUDGE)
    assert before["approvers"] == ["lucia"] and approvals(before)[0]["state"] == "pending", "nothing changes hands on an answer that did not come"
    waiting = whole(akkoord, new, NUDGE)
    assert waiting["approvers"] == [] and "stuck" not in waiting
    with directory:
        akkoord.run("tick", now="2026-12-02T08:10:00Z")
        assert [to_whom(message) for message in smtp.messages()] == ["lucia"], "her reminder was due; who is asked only now hears of it at the next slot"
        akkoord.run("tick", now="2026-12-02T13:00:00Z")
    assert sorted(to_whom(message) for message in smtp.messages()) == ["lucia", "priya", "priya"]
    assert events(akkoord, "invoice.stuck") == []


def test_a_mute_directory_costs_its_timeout_once(akkoord, smtp, slapd):
    """Ten invoices wait on one question, not on ten; and whoever was asked can decide meanwhile."""
    found(akkoord, slapd, smtp.url, FIRST)
    _, invoice = take(akkoord)
    akkoord.run("tick", now=FIRST)
    with MuteServer() as mute:
        akkoord.configure(akkoord.config.read_text(encoding="utf-8").replace(f":{slapd.port}", f":{mute.port}").replace('timeout = "5s"', 'timeout = "1s"'))
        for number in range(10):
            write_invoice(akkoord.folder / f"more/{number}.xml", number=f"C-{number}")
        akkoord.run("import", akkoord.folder / "more", now=FIRST)
        akkoord.run("tick", now=NUDGE, code=EX_UNAVAILABLE)
        asked = mute.connections
        akkoord.run("approve", invoice, "--as", "lucia", now=NUDGE)
        assert 0 < asked <= 2 and mute.connections == asked, "deciding asks no directory"
    assert whole(akkoord, invoice, NUDGE)["state"] == "approved"
