"""`akkoord receive --dry-run`: what mails are taken for, by the collections of bounces, replies and calendar answers that others made and judged."""
import collections
import csv

import pytest

from akkoord import CORPUS, EX_DATAERR, EX_NOINPUT

LEAST_RIGHT = 0.95
KINDS = {
    "bounce": {"bounce"}, "delayed": {"bounce"}, "delivered": {"other"}, "feedback": {"other"},
    "vacation": {"auto-reply"}, "not-bounce": {"other", "auto-reply"},
}
corpus = pytest.mark.skipif(not (CORPUS / "bounce/expected.csv").exists(), reason="the test corpus is not there")

BOUNCE = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.net
To: akkoord-bounce+token@example.nl
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It did not work.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Original-Recipient: rfc822; jo@example.net
Final-Recipient: rfc822; joanna@inside.example.net
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550 user unknown

Final-Recipient: rfc822; an@example.net
Action: delayed
Status: 4.4.1
--b
Content-Type: text/rfc822-headers

From: Akkoord <akkoord@example.nl>
Message-ID: <m1@example.nl>
--b--
"""


def rows(folder):
    with open(CORPUS / folder / "expected.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read(akkoord, folder, files):
    """{file: its records} of one run over all."""
    found = collections.defaultdict(list)
    for record in akkoord.records("receive", "--dry-run", *(str(CORPUS / folder / file) for file in files)):
        found[record["file"].split(f"/{folder}/", 1)[1]].append(record)
    assert set(found) == set(files)
    return found


def names(record):
    return {address.lower() for address in [record.get("recipient", ""), *record.get("alternatives", [])]}


def wanted(row):
    return {address.lower() for address in [row["recipient"], *row["recipient_alt"].split(";")] if address}


def judge(row, records):
    """right, wrong or unknown: as the collection's README wants it compared. A vague x.0.0 may be bettered; what failed for want of time is no refusal."""
    if any(record["kind"] not in KINDS[row["kind"]] for record in records):
        return "wrong"
    if row["kind"] not in ("bounce", "delayed") or not row["recipient"]:
        return "right"
    hits = [record for record in records if names(record) & wanted(row)]
    if not hits:
        return "unknown" if not any("recipient" in record for record in records) else "wrong"
    permanent = {"permanent": True, "transient": False}.get(row["class"]) if row["kind"] == "bounce" else False
    status, found = row["status"], hits[0].get("status", "?")
    if permanent is not None and "permanent" not in hits[0]:
        return "unknown"
    if permanent is not None and hits[0]["permanent"] != permanent:
        return "wrong"
    return "right" if not status or found == status or (status.endswith(".0.0") and found[0] == status[0]) else "wrong"


def wrongly_permanent(expected, records):
    """What is called permanent and is none: another kind, another recipient, or a transient failure."""
    fine = set().union(*(wanted(row) for row in expected if row["kind"] == "bounce" and row["class"] != "transient"))
    return [record for record in records if record.get("permanent") and not names(record) & fine]


@corpus
def test_bounces(akkoord, capsys):
    """At least 95 in a hundred as others judged them, and never one refused for good that is not."""
    table = rows("bounce")
    found = read(akkoord, "bounce", sorted({row["file"] for row in table}))
    verdicts = {(row["file"], row["recipient"]): judge(row, found[row["file"]]) for row in table}
    count = collections.Counter(verdicts.values())
    with capsys.disabled():
        print(f"corpus/bounce: {count['right']} right, {count['wrong']} wrong, {count['unknown']} unknown of {len(verdicts)}")
    for case, verdict in verdicts.items():
        if verdict != "right":
            print(f"{verdict}: {case[0]}: {case[1]}")
    for file, records in found.items():
        assert not wrongly_permanent([row for row in table if row["file"] == file], records), file
        assert not any(record["kind"] in ("reply", "invoice", "calendar-answer") for record in records), file
    assert count["right"] >= LEAST_RIGHT * len(verdicts)


@corpus
def test_original_message(akkoord):
    """The Message-ID of what came back; where a report came back within a mail, the report's own."""
    table = [row for row in rows("bounce") if row["orig_message_id"] and row["kind"] in ("bounce", "delayed")]
    found = read(akkoord, "bounce", sorted({row["file"] for row in table}))
    others = {row["file"] for row in table if row["kind"] == "bounce" and found[row["file"]][0].get("original_message_id") != row["orig_message_id"]}
    assert others <= {"flufl/dsn_15.eml", "sisimai/lhost-x5-01.eml"}


@corpus
def test_replies_are_no_bounces(akkoord):
    """And an automatic one is no reply."""
    table = {row["file"]: row for row in rows("reply") if row["format"] == "eml"}
    found = read(akkoord, "reply", sorted(table))
    assert not [file for file, records in found.items() if records[0]["kind"] in ("bounce", "calendar-answer")]
    for file, row in table.items():
        if row["intent"]:
            assert found[file][0]["kind"] == ("auto-reply" if row["intent"] == "auto-reply" else "reply"), file
        if row["in_reply_to"] and found[file][0]["kind"] == "reply":
            assert found[file][0]["original_message_id"], file


@corpus
def test_calendar_answers(akkoord):
    """Those with a method that answers, and what they answer; requests are none."""
    table = {row["file"]: row for row in rows("itip") if row["container"] == "eml"}
    found = read(akkoord, "itip", sorted(table))
    for file, row in table.items():
        record = found[file][0]
        answers = row["verdict"] in ("reply", "counter")
        assert (record["kind"] == "calendar-answer") == answers, file
        if answers:
            assert (record.get("uid"), record.get("partstat", "")) == (row["uid"], row["partstat"]), file


def test_standard_input(akkoord):
    """A line for each recipient; the better address first, the code as it stands."""
    first, second = (record for record in akkoord.run("receive", "--dry-run", as_json=True, stdin=BOUNCE).lines)
    assert first == {
        "kind": "bounce", "recipient": "jo@example.net", "alternatives": ["joanna@inside.example.net"], "action": "failed", "status": "5.0.0",
        "permanent": True, "original_message_id": "<m1@example.nl>", "diagnostic": "550 user unknown",
    }
    assert (second["recipient"], second["action"], second["permanent"]) == ("an@example.net", "delayed", False)


def test_for_people(akkoord):
    """One line each, with what was said."""
    out = akkoord.run("receive", "--dry-run", stdin=BOUNCE).out
    assert out.splitlines() == ["bounce: jo@example.net: refused for good 5.0.0: 550 user unknown", "bounce: an@example.net: delayed 4.4.1"]


def test_files_that_are_none(akkoord, tmp_path):
    """One that is missing or no mail is named; the rest go on."""
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text(BOUNCE)
    bad.write_text("no header at all\n")
    result = akkoord.run("receive", "--dry-run", str(bad), str(good), code=EX_DATAERR)
    assert f"{bad}: no mail" in result.err and "jo@example.net" in result.out
    assert "none.eml" in akkoord.run("receive", "--dry-run", str(tmp_path / "none.eml"), code=EX_NOINPUT).err
