"""Answers that break off, servers that die in the middle of one, connections that die while nobody uses them, and nonsense: whatever came before, an answer is
whole or it is unknown."""
import signal
import time

import pytest

from nasty import CROWD, nasty_ldif, retcode_name
from peer import DONE, ENTRY, LEAKY, NOTICE, RESULT, Peer, Proxy, after_bind, after_bind_each, ber, ldap_message, result
from probe import is_unknown, probing, settings
from slapd import Slapd

BIND_BYTES = 14


def cut(proxy, probe, most, ask, of):
    proxy.most = most
    return probe.ask(ask, of)


def is_whole_or_unknown(answer, whole):
    """True for unknown. Whole it may be: where the line breaks between two searches, the second one goes over a new line."""
    if answer["ok"]:
        assert [person["uid"] for person in answer["people"]] == whole, answer
        return False
    is_unknown(answer)
    return True


@pytest.mark.parametrize("then", ["close", "reset"])
@pytest.mark.parametrize("ask,of,whole,every", [("user", "anna", ["anna"], 1), ("group", "finance", ["david", "femke"], 11)], ids=["user", "group"])
def test_cut_at_every_byte(server, then, ask, of, whole, every):
    """Or at every eleventh."""
    with Proxy(server.port) as proxy:
        with probing(settings(server, uris=[proxy.uri])) as probe:
            assert probe.uids(ask, of) == whole
            length = proxy.passed
        assert length > 200
        proxy.then = then
        with probing(settings(server, uris=[proxy.uri])) as probe:
            cuts = range(BIND_BYTES, length, every)
            unknown = sum(is_whole_or_unknown(cut(proxy, probe, most, ask, of), whole) for most in cuts)
            assert unknown > len(cuts) // 4
            proxy.most = None
            assert probe.uids(ask, of) == whole


@pytest.mark.parametrize("then", ["close", "reset"])
def test_cut_in_the_bind(server, then):
    for most in range(BIND_BYTES):
        with Proxy(server.port) as proxy, probing(settings(server, uris=[proxy.uri])) as probe:
            proxy.most, proxy.then = most, then
            is_unknown(probe.ask("user", "anna"))


@pytest.mark.parametrize("most", [0, 5, BIND_BYTES, BIND_BYTES + 1, 150])
def test_silent_in_the_middle(server, most):
    with Proxy(server.port) as proxy, probing(settings(server, uris=[proxy.uri], timeout_s=1)) as probe:
        proxy.most, proxy.then = most, "swallow"
        assert "no answer in time" in is_unknown(probe.ask("user", "anna"), timeout_s=1)["message"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_server_dies_in_mid_search(tmp_path, how):
    """In the middle of the second page; the next question finds it back, and all that it has."""
    with Slapd(tmp_path / "slapd", nasty_ldif()) as own, Proxy(own.port) as proxy:
        with probing(settings(own, uris=[proxy.uri], timeout_s=20)) as probe:
            crowd = probe.ask("lookup", "department", department="crowd")
            assert len(crowd["people"]) == CROWD
            proxy.tell("close")
            proxy.most, proxy.then = proxy.passed * 2 // 3, "die"
            proxy.die = lambda: (own.process.send_signal(how), own.process.wait(20))
            is_unknown(probe.ask("lookup", "department", department="crowd"))
            assert own.process.poll() is not None
            proxy.most = None
            own.start()
            assert len(answered(probe, "lookup", "department", department="crowd")) == CROWD


def test_stopped_and_continued(own_server):
    """A late answer is nobody else's."""
    with probing(settings(own_server, timeout_s=1)) as probe:
        assert probe.uids("user", "anna") == ["anna"]
        with own_server.paused():
            assert "no answer in time" in is_unknown(probe.ask("user", "anna"), timeout_s=1)["message"]
            is_unknown(probe.ask("user", "pieter"), timeout_s=1)
        assert answered(probe, "user", "pieter") == ["pieter"]
        assert probe.uids("user", "anna") == ["anna"]


def answered(probe, ask, of, **fields):
    """The answer, once the pause after a failure is over."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        answer = probe.ask(ask, of, **fields)
        if answer["ok"]:
            return [person["uid"] for person in answer["people"]]
        time.sleep(0.1)
    raise AssertionError(answer)


# --- connections that die while nobody uses them ---

def test_idle_timeout_of_the_server(tmp_path):
    with Slapd(tmp_path / "slapd", general=["idletimeout 1"]) as own, probing(settings(own)) as probe:
        for uid in ("anna", "pieter"):
            assert probe.uids("user", uid) == [uid]
            time.sleep(3)
        assert probe.uids("group", "controllers") == ["sanne", "thomas"]


@pytest.mark.parametrize("how", ["close", "reset"])
def test_idle_connection_dies(server, how):
    with Proxy(server.port) as proxy, probing(settings(server, uris=[proxy.uri])) as probe:
        assert probe.uids("user", "anna") == ["anna"]
        proxy.tell(how)
        time.sleep(0.2)
        assert probe.uids("user", "pieter") == ["pieter"]
        assert proxy.accepted == 2


def test_half_open_connection(server):
    """What stands between us forgot the connection: nothing comes back, and nobody says so. It costs one question its time, and is not used again."""
    with Proxy(server.port) as proxy, probing(settings(server, uris=[proxy.uri], timeout_s=1)) as probe:
        assert probe.uids("user", "anna") == ["anna"]
        proxy.tell("swallow")
        assert "no answer in time" in is_unknown(probe.ask("user", "pieter"), timeout_s=1)["message"]
        assert probe.uids("user", "pieter") == ["pieter"]
        assert proxy.accepted == 2


@pytest.mark.parametrize("name", ["hangs up", "answers and hangs up", "notice"])
def test_server_hangs_up(probe, name):
    """A real one, without a word, after one, and with a notice of disconnection."""
    is_unknown(probe.ask("manager", retcode_name(name)))
    assert probe.uids("user", "anna") == ["anna"]


def test_notice_before_the_first_question(server):
    """Said before anything was asked, and the line breaks: the next question goes to the next server."""
    def behave(connection, stopped):
        connection.recv(4096)
        connection.sendall(ldap_message(1, 0x61, *RESULT))
        connection.sendall(NOTICE)
        stopped.wait(0.2)
    with Peer(behave) as peer, probing(settings(server, uris=[peer.uri, server.uri])) as probe:
        assert answered(probe, "user", "anna") == ["anna"]


# --- nonsense ---

OTHER_ENTRY = ENTRY.replace(b"\x02\x01\x02", b"\x02\x01\x07", 1)
NONSENSE = {
    "another's answer": result(9, 0x65, 0),
    "another's entry, then another's end": OTHER_ENTRY + result(7, 0x65, 0),
    "an answer to the bind again": result(1, 0x61, 0),
    "the end of something else": result(2, 0x61, 0),
    "an extended answer": result(2, 0x78, 0),
    "notice of disconnection": NOTICE,
    "an entry, then the notice": ENTRY + NOTICE,
    "unsolicited, unknown": ldap_message(0, 0x78, *RESULT),
    "an entry without an end": ENTRY,
    "a request": ldap_message(2, 0x63, ber(0x04, b"x")),
    "an entry that is none": ENTRY[:20] + b"\xff" * (len(ENTRY) - 20) + DONE,
    "an end without a code": ldap_message(2, 0x65),
    "a negative code": ldap_message(2, 0x65, ber(0x0a, b"\xff"), ber(0x04), ber(0x04)),
    "a huge code": ldap_message(2, 0x65, ber(0x0a, b"\x7f\xff\xff\xff"), ber(0x04), ber(0x04)),
    "an endless length": b"\x30\x80" + ENTRY[2:],
    "zeros": b"\0" * 4096,
    "an empty message": b"\x30\x00" * 100,
    "HTTP": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "TLS": b"\x15\x03\x03\x00\x02\x02\x28",
    "SMTP": b"220 mail.example ESMTP\r\n",
}


@pytest.mark.parametrize("behave", [after_bind_each, after_bind], ids=["then silent", "then gone"])
@pytest.mark.parametrize("then", NONSENSE.values(), ids=NONSENSE.keys())
def test_nonsense_to_a_search(server, behave, then):
    with Peer(behave(then)) as peer, probing(settings(server, uris=[peer.uri], timeout_s=1)) as probe:
        answer = probe.ask("user", "anna")
        is_unknown(answer, answer.get("kind"), timeout_s=1)


@pytest.mark.parametrize("said", [result(7, 0x61, 0), result(1, 0x65, 0), NOTICE, b"\x30\x00" * 10, b"\0" * 100, b"HTTP/1.1 400 Bad Request\r\n\r\n", ldap_message(1, 0x61)],
                         ids=["another's", "a search's", "notice", "empty", "zeros", "HTTP", "no code"])
def test_nonsense_to_a_bind(server, said):
    def behave(connection, stopped):
        connection.recv(4096)
        connection.sendall(said)
        stopped.wait(30)
    with Peer(behave) as peer, probing(settings(server, uris=[peer.uri], timeout_s=1), **(LEAKY if said == NOTICE else {})) as probe:
        answer = probe.ask("user", "anna")
        assert not answer["ok"] and answer["ms"] < 2500 and answer["cpu_ms"] < 400, answer
