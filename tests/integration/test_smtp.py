"""Handing over by SMTP, through mail_probe: against a real receiver, and against one that breaks off wherever it likes. What counts: never "accepted" or "refused"
on a guess, "uncertain" exactly after the final dot, and nothing on the wire that was not meant."""
import base64
import contextlib
import json
import os
import pathlib
import re
import ssl
import subprocess
import time

import pytest

from akkoord import free_port
from slapd import Certificates
from smtp_faults import DROP, HALF, STALL, FaultyServer
from smtp_receiver import SmtpReceiver

BUILD = pathlib.Path(os.environ.get("AKKOORD_BUILDDIR", "."))
PROBE = os.environ.get("AKKOORD_MAIL_PROBE", str(BUILD / "tests/integration/mail_probe"))
MAIL = "Subject: one\n\ntext\n"
ADDRESS = "anna@example.test"


def run(url, messages, **settings):
    """The deliveries of the messages, through one transport."""
    wanted = {"from_address": "akkoord@example.test", "bounce": "bounce@example.test", "transport": url, "timeout_s": 5, **settings}
    ask = {"do": "deliver", "settings": wanted, "messages": messages}
    return subprocess.run([PROBE], input=json.dumps(ask), capture_output=True, text=True, timeout=60, check=False)


def deliver_all(url, messages, **settings):
    done = run(url, messages, **settings)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def message(to=ADDRESS, text=MAIL, **more):
    return {"name": "m1", "to": to, "bytes": text, **more}


def deliver(url, to=ADDRESS, text=MAIL, **settings):
    delivery, = deliver_all(url, [message(to, text)], **settings)
    return delivery


def judged(delivery):
    return delivery["outcome"], delivery["server_down"]


# --- a real receiver ---

def test_accepted_with_its_envelope(smtp):
    delivery = deliver(smtp.url)
    assert judged(delivery) == ("accepted", False) and delivery["reply"] == "250 2.0.0 kept as 1"
    kept, = smtp.messages()
    assert (kept.sender, kept.recipients, kept.bytes) == ("bounce@example.test", [ADDRESS], b"Subject: one\r\n\r\ntext\r\n")
    assert "." in kept.facts["ehlo"] and kept.facts["ehlo"].isascii()


@pytest.mark.parametrize("reply, expected", [
    ("550 5.1.1 no such user", ("refused", False)), ("550 no such user", ("refused", False)), ("450 4.2.0 greylisted", ("deferred", False)),
    ("554 5.7.1 relay access denied", ("deferred", False)), ("530 5.7.0 log in first", ("deferred", True))])
def test_refused_recipient_leaves_the_next_alone(smtp, reply, expected):
    smtp.behave(rcpt={ADDRESS: reply})
    first, second = deliver_all(smtp.url, [message(), message("bob@example.test")])
    assert judged(first) == expected and first["reply"] == reply
    assert judged(second) == ("accepted", False)
    assert [kept.recipients for kept in smtp.messages()] == [["bob@example.test"]]


@pytest.mark.parametrize("reply, expected", [
    ("550 5.1.1 no such user", ("refused", False)), ("451 4.3.0 try later", ("deferred", False)), ("554 5.7.1 content refused", ("deferred", False)),
    ("552 5.3.4 too big", ("refused", False))])
def test_answer_after_the_final_dot(smtp, reply, expected):
    smtp.behave(data=reply)
    delivery = deliver(smtp.url)
    assert judged(delivery) == expected and delivery["reply"] == reply


def test_line_dropped_after_the_final_dot(smtp):
    smtp.behave(after_dot="drop", times=1)
    first, second = deliver_all(smtp.url, [message(), message()])
    assert judged(first) == ("uncertain", True) and judged(second) == ("accepted", False)
    assert len(smtp.messages()) == 2


def test_one_connection_for_many(smtp):
    assert {judged(delivery) for delivery in deliver_all(smtp.url, [message()] * 20)} == {("accepted", False)}
    assert len({kept.facts["peer_port"] for kept in smtp.messages()}) == 1


@pytest.mark.parametrize("text", [
    "Subject: dots\n\n.\n..\n...\n.x\nend\n", ".\n", "Subject: one line of dots\n\n" + "." * 900 + "\n", "Subject: x\n\n" + "From here\n" * 3])
def test_bytes_arrive_as_they_were(smtp, text):
    assert judged(deliver(smtp.url, text=text)) == ("accepted", False)
    assert smtp.messages()[0].bytes == text.replace("\n", "\r\n").encode()


@pytest.mark.parametrize("dots", [1, 2, 100, 1000])
def test_stuffed_dots_end_nothing_early(smtp, dots):
    """Where as many octets were stuffed as follow the first 64 KiB, a count that takes them for content is reached too soon."""
    head = "Subject: big\r\n\r\n" + ".\r\n" * dots
    lines, rest = divmod(65536 - len(head), 64)
    body = head + ("x" * 62 + "\r\n") * (lines - 1) + "y" * (62 + rest) + "\r\n"
    assert len(body) == 65536
    body += "z" * max(0, dots - 2) + "\r\n"
    deliver(smtp.url, text=body.replace("\r\n", "\n"))
    assert smtp.messages()[0].bytes == body.encode()


def test_redirected(smtp):
    deliver(smtp.url, redirect_all_to="trial@example.test")
    kept, = smtp.messages()
    assert kept.recipients == ["trial@example.test"] and kept.message["X-Akkoord-Redirected-From"] == ADDRESS


def test_international_domain_goes_as_ascii(smtp):
    deliver(smtp.url, to="jan@bücher.example")
    kept, = smtp.messages()
    assert kept.recipients == ["jan@xn--bcher-kva.example"] and "SMTPUTF8" not in kept.facts["options"]


# --- what never reaches the wire ---

@pytest.mark.parametrize("to", [
    "a@example.test>\r\nRCPT TO:<victim@example.test", "a@example.test\r\nDATA", "a b@example.test", "<a@example.test>", "josé@example.test", "", "a@",
    "@example.test", "a@example.test,b@example.test", "a" * 65 + "@example.test"])
def test_address_that_is_none(to):
    with FaultyServer() as server:
        delivery = deliver(server.url, to=to)
        assert judged(delivery) == ("refused", False)
        assert server.commands == [] and server.bodies == []


@pytest.mark.parametrize("text", ["Subject: a\n\nb\n.\nMAIL FROM:<x@y>\n", "no line end", "", "Subject: a\r\n\r\nb\r\n"])
def test_bare_line_ends_are_refused(text):
    with FaultyServer() as server:
        delivery, = deliver_all(server.url, [message(text=text, bare=True)]) if "\r" not in text else deliver_all(server.url, [message(text=text)])
        assert judged(delivery) == ("refused", False) and "CRLF" in delivery["reply"]
        assert server.commands == []


# --- breaking off at each step ---

STEPS = ["banner", "EHLO", "MAIL", "RCPT", "DATA", "body"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", [DROP, STALL])
def test_broken_off_before_the_final_dot(step, fault):
    big = message(text="x" * 998 + "\n", repeat=30000)  # more than the kernel keeps for itself
    with FaultyServer(**{step: fault}) as server:
        started = time.monotonic()
        delivery, = deliver_all(server.url, [big], timeout_s=1)
        assert judged(delivery) == ("deferred", True) and delivery["reply"]
        assert time.monotonic() - started < 20 and server.bodies == []


@pytest.mark.parametrize("fault", [DROP, STALL, HALF + "250 2.0.0 que", HALF + "250-2.0.0 first line\r\n", HALF + "2"])
def test_broken_off_after_the_final_dot(fault):
    with FaultyServer(dot=fault) as server:
        assert judged(deliver(server.url, timeout_s=1)) == ("uncertain", True)
        assert len(server.bodies) == 1


@pytest.mark.parametrize("step, reply, expected", [
    ("banner", "554 5.3.2 not here", ("deferred", True)), ("banner", "421 4.3.2 closing", ("deferred", True)), ("EHLO", "550 5.7.1 who are you", ("deferred", True)),
    ("MAIL", "550 5.7.1 sender refused", ("deferred", True)), ("MAIL", "530 5.7.0 authentication required", ("deferred", True)),
    ("MAIL", "452 4.3.1 no room", ("deferred", True)), ("RCPT", "421 4.7.0 too many", ("deferred", True)), ("DATA", "554 5.5.1 no valid recipients", ("refused", False)),
    ("DATA", "451 4.3.0 no room", ("deferred", False)), ("dot", "421 4.3.2 closing", ("deferred", True)), ("dot", "250 ok", ("accepted", False)),
    ("dot", "251 2.1.5 forwarded", ("accepted", False)), ("dot", "354 what", ("deferred", True))])
def test_replies_at_each_step(step, reply, expected):
    with FaultyServer(**{step: reply}) as server:
        delivery = deliver(server.url)
        assert judged(delivery) == expected and delivery["reply"] == reply


def test_reply_of_several_lines():
    with FaultyServer(RCPT="550-5.1.1 The account\r\n550-5.1.1 does not\r\n550 5.1.1 exist") as server:
        delivery = deliver(server.url)
        assert judged(delivery) == ("refused", False) and delivery["reply"] == "550-5.1.1 The account 5.1.1 does not 5.1.1 exist"


def test_reply_without_end_is_cut_off():
    with FaultyServer(RCPT="550-\x07\x1b[31m more\r\n" * 20000 + "550 5.1.1 end") as server:
        delivery = deliver(server.url)
        assert judged(delivery) == ("refused", False) and len(delivery["reply"]) < 2100 and delivery["reply"].isprintable()


def test_quit_is_no_answer():
    """A server that says goodbye before it hangs up has still not answered."""
    with FaultyServer(RCPT="450 4.2.0 busy", QUIT="550 5.1.1 bye") as server:
        assert judged(deliver(server.url)) == ("deferred", False)


@pytest.mark.parametrize("fault", [DROP, "421 4.4.2 idle too long"])
def test_kept_connection_that_the_server_left(fault):
    with FaultyServer(MAIL=["250 ok", fault, "250 ok"]) as server:
        first, second = deliver_all(server.url, [message(), message()])
        assert judged(first) == judged(second) == ("accepted", False)
        assert server.connections == 2 and len(server.bodies) == 2


def test_new_connection_that_fails_is_not_tried_for_ever():
    with FaultyServer(MAIL=DROP) as server:
        assert judged(deliver(server.url)) == ("deferred", True)
        assert server.connections == 1


def test_nobody_listens():
    assert judged(deliver(f"smtp://127.0.0.1:{free_port()}")) == ("deferred", True)


def test_no_such_host():
    assert judged(deliver("smtp://nowhere.invalid:25")) == ("deferred", True)


def test_proxies_of_the_environment_are_not_asked(monkeypatch, smtp):
    for name in ("all_proxy", "ALL_PROXY", "smtp_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    assert judged(deliver(smtp.url)) == ("accepted", False)


# --- TLS and log-in ---

@pytest.fixture(name="certificates", scope="module")
def make_certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("tls") / "certificates")


def receiver(tmp_path, certificates, name, *more):
    return SmtpReceiver(tmp_path / "tls", "--cert", str(certificates.folder / f"{name}.pem"), "--key", str(certificates.folder / f"{name}.key"), *more)


@pytest.mark.parametrize("name, authority, expected", [
    ("good", "ca", ("accepted", False)), ("good", "other_ca", ("deferred", True)), ("wrong_name", "ca", ("deferred", True)), ("expired", "ca", ("deferred", True))])
@pytest.mark.parametrize("implicit", [False, True])
def test_certificates(tmp_path, certificates, name, authority, expected, implicit):
    server = receiver(tmp_path, certificates, name, *["--implicit-tls"] * implicit)
    server.start()
    try:
        url = server.url.replace("smtp:", "smtps:") if implicit else server.url
        ca_file = str(certificates.ca if authority == "ca" else certificates.other_ca)
        assert judged(deliver(url, starttls=not implicit, ca_file=ca_file)) == expected
        assert len(server.messages()) == (1 if expected[0] == "accepted" else 0)
    finally:
        server.stop()


def test_starttls_is_required_once_asked_for(smtp):
    with FaultyServer() as server:
        assert judged(deliver(server.url, starttls=True)) == ("deferred", True)
        assert not [command for command in server.commands if command.startswith("MAIL")]


class Guard:
    """What a real server that wants a log-in was told: PLAIN, LOGIN and XOAUTH2, over TLS alone. `takes` are the tokens that serve; of another it says
    `complaint` (None: what is wrong as a challenge, then 535)."""

    def __init__(self):
        self.logins, self.tokens, self.kept, self.sessions = [], [], 0, set()
        self.takes, self.complaint = {"good-token"}, None

    async def handle_DATA(self, server, session, envelope):
        self.kept += 1
        self.sessions.add(session.peer)
        return "250 2.0.0 kept"

    async def auth_XOAUTH2(self, server, args):
        from aiosmtpd.smtp import AuthResult
        said = (await server.challenge_auth("", encode_to_b64=False)).decode()
        user, bearer = re.fullmatch("user=(.*)\x01auth=Bearer (.*)\x01\x01", said).groups()
        self.logins.append("XOAUTH2")
        self.tokens.append(bearer)
        if user == "akkoord@example.test" and bearer in self.takes:
            return AuthResult(success=True)
        if self.complaint:
            await server.push(self.complaint.format(said=base64.b64encode(said.encode()).decode(), token=bearer))
            return AuthResult(success=False, handled=True)
        await server.challenge_auth('{"status":"401","schemes":"Bearer","scope":"https://mail.example.test/"}')
        return AuthResult(success=False, handled=False)

    def check(self, server, session, envelope, mechanism, data):
        from aiosmtpd.smtp import AuthResult
        self.logins.append(mechanism)
        return AuthResult(success=(data.login, data.password) == (b"akkoord", b"pa ss\xc3\xa9"), handled=False)


@contextlib.contextmanager
def guarding(certificates, **options):
    from aiosmtpd.controller import Controller
    guard = Guard()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.folder / "good.pem", certificates.folder / "good.key")
    controller = Controller(guard, hostname="127.0.0.1", port=free_port(), tls_context=context, require_starttls=True, authenticator=guard.check,
                            **{"auth_required": True, **options})
    controller.start()
    try:
        yield controller, guard
    finally:
        controller.stop()


@pytest.fixture(name="guarded")
def make_guarded(certificates):
    with guarding(certificates) as both:
        yield both


def login(tmp_path, certificates, secret, **more):
    (tmp_path / "secret").write_text(secret, encoding="utf-8")
    return {"starttls": True, "ca_file": str(certificates.ca), "user": "akkoord", "password_file": str(tmp_path / "secret"), **more}


@pytest.mark.parametrize("password, expected", [("pa ssé\n", ("accepted", False)), ("wrong\n", ("deferred", True)), (None, ("deferred", True))])
def test_log_in(tmp_path, guarded, certificates, password, expected):
    controller, guard = guarded
    with_password = login(tmp_path, certificates, password) if password else {"starttls": True, "ca_file": str(certificates.ca)}
    delivery = deliver(f"smtp://127.0.0.1:{controller.port}", **with_password)
    assert judged(delivery) == expected and bool(guard.logins) == bool(password)
    assert "pa ss" not in delivery["reply"] and "wrong" not in delivery["reply"]


@pytest.mark.parametrize("auth, offered, used", [
    (None, ["PLAIN", "LOGIN"], "PLAIN"), ("auto", ["LOGIN"], "LOGIN"), ("auto", ["XOAUTH2"], None), ("plain", ["PLAIN", "LOGIN"], "PLAIN"), ("login", ["PLAIN", "LOGIN"], "LOGIN"),
    ("plain", ["LOGIN"], None), ("login", ["PLAIN"], None)])
def test_ways_to_log_in(tmp_path, certificates, auth, offered, used):
    others = {"PLAIN", "LOGIN", "XOAUTH2"} - set(offered)
    with guarding(certificates, auth_exclude_mechanism=others) as (controller, guard):
        delivery = deliver(f"smtp://127.0.0.1:{controller.port}", **login(tmp_path, certificates, "pa ssé", auth=auth))
        assert guard.logins == [used] * bool(used)
        assert judged(delivery) == (("accepted", False) if used else ("deferred", True)) and delivery["reply"]
        assert used or "250" not in delivery["reply"], "a kind greeting is not why it failed"


def token_login(certificates, **more):
    return {"starttls": True, "ca_file": str(certificates.ca), "user": "akkoord@example.test", "auth": "xoauth2", **more}


def test_token_from_a_file_that_changes(tmp_path, guarded, certificates):
    controller, guard = guarded
    url, token = f"smtp://127.0.0.1:{controller.port}", tmp_path / "token"
    token.write_text("good-token\nanything else\n")
    settings = token_login(certificates, token_file=str(token))
    assert [judged(delivery) for delivery in deliver_all(url, [message()] * 3, **settings)] == [("accepted", False)] * 3
    assert guard.tokens == ["good-token"] and len(guard.sessions) == 1, "one log-in serves the connection"
    token.write_text("old.token")
    delivery = deliver(url, **settings)
    assert judged(delivery) == ("deferred", True) and "old.token" not in delivery["reply"] and '"status":"401"' in delivery["reply"]
    assert guard.tokens[1:] == ["old.token"], "the same again is not tried"


@pytest.mark.parametrize("text", ["", "\n\n", "two words\n", "tok\ten", "café", "x" * 20000])
def test_token_file_without_a_token(tmp_path, guarded, certificates, text):
    controller, guard = guarded
    (tmp_path / "token").write_text(text, encoding="utf-8")
    delivery = deliver(f"smtp://127.0.0.1:{controller.port}", **token_login(certificates, token_file=str(tmp_path / "token")))
    assert judged(delivery) == ("deferred", True) and "token" in delivery["reply"] and guard.logins == []
    assert not text.strip() or text.strip() not in delivery["reply"]


def token_command(tmp_path, script):
    """A program that runs the script, and notes each run."""
    path = tmp_path / "token-helper"
    path.write_text(f"#!/bin/sh\necho run >>{tmp_path}/runs\n{script}\n")
    path.chmod(0o700)
    return [str(path), "an argument; with $HOME"]


def runs(tmp_path):
    return len((tmp_path / "runs").read_text().splitlines())


def test_token_that_the_server_refuses_is_fetched_anew(tmp_path, guarded, certificates):
    controller, guard = guarded
    command = token_command(tmp_path, f'[ "$1" = "an argument; with \\$HOME" ] || exit 1; echo token-$(wc -l <{tmp_path}/runs)')
    settings = token_login(certificates, token_command=command)
    guard.takes = {"token-2"}
    assert [judged(delivery) for delivery in deliver_all(f"smtp://127.0.0.1:{controller.port}", [message()] * 3, **settings)] == [("accepted", False)] * 3
    assert guard.tokens == ["token-1", "token-2"] and runs(tmp_path) == 2 and guard.kept == 3


def test_new_token_that_is_refused_too(tmp_path, guarded, certificates):
    controller, guard = guarded
    command = token_command(tmp_path, f"echo token-$(wc -l <{tmp_path}/runs)")
    guard.takes = set()
    first, second = deliver_all(f"smtp://127.0.0.1:{controller.port}", [message()] * 2, **token_login(certificates, token_command=command))
    assert judged(first) == judged(second) == ("deferred", True) and guard.kept == 0
    assert guard.tokens == ["token-1", "token-2", "token-2", "token-3"], "the second message tries what there is before it asks for more"
    assert "token-" not in first["reply"] + second["reply"]


@pytest.mark.parametrize("script, wanted", [
    ("echo cannot refresh: no network >&2; exit 7", "exit code 7: cannot refresh: no network"), ("echo good-token; echo good-token expired >&2; exit 1", "*** expired"),
    ("exit 0", "is empty"), ("echo '<html>no</html>'", "a character that is in no token"), ("sleep 600", "not done after 2 s"), ("yes", "more than 16384 bytes")])
def test_command_without_a_token(tmp_path, guarded, certificates, script, wanted):
    controller, guard = guarded
    delivery = deliver(f"smtp://127.0.0.1:{controller.port}", **token_login(certificates, token_command=token_command(tmp_path, script), timeout_s=2))
    assert judged(delivery) == ("deferred", True) and wanted in delivery["reply"] and guard.logins == []
    assert "good-token" not in delivery["reply"] and "html" not in delivery["reply"]


@pytest.mark.parametrize("complaint", [
    "535 5.7.3 no: {token}", "535 5.7.3 cannot decode {said}", "501 5.5.2 cannot decode '{said:.20}...'", "454 4.7.0 try later", "535-5.7.8 first\r\n535 5.7.8 {said}"])
def test_what_the_server_repeats_is_left_out(tmp_path, guarded, certificates, complaint):
    controller, guard = guarded
    (tmp_path / "token").write_text("eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.long-enough")
    guard.complaint = complaint
    delivery = deliver(f"smtp://127.0.0.1:{controller.port}", **token_login(certificates, token_file=str(tmp_path / "token")))
    assert judged(delivery) == ("deferred", True) and delivery["reply"].startswith(complaint[:8])
    shown = delivery["reply"].replace("***", "")
    assert "eyJ0" not in shown and "dXNlcj1" not in shown


def test_secret_goes_nowhere_unencrypted(tmp_path):
    """Not over plain TCP to another machine, whatever its name begins with; and not where the server cannot do STARTTLS."""
    (tmp_path / "secret").write_text("x")
    for url in ("smtp://mail.example.test", "smtp://127.0.0.1.example.test", "smtp://localhost.example.test"):
        for how in ({"password_file": str(tmp_path / "secret")}, {"auth": "xoauth2", "token_file": str(tmp_path / "secret")}):
            done = run(url, [message()], user="akkoord", **how)
            assert done.returncode == 78 and "TLS" in done.stderr
    with FaultyServer(EHLO="250-faults.test\r\n250 AUTH PLAIN LOGIN XOAUTH2") as server:
        assert judged(deliver(server.url, starttls=True, user="akkoord", auth="xoauth2", token_file=str(tmp_path / "secret"))) == ("deferred", True)
        assert not [command for command in server.commands if command.startswith("AUTH")]
