"""Mails are fetched by IMAP from a real server: taken in, then moved away; whatever the server does, nothing is lost and no pass hangs."""
import signal
import socket
import subprocess
import time

import pytest

from akkoord import EX_CONFIG, EX_OK, EX_UNAVAILABLE, PROGRAM, Akkoord, wait_until
from company import found
from dovecot import PASSWORD, USER, Dovecot, why_not
from peer import Peer
from scene import events

NOW, NEXT = "2026-12-01T08:00:00Z", "2026-12-01T08:05:00Z"
needs_dovecot = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


def mail(number, more=""):
    return f"From: someone@elsewhere.example\r\nTo: {USER}\r\nSubject: mail {number}\r\nMessage-ID: <n{number}@elsewhere.example>\r\n{more}\r\nHello {number}\r\n.\r\n"


@pytest.fixture(scope="module")
def dovecot(certificates):
    with Dovecot(certificates.folder / "good.pem", certificates.folder / "good.key") as server:
        yield server


@pytest.fixture
def imap(dovecot):
    dovecot.empty()
    return dovecot


@pytest.fixture
def house(akkoord, slapd):
    """The company, with mail going to a Maildir."""
    found(akkoord, slapd, f"maildir:{akkoord.folder}/out", NOW)
    (akkoord.folder / "imap.secret").write_text(PASSWORD + "\n", encoding="ascii")
    (akkoord.folder / "imap.secret").chmod(0o600)
    return akkoord


def fetches(akkoord, url, *more, password="imap.secret", done="Taken"):
    """Adds that mailbox to the configuration."""
    text = akkoord.config.read_text(encoding="utf-8").split("\ninbound =")[0]
    lines = [f'url = "{url}";', f'user = "{USER}";', f'done = "{done}";', *more]
    lines += [f'password_file = "{password}";'] if password else []
    akkoord.config.write_text(text + "\ninbound = { imap = { " + " ".join(lines) + " }; };\n", encoding="utf-8")


def over_tls(house, imap, certificates, *more, folder="", **options):
    fetches(house, f"imaps://127.0.0.1:{imap.tls_port}{folder}", f'ca_file = "{certificates.ca}";', *more, **options)


def received(akkoord):
    return [event["data"] for event in akkoord.run("audit", "export", now=NEXT).lines if event["type"] == "mail.received"]


@needs_dovecot
def test_taken_in_and_moved(house, imap, certificates):
    """Byte for byte, into a folder that is made, under a name that is not ASCII; the next look finds nothing."""
    over_tls(house, imap, certificates, done="Geprüft & weg")
    for number in range(3):
        imap.put(mail(number, 'X-Odd: * 1 FETCH {3}\r\n'))
    [record] = house.records("tick", now=NOW)
    assert record["received"] == 3
    assert imap.mails() == [] and len(imap.mails("Gepr&APw-ft &- weg")) == 3
    assert {entry["via"] for entry in received(house)} == {"imap"} and len(received(house)) == 3
    shown = [house.run("receive", "--show", event["seq"], now=NOW).out for event in house.run("audit", "export", now=NOW).lines if event["type"] == "mail.received"]
    assert sorted(text.replace("\r", "") for text in shown) == sorted(mail(number, 'X-Odd: * 1 FETCH {3}\r\n').replace("\r", "") for number in range(3))
    assert house.records("tick", now=NEXT)[0]["received"] == 0
