"""Decisions: who may take them, what is kept of them, what they end at once, and that nothing holds them up."""
import hashlib
import subprocess

import pytest

from akkoord import EX_DATAERR, EX_NOINPUT, EX_NOPERM, EX_UNAVAILABLE, EX_USAGE, wait_until
from company import found
from scene import FIRST, MuteServer, approvals, events, kind_of, take, to_whom, whole

NOON, NUDGE = "2026-12-01T10:00:00Z", "2026-12-02T08:00:00Z"


def in_background(akkoord, *words, now):
    return subprocess.Popen(akkoord.arguments(words, now, False), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env=akkoord.environment(), cwd=akkoord.folder, start_new_session=True)


@pytest.fixture
def company(akkoord, slapd):
    """With a folder for its mail server."""
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST)
    return akkoord


@pytest.fixture
def asked(company):
    """One invoice, for Lucía alone to approve; its id."""
    _, company.invoice = take(company)
    company.run("tick", now=FIRST)
    return company


# --- who, and what is kept ---


@pytest.mark.parametrize("who", ["lucia", "LUCIA", "lucia@voorbeeld.example", "Lucia@Voorbeeld.Example"])
def test_approved_by_uid_or_address(asked, who):
    [said] = asked.records("approve", asked.invoice, "--as", who, now=NOON)
    assert said == {"invoice": asked.invoice, "decision": "approve", "stage": "budget holder", "at": NOON, "already": False, "state": "approved"}
    [decision] = whole(asked, asked.invoice, NOON)["decisions"]
    assert decision["person"] == "lucia" and decision["at"] == NOON


def test_evidence_is_kept(asked, slapd):
    asked.run("reject", "Drukkerij Vos/A-1", "--as", "lucia", "--reason", "never\nordered \x1b[31m", now=NOON)
    [event] = events(asked, "decision.recorded")
    [asked_person] = asked.who("user(lucia)")
    document = hashlib.sha256((asked.folder / "made/invoice.xml").read_bytes()).hexdigest()
    data, side = event["data"], event["side"]
    assert (data["decision"], data["channel"], data["assurance"], data["policy_version"], data["document"]) == ("reject", "cli", "cli", 2, document)
    assert data["approval"] == approvals(whole(asked, asked.invoice))[0]["approval"] and event["at"] == NOON and event["actor"] == "cli"
    assert side["directory_id"] == asked_person["id"] and side["dn"] == "uid=lucia,ou=people,dc=voorbeeld,dc=example" and side["name"] == "Lucía García"
    assert side["reason"] == "never ordered [31m" and side["agent"]
    exported = asked.run("audit", "export").out
    assert not any(personal in exported for personal in ("Lucía", "lucia", "never", side["directory_id"])), "the export names nobody"


def test_of_someone_else_it_is_not_to_decide(asked):
    for who in ("priya", "anna"):
        take(asked, NOON, number=f"for-{who}", cost_centre="IT-100", gross="99999.00" if who == "anna" else "400.00")
    asked.run("tick", now=NOON)
    refused = asked.run("approve", asked.invoice, "--as", "priya", now=NOON, code=EX_NOPERM)
    assert "lucia" in refused.err and "not for priya" in refused.err
    asked.run("reject", asked.invoice, "--as", "anna", "--reason", "because", now=NOON, code=EX_NOPERM)
    assert whole(asked, asked.invoice, NOON)["decisions"] == []


@pytest.mark.parametrize("words, code, said", [
    (("approve", "nothing", "--as", "lucia"), EX_NOINPUT, "nothing"),
    (("approve", "Drukkerij Vos/A-2", "--as", "lucia"), EX_NOINPUT, "A-2"),
    (("approve", "Drukkerij Vos/A-1", "--as", "nobody"), EX_NOINPUT, "nobody"),
    (("reject", "Drukkerij Vos/A-1", "--as", "lucia"), EX_USAGE, "--reason"),
    (("reject", "Drukkerij Vos/A-1", "--as", "lucia", "--reason", ""), EX_USAGE, "--reason"),
    (("withdraw", "Drukkerij Vos/A-1", "--as", "femke"), EX_USAGE, "--reason"),
    (("approve",), EX_USAGE, "which invoice"),
    (("approve", "a", "b"), EX_USAGE, "which invoice"),
])
def test_what_cannot_be_recorded(asked, words, code, said):
    result = asked.run(*words, now=NOON, code=code)
    assert said in result.err and result.out == ""
    assert events(asked, "decision.recorded") == []


def test_ambiguous_name_lists_the_candidates(asked):
    _, other = take(asked, NOON, number="a 1", issued="2025-11-25")
    result = asked.run("approve", "drukkerij vos/a1", "--as", "lucia", now=NOON, code=EX_DATAERR)
    assert asked.invoice in result.err and other in result.err
    asked.run("approve", asked.invoice, "--as", "lucia", now=NOON)


def test_the_same_again_and_otherwise(asked):
    asked.run("approve", asked.invoice, "--as", "lucia", now=NOON)
    [again] = asked.records("approve", asked.invoice, "--as", "lucia", now=NUDGE)
    assert again["already"] and again["at"] == NOON and again["state"] == "approved"
    otherwise = asked.run("reject", asked.invoice, "--as", "lucia", "--reason", "no", now=NUDGE, code=EX_DATAERR)
    assert "approved on Tue 2026-12-01 11:00" in otherwise.err
    asked.run("withdraw", asked.invoice, "--reason", "no", now=NUDGE, code=EX_DATAERR)
    assert len(events(asked, "decision.recorded")) == 1


def test_withdrawn_by_finance(asked):
    [said] = asked.records("withdraw", asked.invoice, "--as", "femke", "--reason", "sent twice", now=NOON)
    assert said["state"] == "withdrawn"
    record = whole(asked, asked.invoice, NOON)
    assert approvals(record)[0]["state"] == "lapsed" and record["decisions"][0]["reason"] == "sent twice"
    assert asked.records("withdraw", asked.invoice, "--reason", "again", now=NUDGE)[0]["already"]
    assert asked.run("approve", asked.invoice, "--as", "lucia", now=NUDGE, code=EX_DATAERR)


def test_who_approved_one_stage_does_not_approve_the_next(company):
    """Sanne is asked at the first stage for somebody who has left; she is a controller too, and the second stage wants someone distinct."""
    company.policy.write_text(company.policy.read_text(encoding="utf-8").replace('cost_centre = [ "IT-*" ]', 'cost_centre = [ "OPS-*" ]').replace(
        '{ name = "budget holder"; approvers = [ "lookup(budget_holder)" ]; need', '{ name = "budget holder"; approvers = [ "user(sanne)" ]; need'), encoding="utf-8")
    company.run("policy", "apply", company.policy, now=FIRST)
    _, invoice = take(company, cost_centre="OPS-400")
    company.run("tick", now=FIRST)
    company.run("approve", invoice, "--as", "sanne", now=NOON)
    company.run("tick", now=NOON)
    assert whole(company, invoice, NOON)["approvers"] == ["thomas"]
    assert company.records("approve", invoice, "--as", "sanne", now=NUDGE)[0]["already"], "hers of the first stage"
    assert whole(company, invoice, NUDGE)["state"] == "open"


def test_two_at_the_same_instant(asked):
    """Approved and rejected by two processes at once: one is recorded, the other is told so."""
    for attempt in range(4):
        _, invoice = take(asked, NOON, number=f"race-{attempt}", cost_centre="FAC-300", gross=f"{100 + attempt}.00")
    asked.run("tick", now=NOON)
    for attempt in range(4):
        invoice = f"Drukkerij Vos/race-{attempt}"
        racers = [in_background(asked, "approve", invoice, "--as", "julien", now=NUDGE),
                  in_background(asked, "reject", invoice, "--as", "julien", "--reason", "no", now=NUDGE)]
        for racer in racers:
            racer.communicate(timeout=60)
        assert sorted(racer.returncode for racer in racers) == [0, EX_DATAERR]
        assert len(whole(asked, invoice, NUDGE)["decisions"]) == 1
    assert asked.records("audit", "replay")[0]["ok"]


# --- nothing after it, and nothing before it ---


def test_a_decision_needs_no_templates(asked):
    asked.environment = lambda kept=asked.environment(): {**kept, "AKKOORD_TEMPLATES": "/nowhere"}
    asked.run("approve", asked.invoice, "--as", "lucia", now=NOON)


def test_a_black_hole_of_a_mail_server_delays_no_decision(asked):
    """While a pass hangs on a mail server that says nothing, decisions are recorded, and what the pass had not sent yet is withdrawn."""
    with MuteServer() as mute:
        asked.configure(asked.config.read_text(encoding="utf-8").replace(f"maildir:{asked.folder}/mail", f"smtp://127.0.0.1:{mute.port}"))
        hanging = in_background(asked, "tick", now=NUDGE)
        try:
            wait_until(lambda: mute.connections, what="the pass at the mail server")
            asked.run("approve", asked.invoice, "--as", "lucia", now=NUDGE)
            assert hanging.poll() is None, "the pass still hangs"
        finally:
            hanging.kill()
            hanging.communicate(timeout=10)
    assert whole(asked, asked.invoice, NUDGE)["state"] == "approved"


def kinds(smtp):
    return sorted((to_whom(message), kind_of(message)) for message in smtp.messages())


@pytest.fixture
def posted(akkoord, slapd, smtp):
    """With a real mail server, and its port kept when it stops."""
    found(akkoord, slapd, smtp.url, FIRST)

    def move():
        port = smtp.port
        smtp.start()
        akkoord.configure(akkoord.config.read_text(encoding="utf-8").replace(f":{port}", f":{smtp.port}"))
    akkoord.mail_server_is_back = move
    return akkoord


def test_what_was_queued_is_withdrawn(posted, smtp):
    _, invoice = take(posted)
    smtp.stop()
    posted.run("tick", now=FIRST, code=EX_UNAVAILABLE)
    posted.run("approve", invoice, "--as", "lucia", now=NOON)
    assert {message["state"] for message in whole(posted, invoice, NOON)["messages"]} == {"withdrawn"}
    posted.mail_server_is_back()
    for now in (NOON, NUDGE, "2026-12-07T08:00:00Z"):
        posted.run("tick", now=now)
    assert [kind for _, kind in kinds(smtp) if kind != "CANCEL"] == []


def test_what_shared_a_mail_with_the_decided_is_mailed_anew(posted, smtp):
    _, decided = take(posted, number="B-1")
    _, open_still = take(posted, number="B-2")
    smtp.stop()
    posted.run("tick", now=FIRST, code=EX_UNAVAILABLE)
    posted.run("approve", decided, "--as", "lucia", now="2026-12-01T08:30:00Z")
    posted.mail_server_is_back()
    posted.run("tick", now="2026-12-01T08:31:00Z")
    posted.run("tick", now="2026-12-01T13:00:00Z")
    [mail] = [message for message in smtp.messages() if kind_of(message) == "mail"]
    assert "B-2" in mail.subject and "B-1" not in mail.subject + mail.part("text/plain")
    assert [kind for _, kind in kinds(smtp) if kind == "REQUEST"] == ["REQUEST"]
    assert whole(posted, open_still, NUDGE)["approvers"] == ["lucia"]


def test_nothing_more_after_the_decision(posted, smtp):
    _, invoice = take(posted)
    posted.run("tick", now=FIRST)
    posted.run("reject", invoice, "--as", "lucia", "--reason", "no", now=NOON)
    for now in (NOON, NUDGE, "2026-12-04T13:00:00Z", "2026-12-08T08:00:00Z"):
        posted.run("tick", now=now)
    assert kinds(smtp) == [("lucia", "CANCEL"), ("lucia", "REQUEST"), ("lucia", "mail")]


def test_decided_while_its_mail_was_on_its_way(posted, smtp):
    """A pass dies between the last byte and the reply, the approver decides: what hangs in between is not sent once more, and the invite is taken back."""
    _, invoice = take(posted)
    smtp.behave(after_dot="stall")
    dying = in_background(posted, "tick", now=FIRST)
    try:
        wait_until(smtp.messages, what="the mail")
    finally:
        dying.kill()
        dying.communicate(timeout=10)
    assert "sending" in {message["state"] for message in whole(posted, invoice)["messages"]}
    posted.run("approve", invoice, "--as", "lucia", now="2026-12-01T08:30:00Z")
    smtp.behave()
    for now in ("2026-12-01T08:31:00Z", "2026-12-01T09:00:00Z", NOON, NUDGE):
        posted.run("tick", now=now)
    assert [kind for _, kind in kinds(smtp) if kind != "CANCEL"] == ["mail"]
    assert not {message["state"] for message in whole(posted, invoice)["messages"]} & {"queued", "sending"}


def test_decided_while_its_mail_was_put_off(posted, smtp):
    """The decision falls between the mail server's greeting and its 450: the next try is not made."""
    _, invoice = take(posted)
    with MuteServer() as mute:
        good = posted.config.read_text(encoding="utf-8")
        posted.configure(good.replace(f":{smtp.port}", f":{mute.port}").replace('mail = { ', 'mail = { timeout = "1s"; '))
        hanging = in_background(posted, "tick", now=FIRST)
        try:
            wait_until(lambda: mute.connections, what="the pass at the mail server")
            posted.run("approve", invoice, "--as", "lucia", now=FIRST)
            assert hanging.wait(30) == EX_UNAVAILABLE
        finally:
            hanging.kill()
            hanging.communicate(timeout=10)
        posted.configure(good)
    for now in (NOON, NUDGE):
        posted.run("tick", now=now)
    assert [kind for _, kind in kinds(smtp) if kind != "CANCEL"] == []
    assert {message["state"] for message in whole(posted, invoice, NUDGE)["messages"] if message["kind"] != "invite-cancel"} == {"withdrawn"}
    assert posted.records("audit", "replay")[0]["ok"]
