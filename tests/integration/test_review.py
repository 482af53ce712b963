"""What a hostile reader found: changes while an invoice is on its way, moments between two steps, and the edges of the record."""
import pytest

from akkoord import EX_TEMPFAIL
from company import found
from scene import FIRST, approvals, take, whole

NOON = "2026-12-01T10:00:00Z"


@pytest.fixture
def company(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, FIRST)
    return akkoord


def apply(akkoord, now, *edits):
    """A new version of the policy with these texts replaced."""
    policy = akkoord.policy.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in policy
        policy = policy.replace(old, new)
    akkoord.policy.write_text(policy, encoding="utf-8")
    akkoord.run("policy", "apply", akkoord.policy, now=now)


def pending(record):
    return sorted(approval["approver"] for approval in approvals(record) if approval["state"] == "pending")


# --- chains that start anew ---


def to_second_stage(company, **changes):
    _, invoice = take(company, cost_centre="IT-100", **changes)
    company.run("tick", now=FIRST)
    company.run("approve", invoice, "--as", "priya", now=FIRST)
    company.run("tick", now=FIRST)
    return invoice


def test_who_approved_before_a_restart_is_asked_again(company):
    """`distinct` is about the earlier stages of the chain as it is now."""
    apply(company, FIRST, ("need = 1;", "need = 2;"))
    invoice = to_second_stage(company)
    company.run("approve", invoice, "--as", "sanne", now=FIRST)
    assert take(company, cost_centre="IT-100", gross="700.00")[0] == "updated"
    company.run("tick", now=NOON)
    company.run("approve", invoice, "--as", "priya", now=NOON)
    company.run("tick", now=NOON)
    assert pending(whole(company, invoice, NOON)) == ["sanne", "thomas"]


def test_an_approval_from_before_a_restart_is_none(company):
    invoice = to_second_stage(company)
    assert take(company, cost_centre="IT-100", gross="900.00")[0] == "updated"
    refused = company.run("approve", invoice, "--as", "priya", now=NOON, code=EX_TEMPFAIL)
    assert "starts anew" in refused.err
    company.run("tick", now=NOON)
    assert pending(whole(company, invoice, NOON)) == ["priya"]
    [said] = company.records("approve", invoice, "--as", "priya", now=NOON)
    assert not said["already"]
