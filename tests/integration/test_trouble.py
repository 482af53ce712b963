"""What goes wrong on the way out and in: refusals, delays, lost lines, a death at the worst moment, a directory that is away."""
import subprocess

import pytest

from akkoord import EX_UNAVAILABLE, wait_until
from company import INVOICES, found, reference
from slapd import Slapd

START, LATER = "2026-12-01T08:00:00Z", "2026-12-01T10:00:00Z"
PRINT = "F26/0342"
PRINT_FILE = INVOICES / "imprenta-del-sol-F26-0342.xml"


@pytest.fixture
def ready(akkoord, slapd, smtp):
    """One invoice taken in for Lucía, nothing sent yet."""
    found(akkoord, slapd, smtp.url, START, lambda text: text.replace('send = [ "mail", "invite" ]; ', ""))
    akkoord.run("import", PRINT_FILE, now=START)
    return akkoord


def states(akkoord):
    """The states of the invoice's messages, oldest first, with the number of tries."""
    [record] = akkoord.records("show", reference(akkoord, PRINT, START), now=START)
    return [(message["state"], message["attempts"]) for message in record["messages"]]


def ids(smtp):
    return [message.message["Message-ID"] for message in smtp.messages()]


def test_refused_for_good(ready, smtp):
    smtp.behave(rcpt={"lucia@voorbeeld.example": "550 5.1.1 no such user"})
    ready.run("tick", now=START)
    assert states(ready) == [("refused", 1)]
    smtp.behave()
    ready.run("tick", now=LATER)
    assert smtp.messages() == [], "a refused message is never sent again"
    [record] = ready.records("show", reference(ready, PRINT, START), now=START)
    assert "no such user" in record["messages"][0]["reply"]


def test_deferred_is_tried_again_under_its_name(ready, smtp):
    smtp.behave(rcpt={"*": "450 4.2.0 mailbox busy"}, times=1)
    ready.run("tick", now=START)
    assert states(ready) == [("deferred", 1)] and smtp.messages() == []
    ready.run("tick", now="2026-12-01T08:00:01Z")
    assert smtp.messages() == [], "not at once"
    ready.run("tick", now=LATER)
    assert states(ready) == [("accepted", 2)] and len(ids(smtp)) == 1


def test_lost_line_after_the_final_dot(ready, smtp):
    smtp.behave(after_dot="drop", times=1)
    ready.run("tick", now=START, code=None)
    assert states(ready) == [("uncertain", 1)] and len(ids(smtp)) == 1
    ready.run("tick", now=LATER)
    assert states(ready) == [("accepted", 2)]
    assert len(ids(smtp)) == 2 and len(set(ids(smtp))) == 1, "once more, under the same Message-ID"
    ready.run("tick", now="2026-12-01T12:00:00Z")
    assert len(ids(smtp)) == 2


def test_uncertain_twice_is_left(ready, smtp):
    smtp.behave(after_dot="drop")
    for now in (START, LATER, "2026-12-01T12:30:00Z", "2026-12-01T15:00:00Z"):
        ready.run("tick", now=now, code=None)
    assert states(ready) == [("uncertain", 2)] and len(ids(smtp)) == 2


def test_death_after_the_final_dot(ready, smtp):
    """Killed between the last byte and the reply: whether it arrived nobody knows, so it goes once more under its name."""
    smtp.behave(after_dot="stall", times=1)
    with open(ready.folder / "killed.log", "wb") as log:
        dying = subprocess.Popen(ready.arguments(("tick",), START, False), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                 env=ready.environment(), start_new_session=True)
    try:
        wait_until(lambda: len(smtp.messages()) == 1, what="the message")
    finally:
        dying.kill()
        dying.wait(10)
    assert states(ready)[0][0] == "sending"
    ready.run("tick", now="2026-12-01T08:05:00Z", code=None)
    ready.run("tick", now=LATER)
    assert len(ids(smtp)) == 2 and len(set(ids(smtp))) == 1
    assert ready.records("audit", "replay")[0]["ok"]


def test_server_away(ready, smtp):
    smtp.stop()
    assert ready.run("tick", now=START, code=None).code == EX_UNAVAILABLE
    assert states(ready)[0][0] in ("deferred", "queued")
    port = smtp.port
    smtp.start()
    ready.config.write_text(ready.config.read_text(encoding="utf-8").replace(f":{port}", f":{smtp.port}"), encoding="utf-8")
    ready.run("tick", now=LATER)
    assert len(smtp.messages()) == 1


def test_one_bad_address_stops_nobody_else(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, START)
    akkoord.run("import", INVOICES, now=START)
    smtp.behave(rcpt={"lucia@voorbeeld.example": "550 5.1.1 no such user", "mark@voorbeeld.example": "450 4.2.0 busy"})
    akkoord.run("tick", now=START, code=None)
    assert {message.recipients[0].split("@")[0] for message in smtp.messages()} == {"priya", "julien", "sanne"}


def test_nothing_leaves_at_night_or_on_sunday(akkoord, slapd, smtp):
    sunday = "2026-11-29T10:00:00Z"
    found(akkoord, slapd, smtp.url, sunday)
    akkoord.run("import", INVOICES, now=sunday)
    for now in (sunday, "2026-11-29T23:00:00Z", "2026-11-30T06:00:00Z"):
        akkoord.run("tick", now=now)
    assert smtp.messages() == []
    akkoord.run("tick", now="2026-11-30T08:00:00Z")
    assert len(smtp.messages()) == 10


def test_directory_away(akkoord, smtp, tmp_path):
    """Nothing is decided on an answer that did not come; when it is back, all goes on."""
    directory = Slapd(tmp_path / "ldap")
    with directory:
        found(akkoord, directory, smtp.url, START)
        akkoord.run("import", INVOICES, now=START)
    result = akkoord.run("tick", now=START, code=None)
    assert result.code in (0, EX_UNAVAILABLE) and smtp.messages() == []
    assert akkoord.records("list", "--stuck", now=START) == []
    assert akkoord.run("who", "user(anna)", code=None).code == EX_UNAVAILABLE
    with directory:
        akkoord.run("tick", now="2026-12-01T08:30:00Z")
        akkoord.run("tick", now="2026-12-01T13:00:00Z")
    assert len(smtp.messages()) == 10


def test_two_passes_at_once_send_once(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, START)
    akkoord.run("import", INVOICES, now=START)
    passes = [subprocess.Popen(akkoord.arguments(("tick",), START, False), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env=akkoord.environment()) for _ in range(4)]
    try:
        for one in passes:
            assert one.wait(60) in (0, 75), "done, or: another is at it"
    finally:
        for one in passes:
            one.kill()
            one.wait(10)
    akkoord.run("tick", now=START)
    assert len(smtp.messages()) == 10 and len(set(ids(smtp))) == 10
