"""Mails are fetched by IMAP from a real server: taken in, then moved away; whatever the server does, nothing is lost and no pass hangs."""
import random
import time

import pytest

from akkoord import EX_CONFIG, is_sanitized, wait_until
from company import found
from dovecot import PASSWORD, USER, Dovecot, why_not
from imap_stub import ImapStub

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


def taken(akkoord, now=NOW):
    """What a pass says, and how many mails it took in."""
    result = akkoord.run("tick", now=now, as_json=True)
    return result.lines[0]["received"], result.err


@needs_dovecot
def test_taken_in_and_moved(house, imap, certificates):
    """Byte for byte, into a folder that is made, under a name that is not ASCII; the next look finds nothing."""
    over_tls(house, imap, certificates, done="Geprüft & weg")
    texts = [mail(number, "X-Odd: * 1 FETCH {3}\r\n") for number in range(23)]
    for text in texts:
        imap.put(text)
    assert taken(house) == (23, "")
    assert imap.mails() == [] and len(imap.mails("Gepr&APw-ft &- weg")) == 23
    assert [data["via"] for data in received(house)] == ["imap"] * 23
    events = [event["seq"] for event in house.run("audit", "export", now=NOW).lines if event["type"] == "mail.received"]
    shown = house.run("receive", "--show", events[0], now=NOW).out
    assert shown in [text.replace("\r\n", "\n") for text in texts] or shown in texts
    assert taken(house, NEXT) == (0, "")


@needs_dovecot
def test_deleted_where_so_wanted_by_starttls_from_a_folder(house, imap, certificates):
    imap.put(mail(1), "In/Bounces")
    imap.put(mail(2))
    fetches(house, f"imap://localhost:{imap.port}/In/Bounces", "starttls = true;", f'ca_file = "{certificates.ca}";', done="")
    assert taken(house) == (1, "")
    assert imap.mails("In/Bounces") == [] and len(imap.mails()) == 1


@needs_dovecot
def test_the_same_mail_again_has_no_second_effect(house, imap, certificates):
    over_tls(house, imap, certificates)
    for _ in range(2):
        imap.put(mail(1))
        assert taken(house) == (1, "")
    assert len(received(house)) == 1 and len(imap.mails("Taken")) == 2


@needs_dovecot
def test_a_full_mailbox(house, imap, certificates):
    """Five hundred a pass, whatever their number: nothing of a long list is lost."""
    over_tls(house, imap, certificates, done="")
    for number in range(620):
        imap.put(mail(number))
    assert [taken(house) for _ in range(3)] == [(500, ""), (120, ""), (0, "")]
    assert imap.mails() == [] and len(received(house)) == 620


@needs_dovecot
def test_a_mail_too_large_is_left_and_named_once(house, imap, certificates):
    over_tls(house, imap, certificates)
    imap.put(b"Subject: large\n\n" + b"0123456789abcde\n" * (33 * 65536))
    imap.put(mail(1))
    count, said = taken(house)
    assert count == 1 and "1 mails of more than 32 MiB are left there" in said
    assert taken(house) == (0, "") and len(imap.mails()) == 1
    assert "1 are left there" in house.run("check", now=NOW).out


@needs_dovecot
def test_what_cannot_be_read_is_said_once_and_by_check(house, imap, certificates):
    """In the server's words, and never the password."""
    (house.folder / "wrong.secret").write_text("not the password\n", encoding="ascii")
    (house.folder / "wrong.secret").chmod(0o600)
    over_tls(house, imap, certificates, password="wrong.secret")
    said = taken(house)[1]
    assert "no log-in: NO [AUTHENTICATIONFAILED]" in said and "not the password" not in said
    assert taken(house) == (0, "")
    assert "since" in [line for line in house.run("check", now=NOW).out.splitlines() if "inbound.imap" in line][0]
    assert "NO [AUTHENTICATIONFAILED]" in house.run("check", "--online", now=NOW, code=EX_CONFIG).out
    over_tls(house, imap, certificates, folder="/Nowhere")
    assert "the folder cannot be opened: NO" in taken(house)[1]
    fetches(house, f"imaps://localhost:{imap.tls_port}", f'ca_file = "{certificates.other_ca}";')
    assert "certificate" in taken(house)[1]


def killed(akkoord, chance, count):
    """A pass that is killed somewhere on its way, every other one as soon as `count()`, of what it has moved, grows."""
    before, end = count(), time.monotonic() + chance.random() * (3 if is_sanitized() else 0.4)
    by_count = chance.random() < 0.5
    process = akkoord.serve("--only", "inbound", now=NOW)
    while process.poll() is None and time.monotonic() < end + 5 * by_count and not (by_count and count() > before):
        time.sleep(0.001)
    process.kill()
    process.wait()


ROUNDS, COUNT = (3, 30) if is_sanitized() else (6, 60)


def make_maildir(folder):
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    return folder


def test_killed_while_it_takes_in_a_maildir(house):
    """Each has its effect once, wherever it is killed, and lies in cur/ in the end."""
    inbox, chance = make_maildir(house.folder / "inbox"), random.Random(7)
    text = house.config.read_text(encoding="utf-8")
    house.config.write_text(f'{text}\ninbound = {{ maildirs = [ "{inbox}" ]; }};\n', encoding="utf-8")
    for number in range(COUNT):
        (inbox / f"new/{number}.M1.mx").write_text(mail(number), encoding="ascii")
    for _ in range(ROUNDS):
        killed(house, chance, lambda: len(list((inbox / "cur").iterdir())))
    house.run("tick", now=NOW)
    assert list((inbox / "new").iterdir()) == [] and len(list((inbox / "cur").iterdir())) == COUNT
    assert len(received(house)) == COUNT
    house.run("audit", "replay", now=NOW)


@needs_dovecot
def test_killed_while_it_fetches(house, imap, certificates):
    """Likewise: what was moved away was taken in, and what was not is found again."""
    over_tls(house, imap, certificates)
    chance = random.Random(11)
    for number in range(COUNT):
        imap.put(mail(number))
    for _ in range(ROUNDS):
        killed(house, chance, lambda: len(imap.names("Taken")))
    taken(house)
    assert imap.mails() == [] and len(imap.mails("Taken")) == COUNT
    assert len(received(house)) == COUNT


def test_a_server_that_hangs_holds_up_nothing(house):
    """The daemon takes in from a Maildir meanwhile, and ends when it is told to."""
    inbox = make_maildir(house.folder / "inbox")
    with ImapStub(mails={5: mail(1).encode()}, stall="SELECT") as stub:
        fetches(house, stub.uri, 'timeout = "60s";')
        text = house.config.read_text(encoding="utf-8")
        house.config.write_text(text.replace("inbound = {", f'inbound = {{ maildirs = [ "{inbox}" ];'), encoding="utf-8")
        house.serve("--only", "inbound")
        wait_until(lambda: any("SELECT" in line for line in stub.said), what="the server is asked")
        (inbox / "new/1.M1.mx").write_text(mail(2), encoding="ascii")
        wait_until(lambda: list((inbox / "cur").iterdir()), what="the mail is taken in")
        house.stop_all()
        assert [line for line in stub.said if "FETCH" in line] == []


def test_the_daemon_looks_again_and_again(house):
    with ImapStub(mails={5: mail(1).encode()}) as stub:
        fetches(house, stub.uri, 'every = "1s";')
        house.serve("--only", "inbound")
        wait_until(lambda: not stub.mails, what="the first mail is taken away")
        stub.mails[6] = mail(2).encode()
        wait_until(lambda: not stub.mails, what="the second mail is taken away")
    house.stop_all()
    assert len(received(house)) == 2


def test_one_mail_that_cannot_be_fetched_holds_up_no_other(house):
    with ImapStub(mails={number: mail(number).encode() for number in (3, 5, 8)}, cut=5) as stub:
        fetches(house, stub.uri)
        count, said = taken(house)
        assert count == 2 and "remaining to read" in said
        assert list(stub.mails) == [5]


def test_a_server_without_authenticate(house):
    """For what can neither move nor delete some: copied, then all that is marked goes."""
    with ImapStub("bare", mails={5: mail(1).encode()}) as stub:
        fetches(house, stub.uri)
        assert taken(house) == (1, "")
        assert not stub.mails and any('UID COPY 5 "Taken"' in line for line in stub.said)
        assert any(f'LOGIN {USER} "{PASSWORD}"' in line for line in stub.said)


TOKEN, OTHER = "ya29.first-token", "ya29.second-token"


@pytest.mark.parametrize("auth, good", [("xoauth2", "user={user}\1auth=Bearer {token}\1\1"), ("oauthbearer", "n,a={user},\1host={host}\1port={port}\1auth=Bearer {token}\1\1")])
def test_tokens(house, auth, good):
    """One that the server refuses is asked for anew, once; what is said of it never holds it."""
    program = house.folder / "token"
    program.write_text(f'#!/bin/sh\n[ -e {house.folder}/again ] && echo {OTHER} && exit\n: >{house.folder}/again\necho {TOKEN}\n', encoding="ascii")
    program.chmod(0o755)
    with ImapStub(auth, mails={5: mail(1).encode()}) as stub:
        host, port = stub.uri.removeprefix("imap://").rstrip("/").split(":")
        stub.good = good.format(user=USER, token=OTHER, host=host, port=port)
        fetches(house, stub.uri, f'auth = "{auth}";', f'token_command = [ "{program}" ];', password=None)
        assert taken(house) == (1, "") and not stub.mails
        stub.good = "another"
        said = taken(house)[1]
        assert ('no log-in: {"status":"400","scope":"***"}' if auth == "xoauth2" else "no log-in: NO AUTHENTICATE failed") in said and OTHER not in said
