"""Many messages over several connections: side by side, in order for each person, and whatever becomes of the server nothing is lost, nothing goes twice, and few tries are made."""
import collections
import signal
import subprocess

import pytest

from akkoord import EX_OK, EX_TEMPFAIL, EX_UNAVAILABLE, Akkoord, wait_until
from crowd import DUE, Crowd, addresses, later, under_way
from scene import events, store, take, to_whom
from smtp_receiver import SmtpReceiver

COUNT = 200


@pytest.fixture(scope="module")
def crowd(tmp_path_factory, slapd):
    folder = tmp_path_factory.mktemp("crowd")
    receiver = SmtpReceiver(folder / "smtp")
    try:
        receiver.start()
        yield Crowd(Akkoord(folder), slapd, receiver, COUNT)
    finally:
        receiver.stop()


def in_background(akkoord, *words, now=DUE):
    return subprocess.Popen(akkoord.arguments(words, now, False), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            env=akkoord.environment(), cwd=akkoord.folder, start_new_session=True)


def ends(process, code=EX_OK):
    out, _ = process.communicate(timeout=120)
    assert process.returncode == code, out
    return out


def told(smtp):
    """Who of the crowd got how many."""
    return collections.Counter(recipient for message in smtp.messages() for recipient in message.recipients)


ALL = collections.Counter(addresses(COUNT))


def received(smtp, wanted):
    """Waits until more than so many have come."""
    wait_until(lambda: len(list(smtp.folder.glob("[0-9]*.json"))) > wanted, what="some of them at the server")


def count(akkoord, kind):
    return len(events(akkoord, kind))


def tries(akkoord):
    return count(akkoord, "message.sending") - count(akkoord, "message.unsent")


def states(akkoord):
    """Of the crowd's."""
    with store(akkoord) as connection:
        return dict(connection.execute("SELECT state, COUNT(*) FROM message WHERE recipient LIKE 'r%' GROUP BY state"))


def connections(smtp):
    return len({message.facts["peer_port"] for message in smtp.messages()})


def sound(akkoord):
    akkoord.run("audit", "verify")
    akkoord.run("audit", "replay")


@pytest.mark.parametrize("settings, width", [("connections = 1;", 1), ("", 4), ("connections = 16;", 16)])
def test_side_by_side(crowd, settings, width):
    """As many connections as are set, and no more; of what is claimed at once no more than two for each."""
    akkoord = crowd.begin(settings, delay_ms=4)
    out = akkoord.run("tick", now=DUE).out
    assert told(crowd.smtp) == ALL and f"{COUNT} messages sent" in out
    assert connections(crowd.smtp) == width and width <= under_way(akkoord) <= 2 * width
    sound(akkoord)


def test_what_is_claimed_and_rolled_back_does_not_go(crowd):
    """The store fails in the middle: what goes has its claim committed, and what was handed over has its outcome."""
    akkoord = crowd.begin("connections = 2;", delay_ms=2)
    with store(akkoord) as connection:
        [message] = connection.execute("SELECT id FROM message WHERE recipient LIKE 'r%' ORDER BY next_try, event LIMIT 1 OFFSET 6").fetchone()
        connection.execute(f"CREATE TRIGGER fails BEFORE UPDATE OF state ON message WHEN NEW.state = 'sending' AND NEW.id = '{message}'"
                           " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
    assert "the disk is full" in akkoord.run("tick", now=DUE, code=None).err
    assert states(akkoord)["accepted"] == sum(told(crowd.smtp).values()) and "sending" not in states(akkoord)
    with store(akkoord) as connection:
        connection.execute("DROP TRIGGER fails")
    akkoord.run("tick", now=later(60))
    assert told(crowd.smtp) == ALL and not events(akkoord, "message.uncertain")


@pytest.fixture(scope="module")
def small(tmp_path_factory, slapd):
    folder = tmp_path_factory.mktemp("small")
    receiver = SmtpReceiver(folder / "smtp")
    try:
        receiver.start()
        yield Crowd(Akkoord(folder), slapd, receiver, 2)
    finally:
        receiver.stop()


def test_no_more_connections_than_there_is_work_for(small):
    small.begin("connections = 16;").run("tick", now=DUE)
    assert told(small.smtp) == collections.Counter(addresses(2)) and connections(small.smtp) <= 2


def test_what_is_for_one_person_goes_in_order(small):
    """The mail and the entry of an approver, though there are connections for both."""
    akkoord = small.begin("connections = 16;", delay_ms=50)
    for number, cost_centre in (("B-1", "IT-200"), ("C-1", "FAC-300"), ("D-1", "IT-100")):
        take(akkoord, DUE, number=number, cost_centre=cost_centre)
    akkoord.run("tick", now="2026-12-01T13:00:00Z")
    sent = collections.Counter(to_whom(message) for message in small.smtp.messages())
    assert sent == {"r0": 1, "r1": 1, "mark": 2, "julien": 2, "priya": 2}
    assert under_way(akkoord) >= 3, "of different people side by side, and of one never"


def test_a_server_that_goes_away_in_the_middle(crowd):
    """Some are accepted; few are tried in vain, however many passes there are; each arrives once when it is back."""
    akkoord, smtp = crowd.begin(delay_ms=5), crowd.smtp
    sending = in_background(akkoord, "tick")
    received(smtp, 60)
    smtp.stop()
    ends(sending, EX_UNAVAILABLE)
    before, tried = states(akkoord), tries(akkoord)
    assert before["queued"] >= 60 and before.get("deferred", 0) + before.get("uncertain", 0) <= 5 and "sending" not in before
    for minute in range(1, 61, 6):
        akkoord.run("tick", now=later(60 * minute), code=EX_UNAVAILABLE)
    assert tries(akkoord) - tried <= 10, "ever more seldom"
    smtp.start()
    crowd.configure()
    for minutes in (75, 90, 120, 150):
        akkoord.run("tick", now=later(60 * minutes))
    doubtful = {event["data"]["message"] for event in events(akkoord, "message.uncertain")}
    assert sorted(told(smtp)) == sorted(ALL) and sum(told(smtp).values()) - COUNT <= len(doubtful) <= 4
    assert states(akkoord) == {"accepted": COUNT}
    assert len({message.message["Message-ID"] for message in smtp.messages()}) == COUNT
    sound(akkoord)


def test_a_server_that_is_down_costs_one_try(crowd):
    """However many connections are set."""
    akkoord = crowd.begin("connections = 16;")
    crowd.configure("connections = 16;", url="smtp://127.0.0.1:1")
    tried = tries(akkoord)
    for seconds, tries_more in ((0, 1), (30, 1), (100, 1), (150, 2), (220, 2)):
        out = akkoord.run("tick", now=later(seconds), code=EX_UNAVAILABLE).out
        assert tries(akkoord) - tried == tries_more, "it is left alone for a while, then one more is tried"
        assert "it is tried again at Tue 2026-12-01 11:1" in out


def test_one_stuck_connection_stops_nobody(crowd):
    """A server that never answers one message: all others go meanwhile, and only that one is uncertain."""
    akkoord = crowd.begin('timeout = "3s";', after_dot="stall", to="r5@voorbeeld.example")
    out = akkoord.run("tick", now=DUE).out
    assert f"{COUNT - 1} messages sent, 1 uncertain" in out and states(akkoord) == {"accepted": COUNT - 1, "uncertain": 1}
    assert told(crowd.smtp) == ALL


def test_a_server_that_lets_in_fewer(crowd):
    """The connections that are turned away are not opened again in this pass; their messages are put off, and nothing else."""
    akkoord = crowd.begin("connections = 8;", most=3, delay_ms=10)
    out = akkoord.run("tick", now=DUE).out
    put_off = states(akkoord).get("deferred", 0)
    assert 1 <= put_off <= 5 and f"{COUNT - put_off} messages sent, {put_off} put off" in out
    assert connections(crowd.smtp) <= 3
    crowd.smtp.behave()
    akkoord.run("tick", now=later(600))
    assert told(crowd.smtp) == ALL


def claimed_after(akkoord, kind):
    """How many messages were claimed after the first event of that type."""
    kinds = [event["type"] for event in events(akkoord)]
    return kinds[kinds.index(kind):].count("message.sending")


@pytest.mark.parametrize("words, kind", [(("pause", "--reason", "stop", "--as", "femke"), "sending.paused"), (("approve", "{}", "--as", "lucia"), "invoice.approved")])
def test_nothing_is_begun_after(crowd, words, kind):
    """The brake is pulled, or the invoice decided, while a pass sends: what is claimed goes, and nothing else."""
    akkoord, smtp = crowd.begin(delay_ms=20), crowd.smtp
    sending = in_background(akkoord, "tick")
    received(smtp, 10)
    akkoord.run(*[word.format(crowd.invoice) for word in words], now=DUE)
    ends(sending)
    assert claimed_after(akkoord, kind) == 0 and 10 < sum(told(smtp).values()) < COUNT
    assert sum(told(smtp).values()) == states(akkoord)["accepted"], "what was claimed went"
    sound(akkoord)


@pytest.mark.parametrize("command, code", [("tick", EX_TEMPFAIL), ("serve", EX_OK)])
def test_told_to_end(crowd, command, code):
    """What is on its way arrives and is recorded, what is not is not begun: nothing is uncertain, and the next pass sends the rest."""
    akkoord, smtp = crowd.begin(delay_ms=20), crowd.smtp
    sending = in_background(akkoord, command)
    received(smtp, 10)
    sending.send_signal(signal.SIGTERM)
    ends(sending, code)
    sent = sum(told(smtp).values())
    assert 10 < sent < COUNT and states(akkoord) == {"accepted": sent, "deferred": 1, "queued": COUNT - sent - 1}, "one was put off before"
    akkoord.run("tick", now=DUE)
    assert told(smtp) == ALL and states(akkoord) == {"accepted": COUNT}
    sound(akkoord)


def test_told_to_end_twice(small):
    """A second signal does not wait for a server that never answers; what is on its way is uncertain then."""
    akkoord = small.begin(after_dot="stall")
    sending = in_background(akkoord, "tick")
    received(small.smtp, 0)
    wait_until(lambda: sending.send_signal(signal.SIGTERM) or sending.poll() is not None, what="its end")
    ends(sending, -signal.SIGTERM)
    assert states(akkoord)["sending"] == 1
    small.smtp.behave()
    for seconds in (0, 400):
        akkoord.run("tick", now=later(seconds))
    assert states(akkoord) == {"accepted": 2}


def test_what_waits_behind_stuck_connections_is_taken_back(crowd):
    """While every connection hangs, nothing stays claimed that is not under way: a decision made then still stops it."""
    akkoord = crowd.begin('timeout = "5s"; connections = 2;', stall_after=12)
    sending = in_background(akkoord, "tick")
    wait_until(lambda: count(akkoord, "message.unsent") > 0, what="what waits taken back")
    assert states(akkoord)["sending"] == 2
    akkoord.run("approve", crowd.invoice, "--as", "lucia", now=DUE)
    ends(sending, EX_UNAVAILABLE)
    assert claimed_after(akkoord, "invoice.approved") == 0 and sum(told(crowd.smtp).values()) == 14
    assert states(akkoord) == {"accepted": 12, "uncertain": 2, "withdrawn": COUNT - 14}
    sound(akkoord)
