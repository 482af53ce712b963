"""The record, checked without trusting the program: an export in twenty lines of plain Python, and somebody with an editor for databases."""
import hashlib
import json
import shutil
import sqlite3

import pytest

from akkoord import EX_DATAERR, EX_USAGE, Akkoord
from company import INVOICES, found
from scene import FIRST

HOLIDAYS = """BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:1@x\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20261225\r
SUMMARY:Christmas\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"""


def verified(lines):
    """What an auditor would write: how many events of an export hold together, and the hash of the last (DESIGN.md, "Trust")."""
    last, count = "0" * 64, 0
    for line in lines:
        event = json.loads(line)
        claimed = event.pop("hash")
        canonical = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if hashlib.sha256((last + canonical).encode()).hexdigest() != claimed or event["seq"] != count + 1:
            return count, last
        last, count = claimed, count + 1
    return count, last


@pytest.fixture(scope="module")
def past(tmp_path_factory, slapd):
    """A store in which every table holds something."""
    akkoord = Akkoord(tmp_path_factory.mktemp("audit"))
    (akkoord.folder / "nl.ics").write_text(HOLIDAYS, encoding="ascii", newline="")
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST,
          lambda text: text.replace('countries = [ "NL", "DE" ];', 'countries = [ "NL", "DE" ]; holidays = [ "nl.ics" ];'))
    akkoord.run("import", INVOICES, now=FIRST)
    for now in (FIRST, "2026-12-02T08:00:00Z"):
        akkoord.run("tick", now=now)
    akkoord.run("approve", "Cloudhaven B.V./2026-1187", "--as", "priya", "--reason", "seen", now="2026-12-02T10:00:00Z")
    akkoord.run("tick", now="2026-12-07T08:00:00Z")
    return akkoord


@pytest.fixture
def copied(past, tmp_path):
    """The same store and configuration, to do harm to."""
    akkoord = Akkoord(tmp_path)
    for path in past.folder.glob("akkoord.db*"):
        shutil.copy(path, tmp_path)
    shutil.copy(past.folder / "ldap.secret", tmp_path)
    akkoord.configure(past.config.read_text(encoding="utf-8").replace(str(past.folder), str(tmp_path)))
    return akkoord


def tamper(akkoord, *statements):
    """Does it as somebody would who knows SQLite: triggers and references do not hold them up."""
    connection = sqlite3.connect(akkoord.folder / "akkoord.db", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    for name, in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    changed = sum(connection.execute(statement).rowcount for statement in statements)
    connection.close()
    assert changed > 0, "nothing was changed"


def test_an_export_holds_without_the_program(past):
    lines = past.run("audit", "export").out.splitlines()
    count, last = verified(lines)
    assert count == len(lines) == past.records("audit", "verify")[0]["events"] and count > 100
    with sqlite3.connect(past.folder / "akkoord.db") as connection:
        assert connection.execute("SELECT hash FROM event ORDER BY seq DESC LIMIT 1").fetchone() == (last,)
    connection.close()


def test_an_export_that_was_changed_does_not(past):
    lines = past.run("audit", "export").out.splitlines()
    middle = len(lines) // 2
    assert verified(lines[:middle] + lines[middle + 1:])[0] == middle
    assert verified([line.replace("2026-12-02", "2026-12-03") for line in lines])[0] < len(lines)
    for number in (0, middle, len(lines) - 1):
        event = json.loads(lines[number])
        event["actor"] = "somebody"
        assert verified([*lines[:number], json.dumps(event), *lines[number + 1:]])[0] == number


def test_an_export_names_nobody(past):
    """Personal data stands in the side record alone, which can be erased; so does free text."""
    text = past.run("audit", "export").out
    for name in ("Priya", "priya", "lucia@", "mailto", "Cloudhaven", "seen", "uid=", "2026-1187"):
        assert name not in text


def test_events_are_canonical_in_times_numbers_and_order(past):
    events = [json.loads(line) for line in past.run("audit", "export").out.splitlines()]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert all(event["at"].endswith("Z") and event["cause"] < event["seq"] for event in events if "cause" in event)
    kinds = {event["type"] for event in events}
    assert {"store.created", "policy.applied", "invoice.received", "invoice.routed", "stage.opened", "approver.resolved", "approval.opened", "reminder.claimed",
            "reminder.superseded", "message.queued", "message.sending", "message.accepted", "invite.requested", "invite.cancelled", "decision.recorded",
            "approval.approved", "stage.closed"} <= kinds
    assert all(isinstance(event["seq"], int) and set(event) <= {"seq", "at", "type", "actor", "cause", "invoice", "data", "private", "hash"} for event in events)


def test_a_good_record_is_said_to_be_good(past):
    events = past.records("audit", "verify")[0]["events"]
    assert past.run("audit", "verify").out == f"{events} events: the chain holds, and so do the side records, messages and documents.\n"
    assert past.run("audit", "replay").out == f"{events} events: rebuilt from them, every table is as it stands.\n"


MIDDLE = "(SELECT seq FROM event WHERE canonical LIKE '%\"type\":\"decision.recorded\"%')"


@pytest.mark.parametrize("statement, named", [
    (f"UPDATE event SET canonical = replace(canonical, '\"approve\"', '\"reject\"') WHERE seq = {MIDDLE}", "event {middle}"),
    (f"UPDATE event SET hash = substr(hash, 2) || '0' WHERE seq = {MIDDLE}", "event {middle}"),
    (f"DELETE FROM event WHERE seq = {MIDDLE}", "{middle}"),
    (f"UPDATE event SET seq = 100000 WHERE seq = {MIDDLE}", "{middle}"),
    ("DELETE FROM event WHERE seq = 1", "1"),
    (f"UPDATE event SET invoice = 'another' WHERE seq = {MIDDLE}", "event {middle}"),
    (f"UPDATE side SET body = replace(body, 'seen', 'told') WHERE seq = {MIDDLE}", "event {middle}"),
    (f"UPDATE side SET salt = substr(salt, 2) || '0' WHERE seq = {MIDDLE}", "event {middle}"),
    (f"DELETE FROM side WHERE seq = {MIDDLE}", "event {middle}"),
    ("UPDATE blob SET bytes = CAST('<Invoice/>' AS BLOB) WHERE rowid = (SELECT MAX(rowid) FROM blob)", ""),
    ("DELETE FROM blob WHERE rowid = (SELECT MAX(rowid) FROM blob)", ""),
    ("UPDATE message_body SET bytes = CAST(replace(CAST(bytes AS TEXT), 'Akkoord', 'Nakkoord') AS BLOB)", "message"),
])
def test_verify_names_what_was_changed(copied, statement, named):
    with sqlite3.connect(copied.folder / "akkoord.db") as connection:
        [middle] = connection.execute(f"SELECT {MIDDLE}").fetchone()
    connection.close()
    tamper(copied, statement)
    result = copied.run("audit", "verify", code=EX_DATAERR)
    assert result.err.startswith("akkoord audit: ") and named.format(middle=middle) in result.err and result.out == ""


@pytest.mark.parametrize("table, change", [
    ("invoice", "UPDATE invoice SET state = 'approved', closed = 1 WHERE state = 'open'"),
    ("invoice", "DELETE FROM invoice WHERE id = (SELECT MAX(id) FROM invoice)"),
    ("approval", "UPDATE approval SET deadline = deadline + 1"),
    ("approval", "UPDATE approval SET state = 'lapsed' WHERE state = 'approved'"),
    ("decision", "UPDATE decision SET reason = 'told'"),
    ("decision", "DELETE FROM decision"),
    ("decision", "INSERT INTO decision SELECT event + 1, at, invoice, approval, decision, person, for_person, channel, assurance, policy_version, document, reason"
                 " FROM decision"),
    ("stage", "UPDATE stage SET need = 'all'"),
    ("person", "UPDATE person SET mail = 'mallory@voorbeeld.example' WHERE uid = 'mark'"),
    ("reminder", "DELETE FROM reminder WHERE rung = 'nudge'"),
    ("reminder", "UPDATE reminder SET state = 'superseded', why = 'lost', message = NULL WHERE rung = 'opened'"),
    ("message", "UPDATE message SET accepted = accepted + 1"),
    ("message_approval", "DELETE FROM message_approval WHERE message = (SELECT MAX(message) FROM message_approval)"),
    ("invite", "UPDATE invite SET cancelled = 1 - cancelled"),
    ("policy", "UPDATE policy SET author = 'somebody' WHERE version = 2"),
    ("policy_file", "DELETE FROM policy_file"),
    ("invoice_document", "DELETE FROM invoice_document"),
])
def test_replay_names_the_table_that_was_changed(copied, table, change):
    tamper(copied, change)
    result = copied.run("audit", "replay", code=EX_DATAERR)
    assert f"table {table}" in result.err.replace(f"{table} table", f"table {table}") and result.out == ""


def test_what_is_no_part_of_the_record_may_go(copied):
    """When to look again follows from the record: nothing of it is lost with these tables."""
    tamper(copied, "DELETE FROM wakeup", "DELETE FROM runtime")
    assert copied.records("audit", "verify")[0]["ok"] and copied.records("audit", "replay")[0]["ok"]


def test_erased_personal_data_breaks_nothing(copied):
    """The side record of a decision is emptied, as the law may want; the chain still holds."""
    tamper(copied, f"UPDATE side SET body = NULL, salt = NULL WHERE seq = {MIDDLE}")
    assert copied.records("audit", "verify")[0]["ok"]
    assert verified(copied.run("audit", "export").out.splitlines())[0] == copied.records("audit", "verify")[0]["events"]


def test_a_changed_event_is_not_worked_with(copied):
    """What was forged into the log does not pass a replay either."""
    tamper(copied, "UPDATE event SET canonical = replace(canonical, '\"reject\"', '\"approve\"'), hash = hash",
           "INSERT INTO event (seq, canonical, hash) SELECT seq + 1, replace(canonical, '\"seq\":', '\"seq\":9'), hash FROM event ORDER BY seq DESC LIMIT 1")
    copied.run("audit", "verify", code=EX_DATAERR)
    copied.run("audit", "replay", code=EX_DATAERR)


@pytest.mark.parametrize("words", [[], ["burn"], ["verify", "replay"]])
def test_wrong_call(past, words):
    past.run("audit", *words, code=EX_USAGE)
