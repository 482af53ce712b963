"""The outbox (FAILURES.md F5 to F10, F14, F15): what the server says is what is recorded, nothing is lost, and nothing goes twice but under one Message-ID."""
import collections
import datetime
import email
import email.policy
import random
import subprocess
import time

import pytest

from akkoord import EX_OK, EX_TEMPFAIL, EX_UNAVAILABLE
from company import INVOICES, found
from scene import FIRST, events, kind_of, store, take, to_whom, whole, write_invoice
from smtp_faults import DROP, FaultyServer

LONG_AFTER = "2026-12-01T15:30:00Z"


@pytest.fixture
def company(akkoord, slapd, smtp):
    """Without invites, where a test counts mails."""
    found(akkoord, slapd, smtp.url, FIRST, lambda text: text.replace('send = [ "mail", "invite" ]; ', ""))
    return akkoord


def message(akkoord, invoice, now=FIRST):
    """The one message of that invoice."""
    [row] = whole(akkoord, invoice, now)["messages"]
    return row


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def later(text, seconds):
    return (instant(text) + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_an_address_refused_for_good_stops_nobody_else(company, smtp):
    company.run("import", INVOICES, now=FIRST)
    smtp.behave(rcpt={"lucia@voorbeeld.example": "550 5.1.1 no such user"})
    result = company.run("tick", "--verbose", now=FIRST)
    assert sorted(map(to_whom, smtp.messages())) == ["julien", "mark", "priya", "sanne"]
    assert "refused  mail            lucia@voorbeeld.example" in result.out and "4 messages sent, 1 refused" in result.out
    refused = message(company, "Imprenta del Sol S.L./F26/0342")
    assert (refused["state"], refused["attempts"], "next_try" in refused) == ("refused", 1, False) and "5.1.1 no such user" in refused["reply"]
    smtp.behave()
    company.run("tick", now=LONG_AFTER)
    assert len(smtp.messages()) == 4, "nobody tries that again"


def test_what_never_arrived_starts_no_thread(akkoord, slapd):
    """The reminder after a mail that was refused answers nothing."""
    with FaultyServer(dot=["554 5.6.0 no", "250 2.0.0 queued as F1"]) as server:
        found(akkoord, slapd, server.url, FIRST, lambda text: text.replace('send = [ "mail", "invite" ]; ', ""))
        _, invoice = take(akkoord)
        for now in (FIRST, "2026-12-02T08:00:00Z"):
            akkoord.run("tick", now=now)
    [refused, accepted] = [one["state"] for one in whole(akkoord, invoice, "2026-12-02T08:00:00Z")["messages"]]
    assert (refused, accepted) == ("refused", "accepted")
    mails = (email.message_from_bytes(body, policy=email.policy.default) for body in server.bodies)
    first, second = (mail for mail in mails if "lucia@" in mail["To"])
    assert second["Subject"] == first["Subject"] and second["In-Reply-To"] is None


def test_a_delay_is_waited_for_longer_each_time(company, smtp):
    """450 to each of three tries, each awaited longer than the one before; then it goes, once."""
    _, invoice = take(company)
    smtp.behave(rcpt={"*": "450 4.2.0 mailbox busy"}, times=3)
    now, waits = FIRST, []
    for attempt in range(1, 4):
        company.run("tick", now=later(now, -1), code=None)
        company.run("tick", now=now)
        deferred = message(company, invoice, now)
        assert (deferred["state"], deferred["attempts"], deferred["reply"]) == ("deferred", attempt, "450 4.2.0 mailbox busy")
        waits.append((instant(deferred["next_try"]) - instant(now)).total_seconds())
        now = deferred["next_try"]
    assert waits == sorted(waits) and 300 <= waits[0] <= 360 and waits[2] >= 1200
    company.run("tick", now=later(now, -1))
    assert smtp.messages() == []
    company.run("tick", now=now)
    assert message(company, invoice, now)["state"] == "accepted" and len(smtp.messages()) == 1


def test_a_server_that_always_says_later_is_not_hammered(company, smtp):
    """A pass every ten minutes for a working day: few tries, and the clock that jumps makes no burst of them (F8, F9)."""
    _, invoice = take(company)
    smtp.behave(data="451 4.3.0 try later")
    for tick in range(0, 54, 3):
        company.run("tick", now=later(FIRST, 600 * tick))
    assert 4 <= message(company, invoice, LONG_AFTER)["attempts"] <= 8
    before = message(company, invoice, LONG_AFTER)["attempts"]
    company.run("tick", now="2026-12-03T08:00:00Z")
    rows = whole(company, invoice, LONG_AFTER)["messages"]
    assert [row["state"] for row in rows] == ["withdrawn", "deferred"] and sum(row["attempts"] for row in rows) == before + 1, "the next reminder takes its place"


@pytest.mark.parametrize("times, state, copies", [(1, "accepted", 2), (5, "uncertain", 2)])
def test_a_line_lost_after_the_final_dot(company, smtp, times, state, copies):
    """Once more under the same Message-ID, then left and shown."""
    _, invoice = take(company)
    smtp.behave(after_dot="drop", times=times)
    result = company.run("tick", now=FIRST, code=EX_UNAVAILABLE)
    assert "1 uncertain" in result.out and message(company, invoice)["state"] == "uncertain"
    company.run("tick", now=later(FIRST, 60))
    assert len(smtp.messages()) == 1, "not at once"
    for now in (later(FIRST, 400), later(FIRST, 800), LONG_AFTER):
        company.run("tick", now=now, code=None)
    assert (message(company, invoice)["state"], message(company, invoice)["attempts"]) == (state, 2)
    assert len(smtp.messages()) == copies and len({received.message["Message-ID"] for received in smtp.messages()}) == 1
    assert "uncertain" in company.run("explain", invoice, now=LONG_AFTER).out or state == "accepted"


def test_nothing_is_stamped_sent_that_was_not(company, smtp):
    company.run("import", INVOICES, now=FIRST)
    smtp.stop()
    company.run("tick", now=FIRST, code=EX_UNAVAILABLE)
    assert events(company, "message.accepted") == [] and len(events(company, "message.queued")) == 5
    assert [row["number"] for row in company.records("list", "--no-reminder", now=FIRST)] == [row["number"] for row in company.records("list", now=FIRST)]
    port = smtp.port
    smtp.start()
    company.configure(company.config.read_text(encoding="utf-8").replace(f":{port}", f":{smtp.port}"))
    company.run("tick", now=later(FIRST, 3600))
    assert sorted(map(to_whom, smtp.messages())) == ["julien", "lucia", "mark", "priya", "sanne"]
    assert company.records("list", "--no-reminder", now=FIRST) == []


def test_the_attempt_is_on_record_before_its_first_byte(company, smtp):
    """F5, F15: while the server has the message and has not answered, the store says so."""
    _, invoice = take(company)
    with FaultyServer(dot=DROP) as server:
        company.configure(company.config.read_text(encoding="utf-8").replace(smtp.url, server.url))
        company.run("tick", now=FIRST, code=EX_UNAVAILABLE)
        assert len(server.bodies) == 1
    kinds = [event["type"] for event in events(company) if event["type"].startswith("message.")]
    assert kinds == ["message.queued", "message.sending", "message.uncertain"]
    assert message(company, invoice)["state"] == "uncertain"


# --- killed at any point ---


def expected(akkoord):
    """What one undisturbed pass sends of the mails and entries that are due for eight invoices of three deadlines: by recipient and kind."""
    for number in range(4):
        write_invoice(akkoord.folder / f"new/l{number}.xml", number=f"L-{number}")
        write_invoice(akkoord.folder / f"new/p{number}.xml", number=f"P-{number}", cost_centre="IT-100", gross="200.00" if number % 2 else "900.00")
    akkoord.run("import", akkoord.folder / "new", now=FIRST)
    return collections.Counter({("lucia", "mail"): 1, ("lucia", "REQUEST"): 1, ("priya", "mail"): 1, ("priya", "REQUEST"): 2})


def killed_after(akkoord, now, seconds):
    """A pass that is killed so long after its start; whether it was in time to be."""
    process = subprocess.Popen(akkoord.arguments(("tick",), now, False), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env=akkoord.environment(), cwd=akkoord.folder, start_new_session=True)
    try:
        code = process.wait(seconds)
        assert code in (EX_OK, EX_TEMPFAIL)
        return False
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)
        return True


def pass_takes(akkoord, now):
    """How long a pass takes here and now that has nothing to send."""
    began = time.monotonic()
    akkoord.run("tick", now=now)
    return time.monotonic() - began


def finish(akkoord):
    """Undisturbed passes until nothing waits: what opens after nine goes at the slot at two."""
    for seconds in (0, 600, 1200, 5 * 3600, 5 * 3600 + 600):
        akkoord.run("tick", now=later(FIRST, seconds))


def test_killed_at_any_point_nothing_is_lost_and_nothing_goes_twice(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, FIRST)
    span = 4 * pass_takes(akkoord, FIRST)
    wanted = expected(akkoord)
    random.seed(20261201)
    killed = 0
    for _ in range(60):
        in_time = killed_after(akkoord, FIRST, span * random.random() ** 2)
        killed += in_time
        span *= 1.1 if in_time else 0.8  # however fast the machine is just now
        assert akkoord.records("audit", "verify")[0]["ok"] and akkoord.records("audit", "replay")[0]["ok"]
    finish(akkoord)
    received = smtp.messages()
    ids = collections.Counter(received_one.message["Message-ID"] for received_one in received)
    assert max(ids.values()) <= 2, "at most once more, where the reply was lost"
    once = {one.message["Message-ID"]: (to_whom(one), kind_of(one)) for one in received}
    assert collections.Counter(once.values()) == wanted
    texts = [one.part("text/calendar").replace("\n ", "") for one in received if kind_of(one) == "REQUEST"]
    assert all(any(number in text for text in texts) for number in [f"{letter}-{number}" for letter in "LP" for number in range(4)])
    with store(akkoord) as connection:
        assert connection.execute("SELECT DISTINCT state FROM message").fetchall() == [("accepted",)]
        assert connection.execute("SELECT COUNT(*) FROM reminder WHERE state = 'claimed' AND message NOT IN (SELECT id FROM message)").fetchone() == (0,)
    assert killed >= 12, "enough of them were killed for this to mean something"
    assert akkoord.records("audit", "verify")[0]["ok"] and akkoord.records("audit", "replay")[0]["ok"]


@pytest.mark.parametrize("step", ["message.sending", "message.queued", "reminder.claimed", "approval.opened", "invoice.routed"])
def test_died_right_after(akkoord, slapd, smtp, step):
    """A death right after a commit: what stands in the store up to there is all that the next pass has."""
    found(akkoord, slapd, smtp.url, FIRST)
    wanted = expected(akkoord)
    dying = subprocess.Popen(akkoord.arguments(("tick",), FIRST, False), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             env=akkoord.environment(), cwd=akkoord.folder, start_new_session=True)
    try:
        while dying.poll() is None and not seen(akkoord, step):
            pass
    finally:
        dying.kill()
        dying.wait(10)
    assert akkoord.records("audit", "replay")[0]["ok"]
    finish(akkoord)
    once = {one.message["Message-ID"]: (to_whom(one), kind_of(one)) for one in smtp.messages()}
    assert collections.Counter(once.values()) == wanted


def seen(akkoord, step):
    with store(akkoord) as connection:
        return connection.execute("SELECT 1 FROM event WHERE canonical LIKE ? LIMIT 1", (f'%"type":"{step}"%',)).fetchone()


def test_a_mail_put_off_delays_nobody_elses(akkoord, slapd, smtp):
    """max_per_day: Lucía's next mail of the approval waits for a slot, finance's does not."""
    def edit(text):
        start, end = text.index('    { name = "nudge";'), text.index('    { name = "pressing";')
        rungs = ('    { name = "again"; at = "start+2bh"; tone = "friendly"; urgent = true; },\n'
                 '    { name = "tell"; at = "start+3bh"; tone = "friendly"; urgent = true; to = [ "group(finance)" ]; },\n')
        return (text[:start] + rungs + text[end:]).replace("max_per_day = 6", "max_per_day = 1").replace('grace = "4bh"', 'grace = "1bh"')
    found(akkoord, slapd, smtp.url, FIRST, edit)
    take(akkoord)
    akkoord.run("tick", now=FIRST)
    akkoord.run("tick", now="2026-12-01T10:00:00Z")
    [returned] = events(akkoord, "reminder.returned")
    assert returned["data"]["why"] == "max-per-day"
    before = len(smtp.messages())
    akkoord.run("tick", now="2026-12-01T11:00:00Z")
    assert {to_whom(message) for message in smtp.messages()[before:]} == {"david", "femke"}
    akkoord.run("audit", "replay")
