"""Composed mails as another implementation reads them: Python's email package and python3-icalendar, through mail_probe."""
import email
import email.header
import email.policy
import html.parser
import json
import os
import pathlib
import re
import subprocess

import icalendar
import pytest

BUILD = pathlib.Path(os.environ.get("AKKOORD_BUILDDIR", "."))
SOURCE = pathlib.Path(os.environ.get("AKKOORD_SRCDIR", "."))
PROBE = os.environ.get("AKKOORD_MAIL_PROBE", str(BUILD / "tests/integration/mail_probe"))
TEMPLATES = os.environ.get("AKKOORD_TEMPLATES", str(SOURCE / "etc/templates"))
LANGUAGES = ["en", "nl", "es", "de", "fr"]
TONES = ["new", "friendly", "firm", "escalation", "final"]
EVENT = {"uid": "u1@example.nl", "sequence": 0, "starts": "2026-12-28T16:00:00Z", "ends": "2026-12-28T16:30:00Z"}


def item(**changes):
    return {"invoice": "k3f9w2", "approval": "ap7x", "supplier": "Bakkerij Jansen & Zn.", "number": "2026-118", "amount": "1234.50 EUR",
            "due": "2026-12-31", "deadline": "2026-12-28T16:30:00Z", "opened": "2026-12-22T09:00:00Z", "why": "budget holder", **changes}


def probe(items, event=None, settings=None, **request):
    ask = {"do": "compose", "templates": TEMPLATES,
           "settings": {"organisation": "Voorbeeld BV", "language": "nl", "from_name": "Akkoord", "from_address": "akkoord@example.nl",
                        "public_url": "https://akkoord.example.nl", **(settings or {})},
           "request": {"name": "Ana Ruiz", "mail": "ana@example.es", "language": "en", "now": "2026-12-24T08:00:00Z", "tone": "new",
                       "message_id": "<m1@example.nl>", "items": items, **request}}
    if event:
        ask["event"] = event
    return subprocess.run([PROBE], input=json.dumps(ask).encode(), capture_output=True, timeout=60, check=False)


def compose(items, event=None, **request):
    done = probe(items, event, **request)
    assert done.returncode == 0, done.stderr.decode()
    check_wire(done.stdout)
    return email.message_from_bytes(done.stdout, policy=email.policy.default)


def check_wire(data):
    assert data.isascii() and b"\0" not in data and data.endswith(b"\r\n")
    for line in data.split(b"\r\n"):
        assert len(line) <= 998 and b"\r" not in line and b"\n" not in line
    head, body = data.split(b"\r\n\r\n", 1)
    for word in re.findall(rb"=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=", head):
        assert len(word) <= 75
        assert email.header.decode_header(word.decode())[0][0].decode("utf-8")  # whole characters in each
    for line in body.split(b"\r\n"):
        assert len(line) <= 76


def structure(part):
    """('multipart/mixed', [('text/plain', []), …])"""
    return part.get_content_type(), [structure(child) for child in part.iter_parts()] if part.is_multipart() else []


def assert_whole(message):
    assert not message.defects and all(not part.defects for part in message.walk())


class Page(html.parser.HTMLParser):
    """What matters of a page: its tags balance, its text, its links, its layout tables."""

    VOID = {"meta", "br", "img", "link", "hr"}

    def __init__(self, text):
        super().__init__()
        self.open, self.text, self.links, self.tags, self.lang = [], [], [], [], None
        self.feed(text.replace("\r\n", "\n"))
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if tag == "a":
            self.links.append(attrs["href"])
        if tag == "html":
            self.lang = attrs["lang"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)


def page(message):
    return Page(message.get_body(("html",)).get_content())


def text(message):
    return message.get_body(("plain",)).get_content().replace("\r\n", "\n")


def test_reminder():
    message = compose([item(next_name="Jan de Vries", next_at="2026-12-29T08:00:00Z", others=["Inés Gil"])])
    assert_whole(message)
    assert structure(message) == ("multipart/alternative", [("text/plain", []), ("text/html", [])])
    assert {part.get_content_charset() for part in message.iter_parts()} == {"utf-8"}
    assert message["From"].addresses[0].addr_spec == "akkoord@example.nl"
    assert [(a.display_name, a.addr_spec) for a in message["To"].addresses] == [("Ana Ruiz", "ana@example.es")]
    assert message["Date"].datetime.isoformat() == "2026-12-24T09:00:00+01:00"
    assert message["Auto-Submitted"] == "auto-generated" and message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert message["X-Akkoord-Loop"] and "Precedence" not in message and "List-Unsubscribe" not in message
    assert [name for name in message.keys() if message.keys().count(name) > 1] == []
    assert "\nhttps://akkoord.example.nl/a/ap7x" in text(message).replace("\n  ", "\n")
    for said in (text(message), " ".join(page(message).text)):
        for fact in ("Bakkerij Jansen & Zn.", "2026-118", "€1,234.50", "Thursday 31 December", "Monday 28 December, 17:30", "2 days", "Inés Gil",
                     "On Tuesday 29 December this also goes to Jan de Vries", "budget holder", "Europe/Amsterdam"):
            assert fact in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tone", TONES)
def test_every_tone_in_every_language(language, tone):
    message = compose([item(), item(informing=True, approver="Jo Doe")], language=language, tone=tone, settings={"public_url": None})
    assert_whole(message)
    view = page(message)
    assert view.lang == language and view.links == [] and "{{" not in "".join(view.text)
    assert [tag for tag, _ in view.tags if tag in ("img", "script", "link", "form", "iframe")] == []
    assert [tag for tag, _ in view.tags].count("h1") == 1
    assert {attrs.get("role") for tag, attrs in view.tags if tag == "table"} == {"presentation"}
    assert ("meta", {"name": "color-scheme", "content": "light dark"}) in view.tags
    assert "Voorbeeld BV" in text(message) and "k3f9w2" in text(message) and "Jo Doe" in text(message)
    first = text(message).splitlines()[0]
    assert "1" in first and [said.strip() for said in view.text].count(first) == 2  # title and heading say the same


def test_page_is_one_that_word_can_draw():
    raw = compose([item()]).get_body(("html",)).get_content()
    assert not re.search(r"display:\s*(flex|grid)|border-radius|background-image|url\(", raw)
    assert "#ffffff;\"" not in raw.replace("color:#ffffff", "") and "background-color:#000000" not in raw


def test_subject_is_constant_for_one_approval_and_threaded():
    first = compose([item()])
    later = [compose([item()], tone=tone, now="2026-12-29T08:00:00Z", thread_id="<m1@example.nl>", message_id="<m2@example.nl>") for tone in TONES]
    for message in later:
        assert message["Subject"] == "Re: " + first["Subject"]
        assert message["In-Reply-To"] == message["References"] == "<m1@example.nl>"
    several = compose([item(), item(number="2")])
    assert several["Subject"] == "Approval needed: 2 invoices, Thursday 24 December" and "References" not in several


def test_same_bytes():
    assert len({probe([item(supplier="Café Zürich € 🧾")], name="José").stdout for _ in range(5)}) == 1
    assert len({probe([item()], {**EVENT, "method": "REQUEST"}).stdout for _ in range(5)}) == 1


HOSTILE = ["x\r\nBcc: victim@example.org", "x\r\n\r\nbody", "\u202egpj.exe", "a\u0001\u001f\u007f\u0085b", "<script>alert(1)</script>", "\"quoted\", (comment) <a@b>; \\",
           "=?utf-8?B?QQ==?=", "{{organisation}}", "x" * 10240, "🧾" * 2560, "wörd " * 2000, "word " * 2000, "例" * 3000, " ", "\u2028\u2029", ".", "From ", "--",
           "'; DROP TABLE invoice; --", "http://evil.example/\">click"]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_stay_in_their_place(value):
    message = compose([item(supplier=value, number=value, why=value, next_name=value, next_at="2026-12-29T08:00:00Z", others=[value])], name=value)
    assert_whole(message)
    plain = compose([item()])
    assert sorted(message.keys()) == sorted(plain.keys()) and structure(message) == structure(plain)
    assert [a.addr_spec for a in message["To"].addresses] == ["ana@example.es"]
    assert page(message).links == ["https://akkoord.example.nl/a/ap7x"]
    assert [tag for tag, _ in page(message).tags if tag == "script"] == []
    for said in (message["Subject"], text(message), *page(message).text):
        assert not re.search("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]", said)
    invite = compose([item(supplier=value, number=value)], {**EVENT, "method": "REQUEST"}, name=value)
    assert_whole(invite)
    event, = icalendar.Calendar.from_ical(calendar_part(invite).get_content()).walk("VEVENT")
    assert sorted(event) == sorted(invited()[1])


@pytest.mark.parametrize("value", ["José Müller", "Doe, Jo", 'Jo "the" Doe', "例え", "Jo", "O'Neil (Ops)"])
def test_names_come_back_as_they_were(value):
    message = compose([item(supplier=value)], name=value)
    assert message["To"].addresses[0].display_name == value
    assert message["Subject"] == f"Approval needed: {value}, invoice 2026-118"


@pytest.mark.parametrize("mail", ["josé@example.es", "nobody", "a@example.es\r\nBcc: b@example.es", ""])
def test_address_that_is_none(mail):
    done = probe([item()], mail=mail)
    assert done.returncode not in (0, 1) and done.stdout == b"" and done.stderr.count(b"\n") == 1


# --- the invite ---

def calendar_part(message):
    part, = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    return part


def invited(method="REQUEST", **request):
    message = compose([item()], {**EVENT, "method": method, "sequence": 0 if method == "REQUEST" else 1}, **request)
    calendar = icalendar.Calendar.from_ical(calendar_part(message).get_content())
    event, = calendar.walk("VEVENT")
    return message, event, calendar


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_invite_has_the_structure_that_programs_agree_on(method):
    message, event, calendar = invited(method)
    assert_whole(message)
    assert structure(message) == ("multipart/mixed", [
        ("multipart/alternative", [("text/plain", []), ("text/html", []), ("text/calendar", [])]), ("application/ics", [])])
    part, = [part for part in message.walk() if part.get_content_type() == "application/ics"]
    shown = calendar_part(message)
    assert shown.get_param("method") == method == str(calendar["METHOD"])
    assert shown.get_content_disposition() is None and shown["Content-Transfer-Encoding"] == "base64"
    assert part.get_content_disposition() == "attachment" and part.get_filename() == "invite.ics" and part.get_param("name") == "invite.ics"
    assert part.get_payload(decode=True) == shown.get_payload(decode=True)
    assert b"\r\n" in part.get_payload(decode=True) and b"\n" not in part.get_payload(decode=True).replace(b"\r\n", b"")
    assert str(event["ORGANIZER"]).lower() == "mailto:" + message["From"].addresses[0].addr_spec
    assert str(event["ATTENDEE"]).lower() == "mailto:" + message["To"].addresses[0].addr_spec
    assert event["DTSTART"].dt.isoformat() == "2026-12-28T16:00:00+00:00" and event["DTEND"].dt.isoformat() == "2026-12-28T16:30:00+00:00"
    assert str(event["UID"]) == "u1@example.nl" and event["SEQUENCE"] == (0 if method == "REQUEST" else 1)
    assert str(event["SUMMARY"]) == "Approve invoice 2026-118, Bakkerij Jansen & Zn., due 31 December"
    assert "1,234" not in calendar_part(message).get_content()
    assert str(event["URL"]) == "https://akkoord.example.nl/a/ap7x"


def test_cancel_repeats_what_the_request_said():
    _, request, _ = invited()
    message, cancel, _ = invited("CANCEL")
    for name in ("UID", "SUMMARY", "DTSTART", "DTEND", "ORGANIZER", "ATTENDEE"):
        assert request[name].to_ical() == cancel[name].to_ical()
    assert str(cancel["STATUS"]) == "CANCELLED"
    assert page(message).links == [] and "no longer" in text(message) and "Please decide" not in text(message)


@pytest.mark.parametrize("language", LANGUAGES)
def test_invite_in_every_language(language):
    for method in ("REQUEST", "CANCEL"):
        message, event, _ = invited(method, language=language)
        assert "2026-118" in str(event["SUMMARY"]) and str(event["SUMMARY"]) in message["Subject"]
        assert page(message).lang == language


# --- the entry of a day ---

def entry_of(count, method="REQUEST", **request):
    """The message and the event of an entry that holds so many invoices."""
    items = [item(number=f"2026-{number:03}", approval=f"ap{number}") for number in range(1, count + 1)]
    message = compose(items, {**EVENT, "method": method, "sequence": 1}, **request)
    assert_whole(message)
    event, = icalendar.Calendar.from_ical(calendar_part(message).get_content()).walk("VEVENT")
    return message, event


def named(said):
    return re.findall(r"2026-(\d{3})", said)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [2, 10, 11, 22])
def test_an_entry_names_ten_and_counts_the_rest(language, count):
    for method, updates in (("REQUEST", False), ("REQUEST", True), ("CANCEL", False)):
        message, event = entry_of(count, method, language=language, updates=updates)
        assert named(event["DESCRIPTION"]) == [f"{number:03}" for number in range(1, min(count, 10) + 1)]
        assert re.findall(r"\b\d+", str(event["SUMMARY"])) == [str(count)] and str(event["SUMMARY"]) in message["Subject"]
        last = str(event["DESCRIPTION"]).splitlines()[-1]
        assert last == str(event["URL"]) == "https://akkoord.example.nl/a/", "the plain address"
        rest = [line for line in event["DESCRIPTION"].splitlines() if re.search(rf"\b{count - 10}\b", line) and "2026-" not in line and "https" not in line]
        assert len([line for line in rest if ":" not in line]) == (1 if count > 10 else 0)
        assert len(set(named(text(message)))) == min(count, 10)
        assert "1,234" not in str(event) and "{{" not in str(event) + text(message)


def test_an_update_says_so():
    first, again = entry_of(3)[0], entry_of(3, updates=True)[0]
    assert first["Subject"] == "Approve 3 invoices" and again["Subject"] == "Changed: Approve 3 invoices"
    assert "up to date" in text(again) and "up to date" not in text(first)
    assert [link for link in page(again).links if "/a/ap" in link] == [f"https://akkoord.example.nl/a/ap{number}" for number in (1, 2, 3)]


def test_credit_notes_and_invoices_are_counted_as_what_they_are():
    notes = [item(number=f"C-{number}", credit_note=True) for number in (1, 2)]
    for items, wanted in ((notes, "2 credit notes"), (notes + [item()], "3 invoices")):
        assert wanted in compose(items, {**EVENT, "method": "REQUEST"})["Subject"]


def test_no_invite_to_the_organizer():
    done = probe([item()], {**EVENT, "method": "REQUEST"}, mail="akkoord@example.nl")
    assert done.returncode not in (0, 1) and b"the address it comes from" in done.stderr


def test_international_domain():
    message, event, _ = invited(mail="jan@bücher.example")
    assert message["To"].addresses[0].addr_spec == "jan@xn--bcher-kva.example" and str(event["ATTENDEE"]).lower() == "mailto:jan@xn--bcher-kva.example"


def test_override_one_by_one(tmp_path):
    (tmp_path / "nl").mkdir()
    (tmp_path / "nl/lead.firm.mustache").write_text("Eigen tekst voor {{name}}.\n", encoding="utf-8")
    firm = compose([item()], language="nl", tone="firm", settings={"template_dir": str(tmp_path)})
    new = compose([item()], language="nl", settings={"template_dir": str(tmp_path)})
    assert "Eigen tekst voor Ana Ruiz." in text(firm) and "Eigen tekst" not in text(new)
    (tmp_path / "nl/lead.firm.mustache").write_text("a\n{{suplier}}\n", encoding="utf-8")
    done = probe([item()], settings={"template_dir": str(tmp_path)})
    assert done.returncode == 78 and b"lead.firm.mustache:2: unknown name suplier, did you mean supplier" in done.stderr
