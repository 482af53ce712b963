"""Servers that go away and lines that break: whatever goes wrong ends in time, without burning the processor, as "unknown" and never as "nobody"."""
import contextlib
import socket
import time

import pytest

from akkoord import free_port
from peer import ENTRY, RESULT, Peer, after_bind, ldap_message, mute, mute_after_starttls
from probe import is_unknown, probing, settings


def test_stopped_and_back(own_server):
    with probing(settings(own_server)) as probe:
        assert probe.uids("user", "anna") == ["anna"]
        own_server.stop()
        is_unknown(probe.ask("user", "anna"), timeout_s=1)
        assert any("not tried again yet" in is_unknown(probe.ask("user", "anna"))["message"] for _ in range(10))
        own_server.start()
        time.sleep(1.5)
        assert any(probe.ask("user", "anna")["ok"] or time.sleep(1) for _ in range(5))
        assert probe.uids("user", "anna") == ["anna"]


def test_restarted_between_two_questions(own_server):
    with probing(settings(own_server)) as probe:
        assert probe.uids("user", "anna") == ["anna"]
        own_server.stop()
        own_server.start()
        assert probe.uids("user", "anna") == ["anna"]
        assert probe.uids("group", "controllers") == ["sanne", "thomas"]


def test_pause_grows(server):
    with probing(settings(server, uris=[f"ldap://127.0.0.1:{free_port()}"])) as probe:
        tries, deadline = 0, time.monotonic() + 4
        while time.monotonic() < deadline:
            tries += "not tried again yet" not in is_unknown(probe.ask("ping"))["message"]
            time.sleep(0.02)
        assert 2 <= tries <= 3


@pytest.mark.parametrize("behave,scheme,starttls", [(mute, "ldap", False), (mute, "ldaps", False), (mute, "ldap", True),
                                                    (mute_after_starttls, "ldap", True)], ids=["plain", "ldaps", "starttls", "handshake"])
def test_mute(server, certificates, behave, scheme, starttls):
    """libldap by itself hangs for ever in the TLS handshake of a mute server, at full speed."""
    with Peer(behave) as peer:
        wanted = settings(server, uris=[peer.uri.replace("ldap", scheme)], starttls=starttls, timeout_s=1, ca_file=str(certificates.ca))
        with probing(wanted) as probe:
            answer = is_unknown(probe.ask("user", "anna"), timeout_s=1)
            assert "no answer in time" in answer["message"] and answer["ms"] > 900
            assert is_unknown(probe.ask("user", "anna"))["ms"] < 100


def test_connection_that_never_comes_up(server):
    """The queue of a listener that accepts nobody is full: SYNs go unanswered."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, contextlib.ExitStack() as waiting:
        for _ in range(4):
            other = waiting.enter_context(socket.socket())
            other.setblocking(False)
            other.connect_ex(listener.getsockname())
        with probing(settings(server, uris=[f"ldap://127.0.0.1:{listener.getsockname()[1]}"], timeout_s=1)) as probe:
            is_unknown(probe.ask("user", "anna"), timeout_s=1)


@pytest.mark.parametrize("then", [b"", ENTRY, ENTRY + ENTRY[:10], b"\x30\x84\xff\xff\xff\xff", b"GET / HTTP/1.1\r\n\r\n" * 50],
                         ids=["nothing", "one entry", "a piece", "a length", "noise"])
def test_line_breaks_in_the_answer(server, then):
    with Peer(after_bind(then)) as peer, probing(settings(server, uris=[peer.uri], timeout_s=3)) as probe:
        is_unknown(probe.ask("user", "anna"), timeout_s=3)


def test_trickle(server):
    """A server that always has one more entry does not hold us beyond the time."""
    def behave(connection, stopped):
        connection.recv(4096)
        connection.sendall(ldap_message(1, 0x61, *RESULT))
        connection.recv(4096)
        while not stopped.wait(0.05):
            connection.sendall(ENTRY)
    with Peer(behave) as peer, probing(settings(server, uris=[peer.uri], timeout_s=1)) as probe:
        assert "no answer in time" in is_unknown(probe.ask("user", "anna"), timeout_s=1)["message"]


def test_failover(server):
    closed = f"ldap://127.0.0.1:{free_port()}"
    with Peer(mute) as peer, probing(settings(server, uris=[closed, peer.uri, server.uri], timeout_s=3)) as probe:
        assert probe.uids("user", "anna") == ["anna"]
        answer = probe.ask("user", "pieter")
        assert answer["ok"] and answer["ms"] < 500
        assert peer.accepted == 1


def test_failover_when_the_first_stops(own_server, server):
    with probing(settings(server, uris=[own_server.uri, server.uri])) as probe:
        assert probe.uids("user", "anna") == ["anna"] and probe.uids("user", "stays") == []
        own_server.stop()
        assert probe.uids("user", "stays") == ["stays"]


def test_refusal_is_not_taken_to_the_next(own_server, server, tmp_path):
    """The account is the same everywhere: every further try may lock it."""
    (tmp_path / "secret").write_text("wrong\n")
    with Peer(mute) as peer:
        with probing(settings(server, uris=[server.uri, peer.uri], bind_password_file=str(tmp_path / "secret"))) as probe:
            is_unknown(probe.ask("user", "anna"), "permanent")
        assert peer.accepted == 0


def test_all_down_names_all(server):
    closed = [f"ldap://127.0.0.1:{free_port()}" for _ in range(2)]
    with probing(settings(server, uris=closed)) as probe:
        message = is_unknown(probe.ask("user", "anna"), timeout_s=1)["message"]
        assert all(uri in message for uri in closed)
