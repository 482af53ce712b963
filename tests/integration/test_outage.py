"""The directory fails in the middle of reminding, in every way that it can: nobody is replaced, skipped, escalated past or given up because of it, nothing new is decided on half an
answer; and when it is back, all goes on as if it had never been away."""
import contextlib
import shutil

import pytest

from akkoord import EX_CONFIG, EX_OK, EX_TEMPFAIL, EX_UNAVAILABLE, Akkoord, free_port
from company import INVOICES, found
from nasty import retcode_name
from peer import NOTICE, Peer, Proxy, after_bind, mute, mute_after_starttls
from scene import FIRST, events, take
from slapd import SUFFIX, service_name

# The fourth day, when everybody's manager is to be brought in; the same day in the afternoon; and the next working day.
DURING, STILL, AFTER = "2026-12-04T09:00:00Z", "2026-12-04T13:30:00Z", "2026-12-07T13:30:00Z"
# What may come of a directory that does not answer: mails to whom was asked already.
HARMLESS = {"directory.silent", "reminder.planned", "reminder.claimed", "reminder.superseded", "reminder.passed", "reminder.returned", "message.queued", "message.waits", "message.sending",
            "message.accepted", "invite.requested", "invite.updated"}


def with_widening(policy):
    rung = '{ name = "nudge";    at = "start+1bd";    tone = "friendly"; },'
    assert rung in policy
    return policy.replace(rung, rung + ''' { name = "widen"; at = "start+2bd"; tone = "escalation"; add = "manager(approver)"; to = [ "approver", "manager(approver)" ]; },''')


@pytest.fixture(scope="module")
def begun(tmp_path_factory, server):
    """The company with its first mails sent, in a folder to copy."""
    akkoord = Akkoord(tmp_path_factory.mktemp("begun"))
    found(akkoord, server, f"maildir:{akkoord.folder}/mail", FIRST, with_widening)
    akkoord.run("import", INVOICES, now=FIRST)
    akkoord.run("tick", now=FIRST)
    return akkoord


@pytest.fixture
def company(begun, tmp_path):
    """A copy of that: its store, its mails, its configuration."""
    folder = tmp_path / "company"
    shutil.copytree(begun.folder, folder)
    akkoord = Akkoord(folder)
    text = begun.config.read_text(encoding="utf-8").replace(str(begun.folder), str(folder)).replace('timeout = "5s"', 'timeout = "1s"')
    akkoord.config.write_text(text, encoding="utf-8")
    return akkoord


def change(akkoord, *pairs):
    """Puts another text for each in the configuration; returns it as it was."""
    before = text = akkoord.config.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    akkoord.config.write_text(text, encoding="utf-8")
    return before


def asked(akkoord, now):
    """Who is asked for what, and in which state; who was added."""
    approvals = [(row["number"], stage["name"], approval["approver"], approval["state"])
                 for row in akkoord.records("list", "--all", now=now) for stage in akkoord.records("show", row["invoice"], now=now)[0]["stages"]
                 for approval in stage["approvals"]]
    return sorted(approvals), len(events(akkoord, "approver.added"))


@pytest.fixture(scope="module")
def undisturbed(begun, tmp_path_factory):
    """How it goes on where nothing fails."""
    folder = tmp_path_factory.mktemp("undisturbed") / "company"
    shutil.copytree(begun.folder, folder)
    akkoord = Akkoord(folder)
    akkoord.config.write_text(begun.config.read_text(encoding="utf-8").replace(str(begun.folder), str(folder)), encoding="utf-8")
    for now in (DURING, STILL, AFTER):
        akkoord.run("tick", now=now)
    approvals, added = asked(akkoord, AFTER)
    assert added > 0
    return approvals, added


# --- the ways to fail: contexts that give what to change in the configuration ---

def uri(server, other):
    return [(f'"{server.uri}"', f'"{other}"')]


def peer_that(behave, scheme="ldap", extra=""):
    @contextlib.contextmanager
    def context(server, certificates):
        with Peer(behave) as peer:
            yield [(f'"{server.uri}" ];', f'"{peer.uri.replace("ldap:", scheme + ":")}" ]; ca_file = "{certificates.ca}"; {extra}')]
    return context


def proxy_that(most, then):
    """Lets the bind through, and this much of what follows."""
    @contextlib.contextmanager
    def context(server, _certificates):
        with Proxy(server.port) as proxy:
            proxy.most, proxy.then = most, then
            yield uri(server, proxy.uri)
    return context


def settings_that(*pairs):
    @contextlib.contextmanager
    def context(_server, _certificates):
        yield pairs
    return context


def code(number):
    """Everything is answered with that code."""
    base = retcode_name(f"code-{number}")
    return settings_that((f'base = "{SUFFIX}"', f'base = "{base}"'), (f'base = "ou=groups,{SUFFIX}"', f'base = "{base}"'), (f'base = "ou=cost centres,{SUFFIX}"', f'base = "{base}"'))


@contextlib.contextmanager
def nobody_there(server, _certificates):
    yield uri(server, f"ldap://127.0.0.1:{free_port()}")


@contextlib.contextmanager
def stopped(server, _certificates):
    with server.paused():
        yield []


@contextlib.contextmanager
def wrong_authority(server, certificates):
    yield [(f'"{server.uri}" ];', f'"{server.tls_uri}" ]; ca_file = "{certificates.other_ca}";')]


def account(name):
    return settings_that((f'dn = "cn=akkoord,ou=services,{SUFFIX}"', f'dn = "{service_name(name)}"'))


FAULTS = {
    "nobody there": nobody_there,
    "stopped": stopped,
    "mute": peer_that(mute),
    "mute in the handshake": peer_that(mute, "ldaps"),
    "mute after StartTLS": peer_that(mute_after_starttls, extra="starttls = true;"),
    "wrong authority": wrong_authority,
    "no TLS there": settings_that(("timeout =", "starttls = true; timeout =")),
    "no such account": account("none such"),
    "account without the id": account("no id"),
    "blind account": account("blind"),
    "notice": peer_that(after_bind(NOTICE)),
    "noise": peer_that(after_bind(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
    "no entry, no end": peer_that(after_bind(b"")),
    "cut after the bind": proxy_that(14, "close"),
    "cut": proxy_that(300, "close"),
    "reset": proxy_that(100, "reset"),
    "swallowed": proxy_that(100, "swallow"),
    **{f"code {number}": code(number) for number in (3, 4, 10, 11, 32, 50, 51, 52, 53)},
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_nobody_pays_for_it(company, server, certificates, undisturbed, fault):
    before, count = asked(company, DURING), len(events(company))
    with fault(server, certificates) as pairs:
        text = change(company, *pairs)
        _, late = take(company, DURING, number="LATE-1")
        for now in (DURING, STILL):
            assert company.run("tick", now=now, code=None).code in (EX_OK, EX_UNAVAILABLE, EX_TEMPFAIL, EX_CONFIG)
        approvals, added = asked(company, STILL)
        assert ([row for row in approvals if row[0] != "LATE-1"], added) == before
        happened = [event for event in events(company)[count:] if event.get("invoice") != late and event["type"] not in HARMLESS]
        assert not happened, happened
        assert company.records("list", "--stuck", now=STILL) == []
        company.config.write_text(text, encoding="utf-8")
    company.run("tick", now=AFTER)
    approvals, added = asked(company, AFTER)
    assert [row for row in approvals if row[0] != "LATE-1"] == undisturbed[0]
    assert [row[2:] for row in approvals if row[0] == "LATE-1"] == [("lucia", "pending")]
    assert company.records("list", "--stuck", now=AFTER) == [] and added >= undisturbed[1]
