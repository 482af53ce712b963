"""`akkoord who`: whom a selector means, search by search, and for an invoice who of them may decide."""
import re

import pytest

from akkoord import EX_CONFIG, EX_DATAERR, EX_NOINPUT, EX_UNAVAILABLE, EX_USAGE, Akkoord, free_port
from company import INVOICES, found
from scene import FIRST, take
from slapd import SUFFIX, Slapd, entry

CLOUD, WORKPLACE, LORRY = "Cloudhaven B.V./2026-1187", "Werkplek & Zo B.V./88213", "Hanse Logistik GmbH/R-20561"
HOSTILE = "*)(uid=*"
LONG = "Müller & Söhne " * 700
SUPPLIERS = {HOSTILE: [], LONG: [], "Müller & Söhne (Köln) \\ *": ["umlaut"], "*": [], "mueller": [], "(|(uid=*))": []}
BY_SUPPLIER = """
    { name = "by_supplier"; filter = "(description={supplier})"; },"""


def supplier_of(number):
    return f"NL8000000{number:02}B01"


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """A directory of its own; invoices of suppliers with names of all kinds beside the company's five; nothing was opened yet but what Tuesday's pass opened."""
    umlaut = entry(f"uid=umlaut,ou=people,{SUFFIX}", "objectClass: inetOrgPerson", "uid: umlaut", "cn: U", "sn: U", "description: Müller & Söhne (Köln) \\ *",
                   "mail: umlaut@voorbeeld.example", "preferredLanguage: pl")
    with Slapd(tmp_path_factory.mktemp("ldap") / "slapd", umlaut) as slapd:
        akkoord = Akkoord(tmp_path_factory.mktemp("who"))
        akkoord.slapd = slapd
        found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST)
        config = akkoord.config.read_text(encoding="utf-8")
        akkoord.configure(config.replace("lookups = (", f"lookups = ({BY_SUPPLIER}"))
        akkoord.run("import", INVOICES, now=FIRST)
        akkoord.run("tick", now=FIRST)
        for number, supplier in enumerate(SUPPLIERS):
            take(akkoord, number=f"S-{number}", supplier=supplier, vat=supplier_of(number))
        yield akkoord


def uids(people):
    return [person["uid"] for person in people]


@pytest.mark.parametrize("selector, options, people", [
    ("user(priya)", [], ["priya"]),
    ("manager(user(priya))", [], ["mark"]),
    ("manager(user(priya), 2)", [], ["anna"]),
    ("manager(manager(user(priya)))", [], ["anna"]),
    ("manager(user(anna))", [], []),
    ("manager(group(controllers))", [], ["pieter"]),
    ("group(finance)", [], ["david", "femke"]),
    ("mail(lucia@voorbeeld.example)", [], ["lucia"]),
    ("lookup(budget_holder)", ["--invoice", WORKPLACE], ["mark"]),
    ("manager(lookup(budget_holder))", ["--invoice", WORKPLACE], ["anna"]),
    ("lookup(budget_holder)", [], []),
    ("user(nobody)", [], []),
    ("user(*)", [], []),
    ("group(no-such-group)", [], []),
])
def test_every_form(company, selector, options, people):
    assert uids(company.who(selector, *options)) == people
    text = company.run("who", selector, *options).out
    assert text.endswith("Nobody.\n") if not people else all(re.search(rf"^{uid}  ", text, re.MULTILINE) for uid in people)


def test_a_step_is_a_record(company):
    [record] = company.records("who", "manager(user(priya))")
    steps = record["steps"]
    assert record["selector"] == "manager(user(priya))" and "stage" not in record and "dropped" not in record
    assert steps[0] == {"step": "searched", "for": "people", "filter": "(&(objectClass=inetOrgPerson)(uid=priya))", "base": SUFFIX, "found": 1,
                        "text": f"people: (&(objectClass=inetOrgPerson)(uid=priya)) below {SUFFIX}: 1 entry"}
    [read] = [step for step in steps if step["step"] == "read" and step["for"] == "people"]
    assert read["dn"] == f"uid=mark,ou=people,{SUFFIX}" and read["found"] == 1
    assert {key: value for key, value in steps[-1].items() if key != "text"} == {"step": "means", "selector": "manager(user(priya))", "people": ["mark"]}


def test_a_group_within_a_group_is_seen(company):
    text = company.run("who", "group(finance)").out
    assert "group: (cn=finance) below" in text and "groups within: " in text


def test_for_an_invoice_with_several_cost_centres(company):
    lines = "".join(f"<a:InvoiceLine><b:ID>{n}</b:ID><b:AccountingCost>{centre}</b:AccountingCost></a:InvoiceLine>" for n, centre in enumerate(("MKT-200", "IT-100", "OPS-400")))
    path = company.folder / "made/two.xml"
    take(company, number="ONE", cost_centre="IT-100")
    text = (company.folder / "made/invoice.xml").read_text(encoding="utf-8").replace("ONE", "TWO")
    path.write_text(text.replace("</Invoice>", lines + "</Invoice>"), encoding="utf-8")
    company.run("import", path, now=FIRST)
    records = company.records("who", "lookup(budget_holder)", "--invoice", "Drukkerij Vos/TWO")
    assert [(record["cost_centre"], uids(record["people"])) for record in records] == [("IT-100", ["priya"]), ("MKT-200", ["lucia"]), ("OPS-400", [])]
    assert records[2]["dropped"] == [{"who": "joost", "why": "disabled"}], "chain it has no fallback there"
    said = company.run("who", "lookup(budget_holder)", "--invoice", "Drukkerij Vos/TWO").out
    assert said.count("(ou=IT-100)") == 1 and said.count("(ou=MKT-200)") == 1 and "cost centre MKT-200\n" in said
    assert company.run("who", "user(mark)", "--invoice", "Drukkerij Vos/TWO").out.count("  people: ") == 1, "a search that is the same for each is said once"


def test_what_counts_of_a_person(company):
    [joost] = company.who("user(joost)")
    assert joost["disabled"] is True and joost["mail"] == "joost@voorbeeld.example"
    assert "may approve up to 25000.00 EUR" in company.run("who", "user(mark)").out
    assert "no mail address" in company.run("who", "user(karim)").out


@pytest.mark.parametrize("uid, calendar, by, language, language_by, said", [
    ("lucia", "es", "country", "es", "person", "calendar es (by their country), mails in es (their own)"),
    ("julien", "fr", "country", "fr", "person", "calendar fr (by their country)"),
    ("umlaut", "nl", "default", "nl", "organisation", "calendar nl (the default), mails in nl (the organisation's)"),
])
def test_calendar_and_language_and_why(company, uid, calendar, by, language, language_by, said):
    [person] = company.who(f"user({uid})")
    assert (person["calendar"], person["calendar_by"], person["mail_language"], person["mail_language_by"]) == (calendar, by, language, language_by)
    assert said in company.run("who", f"user({uid})").out


# --- for an invoice: who may decide ---


def test_the_disabled_drop_out_and_the_fallback_is_asked(company):
    [record] = company.records("who", "lookup(budget_holder)", "--invoice", LORRY)
    assert record["stage"] == "budget holder" and record["fallback"] is True and uids(record["people"]) == ["sanne"]
    assert {"who": "joost", "why": "disabled"} in record["dropped"]
    text = company.run("who", "lookup(budget_holder)", "--invoice", LORRY).out
    assert text.startswith("Stage budget holder, cost centre OPS-400\n") and "  Dropped out: joost: disabled\n" in text and "the fallback was asked" in text


@pytest.mark.parametrize("selector, people, dropped", [
    ("user(priya)", ["anna"], []),
    ("user(karim)", ["sanne"], ["karim no-mail"]), # the fallback is david and femke, who have 1000.00 EUR
    ("mail(somebody@elsewhere.example)", ["somebody@elsewhere.example"], None),
])
def test_sifting(company, selector, people, dropped):
    number = "B-1"
    if number not in [row["number"] for row in company.records("list", "--all")]:
        take(company, number=number, cost_centre="FAC-300", gross="30000.00")
    [record] = company.records("who", selector, "--invoice", f"Drukkerij Vos/{number}")
    found_people = [person.get("uid") or person["mail"] for person in record["people"]]
    assert found_people == people and record.get("fallback", False) == (selector == "user(karim)")
    assert (dropped is None) == ("dropped" not in record) and [f"{item['who']} {item['why']}" for item in record.get("dropped", [])] == (dropped or [])
    if selector == "user(priya)":
        assert [(step["from"], step["to"]) for step in record["steps"] if step["step"] == "up-the-line"] == [("priya", "anna")]


def test_who_approved_an_earlier_stage(company):
    assert uids(company.who("user(priya)", "--invoice", CLOUD)) == ["priya"]
    company.run("approve", CLOUD, "--as", "priya", now="2026-12-01T09:00:00Z")
    [record] = company.records("who", "user(priya)", "--invoice", CLOUD)
    assert record["stage"] == "controller" and {"who": "priya", "why": "distinct"} in record["dropped"] and record["fallback"] is True
    [record] = company.records("who", "user(priya)", "--invoice", CLOUD, "--stage", "budget holder")
    assert record["stage"] == "budget holder" and uids(record["people"]) == ["priya"] and record["dropped"] == []


def test_approver_is_whoever_is_asked(company):
    [record] = company.records("who", "manager(approver)", "--invoice", WORKPLACE)
    assert record["approver"] == "mark" and uids(record["people"]) == ["anna"]
    assert "asked of mark\n" in company.run("who", "manager(approver)", "--invoice", WORKPLACE).out
    assert company.run("who", "approver", "--invoice", "Drukkerij Vos/TWO", code=None).out in ("", "Nobody is asked at that stage now.\n")
    assert "--invoice" in company.run("who", "approver", code=EX_USAGE).err


def test_of_who_is_absent_it_is_said_who_stands_in(company):
    """Mark has a deputy; Lucía has none, and her stage no fallback."""
    company.run("absence", "set", "mark", "--from", "2026-12-01", "--until", "2026-12-04", "--deputy", "anna", "--as", "mark", now=FIRST)
    company.run("absence", "set", "lucia", "--from", "2026-12-01", "--until", "2026-12-04", "--as", "lucia", now=FIRST)
    [mark] = company.who("user(mark)", now=FIRST)
    assert mark["absent"]["deputy"] == "anna" and mark["absent"]["until"] == "2026-12-04T23:00:00Z" and "stands_in" not in mark
    assert "absent until Sat 2026-12-05 00:00, deputy: anna" in company.run("who", "user(mark)", now=FIRST).out
    [record] = company.records("who", "lookup(budget_holder)", "--invoice", WORKPLACE, now=FIRST)
    assert [(person["uid"], person["stands_in"]) for person in record["people"]] == [("mark", "anna")]
    assert "absent until Sat 2026-12-05 00:00: anna stands in" in company.run("who", "lookup(budget_holder)", "--invoice", WORKPLACE, now=FIRST).out
    take(company, number="ABSENT", cost_centre="IT-100")
    [record] = company.records("who", "user(lucia)", "--invoice", "Drukkerij Vos/ABSENT", now=FIRST)
    [lucia] = record["people"]
    assert "stands_in" not in lucia and lucia["absent"].get("deputy") is None, "chain it has no fallback there"
    assert "nobody can stand in" in company.run("who", "user(lucia)", "--invoice", "Drukkerij Vos/ABSENT", now=FIRST).out
    company.run("absence", "clear", "mark", "--as", "mark", now=FIRST)
    company.run("absence", "clear", "lucia", "--as", "lucia", now=FIRST)


# --- hostile ---


@pytest.mark.parametrize("number, supplier", enumerate(SUPPLIERS))
def test_a_value_is_only_ever_a_value(company, number, supplier):
    invoice = [row["invoice"] for row in company.records("list", "--all") if row["number"] == f"S-{number}"]
    [record] = company.records("who", "lookup(by_supplier)", "--invoice", *invoice)
    means = [step for step in record["steps"] if step["step"] == "means" and step["selector"] == "lookup(by_supplier)"]
    assert [step["people"] for step in means] == [SUPPLIERS[supplier]], record["steps"]


@pytest.mark.parametrize("name", [HOSTILE, "*", "a*", "\\2a", "(", "x)(|(uid=*"])
def test_a_name_is_only_ever_a_name(company, name):
    quoted = name.replace('"', '""')
    for form in ("user", "group"):
        assert company.who(f'{form}("{quoted}")') == []


# --- what goes wrong ---


@pytest.mark.parametrize("words, code", [
    (["manager(user(priya"], EX_DATAERR),
    (["nonsense(x)"], EX_DATAERR),
    (["user(" + 2000 * "x" + ")"], EX_DATAERR),
    (["lookup(no_such_lookup)"], EX_CONFIG),
    (["lookup(budget_holder)", "--invoice", "none"], EX_NOINPUT),
    (["user(anna)", "--invoice", WORKPLACE, "--stage", "none"], EX_NOINPUT),
    (["user(anna)", "--stage", "controller"], EX_USAGE),
    (["approver"], EX_USAGE),
    (["user(anna)", "user(mark)"], EX_USAGE),
    ([], EX_USAGE),
])
def test_nonsense(company, words, code):
    result = company.run("who", *words, code=code)
    assert result.err.startswith("akkoord who: ") and (result.out == "" or code == EX_CONFIG)


@pytest.mark.parametrize("selector, shown", [
    ("manager(user(priya", "  manager(user(priya\n                    ^\n"),
    ("user(é) x", "  user(é) x\n          ^\n"),
    ("user(漢) x", "  user(漢) x\n           ^\n"),
    ("groep(finance)", "  groep(finance)\n  ^\n"),
])
def test_the_place_is_shown(company, selector, shown):
    assert company.run("who", selector, code=EX_DATAERR).err.endswith(shown)


def test_no_terminal_is_driven_by_a_selector(company):
    err = company.run("who", "user(\x1b[31m", code=EX_DATAERR).err
    assert "\x1b" not in err


def test_without_a_directory(company):
    good = company.config.read_text(encoding="utf-8")
    port = free_port()
    try:
        company.configure(good.replace(f":{company.slapd.port}", f":{port}"))
        result = company.run("who", "user(mark)", code=EX_UNAVAILABLE)
        assert f"127.0.0.1:{port}" in result.err and "(uid=mark)" in result.out and "no answer" in result.out and "Nobody" not in result.out
        [record] = company.records("who", "user(mark)", code=EX_UNAVAILABLE)
        assert record["steps"][0]["step"] == "unanswered" and record["error"] and "people" not in record
        [record] = company.records("who", "user(mark)", "--invoice", WORKPLACE, code=EX_UNAVAILABLE)
        assert record["stage"] == "budget holder" and record["steps"][0]["step"] == "unanswered" and "people" not in record
    finally:
        company.configure(good)
