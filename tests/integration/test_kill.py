"""Killed at each change of state, a hundred times and more (rule 5): nothing is lost, nothing goes twice but what was uncertain, and that under its own Message-ID; and of the
uncertain a death makes no more than two for each connection."""
import collections
import pathlib
import random
import subprocess
import time

import pytest

from akkoord import EX_OK, PROGRAM, Akkoord
from company import found
from crowd import DUE, Crowd, addresses, later
from hook_server import receiving
from scene import FIRST, events, store, take
from smtp_receiver import SmtpReceiver

COUNT, CONNECTIONS = 60, 4
IS_SANITIZED = b"__asan_init" in pathlib.Path(PROGRAM).read_bytes()
ROUNDS = 4 if IS_SANITIZED else 14


@pytest.fixture(scope="module")
def crowd(tmp_path_factory, slapd):
    folder = tmp_path_factory.mktemp("killed")
    receiver = SmtpReceiver(folder / "smtp")
    try:
        receiver.start()
        yield Crowd(Akkoord(folder), slapd, receiver, COUNT)
    finally:
        receiver.stop()


def recorded(akkoord, kind):
    """How many events there are of that type, read past a program that writes."""
    with store(akkoord) as connection:
        return connection.execute("SELECT COUNT(*) FROM event WHERE canonical LIKE ?", (f'%"type":"{kind}"%',)).fetchone()[0]


def is_sending(akkoord):
    with store(akkoord) as connection:
        return connection.execute("SELECT COUNT(*) FROM message WHERE state = 'sending'").fetchone()[0]


def received(smtp):
    return len(list(smtp.folder.glob("[0-9]*.json")))


def reached(akkoord, count_received, chance):
    """What to wait for before the kill: so many more of some change of state, or so many seconds."""
    kind = chance.choice(["message.sending", "message.accepted", "received", "time"])
    if kind == "time":
        end = time.monotonic() + 0.2 * chance.random() ** 2
        return lambda: time.monotonic() >= end
    measure = count_received if kind == "received" else lambda: recorded(akkoord, kind)
    wanted = measure() + chance.randint(1, 8)
    return lambda: measure() >= wanted


def kill_once(akkoord, count_received, chance):
    """Whether the pass was still at it."""
    is_reached = reached(akkoord, count_received, chance)
    with subprocess.Popen(akkoord.arguments(("tick",), DUE, False), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          env=akkoord.environment(), cwd=akkoord.folder, start_new_session=True) as dying:
        while dying.poll() is None and not is_reached():
            time.sleep(0.0005 * chance.random())
        dying.kill()
    assert dying.returncode in (EX_OK, -9)
    return dying.returncode != EX_OK


def test_killed_at_each_change_of_state(crowd):
    chance, killed = random.Random(20261202), 0
    for round_number in range(ROUNDS):
        akkoord = crowd.begin(f"connections = {CONNECTIONS};", delay_ms=1)
        while kill_once(akkoord, lambda: received(crowd.smtp), chance):
            killed += 1
            assert is_sending(akkoord) <= 2 * CONNECTIONS
        for seconds in (0, 400):
            akkoord.run("tick", now=later(seconds))
        copies = collections.Counter(message.message["Message-ID"] for message in crowd.smtp.messages())
        assert sorted({message.recipients[0] for message in crowd.smtp.messages()}) == sorted(addresses(COUNT)), "nothing is lost"
        assert len(copies) == COUNT and max(copies.values()) <= 2, "nothing goes twice under another Message-ID, nor three times"
        doubtful = {event["data"]["message"] for event in events(akkoord, "message.uncertain")}
        own = {event["side"]["message_id"]: event["data"]["message"] for event in events(akkoord, "message.queued")}
        assert {own[message_id] for message_id, times in copies.items() if times > 1} <= doubtful, "nothing goes twice but what was uncertain"
        with store(akkoord) as connection:
            assert connection.execute("SELECT DISTINCT state FROM message").fetchall() == [("accepted",)]
        if round_number % 4 == 0:
            akkoord.run("audit", "verify")
            akkoord.run("audit", "replay")
    assert killed >= 2 * ROUNDS, "enough of them were killed for this to mean something"


# --- calls of a channel ---

CALLS = 24
COST_CENTRES = ("IT-200", "FAC-300", "IT-100", "MKT-200")


@pytest.fixture
def called(akkoord, slapd, smtp):
    """A company with a call each for many invoices, of which one was made and put off."""
    def edit(text):
        text = text.replace('send = [ "mail", "invite" ]', 'send = [ "hook" ]')
        return text.replace("ladders = {", f'channels = {{ hook = {{ url = "http://{hooks.host}/"; per = "reminder"; }}; }};\nladders = {{', 1)
    with receiving() as hooks:
        configure = akkoord.configure
        akkoord.configure = lambda config, policy=None: configure(f'{config}\nchannels = {{ hook = {{ host = "{hooks.host}"; }}; }};', policy)
        found(akkoord, slapd, smtp.url, FIRST, edit)
        for number in range(CALLS):
            take(akkoord, number=f"A-{number}", cost_centre=COST_CENTRES[number % len(COST_CENTRES)], supplier=f"Supplier {number}",
                 vat=f"NL8000000{number + 10}B01", iban="")
        hooks.answers = [(503, {}, b"")]
        akkoord.run("tick", now=FIRST, code=None)
        assert len(hooks.calls) == 1
        yield akkoord, hooks


def test_killed_at_each_change_of_state_of_a_call(called):
    """As with mails: the key under which a call goes is its Message-ID."""
    akkoord, hooks = called
    chance, killed, kept = random.Random(20261203), 0, (akkoord.folder / "akkoord.db").read_bytes()
    for _ in range(ROUNDS):
        if killed >= ROUNDS:
            break
        for end in ("-wal", "-shm"):
            (akkoord.folder / f"akkoord.db{end}").unlink(missing_ok=True)
        (akkoord.folder / "akkoord.db").write_bytes(kept)
        hooks.calls.clear()
        while kill_once(akkoord, lambda: len(hooks.calls), chance):
            killed += 1
            assert is_sending(akkoord) <= 2 * CONNECTIONS
        for seconds in (0, 400):
            akkoord.run("tick", now=later(seconds))
        copies = collections.Counter(call.key for call in hooks.calls)
        doubtful = {event["data"]["message"] for event in events(akkoord, "message.uncertain")}
        assert len(copies) == CALLS and max(copies.values()) <= 2, "nothing is lost, nothing goes three times"
        assert {key for key, times in copies.items() if times > 1} <= doubtful, "nothing goes twice but what was uncertain"
        with store(akkoord) as connection:
            assert connection.execute("SELECT DISTINCT state FROM message WHERE kind = 'hook'").fetchall() == [("accepted",)]
    akkoord.run("audit", "verify")
    akkoord.run("audit", "replay")
    assert killed >= ROUNDS, "enough of them were killed for this to mean something"
