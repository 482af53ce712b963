"""The directory against real servers, asked through directory_probe: who is found, and that whatever goes wrong ends in time, without
burning the processor, as "unknown" and never as "nobody"."""
import contextlib
import json
import os
import pathlib
import select
import socket
import subprocess
import threading
import time

import pytest

from akkoord import free_port
from slapd import (ACCOUNT, COMMA, CROWD, PASSWORD, SUFFIX, UMLAUT, Certificates, Slapd, nasty_ldif, nasty_name)

BUILD = pathlib.Path(os.environ.get("AKKOORD_BUILDDIR", "."))
PROBE = os.environ.get("AKKOORD_DIRECTORY_PROBE", str(BUILD / "tests/integration/directory_probe"))
SLACK_MS = 1500  # for a machine that is busy with something else
CPU_MS = 400     # a busy loop of a whole timeout would be over it

# Results of slapo-retcode(5): reading cn=NAME,ou=retcodes gives the code.
RETCODES = {"timelimit": 3, "sizelimit": 4, "adminlimit": 11, "busy": 51, "unavailable": 52, "loop": 54, "other": 80,
            "noaccess": 50, "unwilling": 53, "notfound": 32}
RETCODE_LINES = [*(f'retcode-item "cn={name}" {code}' for name, code in RETCODES.items()), 'retcode-item "cn=slow" 0 sleeptime=4']


def retcode_name(name):
    return f"cn={name},ou=retcodes,{SUFFIX}"


def settings(server, **changes):
    lookups = [
        {"name": "budget_holder", "base": f"ou=cost centres,{SUFFIX}", "filter": "(ou={cost_centre})", "attribute": "manager"},
        {"name": "department", "filter": "(departmentNumber={department})"},
        {"name": "by_supplier", "base": f"ou=people,{SUFFIX}", "filter": "(|(uid={supplier})(cn={supplier}))"},
        {"name": "by_group", "base": f"ou=nasty,{SUFFIX}", "filter": "(ou=by group)", "attribute": "manager"},
        {"name": "bad_filter", "filter": "(((", "attribute": "manager"},
        {"name": "bad_template", "filter": "(ou={Cost})", "attribute": "manager"},
        {"name": "elsewhere", "base": "dc=elsewhere,dc=example", "filter": "(ou=x)", "attribute": "manager"},
        {"name": "no_base", "base": f"ou=nowhere,{SUFFIX}", "filter": "(ou=x)", "attribute": "manager"},
    ]
    return {"uris": [server.uri], "timeout_s": 10, "base_dn": SUFFIX, "bind_method": "simple", "bind_dn": ACCOUNT,
            "bind_password_file": str(server.secret), "person_filter": "(objectClass=inetOrgPerson)", "person_id": "entryUUID",
            "person_uid": "uid", "person_name": "cn", "person_mail": "mail", "person_manager": "manager",
            "person_language": "preferredLanguage", "person_country": "c", "person_authority": "employeeType",
            "person_disabled": "(|(pwdAccountLockedTime=*)(employeeType=left))", "group_filter": "(cn={name})", "group_member": "member",
            "group_nested": "expand", "lookups": lookups, **changes}


class Probe:
    """A running directory_probe; each question gives its answer as a dict."""

    def __init__(self, wanted, **environment):
        self.process = subprocess.Popen([PROBE, json.dumps(wanted)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, **environment})

    def answer(self, timeout_s=30):
        assert select.select([self.process.stdout], [], [], timeout_s)[0], "no answer: hanging"
        line = self.process.stdout.readline()
        assert line, f"directory_probe ended with {self.process.wait(5)}"
        return json.loads(line)

    def ask(self, ask, of=None, **fields):
        question = {"ask": ask, **({"of": of} if of is not None else {}), **({"fields": fields} if fields else {})}
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return self.answer()

    def found(self, ask, of=None, **fields):
        """The people of a complete answer."""
        answer = self.ask(ask, of, **fields)
        assert answer["ok"], answer
        return answer["people"]

    def uids(self, ask, of=None, **fields):
        return [person["uid"] for person in self.found(ask, of, **fields)]

    def close(self):
        self.process.stdin.close()
        try:
            code = self.process.wait(20)
        finally:
            self.process.kill()
            self.process.stdout.close()
        assert code == 0, f"directory_probe ended with {code}"


@contextlib.contextmanager
def probing(wanted, **environment):
    probe = Probe(wanted, **environment)
    try:
        yield probe
    finally:
        probe.close()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("tls") / "ca")


@pytest.fixture(scope="module")
def server(tmp_path_factory, certificates):
    folder = tmp_path_factory.mktemp("slapd")
    folder.chmod(0o755)
    with Slapd(folder / "nasty", nasty_ldif(), certificates, retcodes=RETCODE_LINES) as running:
        yield running


@pytest.fixture(scope="module")
def probe(server):
    with probing(settings(server)) as running:
        yield running


@pytest.fixture
def own_server(tmp_path):
    """For tests that stop it."""
    with Slapd(tmp_path / "slapd") as running:
        yield running


def is_unknown(answer, kind="unavailable", timeout_s=None):
    assert not answer["ok"] and answer["kind"] == kind, answer
    assert answer["cpu_ms"] < CPU_MS, answer
    if timeout_s is not None:
        assert answer["ms"] <= timeout_s * 1000 + SLACK_MS, answer
    return answer


# --- who is found ---

def test_person(probe):
    [lucia] = probe.found("user", "lucia")
    assert len(lucia.pop("id")) == 36
    assert lucia == {"uid": "lucia", "dn": f"uid=lucia,ou=people,{SUFFIX}", "name": "Luc\u00eda Garc\u00eda", "mail": "lucia@voorbeeld.example",
                     "language": "es", "country": "ES", "manager": f"uid=anna,ou=people,{SUFFIX}", "authority": "10000.00 EUR", "disabled": False}


def test_person_by_mail_and_again(probe):
    [anna] = probe.found("mail", "ANNA@voorbeeld.example")
    assert anna["uid"] == "anna" and "manager" not in anna and "authority" not in anna
    assert probe.found("again", anna["id"]) == [anna]
    assert probe.found("again", "00000000-0000-0000-0000-000000000000") == []
    assert probe.found("again", "mail:anna@voorbeeld.example") == []


@pytest.mark.parametrize("uid", ["nobody", "*", "ann*", "*)(uid=*", "anna)(|(uid=*", "\\2a", "", pytest.param("\u00fc" * 5000, id="long")])
def test_nobody(probe, uid):
    assert probe.found("user", uid) == []


def test_odd_uid(probe):
    assert probe.uids("user", "st*r") == ["st*r"]


def test_disabled_and_without_mail(probe):
    assert [person["disabled"] for person in probe.found("user", "joost")] == [True]
    assert [person["disabled"] for person in probe.found("user", "left")] == [True]
    [karim] = probe.found("user", "karim")
    assert "mail" not in karim and not karim["disabled"]


def test_disabled_costs_one_search(probe):
    assert len(probe.ask("lookup", "department", department="7")["trace"]) == 2
    assert len(probe.ask("user", "nobody")["trace"]) == 1


def test_nobody_is_disabled_without_the_setting(server):
    wanted = settings(server)
    del wanted["person_disabled"]
    with probing(wanted) as probe:
        assert [person["disabled"] for person in probe.found("user", "joost")] == [False]


def test_attributes_of_ones_own(server):
    with probing(settings(server, person_name="TITLE", person_authority="departmentNumber", person_id="uid", person_country=None)) as probe:
        [comma] = probe.found("user", "comma")
        assert comma["id"] == comma["uid"] == "comma" and comma["name"] == "Board"


def test_entries_without_the_id(server):
    with probing(settings(server, person_id="employeeNumber")) as probe:
        answer = is_unknown(probe.ask("user", "anna"), "config")
        assert "employeeNumber" in answer["message"]


# --- groups ---

def test_groups(probe):
    assert probe.uids("group", "controllers") == ["sanne", "thomas"]
    assert probe.uids("group", "finance") == ["david", "femke"]
    assert probe.uids("group", "CONTROLLERS") == ["sanne", "thomas"]
    assert probe.uids("group", "no such group") == []
    assert probe.uids("group", "*") == []


def test_groups_not_expanded(server):
    with probing(settings(server, group_nested="off")) as probe:
        assert probe.uids("group", "finance") == ["david"]


def test_mixed_members(probe):
    """A disabled one, one gone, one without mail, a name with everything that needs escaping."""
    people = probe.found("group", "mixed")
    assert [(person["uid"], person["disabled"]) for person in people] == [
        ("left", True), ("stays", False), ("own-boss", False), ("comma", False)]
    assert people[3]["dn"].startswith("cn=Vries")


def test_circles(probe):
    assert probe.uids("group", "inner") == ["stays", "orphan"]
    assert sorted(probe.uids("group", "outer")) == ["orphan", "stays"]
    assert probe.uids("group", "self") == []


def test_depth(probe):
    assert probe.uids("group", "deep2") == ["stays"]
    assert "levels" in is_unknown(probe.ask("group", "deep0"), "permanent")["message"]


def test_crowd(probe):
    answer = probe.ask("group", "crowd")
    assert answer["ok"] and [person["uid"] for person in answer["people"]] == [f"c{number:04}" for number in range(CROWD)]
    assert [person["uid"] for person in answer["people"] if person["disabled"]] == ["c0007"]
    assert len(answer["trace"]) == 3


def test_too_large(probe):
    assert "10000" in is_unknown(probe.ask("group", "huge"), "permanent")["message"]


def test_names_instead_of_dns(server):
    with probing(settings(server, group_member="memberUid")) as probe:
        people = probe.found("group", "unix")
        assert sorted((person["uid"], person["disabled"]) for person in people) == [("anna", False), ("left", True), ("st*r", False)]


# --- lookups ---

@pytest.mark.parametrize("cost_centre,uids", [("IT-100", ["priya"]), ("it-100", ["priya"]), ("OPS-400", ["joost"]), ("BookingCode003", ["lucia"]),
                                              ("XX-1", []), ("*", []), ("*)(uid=*", []), ("IT-100)(ou=*", []), ("IT-1*", [])])
def test_lookup(probe, cost_centre, uids):
    assert probe.uids("lookup", "budget_holder", cost_centre=cost_centre) == uids


def test_lookup_of_people(probe):
    assert probe.uids("lookup", "by_supplier", supplier="anna") == ["anna"]
    assert probe.uids("lookup", "by_supplier", supplier="*)(uid=*") == []
    assert [(person["uid"], person["disabled"]) for person in probe.found("lookup", "department", department="7")] == [
        ("left", True), ("stays", False)]


def test_lookup_that_points_to_a_group(probe):
    assert probe.uids("lookup", "by_group") == ["own-boss", "stays", "orphan"]


def test_lookup_pages(probe):
    """More than the server gives at once: 500 a page."""
    people = probe.found("lookup", "department", department="crowd")
    assert len({person["id"] for person in people}) == CROWD
    assert [person["uid"] for person in people if person["disabled"]] == ["c0007"]


def test_lookup_over_the_limit(server):
    with probing(settings(server, bind_dn=f"cn=limited,ou=services,{SUFFIX}")) as probe:
        is_unknown(probe.ask("lookup", "department", department="crowd"))
        assert probe.uids("lookup", "department", department="7") == ["left", "stays"]


def test_lookup_errors(probe):
    assert "cost_centre" in is_unknown(probe.ask("lookup", "budget_holder", order="1"), "not found")["message"]
    assert "bad_template" in is_unknown(probe.ask("lookup", "bad_template", cost="1"), "config")["message"]
    is_unknown(probe.ask("lookup", "bad_filter"), "config")
    assert "none_such" in is_unknown(probe.ask("lookup", "none_such"), "config")["message"]
    is_unknown(probe.ask("lookup", "no_base"), "permanent")
    assert "eferral" in is_unknown(probe.ask("lookup", "elsewhere"))["message"]
    assert probe.uids("user", "anna") == ["anna"]


# --- managers ---

def test_managers(probe):
    def manager(uid):
        [person] = probe.found("user", uid)
        return probe.uids("manager", person.get("manager"))
    assert manager("priya") == ["mark"]
    assert manager("anna") == []
    assert manager("umlaut") == ["comma"]
    assert manager("below-umlaut") == ["umlaut"]
    assert (manager("loop-a"), manager("loop-b"), manager("own-boss")) == (["loop-b"], ["loop-a"], ["own-boss"])
    assert manager("orphan") == []
    assert manager("below-a-group") == []


def test_manager_names(probe):
    assert probe.uids("manager", COMMA) == ["comma"]
    assert probe.uids("manager", UMLAUT.upper()) == ["umlaut"]
    for name in ("", "anna", "*)(uid=*", "uid=anna,,", "no=such,type=here"):
        assert probe.uids("manager", name) == []


# --- answers that are none ---

@pytest.mark.parametrize("name", ["timelimit", "sizelimit", "adminlimit", "busy", "unavailable", "loop", "other"])
def test_not_now(probe, name):
    assert retcode_name(name) not in is_unknown(probe.ask("manager", retcode_name(name)))["message"]
    assert probe.uids("user", "anna") == ["anna"]


@pytest.mark.parametrize("name", ["noaccess", "unwilling"])
def test_refused(probe, name):
    is_unknown(probe.ask("manager", retcode_name(name)), "permanent")


def test_no_such_entry(probe):
    assert probe.found("manager", retcode_name("notfound")) == []


def test_elsewhere_is_unknown(probe):
    """A name that another server would know: a referral, not "nobody"."""
    is_unknown(probe.ask("manager", "uid=anna,dc=elsewhere,dc=example"))


def test_slow_search(server):
    with probing(settings(server, timeout_s=1)) as probe:
        assert "no answer in time" in is_unknown(probe.ask("manager", retcode_name("slow")), timeout_s=1)["message"]
        assert probe.uids("user", "anna") == ["anna"]


# --- logging on ---

def test_ping(probe):
    assert probe.ask("ping")["ok"]


def test_wrong_password(server, tmp_path):
    (tmp_path / "secret").write_text("wrong\n")
    with probing(settings(server, bind_password_file=str(tmp_path / "secret"))) as probe:
        answer = is_unknown(probe.ask("user", "anna"), "permanent")
        assert "Invalid credentials" in answer["message"] and "wrong" not in answer["message"]
        again = is_unknown(probe.ask("user", "anna"), "permanent")
        assert again["ms"] < 100 and "not tried again" in again["message"]


@pytest.mark.parametrize("content", [PASSWORD, PASSWORD + "\n", PASSWORD + "\r\n"])
def test_password_file(server, tmp_path, content):
    (tmp_path / "secret").write_bytes(content.encode())
    with probing(settings(server, bind_password_file=str(tmp_path / "secret"))) as probe:
        assert probe.ask("ping")["ok"]


@pytest.mark.parametrize("content", [b"", b"\n", b"\r\n", pytest.param(b"x" * 5000, id="long"), b"a\0b", None])
def test_password_file_refused(server, tmp_path, content):
    """An empty password would be an anonymous bind that succeeds."""
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    with probing(settings(server, bind_password_file=str(tmp_path / "secret"))) as probe:
        answer = probe.answer()
        assert not answer["ok"] and answer["kind"] == "config" and "password_file" in answer["message"]


@pytest.mark.parametrize("changes", [{"uris": []}, {"uris": ["https://127.0.0.1"]}, {"uris": ["ldap://ldap.example.nl"]}, {"bind_dn": ""}])
def test_settings_refused(server, changes):
    with probing(settings(server, **changes)) as probe:
        assert probe.answer()["kind"] == "config"


def test_external(server):
    with probing(settings(server, uris=[server.ldapi_uri], bind_method="external")) as probe:
        assert probe.uids("user", "anna") == ["anna"]


def test_external_where_it_is_not_to_be_had(server):
    with probing(settings(server, bind_method="external")) as probe:
        is_unknown(probe.ask("user", "anna"), "permanent")


def test_anonymous(server):
    with probing(settings(server, bind_method="none")) as probe:
        assert probe.ask("ping")["ok"]
        is_unknown(probe.ask("user", "anna"), "permanent")


# --- TLS ---

@pytest.mark.parametrize("starttls", [False, True])
def test_tls(server, certificates, starttls):
    """Whatever the environment would like libldap to do."""
    uri = server.uri if starttls else server.tls_uri
    with probing(settings(server, uris=[uri], starttls=starttls, ca_file=str(certificates.ca)), LDAPTLS_CIPHER_SUITE="NONE",
                 LDAPURI="ldap://127.0.0.1:9", LDAPTLS_CACERT="/dev/null") as probe:
        assert probe.uids("group", "controllers") == ["sanne", "thomas"]


@pytest.mark.parametrize("starttls", [False, True])
def test_tls_wrong_authority(server, certificates, starttls):
    """Nor does what stands in the environment or a file at home talk us into it."""
    (certificates.folder / ".ldaprc").write_text("TLS_REQCERT never\n")
    uri = server.uri if starttls else server.tls_uri
    with probing(settings(server, uris=[uri], starttls=starttls, ca_file=str(certificates.other_ca)), HOME=str(certificates.folder),
                 LDAPTLS_REQCERT="never", LDAPCONF=str(certificates.folder / ".ldaprc")) as probe:
        is_unknown(probe.ask("user", "anna"), timeout_s=10)


@pytest.mark.parametrize("certificate", ["wrong_name", "expired"])
@pytest.mark.parametrize("starttls", [False, True])
def test_tls_wrong_certificate(tmp_path, certificates, certificate, starttls):
    with Slapd(tmp_path / "slapd", certificates=certificates, certificate=certificate) as server:
        uri = server.uri if starttls else server.tls_uri
        with probing(settings(server, uris=[uri], starttls=starttls, ca_file=str(certificates.ca))) as probe:
            assert "certificate" in is_unknown(probe.ask("user", "anna"), timeout_s=10)["message"]


def test_tls_that_the_server_lacks(own_server, certificates):
    with probing(settings(own_server, starttls=True, ca_file=str(certificates.ca))) as probe:
        assert not probe.ask("user", "anna")["ok"]
    with probing(settings(own_server, uris=[own_server.uri.replace("ldap:", "ldaps:")], timeout_s=2, ca_file=str(certificates.ca))) as probe:
        is_unknown(probe.ask("user", "anna"), timeout_s=2)


@pytest.mark.parametrize("content", [None, "", "not a certificate"])
def test_tls_unusable_authority(server, tmp_path, content):
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)
    with probing(settings(server, uris=[server.tls_uri], ca_file=str(tmp_path / "ca.pem"))) as probe:
        assert not probe.ask("user", "anna")["ok"]


# --- servers that go away, and peers that misbehave as no real one can be told to ---

def test_stopped_and_back(own_server):
    with probing(settings(own_server)) as probe:
        assert probe.uids("user", "anna") == ["anna"]
        own_server.stop()
        is_unknown(probe.ask("user", "anna"), timeout_s=1)
        quick = is_unknown(probe.ask("user", "anna"))
        assert quick["ms"] < 100 and "not tried again yet" in quick["message"]
        own_server.start()
        time.sleep(1.5)
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


class Peer:
    """Listens on loopback and does `behave(connection, stopped)` with each connection."""

    def __init__(self, behave, backlog=20):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=backlog)
        self.socket.settimeout(0.1)
        self.uri = f"ldap://127.0.0.1:{self.socket.getsockname()[1]}"
        self.behave, self.stopped, self.accepted = behave, threading.Event(), 0
        self.threads = [threading.Thread(target=self.accept, daemon=True)]

    def accept(self):
        while not self.stopped.is_set():
            try:
                connection, _ = self.socket.accept()
            except OSError:
                continue
            self.accepted += 1
            self.threads.append(threading.Thread(target=self.serve, args=(connection,), daemon=True))
            self.threads[-1].start()

    def serve(self, connection):
        with connection, contextlib.suppress(OSError):
            self.behave(connection, self.stopped)

    def __enter__(self):
        self.threads[0].start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join(5)
        self.socket.close()


def ber(tag, *parts):
    content = b"".join(parts)
    length = bytes([len(content)]) if len(content) < 128 else b"\x82" + len(content).to_bytes(2, "big")
    return bytes([tag]) + length + content


def ldap_message(number, tag, *parts):
    return ber(0x30, ber(0x02, bytes([number])), ber(tag, *parts))


RESULT = (ber(0x0a, b"\0"), ber(0x04), ber(0x04))  # success, no name, nothing said


def mute(_connection, stopped):
    stopped.wait(30)


def mute_after_starttls(connection, stopped):
    connection.recv(4096)
    connection.sendall(ldap_message(1, 0x78, *RESULT))
    stopped.wait(30)


def after_bind(then):
    """Takes any bind, then answers the search with `then` and closes the line."""
    def behave(connection, _stopped):
        connection.recv(4096)
        connection.sendall(ldap_message(1, 0x61, *RESULT))
        connection.recv(4096)
        connection.sendall(then)
    return behave


ENTRY = ldap_message(2, 0x64, ber(0x04, b"uid=anna,dc=voorbeeld,dc=example"),
                     ber(0x30, ber(0x30, ber(0x04, b"entryUUID"), ber(0x31, ber(0x04, b"1")))))


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
        is_unknown(probe.ask("user", "anna"), timeout_s=1)


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


# --- the trace ---

def test_trace(probe):
    probe.ask("ping")
    assert probe.ask("user", "anna")["trace"][0] == f"searched|people|(&(objectClass=inetOrgPerson)(uid=anna))|{SUFFIX}|1"
    assert probe.ask("user", "*")["trace"] == [f"searched|people|(&(objectClass=inetOrgPerson)(uid=\\\\2A))|{SUFFIX}|0"]
    assert probe.ask("group", "nobody here")["trace"] == [f"searched|group|(cn=nobody here)|{SUFFIX}|0"]
    assert "|lookup|" in probe.ask("lookup", "no_base")["trace"][0]
    assert probe.ask("manager")["trace"] == ["no-manager|uid=somebody"]
    assert nasty_name("uid=gone") in probe.ask("manager", nasty_name("uid=gone"))["trace"][0]
