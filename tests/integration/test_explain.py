"""What the admin asks: list with its filters, show and explain, in words and as records, of a store in which much has happened."""
import re

import pytest

from akkoord import EX_NOINPUT, EX_USAGE, Akkoord, free_port
from company import INVOICES, found
from scene import FIRST, approvals, take

NOW = "2026-12-07T10:30:00Z"
CLOUD, WORKPLACE, PRINT = "Cloudhaven B.V./2026-1187", "Werkplek & Zo B.V./88213", "Imprenta del Sol S.L./F26/0342"
LORRY, CLEAN, NEW = "Hanse Logistik GmbH/R-20561", "Propreté Dupont SARL/FA-1093", "Drukkerij Vos/A-1"


@pytest.fixture(scope="module")
def company(tmp_path_factory, slapd):
    """Five invoices on Tuesday; nobody to ask for one of them; one approved on Wednesday; then no pass until Monday; one rejected; and one that has just come in."""
    akkoord = Akkoord(tmp_path_factory.mktemp("explain"))
    without_fallback = 'need = "any"; within = "3bd"; before = [ "due-2bd" ]'
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST,
          lambda text: text.replace(f'fallback = [ "group(finance)" ]; {without_fallback}', without_fallback))
    akkoord.run("import", INVOICES, now=FIRST)
    for now in (FIRST, "2026-12-02T08:00:00Z"):
        akkoord.run("tick", now=now)
    akkoord.run("approve", CLOUD, "--as", "priya", "--reason", "seen with the order", now="2026-12-02T10:00:00Z")
    akkoord.run("tick", now="2026-12-02T10:00:00Z")
    akkoord.run("tick", now="2026-12-07T08:00:00Z")
    akkoord.run("reject", PRINT, "--as", "lucia", "--reason", "never ordered", now="2026-12-07T10:00:00Z")
    take(akkoord, "2026-12-07T10:15:00Z")
    return akkoord


def explained(akkoord, invoice):
    """Topic -> its sentences."""
    topics = {}
    for record in akkoord.records("explain", invoice, now=NOW):
        topics.setdefault(record["topic"], []).append(record["text"])
    return topics


def one(texts, pattern):
    """The one sentence that matches."""
    [text] = [text for text in texts if re.search(pattern, text)]
    return text


# --- explain ---


def test_explain_says_where_it_came_from_and_why_this_chain(company):
    topics = explained(company, LORRY)
    assert one(topics["invoice"], "^Received").startswith("Received Tue 2026-12-01 09:00 by import from ") and "hanse-logistik" in one(topics["invoice"], "^Received")
    assert one(topics["invoice"], "^Due") == "Due Sun 2026-12-20, as the document says."
    assert one(topics["chain"], "small") == "Not chain small: amount 3645.40 EUR is above max_amount 250.00 EUR"
    assert one(topics["chain"], "chain it:") == 'Not chain it: cost_centre is "OPS-400", wanted IT-*'
    assert topics["chain"][-1] == "It takes chain rest of policy version 2."


def test_explain_says_who_was_found_and_who_dropped_out(company):
    stuck = explained(company, LORRY)["people"]
    assert any("(ou=OPS-400)" in text and "1 entry" in text for text in stuck)
    assert one(stuck, "^Dropped out") == "Dropped out: joost: disabled"
    assert one(stuck, "^Stuck") == "Stuck since Tue 2026-12-01 09:00: nobody can be asked at stage budget holder."
    asked = explained(company, CLOUD)["people"]
    assert {text for text in asked if "was asked" in text} == {
        "priya was asked on Tue 2026-12-01 09:00.", "sanne was asked on Wed 2026-12-02 11:00.", "thomas was asked on Wed 2026-12-02 11:00."}


def test_explain_says_how_the_deadline_came_about(company):
    said = explained(company, PRINT)["deadline"]
    assert said == [
        "lucia works by calendar es (Europe/Madrid, Mon-Thu 08:00-17:00, Fri 08:00-15:00): the times that follow are told there.",
        "due = close of work on the due date Wed 2026-12-16: Wed 2026-12-16 17:00.",
        "lucia: start Tue 2026-12-01 09:00 + 3bd = close of work on Fri 2026-12-04 15:00; due-2bd = Mon 2026-12-14 17:00, which is no earlier; "
        "that is at least start + 1bd = Wed 2026-12-02 09:00; so Fri 2026-12-04 15:00."]


def test_explain_says_what_was_sent_and_what_not(company):
    said = explained(company, WORKPLACE)["reminders"]
    assert said == [
        "opened to mark (mail), new: sent on Tue 2026-12-01 09:00.", "opened to mark (invite), new: sent on Tue 2026-12-01 09:00.",
        "nudge to mark (mail), friendly: sent on Wed 2026-12-02 09:00.",
        "pressing to mark (mail): not sent on Mon 2026-12-07 09:00: it came at the same time as manager, which was sent instead.",
        "manager to mark (mail), escalation: sent on Mon 2026-12-07 09:00.", "manager with a copy to anna (mail), escalation: sent on Mon 2026-12-07 09:00."]


def test_explain_says_what_became_of_each_message(company):
    said = explained(company, PRINT)["messages"]
    assert said[0].startswith("Reminder to lucia@voorbeeld.example: accepted, Tue 2026-12-01 09:00") and ": stored as " in said[0]
    assert one(said, "^Invite").startswith("Invite to lucia@voorbeeld.example: accepted, Tue 2026-12-01 09:00")
    assert len(said) == len(company.records("show", PRINT, now=NOW)[0]["messages"])


def test_explain_says_what_comes(company):
    assert explained(company, WORKPLACE)["coming"] == [
        "daily for mark (to approver, manager(approver); cc group(finance)): deadline+2bd = Wed 2026-12-09 08:30, which goes on Wed 2026-12-09 09:00, unless it is decided before.",
        "daily for mark (to approver, manager(approver); cc group(finance)): deadline+2bd + 1 × 1bd = Thu 2026-12-10 08:30, which goes on Thu 2026-12-10 09:00, "
        "unless it is decided before."]
    assert "coming" not in explained(company, PRINT), "nothing comes after the decision"


def test_explain_says_how_it_ended(company):
    assert explained(company, PRINT)["end"] == ["lucia decided on Mon 2026-12-07 11:00, through cli: rejected, never ordered.",
                                                "The invoice was rejected on Mon 2026-12-07 11:00."]
    assert explained(company, CLOUD)["end"] == ["priya decided on Wed 2026-12-02 11:00, through cli: approved, seen with the order."]


def test_explain_as_records(company):
    """Each sentence is one record: what is told of an event has it whole, the rest what it is about."""
    records = company.records("explain", WORKPLACE, now=NOW)
    routed = next(record for record in records if record.get("type") == "invoice.routed" and "condition" not in record)
    assert routed["topic"] == "chain" and routed["data"]["chain"] == routed["chain"] == "it" and routed["event"] > 0 and routed["at"] == FIRST
    [passed_over] = [record for record in records if record.get("condition")]
    assert (passed_over["chain"], passed_over["condition"]) == ("small", "max_amount")
    [merged] = [record for record in records if record.get("why") == "merged"]
    assert (merged["rung"], merged["by"], merged["state"], merged["send"]) == ("pressing", "manager", "superseded", "mail")
    [deadline] = [record for record in records if "deadline" in record]
    assert (deadline["approver"], deadline["start"], deadline["deadline"]) == ("mark", FIRST, "2026-12-04T16:30:00Z")
    assert [record["fires"] for record in records if record["topic"] == "coming"] == ["2026-12-09T08:00:00Z", "2026-12-10T08:00:00Z"]


def test_explain_of_what_was_not_routed_yet(company):
    topics = explained(company, NEW)
    assert topics["chain"] == ["Not routed yet: the next pass does that."] and topics.keys() == {"invoice", "chain"}


def test_explain_in_words_is_the_same_under_headings(company):
    text = company.run("explain", WORKPLACE, now=NOW).out
    headings = [line for line in text.splitlines() if not line.startswith(" ")]
    assert headings == ["The invoice", "Its chain", "The people", "The deadlines", "The reminders", "The messages", "What comes"]
    assert [line.strip() for line in text.splitlines() if line.startswith(" ")] == [record["text"] for record in company.records("explain", WORKPLACE, now=NOW)]


# --- show ---


def test_show_is_the_invoice_whole(company):
    [record] = company.records("show", CLOUD, now=NOW)
    assert record["gross"] == "1234.20" and record["cost_references"] == ["IT-100"] and record["due_date_source"] == "document" and record["policy_version"] == 2
    assert [(stage["name"], stage["need"], "closed" in stage) for stage in record["stages"]] == [("budget holder", "any", True), ("controller", "1", False)]
    assert {approval["approver"]: (approval["state"], approval["start"]) for approval in approvals(record)} == {
        "priya": ("approved", FIRST), "sanne": ("pending", "2026-12-02T10:00:00Z"), "thomas": ("pending", "2026-12-02T10:00:00Z")}
    assert [(decision["decision"], decision["person"], decision["reason"]) for decision in record["decisions"]] == [("approve", "priya", "seen with the order")]
    assert {message["kind"] for message in record["messages"]} == {"mail", "invite-request", "invite-cancel"}
    assert {message["state"] for message in record["messages"]} == {"accepted"}
    reminders = [reminder for reminder in approvals(record)[0]["reminders"] if reminder["send"] == "mail"]
    assert [(reminder["rung"], reminder["recipient"], reminder["role"], reminder["tone"], reminder["state"]) for reminder in reminders] == [
        ("opened", "priya", "to", "new", "claimed"), ("nudge", "priya", "to", "friendly", "claimed")]


def test_show_in_words(company):
    text = company.run("show", PRINT, now=NOW).out
    for line in ("Supplier       Imprenta del Sol S.L.", "Amount         860.00 EUR", "State          rejected", "Closed         Mon 2026-12-07 11:00",
                 "Stage 1, budget holder (need any)", "   lucia: rejected; asked Tue 2026-12-01 09:00, wanted by Fri 2026-12-04 15:00"):
        assert line in text.splitlines()
    assert re.search(r"^   Mon 2026-12-07 11:00  reject by lucia through cli: never ordered \(event \d+\)$", text, re.MULTILINE)
    assert "Stuck          nobody" in company.run("show", LORRY, now=NOW).out.splitlines()


def test_show_says_what_became_of_each_reminder(company):
    lines = company.run("show", WORKPLACE, now=NOW).out.splitlines()
    assert "      Tue 2026-12-01 09:00  opened (mail, to mark): sent" in lines
    assert not any("claimed" in line for line in lines), "that word is the record's"
    said = {reminder.get("message_state") for approval in approvals(company.records("show", WORKPLACE, now=NOW)[0]) for reminder in approval["reminders"]}
    assert said == {"accepted", None}


def test_found_by_id_and_by_name_however_written(company):
    [record] = company.records("show", PRINT, now=NOW)
    for name in (record["invoice"], "IMPRENTA DEL SOL SL/f26-0342", "imprenta del sol s.l./F26/0342", "  Imprenta del Sol S.L. / F26 0342"):
        assert company.records("show", name, now=NOW)[0]["invoice"] == record["invoice"], name


@pytest.mark.parametrize("command", ["show", "explain"])
def test_of_nothing(company, command):
    company.run(command, "F26/0342", now=NOW, code=EX_NOINPUT)
    company.run(command, now=NOW, code=EX_USAGE)
    company.run(command, PRINT, "more", now=NOW, code=EX_USAGE)


# --- list ---


@pytest.mark.parametrize("filters, wanted", [
    ([], {CLOUD, WORKPLACE, LORRY, CLEAN, NEW}),
    (["--all"], {CLOUD, WORKPLACE, LORRY, CLEAN, NEW, PRINT}),
    (["--approver", "mark"], {WORKPLACE}),
    (["--approver", "thomas@voorbeeld.example"], {CLOUD}),
    (["--approver", "lucia"], set()),
    (["--late"], {WORKPLACE, CLOUD}),
    (["--stuck"], {LORRY}),
    (["--no-reminder"], {LORRY, NEW}),
    (["--late", "--approver", "sanne"], {CLOUD}),
    (["--stuck", "--late"], set()),
])
def test_list_filters(company, filters, wanted):
    rows = company.records("list", *filters, now=NOW)
    assert {f"{row['supplier']}/{row['number']}" for row in rows} == wanted
    lines = company.run("list", *filters, now=NOW).out.splitlines()
    assert len(lines) == (len(wanted) + 1 if wanted else 1) and all(any(row["invoice"] in line for line in lines) for row in rows)


def test_list_says_who_and_by_when(company):
    rows = {row["number"]: row for row in company.records("list", "--all", now=NOW)}
    assert rows["88213"]["approvers"] == ["mark"] and rows["88213"]["deadline"] == "2026-12-04T16:30:00Z" and rows["88213"]["late"] is True
    assert rows["FA-1093"]["deadline"] == "2026-12-08T17:00:00Z" and "late" not in rows["FA-1093"]
    assert rows["R-20561"]["stuck"] == "nobody" and rows["R-20561"]["approvers"] == []
    assert rows["F26/0342"]["state"] == "rejected" and "deadline" not in rows["F26/0342"]
    assert "chain" not in rows["A-1"]
    text = company.run("list", "--all", now=NOW).out
    assert re.search(r"^\S+  Werkplek & Zo B\.V\. +88213 +12477\.52 EUR  Fri 2026-12-04 17:30 +budget holder +mark \(late\)$", text, re.MULTILINE)
    assert re.search(r"Hanse Logistik GmbH .* stuck ", text) and re.search(r"Imprenta del Sol .* rejected ", text)


def test_list_says_what_an_invoice_between_two_stages_waits_for(akkoord, slapd):
    """The directory does not answer when the first one is approved."""
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST)
    _, invoice = take(akkoord, number="B-1", cost_centre="IT-100")
    akkoord.run("tick", now=FIRST)
    akkoord.configure(akkoord.config.read_text(encoding="utf-8").replace(f":{slapd.port}", f":{free_port()}"))
    akkoord.run("approve", invoice, "--as", "priya", now=FIRST)
    [row] = akkoord.records("list", now=FIRST)
    assert row.get("next_stage") == "controller" and "stage" not in row
    assert re.search(r"^\S+  Drukkerij Vos +B-1 +500\.00 EUR  - +controller +nobody yet: the stage is to open$", akkoord.run("list", now=FIRST).out, re.MULTILINE)
    _, new = take(akkoord, number="B-2")
    [row] = [row for row in akkoord.records("list", now=FIRST) if row["invoice"] == new]
    assert "next_stage" not in row and re.search(rf"^{new} .* to be routed ", akkoord.run("list", now=FIRST).out, re.MULTILINE)


def test_list_of_somebody_never_asked(company):
    assert "eva" in company.run("list", "--approver", "eva", now=NOW, code=EX_NOINPUT).err
