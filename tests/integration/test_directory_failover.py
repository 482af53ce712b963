"""Several servers: in every combination of what the first and the second do, the answer is that of the one that answers, or unknown; and a wrong password is shown
to one of them only."""
import contextlib
import time

import pytest

from akkoord import free_port
from nasty import nasty_ldif
from peer import LEAKY, NOTICE, RESULT, Peer, ldap_message, mute, result
from probe import is_unknown, probing, settings
from slapd import PASSWORD, ROOT, SUFFIX, Slapd, entry, run, service, service_name

BUSY, UNAVAILABLE, INVALID_CREDENTIALS = 51, 52, 49


def binds_with(answer):
    def behave(connection, stopped):
        connection.recv(4096)
        connection.sendall(answer)
        stopped.wait(30)
    return behave


def hangs_up(_connection, _stopped):
    pass


def searches_with(answer):
    """Lets everybody in, answers every question with that, and hangs up."""
    def behave(connection, _stopped):
        connection.recv(4096)
        connection.sendall(ldap_message(1, 0x61, *RESULT))
        connection.recv(4096)
        connection.sendall(answer)
    return behave


KINDS = {"mute": mute, "hangs up": hangs_up, "busy": binds_with(result(1, 0x61, BUSY)), "unavailable": binds_with(result(1, 0x61, UNAVAILABLE)),
         "noise": binds_with(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "notice": binds_with(NOTICE), "refuses": binds_with(result(1, 0x61, INVALID_CREDENTIALS))}


@contextlib.contextmanager
def playing(kind, server):
    """A server of that kind: its address."""
    if kind == "dead":
        yield f"ldap://127.0.0.1:{free_port()}"
    elif kind == "good":
        yield server.uri
    else:
        with Peer(KINDS[kind]) as peer:
            yield peer.uri


@pytest.mark.parametrize("first", ["good", "dead", *KINDS])
def test_every_second(server, first):
    """With every second one: the first that answers, answers; a refusal is the answer of all."""
    for second in ("good", "dead", "mute", "busy", "refuses"):
        with playing(first, server) as one, playing(second, server) as two, \
                probing(settings(server, uris=[one, two], timeout_s=2), **(LEAKY if first == "notice" else {})) as probe:
            answer = probe.ask("user", "anna")
            if first == "good" or (second == "good" and first != "refuses"):
                assert answer["ok"] and len(answer["people"]) == 1, (second, answer)
            else:
                is_unknown(answer, "permanent" if "refuses" in (first, second) else "unavailable", timeout_s=2)
                assert one in answer["message"] and (first == "refuses") == (two not in answer["message"]), (second, answer)


@pytest.mark.parametrize("then", [NOTICE, result(2, 0x65, UNAVAILABLE), result(2, 0x65, BUSY), b"", b"\x30\x84\xff\xff\xff\xff"],
                         ids=["notice", "unavailable", "busy", "nothing", "noise"])
def test_one_that_lets_us_in_and_does_not_answer(server, then):
    """Costs its question at most; then the next server is asked."""
    with Peer(searches_with(then)) as peer, probing(settings(server, uris=[peer.uri, server.uri], timeout_s=2)) as probe:
        answer = probe.ask("user", "anna")
        assert answer["ok"] == ([person["uid"] for person in answer["people"]] == ["anna"])
        assert probe.uids("user", "anna") == ["anna"]
        assert peer.accepted == 1


def test_back_to_the_first(own_server, server):
    """Nothing is asked of a second server that fails while the first is there again."""
    with probing(settings(server, uris=[server.uri, own_server.uri])) as probe:
        assert probe.uids("user", "stays") == ["stays"]
        own_server.stop()
        assert probe.uids("user", "stays") == ["stays"]
    with probing(settings(server, uris=[own_server.uri, server.uri])) as probe:
        assert probe.uids("user", "stays") == ["stays"]


# --- our own account ---

POLICY = entry(f"cn=password policy,ou=services,{SUFFIX}", "objectClass: organizationalRole", "objectClass: pwdPolicy", "cn: password policy",
               "pwdAttribute: userPassword", "pwdLockout: TRUE", "pwdMaxFailure: 3", "pwdLockoutDuration: 0", "pwdMustChange: TRUE")


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """Locks an account at the third wrong password."""
    with Slapd(tmp_path_factory.mktemp("strict") / "slapd", nasty_ldif() + POLICY + "".join(service(name) for name in ("locked", "to change", "tried")),
               overlay=[f'ppolicy_default "cn=password policy,ou=services,{SUFFIX}"']) as running:
        running.modify(f"dn: {service_name('locked')}\nchangetype: modify\nadd: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n\n"
                       f"dn: {service_name('to change')}\nchangetype: modify\nadd: pwdReset\npwdReset: TRUE\n")
        yield running


@pytest.mark.parametrize("account", ["locked", "to change"])
def test_account_out_of_use(strict, account):
    """Locked it is told as a wrong password is; one whose password must be changed gets in, and then nothing."""
    with probing(settings(strict, bind_dn=service_name(account))) as probe:
        for question, of in (("user", "anna"), ("group", "finance"), ("manager", f"uid=anna,ou=people,{SUFFIX}")):
            is_unknown(probe.ask(question, of), "permanent")


def failures(server, account):
    """How often the account was tried in vain, as the server counts."""
    found = run("ldapsearch", "-x", "-LLL", "-H", server.uri, "-D", ROOT, "-w", PASSWORD, "-b", service_name(account), "pwdFailureTime", "pwdAccountLockedTime")
    return found.stdout.decode().count("pwdFailureTime:"), b"pwdAccountLockedTime" in found.stdout


def test_wrong_password_does_not_lock_the_account(strict, tmp_path):
    """However much is asked while it is wrong, and wherever else it could be tried."""
    (tmp_path / "secret").write_text("wrong\n")
    with probing(settings(strict, uris=[strict.uri, strict.ldapi_uri], bind_dn=service_name("tried"), bind_password_file=str(tmp_path / "secret"))) as probe:
        until = time.monotonic() + 0.5
        while time.monotonic() < until:
            is_unknown(probe.ask("user", "anna"), "permanent")
    assert failures(strict, "tried") == (1, False)


def test_locked_person(strict):
    """Who is locked out is found, and marked."""
    strict.modify(f"dn: uid=lucia,ou=people,{SUFFIX}\nchangetype: modify\nadd: pwdAccountLockedTime\npwdAccountLockedTime: 20260101000000Z\n")
    with probing(settings(strict)) as probe:
        assert [person["disabled"] for person in probe.found("user", "lucia")] == [True]
        assert [person["disabled"] for person in probe.found("user", "anna")] == [False]
