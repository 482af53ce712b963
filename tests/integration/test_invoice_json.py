"""Invoices as JSON: what the published schema takes, the program takes, and the reverse; many in a file; the same file again."""
import datetime
import json
import os
import pathlib
import re
import time

import jsonschema
import pytest

from akkoord import EX_DATAERR, EX_OK
from company import found
from scene import FIRST, store, whole

ROOT = pathlib.Path(os.environ.get("AKKOORD_SRCDIR", pathlib.Path(__file__).parents[2]))
SCHEMA = json.loads((ROOT / "doc/invoice.schema.json").read_text(encoding="utf-8"))
WHOLE = {"supplier": "Vink BV", "number": "2026-118", "issue_date": "2026-12-01", "gross": "1234.50", "currency": "EUR"}


def but(*without, **members):
    return {name: value for name, value in (WHOLE | members).items() if name not in without}


GOOD = [
    WHOLE,
    but("issue_date", received="2026-12-01T09:00:00Z"),
    but("issue_date", received="2026-12-01T09:00:00.5+01:00"),
    but("gross", payable="-12.5"),
    but(supplier={"name": "Vink BV", "vat": "NL001234567B01", "legal_id": "0106:1", "tax_id": "1", "own_id": "70012", "endpoint": "0106:1", "country": "NL", "contact_mail": "a@b.example"}),
    but(supplier={"trading_name": "Vink", "name": ""}),
    but(buyer="Voorbeeld BV"), but(buyer={"vat": "NL1"}), but(buyer=None), but(buyer=""),
    but(kind="credit-note", type_code="381"), but(kind=""), but(kind=None),
    but(due_date="2028-02-29", discount_date="2026-12-10", discounts=[{"date": "2026-12-10", "percent": "2.00"}, {"date": "2026-12-20"}], terms="30 dagen\n2%"),
    but(due_date=""), but(due_date=None), but(discounts=[]), but(discounts=None), but(discounts=[{"date": "2026-12-10", "percent": "100"}]),
    but(gross="+.50"), but(gross="12."), but(gross="0001"), but(gross="999999999999.99"), but(gross="-0"), but(gross="1", payable="0", prepaid="1"),
    but(currency="JPY", gross="12"), but(currency="KWD", gross="12.345"), but(currency="CLF", gross="1.2345"),
    but(ibans=["NL91 ABNA 0417 1643 00"], cost_centres=["IT-100", ""], cost_references=["IT-200"], preceding=["1"], payee_name="P"), but(ibans=None), but(ibans=[]),
    but(buyer_reference="B", order="O", order_reference="P", contract_reference="C", project_reference="R", requester="anna", administration="Voorbeeld BV"),
    but(number="n" * 10000),
]
BAD = [
    {}, but("supplier"), but("number"), but("currency"), but("gross"), but("issue_date"), [],
    but(supplier=""), but(supplier=" \t"), but(supplier=None), but(supplier=1), but(supplier=["x"]), but(supplier={}), but(supplier={"vat": "NL1"}), but(supplier={"nam": "x"}),
    but(buyer=[]), but(buyer={"iban": "x"}),
    but(number=118), but(number="\u0001"), but(number="n" * 10001), but(kind="bill"), but(kind=1),
    but(issue_date="2026-11-31"), but(issue_date="01-12-2026"), but(issue_date="20261201"), but(issue_date="2026-12-01T00:00:00Z"), but(issue_date=None), but(issue_date="0000-12-31"), but("issue_date", received="1969-12-31T09:00:00Z"),
    but(due_date="soon"), but(due_date=20261231), but("issue_date", received="2026-12-01"), but(received="2026-12-01T25:00:00Z"),
    but(discount_date="1-1"), but(discounts="2%"), but(discounts=[{}]), but(discounts=[{"date": ""}]), but(discounts=[{"date": "2026-12-10", "percent": "2,00"}]),
    but(discounts=[{"date": "2026-12-10", "percent": "101"}]), but(discounts=[{"date": "2026-12-10", "days": 3}]), but(discounts=["x"]),
    but(gross="1.234,50"), but(gross="1e3"), but(gross=12.5), but(gross="12.505"), but(gross=" 1"), but(gross="-"), but(gross="."), but(gross="1000000000000"), but(gross=""),
    but(gross=None), but(prepaid="x"), but(payable="12.505"),
    but(currency="EURO"), but(currency="eur"), but(currency=""), but(currency="XAU"), but(currency=" EUR"), but(currency="JPY", gross="12.5"), but(currency="KWD", gross="12.3456"),
    but(ibans="NL91"), but(ibans=[1]), but(ibans=[None]), but(cost_centres=["x"] * 1001), but(cost_center=["x"]), but(terms=["x"]), but(verdict="new"),
]


def is_day(text):
    return not isinstance(text, str) or bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text)) and bool(datetime.date.fromisoformat(text))


def validator():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    checker = jsonschema.FormatChecker(formats=())
    checker.checks("date", raises=ValueError)(is_day)
    return jsonschema.Draft202012Validator(SCHEMA, format_checker=checker)


def test_schema_and_program_agree(akkoord):
    schema = validator()
    assert [case for case in GOOD if not schema.is_valid(case)] == [] and [case for case in BAD if schema.is_valid(case)] == []
    path = akkoord.folder / "all.json"
    path.write_text("".join(json.dumps(case) + "\n" for case in GOOD + BAD), encoding="utf-8")
    records = akkoord.run("import", "--dry-run", path, as_json=True, code=EX_DATAERR).lines
    assert [record["line"] for record in records] == list(range(1, len(GOOD + BAD) + 1))
    verdicts = ["new"] * len(GOOD) + ["refused"] * len(BAD)
    assert [(record, case) for record, case, wanted in zip(records, GOOD + BAD, verdicts) if record["verdict"] != wanted] == []
    assert all(record["reason"] for record in records[len(GOOD):])


def test_every_currency(akkoord):
    """What the schema lists is what the program knows."""
    known = SCHEMA["$defs"]["invoice"]["properties"]["currency"]["enum"]
    path = akkoord.folder / "all.json"
    path.write_text(json.dumps([but(currency=code, gross="1") for code in known]), encoding="utf-8")
    records = akkoord.run("import", "--dry-run", path, as_json=True).lines
    assert [record["currency"] for record in records] == known and len(known) == len(set(known)) > 150


def test_what_was_read(akkoord):
    path = akkoord.folder / "one.txt"
    path.write_text(json.dumps(GOOD[13] | GOOD[28] | GOOD[31] | GOOD[4], indent=2), encoding="utf-8-sig")
    record = akkoord.run("import", "--dry-run", path, as_json=True).lines[0]
    assert record == {
        "syntax": "json", "kind": "invoice", "number": "2026-118", "issue_date": "2026-12-01", "due_date": "2028-02-29", "due_date_source": "document",
        "supplier": {"name": "Vink BV", "vat": "NL001234567B01", "legal_id": "0106:1", "endpoint": "0106:1"}, "buyer": {}, "buyer_reference": "B", "order_reference": "P",
        "cost_references": ["IT-100", "IT-200"], "currency": "EUR", "gross": "1234.50", "payable": "1234.50", "ibans": ["NL91 ABNA 0417 1643 00"], "terms": "30 dagen\n2%",
        "discounts": [{"date": "2026-12-10"}, {"date": "2026-12-10", "percent": "2.00"}, {"date": "2026-12-20"}], "file": str(path), "verdict": "new"}


@pytest.fixture
def company(akkoord, slapd):
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST)
    return akkoord


def verdicts(records):
    return [(record.get("line"), record["verdict"]) for record in records]


def test_many_in_a_file(company):
    """Each is a document of its own: the same file again is no news, one that changed is an update, and what is bad hides nothing."""
    path = company.folder / "open.json"
    first, second = but(number="1"), but(number="2")
    path.write_text(f"[{json.dumps(first)},\n{json.dumps(second)},\n{json.dumps(but('gross'))}\n]", encoding="utf-8")
    records = company.run("import", path, as_json=True, now=FIRST, code=EX_DATAERR).lines
    assert verdicts(records) == [(1, "new"), (2, "new"), (3, "refused")] and "total" in records[2]["reason"]
    path.write_text(f"{json.dumps(second | {'gross': '1'})}\n{json.dumps(first)}\n", encoding="utf-8")
    records = company.run("import", path, as_json=True, now=FIRST, code=EX_OK).lines
    assert verdicts(records) == [(1, "updated"), (2, "known")]
    result = company.run("import", path, now=FIRST)
    assert result.out == "0 new, 0 updated, 2 known, 0 held, 0 refused\n"
    assert whole(company, "Vink BV/1")["gross"] == "1234.50"
    path.write_text(json.dumps([]), encoding="utf-8")
    assert company.run("import", path, as_json=True, now=FIRST, code=EX_DATAERR).lines[0]["reason"] == "a JSON list without an invoice in it"
    assert company.records("audit", "replay")[0]["ok"]


def test_many_in_a_watched_folder(company):
    """What is good is taken in; what is not is set aside with its reason, to be mended and put there again. What a kill left behind is no invoice."""
    top = company.folder / "in"
    top.mkdir(exist_ok=True)
    bad = but("gross", number="3")
    (top / "some.json").write_text(json.dumps([but(number="1"), bad, but(number="2"), but("number")], indent=1), encoding="utf-8")
    (top / "none.json").write_text(json.dumps([bad, bad]), encoding="utf-8")
    (top / ".some.json.rejected").write_text("what was written before a kill", encoding="utf-8")
    os.utime(top)
    time.sleep(2.1)  # files settle
    company.run("tick", now=FIRST)
    assert sorted(str(path.relative_to(top)) for path in top.rglob("*.*") if path.is_file()) == [
        "done/some.json", "failed/none.json", "failed/none.json.reason.txt", "failed/some.json.rejected.json", "failed/some.json.rejected.json.reason.txt"]
    assert json.loads((top / "failed/some.json.rejected.json").read_text(encoding="utf-8")) == [bad, but("number")]
    reasons = (top / "failed/some.json.rejected.json.reason.txt").read_text(encoding="utf-8").splitlines()
    assert [line.split(":")[0] for line in reasons] == ["line 9", "line 22"] and "payable total" in reasons[0] and "number" in reasons[1]
    assert len((top / "failed/none.json.reason.txt").read_text(encoding="utf-8").splitlines()) == 2
    assert sorted(row["number"] for row in company.records("list", now=FIRST)) == ["1", "2"]
