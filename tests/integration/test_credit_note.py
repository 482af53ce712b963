"""Credit notes: their own ladder, but where a chain asks for their kind."""
import pytest

from company import found
from scene import FIRST, USUAL, approvals, whole, write_invoice


def take_credit_note(akkoord, type_code="381"):
    path = write_invoice(akkoord.folder / "made/note.xml")
    path.write_text(path.read_text(encoding="utf-8").replace(">380<", f">{type_code}<"), encoding="utf-8")
    akkoord.run("import", path, now=FIRST)
    akkoord.run("tick", now=FIRST)
    [row] = [row for row in akkoord.records("list", "--all", now=FIRST) if row["number"] == USUAL["number"]]
    return whole(akkoord, row["invoice"])


@pytest.mark.parametrize("type_code, old, new, ladder", [
    ("381", "", "", "gentle"),
    ("380", "", "", "standard"),
    ("381", 'credit_note_ladder = "gentle";', "", "standard"),
    ("381", 'when = { max_amount = "250.00 EUR"; }', 'when = { kind = "credit-note"; }', "standard"),
])
def test_the_ladder_of_a_credit_note(akkoord, slapd, type_code, old, new, ladder):
    """The demonstration's small chain takes the gentle ladder by itself: here all chains take the standard one."""
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST,
          lambda text: text.replace(' ladder = "gentle";', ' ladder = "standard";').replace(old, new))
    record = take_credit_note(akkoord, type_code)
    assert [stage["ladder"] for stage in record["stages"]] == [ladder]
    assert [approval["state"] for approval in approvals(record)] == ["pending"]
    akkoord.run("tick", now="2026-12-02T08:00:00Z")
    [row] = akkoord.records("list", "--all", now=FIRST)
    sent = {reminder["rung"] for reminder in approvals(whole(akkoord, row["invoice"]))[0]["reminders"]}
    assert ("nudge" in sent) == (ladder == "standard")
