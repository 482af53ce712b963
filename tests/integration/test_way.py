"""The whole way, against a real directory and a real SMTP receiver: from an invoice to a recorded approval, and what must not happen beside it."""
import csv
import re
import sqlite3

import pytest

from akkoord import CORPUS, EX_CONFIG, EX_DATAERR, EX_NOINPUT, EX_NOPERM, EX_USAGE
from company import INVOICES, found, reference
from scene import notices

# Mon-Fri 08:30-12:30 and 13:00-17:30 in Amsterdam, slots 09:00 and 14:00; the first pass is on Tuesday.
START = "2026-12-01T08:00:00Z"
DAYS = ["2026-12-02T08:00:00Z", "2026-12-04T13:00:00Z", "2026-12-07T08:00:00Z", "2026-12-08T08:00:00Z", "2026-12-08T13:00:00Z",
        "2026-12-09T08:00:00Z", "2026-12-10T08:00:00Z"]
CLOUD, PRINT, LORRY = "2026-1187", "F26/0342", "R-20561"


@pytest.fixture
def started(akkoord, slapd, smtp):
    """The company after its first pass over the five invoices."""
    found(akkoord, slapd, smtp.url, START)
    akkoord.run("import", INVOICES, now=START)
    akkoord.run("tick", now=START)
    return akkoord


def mails_to(smtp, name, kind="mail"):
    """What that person got: mails, or calendar messages of that method."""
    mine = [message for message in smtp.messages() if message.recipients == [f"{name}@voorbeeld.example"]]
    if kind == "mail":
        return [message for message in mine if message.part("text/calendar") is None]
    return [message for message in mine if f"METHOD:{kind}\n" in (message.part("text/calendar") or "")]


def ical(message, name):
    """The value of one property of the message's event, unfolded; None."""
    found_lines = re.findall(rf"^{name}[;:](.*)$", message.part("text/calendar").replace("\n ", ""), re.MULTILINE)
    return found_lines[0] if found_lines else None


def test_everyone_is_asked_once(started, smtp):
    to = sorted(message.recipients[0] for message in smtp.messages() if message.part("text/calendar") is None)
    assert to == [f"{name}@voorbeeld.example" for name in ("julien", "lucia", "mark", "priya", "sanne")]
    assert len(smtp.messages()) == 10
    assert all(len(message.recipients) == 1 for message in smtp.messages())
    assert len({message.message["Message-ID"] for message in smtp.messages()}) == 10
    started.run("tick", now="2026-12-01T08:05:00Z")
    assert len(smtp.messages()) == 10


def test_mail_is_in_the_language_of_its_reader(started, smtp):
    subjects = {name: mails_to(smtp, name)[0].subject for name in ("mark", "priya", "lucia", "julien")}
    assert [subjects[name].split()[0] for name in subjects] == ["Akkoord", "Approval", "Aprobación", "Validation"]
    mail = mails_to(smtp, "priya")[0]
    assert mail.message.get_content_type() == "multipart/alternative"
    for part in (mail.part("text/plain"), mail.part("text/html")):
        assert "Cloudhaven" in part and CLOUD in part and "1,234.20" in part
    assert "Propreté Dupont" in mails_to(smtp, "julien")[0].part("text/plain")
    assert b"\r\n" in mail.bytes and not re.search(rb"(?<!\r)\n", mail.bytes)


def test_invite_is_a_message_of_its_own(started, smtp):
    invite, = mails_to(smtp, "priya", "REQUEST")
    assert invite.message.get_content_type() == "multipart/mixed"
    calendar = [part for part in invite.message.walk() if part.get_content_type() == "text/calendar"]
    assert [part.get_param("method") for part in calendar] == ["REQUEST"]
    assert ical(invite, "DTEND") == "20261204T163000Z" and ical(invite, "DTSTART") == "20261204T160000Z"
    assert ical(invite, "SEQUENCE") == "0" and ical(invite, "TRANSP") == "TRANSPARENT"
    assert "priya@voorbeeld.example" in ical(invite, "ATTENDEE") and "akkoord@voorbeeld.example" in ical(invite, "ORGANIZER")
    assert "token" not in invite.part("text/calendar").lower()


def test_the_same_invoices_are_no_news(started):
    records = started.records("import", INVOICES, now="2026-12-01T09:00:00Z")
    assert [record["verdict"] for record in records] == ["known"] * 5


def test_reminded_then_escalated(started, smtp):
    seen = {}
    for day in DAYS:
        before = len(smtp.messages())
        started.run("tick", now=day)
        seen[day] = {message.recipients[0].split("@")[0] for message in smtp.messages()[before:]}
    assert seen["2026-12-02T08:00:00Z"] == {"priya", "lucia", "sanne", "mark"}, "start+1bd; the small one is asked without haste"
    assert seen["2026-12-07T08:00:00Z"] == {"priya", "lucia", "sanne", "mark", "anna", "pieter"}, "the deadline has passed: managers are told"
    informed = mails_to(smtp, "anna")[0]
    assert "Lucía García" in informed.part("text/plain")
    tones = [reminder["tone"] for record in started.records("show", reference(started, PRINT, START), now=START)
             for approval in record["stages"][0]["approvals"] for reminder in approval["reminders"]
             if reminder["recipient"] == "lucia" and reminder["send"] == "mail" and reminder["state"] == "claimed"]
    assert tones == sorted(tones, key=["new", "friendly", "firm", "escalation", "final"].index)


def test_reminders_stay_in_one_thread(started, smtp):
    started.run("tick", now=DAYS[0])
    first, second = mails_to(smtp, "priya")
    assert first.message["Message-ID"] in second.message["References"]
    assert second.subject == "Re: " + first.subject


def test_approval_stops_everything(started, smtp):
    decided = "2026-12-02T10:00:00Z"
    started.run("approve", f"Cloudhaven B.V./{CLOUD}", "--as", "priya", now=decided)
    started.run("tick", now="2026-12-02T10:01:00Z")
    request, = mails_to(smtp, "priya", "REQUEST")
    cancel, = mails_to(smtp, "priya", "CANCEL")
    assert ical(cancel, "UID") == ical(request, "UID") and int(ical(cancel, "SEQUENCE")) > int(ical(request, "SEQUENCE"))
    smtp.clear()
    for day in DAYS[1:]:
        started.run("tick", now=day)
    assert mails_to(smtp, "priya") == []
    assert any(CLOUD in message.subject for message in mails_to(smtp, "thomas")), "the second stage opened"


def test_second_stage_wants_someone_else(started, smtp):
    invoice = reference(started, CLOUD, START)
    started.run("approve", invoice, "--as", "priya", now="2026-12-02T10:00:00Z")
    started.run("tick", now="2026-12-02T13:00:00Z")
    assert started.run("approve", invoice, "--as", "lucia", now="2026-12-02T14:00:00Z", code=None).code == EX_NOPERM
    started.run("approve", invoice, "--as", "thomas", "--reason", "seen with the order", now="2026-12-02T14:00:00Z")
    [record] = started.records("show", invoice, now="2026-12-02T14:00:00Z")
    assert record["state"] == "approved"
    states = {approval["approver"]: approval["state"] for stage in record["stages"] for approval in stage["approvals"]}
    assert states == {"priya": "approved", "thomas": "approved", "sanne": "lapsed"}
    started.run("tick", now="2026-12-03T08:00:00Z")
    *_, entry = mails_to(smtp, "sanne", "REQUEST")
    assert CLOUD not in entry.part("text/calendar") and ical(entry, "SEQUENCE") == "2", "with her other of that day, which came and went before"


def test_rejection_closes_and_needs_a_reason(started, smtp):
    invoice = reference(started, PRINT, START)
    assert started.run("reject", invoice, "--as", "lucia", now=START, code=None).code == EX_USAGE
    started.run("reject", invoice, "--as", "lucia", "--reason", "never ordered", now="2026-12-01T10:00:00Z")
    [record] = started.records("show", invoice, now=START)
    assert record["state"] == "rejected" and record["decisions"][0]["reason"] == "never ordered"
    smtp.clear()
    for day in DAYS:
        started.run("tick", now=day)
    assert mails_to(smtp, "lucia") == [] and len(mails_to(smtp, "lucia", "CANCEL")) == 1


def test_withdrawal_asks_nobody_any_more(started, smtp):
    invoice = reference(started, LORRY, START)
    started.run("withdraw", invoice, "--as", "femke", "--reason", "sent twice", now="2026-12-01T10:00:00Z")
    smtp.clear()
    for day in DAYS:
        started.run("tick", now=day)
    assert not any(LORRY in message.subject for message in mails_to(smtp, "sanne"))
    assert [row["number"] for row in started.records("list", now=START)].count(LORRY) == 0


@pytest.mark.parametrize("words, code", [
    (("approve", CLOUD, "--as", "nobody"), EX_NOINPUT),
    (("approve", "no such invoice", "--as", "priya"), EX_NOINPUT),
    (("approve", CLOUD, "--as", "lucia"), EX_NOPERM),
    (("show", "no such invoice"), EX_NOINPUT),
    (("explain", "no such invoice"), EX_NOINPUT),
    (("import", "/no/such/folder"), EX_NOINPUT),
    (("who", "manager(user(anna"), EX_DATAERR),
    (("audit", "burn"), EX_USAGE),
    (("report", "latency", "--by", "colour"), EX_USAGE),
])
def test_exit_codes(started, words, code):
    named = [f"Cloudhaven B.V./{CLOUD}" if word == CLOUD else word for word in words]
    result = started.run(*named, now=START, code=None)
    assert result.code == code, result
    assert result.err.startswith("akkoord ")


def test_deciding_twice(started):
    invoice = reference(started, CLOUD, START)
    started.run("approve", invoice, "--as", "priya", now="2026-12-01T10:00:00Z")
    again = started.run("approve", invoice, "--as", "priya", now="2026-12-01T11:00:00Z")
    assert "before" in again.out
    assert started.run("reject", invoice, "--as", "priya", "--reason", "no", now="2026-12-01T11:00:00Z", code=None).code == EX_DATAERR
    [record] = started.records("show", invoice, now=START)
    assert len(record["decisions"]) == 1


def test_record_is_whole(started):
    for day in DAYS:
        started.run("tick", now=day)
    started.run("approve", reference(started, CLOUD, START), "--as", "priya", now=DAYS[-1])
    [verified] = started.records("audit", "verify")
    [replayed] = started.records("audit", "replay")
    assert verified == replayed and verified["ok"] and verified["events"] > 100
    assert len(started.run("audit", "export").lines) == verified["events"]


@pytest.mark.parametrize("change", [
    "UPDATE event SET canonical = replace(canonical, '2026', '2025') WHERE seq = 9",
    "UPDATE event SET hash = substr(hash, 2) || substr(hash, 1, 1) WHERE seq = 9",
    "DELETE FROM event WHERE seq = 9",
])
def test_changed_record_is_found_out(started, change):
    [store] = started.folder.glob("*.db")
    with sqlite3.connect(store) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for name, in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        assert connection.execute(change).rowcount == 1
    connection.close()
    result = started.run("audit", "verify", code=EX_DATAERR)
    assert re.search(r"\b(9|10)\b", result.err), result


def test_latency_report(started):
    """Asked at 09:00, decided at 09:00 a day later: 24 hours, of which 3:30 + 4:30 + 0:30 are working time."""
    started.run("approve", reference(started, CLOUD, START), "--as", "priya", now="2026-12-02T08:00:00Z")
    rows = {row.get("group"): row for row in started.records("report", "latency", "--by", "approver", now="2026-12-02T09:00:00Z")}
    assert rows.keys() == {None, "julien", "lucia", "mark", "priya", "sanne"}
    assert (rows["priya"]["count"], rows["priya"]["late"], rows["priya"]["open"]) == (1, 0, 0)
    assert (rows["priya"]["elapsed_s"]["median"], rows["priya"]["working_s"]["median"]) == (24 * 3600, 8 * 3600 + 1800)
    assert (rows["mark"]["count"], rows["mark"]["open"], rows["mark"]["oldest_open_s"]) == (0, 1, 25 * 3600)
    table = list(csv.DictReader(started.run("report", "latency", "--format", "csv", "--by", "approver", now="2026-12-02T09:00:00Z").out.splitlines()))
    assert [row["elapsed_max_s"] for row in table if row["approver"] == "priya"] == ["86400"]


def test_configuration_errors_come_all_at_once(started):
    text = started.config.read_text(encoding="utf-8")
    started.config.write_text(text.replace("organisation =", "organization =").replace('timeout = "5s"', 'timeout = "soon"'), encoding="utf-8")
    result = started.run("list", code=EX_CONFIG)
    assert 'organisation' in result.err and "soon" in result.err
    assert len(re.findall(r"akkoord\.conf:\d+: ", result.err)) >= 2


def test_wrong_policy_changes_nothing(started):
    before = started.run("policy", "show").out
    started.policy.write_text(before.replace('tone = "firm"', 'tone = "rude"'), encoding="utf-8")
    result = started.run("policy", "apply", started.policy, code=EX_CONFIG)
    assert re.search(r"policy\.conf:\d+: .*tone.*rude", result.err)
    assert started.run("policy", "show").out == before


def test_stuck_when_nobody_can_be_asked(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, START, lambda text: text.replace('fallback = [ "group(finance)" ];', ""))
    akkoord.run("import", INVOICES / "hanse-logistik-R-20561.xml", now=START)
    akkoord.run("tick", now=START)
    [row] = akkoord.records("list", "--stuck", now=START)
    assert row["number"] == LORRY
    assert [message.recipients for message in smtp.messages()] == [["femke@voorbeeld.example"]], "only who looks after Akkoord is told"
    assert "tuck" in akkoord.run("explain", row["invoice"], now=START).out


corpus = pytest.mark.skipif(not CORPUS.exists(), reason="the test corpus is not there")


@corpus
def test_corpus_is_read_as_expected(akkoord):
    with open(CORPUS / "ubl/expected.csv", encoding="utf-8", newline="") as file:
        expected = {row["file"]: row["verdict"] for row in csv.DictReader(file)}
    records = {record["file"].split("/ubl/")[-1]: record for record in akkoord.records("import", "--dry-run", CORPUS / "ubl", code=EX_DATAERR)}
    assert expected.keys() <= records.keys()
    wrong = [(file, verdict, records[file].get("reason")) for file, verdict in expected.items() if verdict != "optional"
             and records[file]["verdict"] != ("new" if verdict == "accept" else "refused")]
    assert wrong == []
    assert all(record["reason"] for record in records.values() if record["verdict"] == "refused")


@corpus
def test_whole_corpus_in_one_store(akkoord, slapd, smtp):
    """Real invoices of many kinds: what is refused stops nothing, nobody gets two mails in a pass, and the record stays whole."""
    found(akkoord, slapd, smtp.url, START)
    records = akkoord.records("import", CORPUS / "ubl", now=START, code=EX_DATAERR)
    assert sum(record["verdict"] == "new" for record in records) > 100
    akkoord.run("tick", now=START)
    told = {message.message["Message-ID"] for message in notices(akkoord, smtp)}
    to = [message.recipients[0] for message in smtp.messages() if message.part("text/calendar") is None and message.message["Message-ID"] not in told]
    assert len(to) == len(set(to)) > 0 and len(told) == 1
    assert akkoord.records("audit", "replay")[0]["ok"] and akkoord.records("audit", "verify")[0]["ok"]
