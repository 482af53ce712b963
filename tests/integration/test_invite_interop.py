"""Invitations put through other programs: read by libical beside icalendar, kept by a CalDAV server as a client would, and shown by Thunderbird."""
import base64
import collections
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

from akkoord import Akkoord, free_port, is_sanitized, wait_until
from company import found
from scene import FIRST, kind_of, take, to_whom
from slapd import Slapd
from smtp_receiver import SmtpReceiver
from test_invites import STRUCTURE, check

icalendar = pytest.importorskip("icalendar", reason="python3-icalendar is not installed")
LUCIA, SLOT = "lucia@voorbeeld.example", "2026-12-01T13:00:00Z"
URL = "https://akkoord.voorbeeld.example"

# PRACTICE.md 1.3, in its order; what stands between the marks of the event.
CALENDAR = ["PRODID", "VERSION", "CALSCALE", "METHOD"]
EVENT = ["UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "ORGANIZER", "ATTENDEE", "SUMMARY", "DESCRIPTION", "URL", "STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS",
         "X-MICROSOFT-CDO-INTENDEDSTATUS", "X-MICROSOFT-DISALLOW-COUNTER"]


@pytest.fixture(name="story", scope="module")
def tell_story(tmp_path_factory):
    """What Lucía gets by kind: a day with two approvals, with one, with none; and, after the policy has changed, one of an approval that moves and is withdrawn."""
    folder = tmp_path_factory.mktemp("interop")
    smtp, akkoord = SmtpReceiver(folder / "smtp"), Akkoord(folder)
    smtp.start()
    try:
        with Slapd(folder / "slapd") as slapd:
            found(akkoord, slapd, smtp.url, FIRST)
            akkoord.configure(akkoord.config.read_text(encoding="utf-8") + f'web = {{ public_url = "{URL}"; }};\n')
            live_through(akkoord)
        return [received for received in smtp.messages() if kind_of(received) != "mail" and to_whom(received) == "lucia"]
    finally:
        smtp.stop()


def live_through(akkoord):
    first, second = (take(akkoord, number=number, supplier='Vos & "Zn"; Sträßle,\\ 印刷')[1] for number in ("A-1", "A-2"))
    akkoord.run("tick", now=FIRST)
    akkoord.run("approve", first, "--as", "lucia", now="2026-12-01T09:00:00Z")
    akkoord.run("tick", now=SLOT)
    akkoord.run("approve", second, "--as", "lucia", now="2026-12-01T13:10:00Z")
    akkoord.run("tick", now="2026-12-01T13:10:00Z")
    akkoord.policy.write_text(akkoord.policy.read_text(encoding="utf-8").replace('invites = "day"', 'invites = "approval"'), encoding="utf-8")
    akkoord.run("policy", "apply", akkoord.policy, "--yes", now="2026-12-01T13:20:00Z")
    third = take(akkoord, "2026-12-01T13:30:00Z", number="A-3")[1]
    akkoord.run("tick", now="2026-12-02T08:00:00Z")
    take(akkoord, "2026-12-02T09:00:00Z", number="A-3", due="2026-12-05")
    akkoord.run("tick", now="2026-12-02T13:00:00Z")
    akkoord.run("withdraw", third, "--as", "femke", "--reason", "twice", now="2026-12-02T14:00:00Z")
    akkoord.run("tick", now="2026-12-02T14:00:00Z")


def text_of(received):
    [part] = [part for part in received.message.walk() if part.get_content_type() == "text/calendar"]
    return part.get_payload(decode=True).decode("utf-8")


def test_kinds(story):
    seen = [(kind_of(received), int(check(received)[0]["SEQUENCE"])) for received in story]
    assert seen == [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)] * 2
    uids = [str(check(received)[0]["UID"]) for received in story]
    assert len(set(uids[:3])) == len(set(uids[3:])) == 1 and uids[0] != uids[3]
    ends = [check(received)[0]["DTEND"].dt for received in story]
    assert len(set(ends[:3])) == 1 and ends[3] > ends[4] == ends[5], "moved with the deadline, and taken back where it stood last"


def test_message_header_by_header(story):
    """PRACTICE.md 1.2 and 2.1."""
    for received in story:
        message, method = received.message, kind_of(received)
        assert [part.get_content_type() for part in message.walk()] == STRUCTURE
        _, _, _, _, calendar, attachment = message.walk()
        assert dict(calendar["Content-Type"].params) == {"charset": "utf-8", "method": method} and calendar["Content-Disposition"] is None
        assert dict(attachment["Content-Type"].params) == {"name": "invite.ics"} and attachment.get_filename() == "invite.ics"
        assert calendar["Content-Transfer-Encoding"] == attachment["Content-Transfer-Encoding"] == "base64"
        assert message["From"].addresses[0].addr_spec == "akkoord@voorbeeld.example" and message["To"].addresses[0].addr_spec == LUCIA
        assert message["Auto-Submitted"] == "auto-generated" and message["X-Auto-Response-Suppress"] == "OOF, AutoReply"
        assert received.sender != LUCIA and received.recipients == [LUCIA]
    assert len({received.message["Message-ID"] for received in story}) == len(story)


def test_icalendar_and_libical_read_the_same(story):
    gi = pytest.importorskip("gi", reason="python3-gi is not installed")
    try:
        gi.require_version("ICalGLib", "3.0")
    except ValueError:
        pytest.skip("gir1.2-ical-3.0 is not installed")
    from gi.repository import ICalGLib
    for received in story:
        parsed = ICalGLib.Component.new_from_string(text_of(received))
        assert ICalGLib.restriction_check(parsed) and parsed.count_errors() == 0
        outer = properties(ICalGLib, parsed)
        assert [name for name, _, _ in outer] == CALENDAR
        assert parsed.count_components(ICalGLib.ComponentKind.ANY_COMPONENT) == 1
        event = parsed.get_first_component(ICalGLib.ComponentKind.VEVENT_COMPONENT)
        read = properties(ICalGLib, event)
        assert [name for name, _, _ in read] == EVENT
        other, method = check(received)
        assert dict((name, value) for name, value, _ in outer)["METHOD"] == method
        for name, value, parameters in read:
            assert value == as_text(other[name]), name
            assert parameters == {key: str(text) for key, text in getattr(other[name], "params", {}).items()}, name
        assert str(other["URL"]).startswith(f"{URL}/a/") and "token" not in text_of(received)


def properties(library, component):
    """Name, value as it stands (escapes undone), parameters, in order."""
    kind, found_ones = library.PropertyKind.ANY_PROPERTY, []
    one = component.get_first_property(kind)
    while one:
        parameters, parameter = {}, one.get_first_parameter(library.ParameterKind.ANY_PARAMETER)
        while parameter:
            name, _, value = parameter.as_ical_string().partition("=")
            if name != "VALUE":
                parameters[name] = value.strip('"')
            parameter = one.get_next_parameter(library.ParameterKind.ANY_PARAMETER)
        value = one.get_value_as_string()
        if one.get_property_name() in ("SUMMARY", "DESCRIPTION"):
            value = one.get_value().get_text()
        found_ones.append((one.get_property_name(), value, parameters))
        one = component.get_next_property(kind)
    return found_ones


def as_text(value):
    if isinstance(value, icalendar.vDDDTypes):
        return value.to_ical().decode()
    return str(value)


# --- a server for calendars ---

@pytest.fixture(name="radicale")
def run_radicale(tmp_path):
    program = shutil.which("radicale")
    if not program:
        pytest.skip("radicale is not installed")
    port = free_port()
    (tmp_path / "users").write_text("lucia:secret\n")
    (tmp_path / "config").write_text(f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = htpasswd\nhtpasswd_filename = {tmp_path}/users\nhtpasswd_encryption = plain\ndelay = 0\n"
                                     f"[storage]\nfilesystem_folder = {tmp_path}/collections\n[web]\ntype = none\n[logging]\nlevel = warning\n")
    with open(tmp_path / "log", "wb") as log:
        server = subprocess.Popen([program, "-C", str(tmp_path / "config")], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        wait_until(lambda: answers(port), what="radicale")
        yield port
    finally:
        server.terminate()
        server.wait(20)


def answers(port):
    try:
        return ask(port, "OPTIONS", "/")[0]
    except OSError:
        return None


Answer = collections.namedtuple("Answer", "status headers text")


def ask(port, method, path, text=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    headers["Authorization"] = "Basic " + base64.b64encode(b"lucia:secret").decode()
    connection.request(method, path, text.encode() if text else None, headers)
    answer = connection.getresponse()
    return Answer(answer.status, dict(answer.getheaders()), answer.read().decode())


def without_method(received):
    """As a client stores it (RFC 4791, 4.1)."""
    return text_of(received).replace(f"METHOD:{kind_of(received)}\r\n", "")


def facts(text):
    [event] = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return {name: (as_text(value), dict(getattr(value, "params", {}))) for name, value in event.items()}


QUERY = """<C:calendar-query xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><C:calendar-data/></prop><C:filter><C:comp-filter name="VCALENDAR">
<C:comp-filter name="VEVENT"><C:time-range start="{}" end="{}"/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"""


def test_kept_by_a_calendar_server(story, radicale):
    assert ask(radicale, "MKCALENDAR", "/lucia/work/").status == 201
    for place, (request, update, cancel) in {"/lucia/work/day.ics": story[:3], "/lucia/work/approval.ics": story[3:]}.items():
        put = ask(radicale, "PUT", place, without_method(request), Content_Type="text/calendar", If_None_Match="*")
        assert put.status == 201
        assert facts(ask(radicale, "GET", place).text) == facts(text_of(request))
        put = ask(radicale, "PUT", place, without_method(update), Content_Type="text/calendar", If_Match=put.headers["ETag"])
        assert put.status in (201, 204)
        kept = facts(ask(radicale, "GET", place).text)
        assert kept == facts(text_of(update)) and kept["UID"] == facts(text_of(cancel))["UID"]
        span = QUERY.format(kept["DTSTART"][0], kept["DTEND"][0])
        assert kept["UID"][0] in ask(radicale, "REPORT", "/lucia/work/", span, Content_Type="application/xml", Depth="1").text
        put = ask(radicale, "PUT", place, without_method(cancel), Content_Type="text/calendar", If_Match=put.headers["ETag"])
        assert put.status in (201, 204) and facts(ask(radicale, "GET", place).text)["STATUS"][0] == "CANCELLED"
        assert ask(radicale, "DELETE", place).status == 200 and ask(radicale, "GET", place).status == 404


# --- Thunderbird ---

def why_not():
    """What is missing for a Thunderbird without a network."""
    missing = [program for program in ("thunderbird", "Xvfb", "unshare", "ip") if not shutil.which(program)]
    if missing:
        return f"{' and '.join(missing)}: not installed"
    if is_sanitized():
        return "Thunderbird is run once, not again under the sanitizers"
    if subprocess.run(NAMESPACE + ["true"], capture_output=True, check=False).returncode:
        return "no network namespace may be made here"
    return None


# Only a loopback in it: nothing can leave.
NAMESPACE = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]


def test_thunderbird_shows_the_bar(story, tmp_path):
    reason = why_not()
    if reason:
        pytest.skip(reason)
    files = []
    for received in story[:3]:
        files.append(tmp_path / f"{len(files)}.eml")
        files[-1].write_bytes(received.bytes)
    driver = pathlib.Path(__file__).with_name("invitation_bar.py")
    done = subprocess.run(NAMESPACE + [sys.executable, str(driver), str(tmp_path), LUCIA, *map(str, files)], capture_output=True, text=True, timeout=600, check=False,
                          env={**os.environ, "AKKOORD_PICTURES": ""})
    assert done.returncode == 0, done.stderr[-3000:]
    request, update, cancel = map(json.loads, done.stdout.splitlines())
    assert "invitation to an event" in request["words"] and {"imipAcceptButton", "imipTentativeButton", "imipDeclineButton"} <= set(request["buttons"])
    assert "update to an existing event" in update["words"] and "imipAcceptButton" in update["buttons"]
    assert "event cancellation" in cancel["words"] and cancel["buttons"] == ["imipDeleteButton"]
    for shown, received in ((request, story[0]), (update, story[1])):
        [entry], event = shown["calendar"], check(received)[0]
        assert entry == {"uid": str(event["UID"]), "title": str(event["SUMMARY"]), "starts": event["DTSTART"].to_ical().decode(), "ends": event["DTEND"].to_ical().decode(),
                         "sequence": str(event["SEQUENCE"]), "status": "CONFIRMED", "transparent": "TRANSPARENT"}
    assert cancel["calendar"] == []
