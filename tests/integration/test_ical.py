"""Meeting requests and cancellations as another implementation reads them (python3-icalendar), and byte by byte where clients are picky."""
import datetime
import os
import pathlib
import subprocess

import pytest

icalendar = pytest.importorskip("icalendar", reason="python3-icalendar is not installed")

PROBE = pathlib.Path(os.environ.get("AKKOORD_BUILDDIR", ".")) / "tests/integration/ical_probe"
UTC = datetime.timezone.utc
STARTS = datetime.datetime(2026, 12, 28, 16, 0, tzinfo=UTC)


def probe(which):
    return subprocess.run([PROBE, which], capture_output=True, timeout=20, check=True).stdout


def read(which):
    """The VCALENDAR and its one VEVENT."""
    calendar = icalendar.Calendar.from_ical(probe(which))
    assert calendar.name == "VCALENDAR" and [child.name for child in calendar.subcomponents] == ["VEVENT"]
    assert not calendar.errors and not calendar.subcomponents[0].errors
    return calendar, calendar.subcomponents[0]


@pytest.mark.parametrize("which, method, status, sequence", [("request", "REQUEST", "CONFIRMED", 0), ("cancel", "CANCEL", "CANCELLED", 1)])
def test_read_back(which, method, status, sequence):
    calendar, event = read(which)
    assert calendar["METHOD"] == method and calendar["VERSION"] == "2.0" and calendar["CALSCALE"] == "GREGORIAN"
    assert str(calendar["PRODID"]).startswith("-//Akkoord//Akkoord ") and str(calendar["PRODID"]).endswith("//EN")
    assert event["UID"] == "k3v9@akkoord.example.nl" and event["SEQUENCE"] == sequence and event["STATUS"] == status
    assert event["DTSTART"].dt == STARTS and event["DTEND"].dt == STARTS + datetime.timedelta(minutes=30)
    assert event["DTSTAMP"].dt == STARTS - datetime.timedelta(seconds=400000 if which == "request" else 100)
    assert event["SUMMARY"] == "Approve invoice 4711, Supplier BV"
    assert event["DESCRIPTION"] == "Please decide.\nIt is due on 31 December."
    assert event["URL"] == "https://akkoord.example.nl/a/k3v9"


@pytest.mark.parametrize("which", ["request", "cancel"])
def test_people(which):
    _, event = read(which)
    assert event["ORGANIZER"] == "mailto:akkoord@example.nl" and dict(event["ORGANIZER"].params) == {"CN": "Akkoord"}
    assert event["ATTENDEE"] == "mailto:jo.doe@example.nl"
    assert dict(event["ATTENDEE"].params) == {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION",
                                              "RSVP": "FALSE", "CN": "Jo Doe"}


@pytest.mark.parametrize("which", ["request", "cancel"])
def test_shown_as_free_and_not_to_be_countered(which):
    _, event = read(which)
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["X-MICROSOFT-CDO-BUSYSTATUS"] == "FREE" and event["X-MICROSOFT-CDO-INTENDEDSTATUS"] == "FREE"
    assert event["X-MICROSOFT-DISALLOW-COUNTER"] == "TRUE"


@pytest.mark.parametrize("which", ["request", "cancel", "awkward"])
def test_bytes(which):
    """CRLF throughout, lines of at most 75 octets, UTC, each property once, the same bytes each time."""
    text = probe(which)
    assert text == probe(which)
    assert text.endswith(b"END:VCALENDAR\r\n") and text.count(b"\n") == text.count(b"\r\n") == text.count(b"\r")
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    lines = text.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]
    names = [line.split(":")[0].split(";")[0] for line in lines]
    assert all(names.count(name) == 1 for name in names if name not in ("BEGIN", "END"))
    assert names[:5] == ["BEGIN", "PRODID", "VERSION", "CALSCALE", "METHOD"] and "TZID" not in text.decode("utf-8")
    assert all(line.endswith("Z") for line in lines if line.startswith("DT"))


def test_awkward_texts_arrive_whole_and_add_nothing():
    _, event = read("awkward")
    assert event["SUMMARY"].startswith('Rechnung 7; \\Straße, "Müller" & Söhne: 100 % — 漢字 and so on')
    assert event["DESCRIPTION"] == "BEGIN:VEVENT\nATTENDEE:mailto:evil@example.com\n\tEND:VEVENT"
    assert event["ATTENDEE"] == "mailto:jo+a%25b@example.nl"
    assert event["ATTENDEE"].params["CN"] == "Döe, Jo; dr.: Ж"
    assert event["URL"] == "https://akkoord.example.nl/a/k3v9?x=1;y=2,3"
