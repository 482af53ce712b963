"""Invoices as CSV: by the forms of akkoord.conf or by names of our own, in any encoding; what is bad costs itself alone; any length in little memory."""
import re
import resource
import subprocess
import time

import pytest

from akkoord import EX_CONFIG, EX_DATAERR, EX_OK, PROGRAM, is_sanitized
from company import found
from scene import FIRST, approvals, events, whole

FORM = """intake = { folders = [ "in" ]; csv = (
  { name = "small"; columns = { number = "Nr"; supplier = "Naam"; gross = "Bedrag"; issue_date = "Datum"; }; constants = { currency = "USD"; }; },
  { name = "erp"; encoding = "WINDOWS-1252"; decimal = ","; grouping = "."; date = "D-M-YYYY"; credit_notes = [ "C", "Creditnota" ];
    columns = { number = "Nr"; supplier = "Naam"; gross = "Bedrag"; issue_date = "Datum"; cost_centre = [ "Kpl", "Kpl 2" ]; kind = "Soort"; terms = "Betaling"; };
    constants = { currency = "EUR"; administration = "Voorbeeld BV"; }; } ); };
"""
HEAD = "Nr;Naam;Bedrag;Datum;Kpl;Kpl 2;Soort;Betaling\r\n"
OWN = "supplier,number,issue_date,gross,currency,cost_centre\n"


@pytest.fixture
def company(akkoord, slapd):
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST)
    text = akkoord.config.read_text(encoding="utf-8")
    akkoord.config.write_text(re.sub(r"^intake = .*\n", FORM, text, flags=re.MULTILINE), encoding="utf-8")
    assert FORM in akkoord.config.read_text(encoding="utf-8")
    return akkoord


def rehearse(akkoord, text, code=EX_OK):
    path = akkoord.folder / "x.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return akkoord.run("import", "--dry-run", path, as_json=True, code=code).lines


def test_by_names_of_our_own(akkoord):
    """No configuration is wanted; which sign stands between the columns, the header tells."""
    for sign in ",;\t|":
        [record] = rehearse(akkoord, (OWN + "Vink,1,2026-12-01,10.5000,EUR,IT\n\nVink,1,2026-12-01,10.50,EUR,HR\r\n").replace(",", sign))
        assert record == {"syntax": "csv", "kind": "invoice", "number": "1", "issue_date": "2026-12-01", "supplier": {"name": "Vink"}, "buyer": {}, "cost_references": ["IT", "HR"],
                          "currency": "EUR", "gross": "10.50", "payable": "10.50", "file": str(akkoord.folder / "x.csv"), "verdict": "new", "line": 2}
    [record] = rehearse(akkoord, OWN.replace("cost_centre", "cost_center") + "Vink,1,2026-12-01,10,EUR,IT\n", EX_DATAERR)
    assert record["reason"] == 'a CSV file whose header row has columns that are not known: "cost_center"'
    [record] = rehearse(akkoord, "a;b\n1;2\n", EX_DATAERR)
    assert "no form of intake.csv fits its header row" in record["reason"]


def test_a_bad_row_costs_itself(akkoord):
    rows = ["Vink,1,2026-12-01,10,EUR,IT", 'Vink,2,2026-12-01,"1,0",EUR,IT', '"Vink', "Vink,3,2026-12-01,10,EUR,", "Vink,4", 'Vi"nk,5,2026-12-01,10,EUR,', "Vink,6,2026-12-01,10,EURO,",
            "Vink,7,2026-12-32,10,EUR,", ",8,2026-12-01,10,EUR,", "Vink,9,2026-12-01,,EUR,", "Vi\0nk,10,2026-12-01,10,EUR,", "Vink,11,2026-12-01,10,EUR," + "x" * 300000,
            '"Vink\r\n & Zn","12","2026-12-01",10,EUR,']
    records = rehearse(akkoord, (OWN + "\n".join(rows)).encode() + b"\nVi\xffnk,13,2026-12-01,10,EUR,", EX_DATAERR)
    told = [(record["line"], record["number"] if record["verdict"] == "new" else record["reason"]) for record in records]
    for (line, text), (wanted_line, wanted) in zip(told, [
            (2, "1"), (3, 'gross: found "1,0", wanted an amount such as 1234.50'), (4, "a quotation mark inside a field"), (5, "3"), (6, "has 2 columns, the header row 6"),
            (7, "a quotation mark inside a field"), (8, 'currency: found "EURO"'), (9, 'issue_date: found "2026-12-32", wanted a date written YYYY-MM-DD'),
            (10, "the invoice lacks the supplier's name"), (11, "the invoice lacks the payable total"), (12, "holds a NUL byte"), (13, "a line of more than 262144 bytes"), (14, "12"),
            (16, "holds bytes that its encoding has not")], strict=True):
        assert line == wanted_line and text.startswith(wanted), (line, text, wanted)
    assert records[12]["supplier"]["name"] == "Vink & Zn"


def test_rows_of_one_invoice_stand_or_fall_together(akkoord):
    """Half of the cost centres are not asked while the other half is mended."""
    rows = ["Vink,1,2026-12-01,10,EUR,A", "Vink,1,2026-12-01,x,EUR,B", "Vink,2,2026-12-01,10,EUR,A", "Vink,2,2026-12-01,11,EUR,B", "Vink,3,2026-12-01,10,EUR,A"]
    records = rehearse(akkoord, OWN + "\n".join(rows), EX_DATAERR)
    assert [(record["line"], record.get("reason")) for record in records] == [
        (2, 'its row in line 3: gross: found "x", wanted an amount such as 1234.50'), (4, "its row in line 5: gross is another than in the rows of the same invoice before it"), (6, None)]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16", "utf-16-be"])
def test_encodings_and_forms(company, encoding):
    text = HEAD + "1;Café € BV;1.234,50;1-2-2026;A;B;F;\"30 dagen\r\nnetto\"\r\n2;Café € BV;12,5-;31-12-2026 00:00:00;A;;creditnota;\r\n"
    data = b"\xfe\xff" * (encoding == "utf-16-be") + text.encode(encoding)
    path = company.folder / "data.xml"
    path.write_bytes(data)
    first, second = company.records("import", "--dry-run", path)
    assert (first["supplier"]["name"], first["gross"], first["issue_date"], first["cost_references"], first["terms"], first["kind"], first["currency"]) == (
        "Café € BV", "1234.50", "2026-02-01", ["A", "B"], "30 dagen\nnetto", "invoice", "EUR")
    assert (second["gross"], second["issue_date"], second["kind"], second["line"]) == ("-12.5", "2026-12-31", "credit-note", 4)


def test_the_same_again_is_no_news(company):
    path = company.folder / "open.csv"
    path.write_text(HEAD + "1;Vos;500,00;1-12-2026;MKT-200;IT-100;F;\n2;Vos;600,00;1-12-2026;MKT-200;;F;\n", encoding="cp1252")
    assert company.run("import", path, now=FIRST).out == "2 new, 0 updated, 0 known, 0 held, 0 refused\n"
    path.write_text(HEAD + "2;Vos;600;01-12-2026;MKT-200;;F;\n3;Vos;7;1-12-2026;;;F;\n1;Vos;501,00;1-12-2026;MKT-200;IT-100;F;\n", encoding="cp1252")
    assert [record["verdict"] for record in company.records("import", path, now=FIRST)] == ["known", "new", "updated"]
    shown = whole(company, "Vos/1")
    assert shown["gross"] == "501.00" and {event["data"]["syntax"] for event in events(company, "invoice.received")} == {"csv"}
    company.run("tick", now=FIRST)
    assert len(approvals(whole(company, "Vos/1"))) == 2, "those of either cost centre are asked"
    assert company.records("audit", "replay")[0]["ok"]


def test_watched_folder_and_backlog(company):
    top = company.folder / "in"
    (top / "open.csv").write_text(HEAD + "1;Vos;500,00;1-12-2026;MKT-200;;F;\n2;Vos;soon;1-12-2026;MKT-200;;F;\n", encoding="cp1252")
    time.sleep(2.1)  # files settle
    company.run("tick", now=FIRST)
    failed = top / "failed/open.csv.rejected.csv"
    assert failed.read_text(encoding="utf-8-sig") == HEAD.replace("\r", "") + "2;Vos;soon;1-12-2026;MKT-200;;F;\n" and (top / "done/open.csv").exists()
    assert failed.with_name(failed.name + ".reason.txt").read_text(encoding="utf-8") == 'line 3: Bedrag: found "soon", wanted an amount such as 1.234,50\n'
    failed.write_text(failed.read_text(encoding="utf-8-sig").replace("soon", "7,00"), encoding="utf-8-sig")
    assert [record["verdict"] for record in company.records("import", failed, now=FIRST)] == ["new"]
    failed.write_text(HEAD + "".join(f"B{number};Vos;7,00;1-12-2026;MKT-200;;F;\n" for number in range(4)), encoding="cp1252")
    assert len({record["opens"] for record in company.records("import", "--backlog", "--over", "2", failed, now=FIRST)}) == 4


@pytest.mark.parametrize("before, after, finding", [
    ('"D-M-YYYY"', '"D-M"', "csv[1].date: found"), ('"WINDOWS-1252"', '"EBCDIC-FOO"', "csv[1].encoding: found"), ('grouping = "."', 'grouping = ","', "grouping"),
    ('number = "Nr"; supplier = "Naam"; gross = "Bedrag"; issue_date = "Datum"; cost', 'supplier = "Naam"; gross = "Bedrag"; issue_date = "Datum"; cost', "a column for number"),
    ('kind = "Soort"', 'kin = "Soort"', 'did you mean "kind"')])
def test_a_form_that_is_wrong(company, before, after, finding):
    company.config.write_text(company.config.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    assert finding in company.run("check", now=FIRST, code=EX_CONFIG).out


@pytest.mark.skipif(is_sanitized(), reason="memory is not the program's own under the sanitizers")
def test_any_length_in_little_memory(akkoord):
    path = akkoord.folder / "long.csv"
    with open(path, "w", encoding="ascii") as file:
        file.write(OWN)
        for start in range(0, 50):
            file.write("".join(f'"{"Vink BV " * 1200}",{start}-{number},2026-12-01,10.50,EUR,IT\n' for number in range(100)))
    assert path.stat().st_size > 45_000_000
    done = subprocess.run([PROGRAM, "import", "--dry-run", path], capture_output=True, text=True, check=False,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (24_000_000, 24_000_000)))
    assert (done.stdout, done.stderr) == ("5000 new, 0 updated, 0 known, 0 held, 0 refused\n", "")


def test_due_dates_that_no_document_states(company):
    """What was agreed with the supplier, else the text of the terms, else so many days from the first receipt."""
    text = company.policy.read_text(encoding="utf-8")
    company.policy.write_text(text + '\ndue_days = 30;\nsupplier_terms = [ "Vink* 60" ];\n', encoding="utf-8")
    company.run("policy", "apply", company.policy, now=FIRST)
    path = company.folder / "due.csv"
    path.write_text(HEAD + "1;Vink BV;5;1-12-2026;;;F;30 dagen\n2;Vos;5;1-12-2026;;;F;14 dagen netto\n3;Vos;5;1-12-2026;;;F;30 dagen na ontvangst\n", encoding="cp1252")
    told = [(record["due_date"], record["due_date_source"]) for record in company.records("import", path, now=FIRST)]
    assert told == [("2027-01-30", "supplier"), ("2026-12-15", "terms"), ("2026-12-31", "policy")]
    path.write_text(HEAD + "3;Vos;5;1-12-2026;;;F;30 dagen na ontvangst van de factuur\n", encoding="cp1252")
    assert [record["verdict"] for record in company.records("import", path, now="2026-12-03T08:00:00Z")] == ["known"]
