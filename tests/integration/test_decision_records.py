"""Decisions from the ERP and to it: each with its evidence and all that follows, or not at all; the same again is no news; what goes out can come in."""
import csv
import io
import json

import pytest

from akkoord import EX_DATAERR, EX_NOINPUT, EX_USAGE
from company import found
from scene import FIRST, events, take, whole

NOON = "2026-12-01T11:00:00Z"


@pytest.fixture
def company(akkoord, slapd):
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST)
    for number in "12345":
        take(akkoord, number=number)
    akkoord.run("tick", now=FIRST)
    return akkoord


def put(company, text):
    path = company.folder / "decisions"
    path.write_text(text, encoding="utf-8")
    return path


def row(number, decision="approve", decider="lucia", **more):
    return {"supplier": "Drukkerij Vos", "number": number, "decision": decision, "decider": decider, **more}


def test_what_was_decided_elsewhere(company):
    rows = [row("1", at="2026-11-30T15:00:00+01:00", evidence="ERP journal 4711"), row("2", "reject", reason="never ordered"), row("3", decider="anna"), row("9"), row("1", "reject", reason="no"),
            row("2", "reject"), row("4", "withdraw", reason="paid twice")]
    path = put(company, "".join(json.dumps(one) + "\n" for one in rows))
    result = company.run("import", "--decisions", path, as_json=True, now=NOON, code=EX_DATAERR)
    assert [(record["line"], record["verdict"]) for record in result.lines] == [
        (1, "recorded"), (2, "recorded"), (3, "refused"), (4, "refused"), (5, "refused"), (6, "refused"), (7, "recorded")]
    whys = [record["why"] for record in result.lines if "why" in record]
    assert "anna" in whys[0] and "9" in whys[1] and "approved" in whys[2] and "needs a reason" in whys[3]
    assert [whole(company, f"Drukkerij Vos/{number}")["state"] for number in "12345"] == ["approved", "rejected", "open", "withdrawn", "open"]
    first = events(company, "decision.recorded")[0]
    assert (first["data"]["channel"], first["data"]["assurance"], first["data"]["decided"], first["side"]["evidence"]) == ("import", "import", "2026-11-30T14:00:00Z", "ERP journal 4711")
    path = put(company, json.dumps([row("1"), row("2", "reject", reason="never ordered")]))
    assert company.run("import", "--decisions", path, now=NOON).out == "0 recorded, 2 known, 0 refused\n"
    assert company.records("audit", "replay")[0]["ok"]


def test_a_file_that_is_wrong_records_nothing(company):
    head = "supplier,number,decision,decider\nDrukkerij Vos,1,approve,lucia\n"
    for text, finding in ((head + "Drukkerij Vos,2,maybe,lucia\n", ':3: decision: found "maybe", wanted approve, reject or withdraw'), (head + "Drukkerij Vos,2,approve\n", ":3: wanted 4 columns"),
                          (head + ",,approve,lucia\n", ":3: invoice: wanted an invoice, or supplier and number"), (head + '"Dru"k,2,approve,lucia\n', ":3: wanted quotation marks"),
                          (head.replace("decider", "deciders"), 'did you mean "decider"'), (json.dumps([row("1"), row("2", at="today")]), 'at: found "today"')):
        result = company.run("import", "--decisions", put(company, text), now=NOON, code=EX_DATAERR)
        assert finding in result.err, text
    company.run("import", "--decisions", company.folder / "none", now=NOON, code=EX_NOINPUT)
    company.run("import", "--decisions", put(company, head), company.folder, now=NOON, code=EX_USAGE)
    assert events(company, "decision.recorded") == []


def test_what_goes_out_can_come_in(company):
    company.run("approve", "Drukkerij Vos/1", "--as", "lucia", "--reason", '=1+1, "so" it is', now=NOON)
    company.run("reject", "Drukkerij Vos/2", "--as", "lucia", "--reason", "no", now="2026-12-02T11:00:00Z")
    company.run("export", now=NOON, code=EX_USAGE)
    told = company.records("export", "--decisions")
    assert told[0] == {"invoice": told[0]["invoice"], "supplier": "Drukkerij Vos", "number": "1", "decision": "approve", "decider": "lucia", "at": NOON, "reason": '=1+1, "so" it is',
                       "channel": "cli", "assurance": "cli", "state": "approved"}
    assert [record["number"] for record in company.records("export", "--decisions", "--since", "2026-12-02T00:00:00Z")] == ["2"]
    text = company.run("export", "--decisions").out
    table = list(csv.DictReader(io.StringIO(text)))
    assert [{name: value.strip() for name, value in one.items() if value} for one in table] == told and " =1+1" in text
    for form in (text, "".join(json.dumps(one) + "\n" for one in told)):
        assert company.run("import", "--decisions", put(company, form), now="2026-12-02T12:00:00Z").out == "0 recorded, 2 known, 0 refused\n"
