"""Invoices in other currencies: converted by the policy's rates, stuck where one lacks, and on their way once a policy has it."""
import pytest

from akkoord import EX_CONFIG
from company import found
from scene import FIRST, USUAL, approvals, events, whole, write_invoice

LATER = "2026-12-01T10:00:00Z"


@pytest.fixture
def company(akkoord, slapd):
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST)
    return akkoord


def rates(akkoord, *lines, now=FIRST):
    """Applies the policy with those rates."""
    (akkoord.folder / "rates.csv").write_text("\n".join(["currency,rate", *lines, ""]), encoding="ascii")
    return akkoord.run("policy", "apply", akkoord.policy, now=now)


def take(akkoord, currency, **changes):
    """Imports an invoice in that currency and lets a pass go over it; its id."""
    path = write_invoice(akkoord.folder / "made/invoice.xml", **changes)
    path.write_text(path.read_text(encoding="utf-8").replace("EUR", currency), encoding="utf-8")
    akkoord.run("import", path, now=FIRST)
    akkoord.run("tick", now=FIRST)
    number = {**USUAL, **changes}["number"]
    [row] = [row for row in akkoord.records("list", "--all", now=FIRST) if row["number"] == number]
    return row["invoice"]


@pytest.mark.parametrize("gross, chain", [("2930.89", "small"), ("2930.90", "rest"), ("-2930.89", "small"), ("100000.00", "rest")])
def test_limits_are_compared_by_the_rates(company, gross, chain):
    """A krone is 0.0853 euros: 2930.89 of them are 250.0049…, which is 250.00; 2930.90 are 250.0057…, which is 250.01."""
    rates(company, "NOK,0.0853", "DKK,0.134")
    record = whole(company, take(company, "NOK", gross=gross))
    assert record["chain"] == chain and "stuck" not in record and approvals(record)


def test_without_a_rate_it_is_stuck_and_a_new_policy_frees_it(company):
    rates(company, "DKK,0.134")
    invoice = take(company, "NOK", gross="900.00")
    assert whole(company, invoice)["stuck"] == "no-rate" and not events(company, "invoice.routed")
    [stuck] = company.records("list", "--stuck", now=FIRST)
    assert stuck["invoice"] == invoice and stuck["stuck"] == "no-rate"
    told = company.run("explain", invoice, now=FIRST).out
    assert "small: amount 900.00 NOK has no rate to compare it with max_amount 250.00 EUR" in told
    assert "the policy's rates do not say what its currency is worth" in told and "Not routed yet" not in told
    company.run("tick", now="2026-12-01T09:00:00Z")
    assert len(events(company, "invoice.stuck")) == 1, "said once, not at each pass"
    rates(company, "DKK,0.134", "NOK,0.0853", now=LATER)
    company.run("tick", now=LATER)
    record = whole(company, invoice)
    assert record["chain"] == "small" and "stuck" not in record and approvals(record)
    assert events(company, "invoice.unstuck") and company.records("audit", "replay")[0]["ok"]


def test_without_rates_at_all_euros_go_on(company):
    company.policy.write_text(company.policy.read_text(encoding="utf-8").replace('rates = "rates.csv";', ""), encoding="utf-8")
    company.run("policy", "apply", company.policy, now=FIRST)
    assert whole(company, take(company, "EUR", number="E-1"))["chain"] == "rest"
    assert whole(company, take(company, "NOK", number="N-1"))["stuck"] == "no-rate"


def test_a_chain_without_limits_needs_no_rate_but_an_authority_does(company):
    """Lucía may approve up to an amount in euros; the chain that is left compares nothing."""
    text = company.policy.read_text(encoding="utf-8")
    company.policy.write_text(text.replace('when = { max_amount = "250.00 EUR"; }', 'when = { order = "nothing"; }')
                              .replace('when = { cost_centre = [ "IT-*" ]; min_amount = "250.01 EUR"; }', 'when = { order = "nothing else"; }'),
                              encoding="utf-8")
    rates(company, "DKK,0.134")
    invoice = take(company, "NOK", gross="900.00")
    record = whole(company, invoice)
    assert record["chain"] == "rest" and record["stuck"] == "no-rate" and not record["stages"]
    assert "authority in a currency without a rate" in company.run("explain", invoice, now=FIRST).out
    rates(company, "NOK,0.0853", now=LATER)
    company.run("tick", now=LATER)
    assert approvals(whole(company, invoice))


def test_rates_are_part_of_the_version(company):
    assert "version 3" in rates(company, "NOK,0.0853").out
    assert "in force already: version 3" in rates(company, "NOK,0.0853").out
    assert "version 4" in rates(company, "NOK,0.0854").out
    (company.folder / "rates.csv").unlink()
    assert whole(company, take(company, "NOK", gross="900.00"))["chain"] == "small"
    assert "rates.csv" in company.run("policy", "apply", company.policy, now=LATER, code=EX_CONFIG).err


def test_wrong_rates_are_refused_whole(company):
    (company.folder / "rates.csv").write_text("currency,rate\nNOK;0,0853\nSEK,0.09\nDKK,x\n", encoding="ascii")
    result = company.run("policy", "apply", company.policy, now=LATER, code=EX_CONFIG)
    assert "rates.csv:2: " in result.err and "rates.csv:4: " in result.err and len(company.records("policy", "history")) == 2


def test_check_warns_of_currencies_without_a_rate(company):
    text = company.policy.read_text(encoding="utf-8").replace('max_amount = "250.00 EUR"', 'max_amount = "250.00 CHF"')
    company.policy.write_text(text, encoding="utf-8")
    assert 'chains[0].when.max_amount: found "CHF", wanted a rate' in company.run("policy", "check", company.policy, now=FIRST).out
