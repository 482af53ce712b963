"""The latency report of a history that was worked out by hand."""
import csv

import pytest

from akkoord import EX_USAGE, Akkoord
from company import found
from scene import FIRST, take

HOUR, DAY = 3600, 86400
MONDAY, JANUARY, NOW = "2026-12-07T08:00:00Z", "2027-01-04T08:00:00Z", "2027-01-05T09:00:00Z"

# Lucía works in Madrid, Mon-Thu 08:00-17:00; the others in Amsterdam, 08:30-12:30 and 13:00-17:30. All are asked at 09:00 local time.
#   lucia   Tue 1 Dec, 11:00              2 h elapsed, 2 h of work
#   lucia   Wed 2 Dec, 09:00             24 h elapsed, 8 h + 1 h of work
#   priya   Mon 7 Dec, 09:00, late      144 h elapsed, 8 h + 3 * 8.5 h + 0.5 h of work
#   thomas  Mon 7 Dec, 14:00              5 h elapsed, 4.5 h of work; Sanne's beside it lapses and took nobody any time
#   lucia   Mon 4 Jan, 11:00              2 h elapsed, 2 h of work; a rejection
#   julien  open since 1 Dec, late       35 d 1 h
# Percentiles are the nearest rank: the median of December's four (2, 5, 24, 144 h) is the second.
NOBODY = {"count": 0, "late": 0, "open": 0, "open_late": 0}


def numbers(elapsed, working, late=0, **more):
    names = ("median", "p90", "p95", "max")
    return {**NOBODY, "count": more.pop("count"), "late": late, "elapsed_s": dict(zip(names, elapsed)), "working_s": dict(zip(names, working)), **more}


JULIEN = {**NOBODY, "open": 1, "open_late": 1, "oldest_open_s": 35 * DAY + HOUR}
LUCIA = numbers([2 * HOUR, DAY, DAY, DAY], [2 * HOUR, 9 * HOUR, 9 * HOUR, 9 * HOUR], count=3)
PRIYA = numbers([6 * DAY] * 4, [34 * HOUR] * 4, late=1, count=1)
THOMAS = numbers([5 * HOUR] * 4, [16200] * 4, count=1)
TOTAL = numbers([5 * HOUR, 6 * DAY, 6 * DAY, 6 * DAY], [16200, 34 * HOUR, 34 * HOUR, 34 * HOUR], late=1, count=5, open=1, open_late=1, oldest_open_s=35 * DAY + HOUR)
GROUPS = {
    "approver": {"julien": JULIEN, "lucia": LUCIA, "priya": PRIYA, "thomas": THOMAS},
    "chain": {"it": numbers([5 * HOUR, 6 * DAY, 6 * DAY, 6 * DAY], [16200, 34 * HOUR, 34 * HOUR, 34 * HOUR], late=1, count=2), "rest": LUCIA, "small": JULIEN},
    "stage": {"it / budget holder": PRIYA, "it / controller": THOMAS, "rest / budget holder": LUCIA, "small / budget holder": JULIEN},
    "month": {"2026-12": numbers([5 * HOUR, 6 * DAY, 6 * DAY, 6 * DAY], [16200, 34 * HOUR, 34 * HOUR, 34 * HOUR], late=1, count=4, open=1, open_late=1,
                                 oldest_open_s=35 * DAY + HOUR),
              "2027-01": numbers([2 * HOUR] * 4, [2 * HOUR] * 4, count=1)},
}


@pytest.fixture(scope="module")
def company(tmp_path_factory, slapd):
    akkoord = Akkoord(tmp_path_factory.mktemp("report"))
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST)
    quick, next_day = (take(akkoord, number=number)[1] for number in ("A-1", "A-2"))
    _, two_stages = take(akkoord, number="B-1", cost_centre="IT-100")
    take(akkoord, number="C-1", cost_centre="FAC-300", gross="100.00")
    akkoord.run("tick", now=FIRST)
    akkoord.run("approve", quick, "--as", "lucia", now="2026-12-01T10:00:00Z")
    akkoord.run("approve", next_day, "--as", "lucia", now="2026-12-02T08:00:00Z")
    akkoord.run("approve", two_stages, "--as", "priya", now=MONDAY)
    akkoord.run("tick", now=MONDAY)
    akkoord.run("approve", two_stages, "--as", "thomas", now="2026-12-07T13:00:00Z")
    _, rejected = take(akkoord, JANUARY, number="A-3", issued="2026-12-30", due="2027-02-01")
    akkoord.run("tick", now=JANUARY)
    akkoord.run("reject", rejected, "--as", "lucia", "--reason", "no", now="2027-01-04T10:00:00Z")
    _, taken_out = take(akkoord, JANUARY, number="A-4", issued="2026-12-30", due="2027-02-01")
    akkoord.run("tick", now=JANUARY)
    akkoord.run("withdraw", taken_out, "--reason", "twice", now="2027-01-04T12:00:00Z")
    return akkoord


def test_of_all_together(company):
    assert company.records("report", "latency", "--by", "all", now=NOW) == [{"scope": "total", **TOTAL}]
    text = company.run("report", "latency", now=NOW).out
    assert text.count("elapsed") == 1, "once, not as a group and as the total"


@pytest.mark.parametrize("by", GROUPS)
def test_as_records(company, by):
    *groups, total = company.records("report", "latency", "--by", by, now=NOW)
    assert {group.pop("group"): group for group in groups} == {name: {"scope": "group", **wanted} for name, wanted in GROUPS[by].items()}
    assert total == {"scope": "total", **TOTAL}
    assert company.run("report", "latency", "--by", by, "--format", "json", now=NOW).lines == company.records("report", "latency", "--by", by, now=NOW)


@pytest.mark.parametrize("by", GROUPS)
def test_as_csv(company, by):
    rows = list(csv.DictReader(company.run("report", "latency", "--by", by, "--format", "csv", now=NOW).out.splitlines()))
    assert [row[by] for row in rows] == [*GROUPS[by], ""] and [row["scope"] for row in rows] == ["group"] * len(GROUPS[by]) + ["total"]
    for row, wanted in zip(rows, [*GROUPS[by].values(), TOTAL]):
        assert {name: int(row[name]) for name in NOBODY} == {name: wanted[name] for name in NOBODY}
        for kind in ("elapsed", "working"):
            measured = {name: row[f"{kind}_{name}_s"] for name in ("median", "p90", "p95", "max")}
            assert measured == {name: str(wanted.get(f"{kind}_s", {}).get(name, "")) for name in measured}
        assert row["oldest_open_s"] == str(wanted.get("oldest_open_s", ""))


def test_as_text(company):
    text = company.run("report", "latency", "--by", "approver", now=NOW).out
    lines = {line.split()[0]: (line.split()[1:], after.split()[1:]) for line, after in zip(text.splitlines(), text.splitlines()[1:]) if not line.startswith(" ")}
    assert lines["lucia"] == (["3", "0", "elapsed", "2h", "1d", "1d", "1d", "0", "0", "-"], ["2h", "9h", "9h", "9h"])
    assert lines["total"] == (["5", "1", "elapsed", "5h", "6d", "6d", "6d", "1", "1", "35d", "1h"], ["4h", "30min", "34h", "34h", "34h"])
    assert all(len(line) <= 100 for line in text.splitlines())


def test_of_everything_together(company):
    records = company.records("report", "latency", now=NOW)
    assert records[-1] == {"scope": "total", **TOTAL}


def test_later_decisions_do_not_change_what_is_past(company):
    """F39: the report of a month is the same however long ago it was, but for what is still open."""
    then, now = (company.records("report", "latency", "--by", "month", now=at) for at in (NOW, "2028-01-01T00:00:00Z"))
    assert [(row.get("group"), row["count"], row.get("elapsed_s")) for row in then] == [(row.get("group"), row["count"], row.get("elapsed_s")) for row in now]
    assert now[0]["oldest_open_s"] > then[0]["oldest_open_s"]


@pytest.mark.parametrize("words", [[], ["speed"], ["latency", "more"], ["latency", "--by", "colour"], ["latency", "--format", "pdf"]])
def test_wrong_call(company, words):
    assert "akkoord report" in company.run("report", *words, code=EX_USAGE).err
