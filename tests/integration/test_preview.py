"""What `policy apply` and `policy check --open` say of the open approvals and invoices before a policy is in force; and that they say what then happens."""
import re

import pytest

from akkoord import EX_CONFIG, Akkoord
from company import found
from scene import FIRST, approvals, events, take, whole, write_invoice

TUESDAY = "2026-12-01T09:00:00Z"
PRESSING = '{ name = "pressing"; at = "deadline-4bh"; tone = "firm"; },'


@pytest.fixture
def company(akkoord, slapd):
    """Seven invoices of Lucia in Madrid on the standard ladder, wanted by Friday 15:00; one of Julien on the gentle one; one of Priya, with a controller to come."""
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST)
    for number in range(7):
        take(akkoord, number=f"A-{number}")
    take(akkoord, number="S-1", cost_centre="FAC-300", gross="100.00")
    take(akkoord, number="B-1", cost_centre="IT-100")
    akkoord.run("tick", now=FIRST)
    return akkoord


def edit(akkoord, old, new):
    text = akkoord.policy.read_text(encoding="utf-8")
    assert old in text
    akkoord.policy.write_text(text.replace(old, new), encoding="utf-8")


def preview(akkoord, now=TUESDAY):
    """(effect, where, what) -> its record."""
    return {(record["effect"], record.get("where"), record.get("what")): record for record in akkoord.records("policy", "check", "--open", akkoord.policy, now=now)}


def test_nothing(company):
    assert preview(company) == {}
    edit(company, "max_per_day = 6", "max_per_day = 7")
    assert "Nothing changes for what is on its way (9 open approvals, 9 open invoices)." in company.run("policy", "check", "--open", company.policy, now=TUESDAY).out
    assert len(company.records("policy", "history")) == 2, "it only tells"


def test_a_rung_that_moves(company):
    edit(company, PRESSING, PRESSING.replace("deadline-4bh", "deadline-1bd"))
    [record] = preview(company).values()
    assert (record["effect"], record["where"], record["what"], record["approvals"]) == ("earlier", "standard", "pressing", 8)
    # Lucia's deadline is Friday 15:00 in Madrid: four hours before is 11:00, the slot 14:00; a day before is Thursday 15:00, rolled to Friday 09:00.
    assert record["before"] == {"first": "2026-12-04T13:00:00Z", "last": "2026-12-04T13:00:00Z"} and record["after"]["first"] == "2026-12-04T08:00:00Z"
    assert len(record["examples"]) == 5
    [example] = [example for example in record["examples"] if example["approver"] == "lucia"][:1]
    assert re.fullmatch(r"Drukkerij Vos/A-\d", example.pop("invoice")) and example == {"approver": "lucia", "before": "2026-12-04T13:00:00Z", "after": "2026-12-04T08:00:00Z"}
    text = company.run("policy", "check", "--open", company.policy, now=TUESDAY).out
    assert re.sub(r"Vos/[AB]-\d \((lucia|priya)\)", "Vos/N (X)", text[text.index("What that changes"):]) == """\
What that changes for what is on its way (9 open approvals, 9 open invoices):
  Ladder standard
  pressing: 8 approvals hear of it earlier
    Fri 2026-12-04 14:00 → Fri 2026-12-04 09:00
      Drukkerij Vos/N (X): Fri 2026-12-04 14:00 → Fri 2026-12-04 09:00
      Drukkerij Vos/N (X): Fri 2026-12-04 14:00 → Fri 2026-12-04 09:00
      Drukkerij Vos/N (X): Fri 2026-12-04 14:00 → Fri 2026-12-04 09:00
      Drukkerij Vos/N (X): Fri 2026-12-04 14:00 → Fri 2026-12-04 09:00
      Drukkerij Vos/N (X): Fri 2026-12-04 14:00 → Fri 2026-12-04 09:00
      and 3 more
  Every deadline stays as it is.
"""


def test_rungs_that_come_and_go_and_speak_to_others(company):
    edit(company, '{ name = "nudge";    at = "start+1bd";    tone = "friendly"; },', '{ name = "soon"; at = "start+2bd"; },')
    edit(company, 'to = [ "approver" ]; cc = [ "manager(approver)" ]; },', 'cc = [ "group(finance)" ]; },')
    found_lines = preview(company)
    assert {key: record["approvals"] for key, record in found_lines.items()} == {
        ("falls-away", "standard", "nudge"): 8, ("appears", "standard", "soon"): 8, ("others", "standard", "manager"): 8}
    record = found_lines["others", "standard", "manager"]
    assert "manager(approver)" in record["from"] and "group(finance)" in record["to"]
    assert "after" not in found_lines["falls-away", "standard", "nudge"] and "before" not in found_lines["appears", "standard", "soon"]


def test_it_says_what_then_happens(company):
    """A rung that moves into the past goes at once; what was sent stays sent; what falls away does not come."""
    edit(company, PRESSING, PRESSING.replace("deadline-4bh", "start"))
    edit(company, '{ name = "opened";   at = "start"; ', '{ name = "opened";   at = "deadline+3bd"; ')
    edit(company, '{ name = "daily";', '{ name = "last";')
    said = preview(company)
    assert {key[::2] for key in said} == {("earlier", "pressing"), ("falls-away", "daily"), ("appears", "last")}, "nothing of opened: it went"
    assert said["earlier", "standard", "pressing"]["after"] == {"first": TUESDAY, "last": TUESDAY}
    company.run("policy", "apply", company.policy, now=TUESDAY)
    company.run("tick", now=TUESDAY)
    sent = [event["data"]["rung"] for event in events(company, "reminder.claimed") if event["at"] == TUESDAY]
    assert sent == ["pressing"] * 8


def test_a_ladder_that_is_gone(company):
    edit(company, 'ladder = "gentle"', 'ladder = "standard"')  # of the small chain and of credit notes
    text = company.policy.read_text(encoding="utf-8")
    company.policy.write_text(re.sub(r"  gentle = \(.*?\n  \);\n", "", text, flags=re.DOTALL), encoding="utf-8")
    said = preview(company)
    assert said["ladder-gone", "gentle", None]["examples"] == [{"invoice": "Drukkerij Vos/S-1", "approver": "julien"}]
    assert "warning: ladder gentle is gone: 1 open approval follows it and gets no more reminders" in company.run("policy", "apply", company.policy, now=TUESDAY).out


def test_calendars_slots_and_grace(company):
    edit(company, 'slots = [ "09:00", "14:00" ]', 'slots = [ "11:00" ]')
    edit(company, 'grace = "4bh"', 'grace = "1bd"')
    edit(company, '"Mon-Thu 08:00-17:00", "Fri 08:00-15:00"', '"Mon-Fri 10:00-16:00"')
    said = preview(company)
    assert said["calendar", "es", None]["approvals"] == 7 and said["grace", None, None]["approvals"] == 9
    assert (said["grace", None, None]["from"], said["grace", None, None]["to"]) == ("4bh", "1bd")
    assert said["later", "standard", "nudge"]["approvals"] == 8, "at eleven instead of nine"
    assert said["later", "gentle", "weekly"]["after"] == {"first": "2026-12-08T10:00:00Z", "last": "2026-12-08T10:00:00Z"}
    edit(company, 'countries = [ "ES" ]', 'countries = [ "PT" ]')
    record = preview(company)["calendar-new", None, None]
    assert (record["from"], record["to"], record["approvals"]) == ("es", "nl", 7)


def test_stages_and_chains(company):
    edit(company, 'within = "2bd"', 'within = "3bd"')
    edit(company, 'when = { max_amount = "250.00 EUR"; }', 'when = { max_amount = "600.00 EUR"; }')
    take(company, number="N-1")
    said = {(record["effect"], record.get("from"), record.get("to")): record["invoices"] for record in company.records("policy", "check", "--open", company.policy, now=TUESDAY)}
    assert said == {("stage", None, None): 1, ("route", "rest", "small"): 7, ("route", "it", "small"): 1, ("to-route", "rest", "small"): 1}
    text = company.run("policy", "apply", company.policy, now=TUESDAY).out
    assert "chain it, stage controller: it opens otherwise for 1 open invoice that is not there yet" in text
    assert "7 open invoices would take chain small if they came today; they keep chain rest" in text


def test_other_stages(company):
    edit(company, '{ name = "controller"; approvers', '{ name = "director"; approvers')
    text = company.run("policy", "check", "--open", company.policy, now=TUESDAY).out
    assert "chain it: 1 open invoice comes to another stage: controller → director" in text
    edit(company, '{ name = "it";', '{ name = "tech";')
    text = company.run("policy", "check", "--open", company.policy, now=TUESDAY).out
    assert "chain it is gone: 1 open invoice is on it and finishes it as it was" in text and "another stage" not in text
    company.run("policy", "apply", company.policy, now=TUESDAY)
    [invoice] = [row["invoice"] for row in company.records("list", now=TUESDAY) if row["number"] == "B-1"]
    company.run("approve", invoice, "--as", "priya", now=TUESDAY)
    company.run("tick", now=TUESDAY)
    assert [stage["name"] for stage in whole(company, invoice)["stages"]] == ["budget holder", "controller"]


def test_an_administration_that_falls_silent(akkoord, slapd):
    house = 'administrations = ( { name = "Ejemplo SL"; folder = "es"; reminders = %s; } );\n'
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST, lambda text: text + house % "true")
    akkoord.run("import", "--via", "es", write_invoice(akkoord.folder / "es/A-1.xml"), now=FIRST)
    take(akkoord, number="A-2")
    akkoord.run("tick", now=FIRST)
    edit(akkoord, house % "true", house % "false")
    [record] = preview(akkoord).values()
    assert (record["effect"], record["where"], record["approvals"]) == ("silent", "Ejemplo SL", 1)
    text = akkoord.run("policy", "apply", akkoord.policy, now=TUESDAY).out
    assert "administration Ejemplo SL switches reminders off: 1 open approval gets no more of them" in text
    edit(akkoord, house % "false", house % "true")
    assert {(record["effect"], record["approvals"]) for record in preview(akkoord).values()} == {("appears", 1)}, "and they come back"


def test_deadlines_stay(company):
    """As the preview says."""
    edit(company, 'within = "3bd"', 'within = "9bd"')
    before = {invoice["number"]: invoice.get("deadline") for invoice in company.records("list", now=TUESDAY)}
    company.run("policy", "apply", company.policy, now=TUESDAY)
    company.run("tick", now=TUESDAY)
    assert {invoice["number"]: invoice.get("deadline") for invoice in company.records("list", now=TUESDAY)} == before


def test_nothing_open_and_nothing_to_compare_with(akkoord, slapd):
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST)
    edit(akkoord, PRESSING, "")
    assert "(0 open approvals, 0 open invoices)" in akkoord.run("policy", "check", "--open", akkoord.policy, now=FIRST).out
    assert "on its way" not in akkoord.run("policy", "apply", akkoord.policy, now=FIRST).out
    edit(akkoord, "within", "withn")
    akkoord.run("policy", "check", "--open", akkoord.policy, now=FIRST, code=EX_CONFIG)
    bare = Akkoord(akkoord.folder / "bare")
    bare.folder.mkdir()
    bare.run("policy", "check", "--open", akkoord.policy, code=EX_CONFIG)
