"""`akkoord when`: DESIGN.md's worked table, faults, speed; and thousands of random questions whose answers an oracle counts out
minute by minute with Python's zoneinfo."""
import bisect
import datetime
import json
import random
import time
import zoneinfo

import pytest

from akkoord import EX_DATAERR, EX_NOINPUT, EX_USAGE, some_of

MINUTE, DAY = 60, 86400
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
NL = {"timezone": "Europe/Amsterdam", "work": ["Mon-Fri 08:30-17:30"], "holidays": ["2026-12-25"], "slots": ["09:00", "14:00"]}


def ask(akkoord, questions):
    """The answers to JSON questions, one a line."""
    lines = "".join(question if isinstance(question, str) else json.dumps(question) + "\n" for question in questions)
    return akkoord.run("when", "--batch", stdin=lines).lines


def rfc3339(minute):
    return datetime.datetime.fromtimestamp(minute * MINUTE, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


# ---- the oracle: every minute of some weeks, marked ----


class Oracle:
    """A calendar over the UTC minutes [first, last), each with its local time, and the working minutes of each date."""

    def __init__(self, calendar, first, last):
        zone = zoneinfo.ZoneInfo(calendar["timezone"])
        self.first, self.last, self.slots = first, last, calendar["slots"]
        self.local = [self.wall(zone, minute) for minute in range(first, last)]
        self.earliest = {}
        for index, local in enumerate(self.local):
            self.earliest.setdefault(local, index)
        self.holidays = {self.day(text) for text in calendar["holidays"]}
        self.pattern = self.read_work(calendar["work"])
        self.dates = {}  # date -> its working minutes, ascending
        for date in range(self.local[0] // 1440 + 1, self.local[-1] // 1440):
            minutes = self.working_minutes(date)
            if minutes:
                self.dates[date] = minutes
        self.worked_dates = sorted(self.dates)
        self.owner = {minute: date for date, minutes in self.dates.items() for minute in minutes}
        self.worked = sorted(self.owner)

    @staticmethod
    def wall(zone, minute):
        """Local minutes since 1970, as the clock on the wall shows them."""
        return minute + int(datetime.datetime.fromtimestamp(minute * MINUTE, zone).utcoffset().total_seconds()) // MINUTE

    @staticmethod
    def day(text):
        return (datetime.date.fromisoformat(text) - datetime.date(1970, 1, 1)).days

    @staticmethod
    def clock(text):
        return int(text[:2]) * 60 + int(text[3:])

    def read_work(self, lines):
        pattern = {weekday: [] for weekday in range(7)}
        for line in lines:
            days, times = line.split(" ")
            start, end = times.split("-")
            for part in days.split(","):
                ends = part.split("-")
                for weekday in range(WEEKDAYS.index(ends[0]), WEEKDAYS.index(ends[-1]) + 1):
                    pattern[weekday].append((self.clock(start), self.clock(end)))
        return pattern

    def index(self, date, minute):
        """The first minute that shows this local time, or the first after the gap that leaves it out."""
        wanted = date * 1440 + minute
        if wanted in self.earliest:
            return self.earliest[wanted]
        return next(index for index in range(1, len(self.local)) if self.local[index - 1] < wanted < self.local[index])

    def working_minutes(self, date):
        if date in self.holidays:
            return []
        minutes = set()
        for start, end in self.pattern[(date + 3) % 7]:
            minutes.update(range(self.index(date, start), self.index(date, end)))
        return sorted(minutes)

    def next_work(self, t):
        return self.worked[bisect.bisect_left(self.worked, t)]

    def prev_close(self, t):
        """Just behind the last working minute before t, unless t itself is one."""
        return t if t in self.owner else self.worked[bisect.bisect_left(self.worked, t) - 1] + 1

    def add_hours(self, t, hours):
        """Counts minutes off one by one."""
        if hours >= 0:
            place = bisect.bisect_left(self.worked, t) + hours * 60
            return self.worked[place - 1] + 1 if hours else self.next_work(t)
        return self.worked[bisect.bisect_left(self.worked, t) + hours * 60]

    def add_working_days(self, t, days):
        start = self.next_work(t) if days >= 0 else self.prev_close(t)
        own = self.owner.get(start, self.owner.get(start - 1))
        wall = min(max(self.local[start] - own * 1440, 0), 1440)
        date = self.worked_dates[self.worked_dates.index(own) + days]
        return self.fit(date, self.index(date, wall))

    def fit(self, date, wanted):
        minutes = self.dates[date]
        if wanted in minutes or wanted - 1 in minutes:
            return wanted
        return next((minute for minute in minutes if minute > wanted), minutes[-1] + 1)

    def add_days(self, t, days):
        return self.index(self.local[t] // 1440 + days, self.local[t] % 1440)

    def close(self, date):
        return self.dates[self.worked_dates[bisect.bisect_right(self.worked_dates, date) - 1]][-1] + 1

    def slot(self, t):
        start = self.next_work(t)
        if not self.slots:
            return start
        for date in self.worked_dates:
            inside = sorted(index for index in (self.index(date, self.clock(slot)) for slot in self.slots)
                            if index in self.dates[date])
            for index in inside or self.dates[date][:1]:
                if index >= start:
                    return index
        raise IndexError

    def answer(self, question):
        t = question["minute"] - self.first
        op, amount, unit = question["op"], question["amount"], question["unit"]
        if op == "between":
            u = question["other"] - self.first
            return {"seconds": MINUTE * (bisect.bisect_left(self.worked, max(t, u)) - bisect.bisect_left(self.worked, min(t, u)))}
        if op == "close":
            return self.instant(self.close(question["day"]))
        if op == "add":
            act = {"bd": self.add_working_days, "bh": self.add_hours, "d": self.add_days,
                   "w": lambda t, weeks: self.add_days(t, 7 * weeks),
                   "h": lambda t, hours: t + hours * 60, "min": lambda t, minutes: t + minutes}[unit]
            return self.instant(act(t, amount))
        return self.instant({"next_work": self.next_work, "prev_close": self.prev_close, "slot": self.slot}[op](t))

    def instant(self, index):
        return {"t": rfc3339(self.first + index)}


# ---- random questions ----

# Zones, and a day near which something happens there.
PLACES = [("Europe/Amsterdam", "2026-10-25"), ("Europe/Amsterdam", "2027-03-28"), ("Europe/Amsterdam", "2026-12-31"),
          ("America/New_York", "2026-03-08"), ("America/New_York", "2026-11-01"), ("America/New_York", "2028-02-29"),
          ("Australia/Lord_Howe", "2026-04-05"), ("Australia/Lord_Howe", "2026-10-04"), ("America/Sao_Paulo", "2018-02-18"),
          ("America/Sao_Paulo", "2018-11-04"), ("America/St_Johns", "2010-11-07"), ("America/St_Johns", "2011-03-13"),
          ("Pacific/Apia", "2011-12-30"), ("Asia/Kathmandu", "1986-01-01"), ("Europe/Amsterdam", "2099-10-25"),
          ("America/New_York", "2100-03-14"), ("Pacific/Chatham", "2030-04-07"), ("Africa/Cairo", "2014-05-16"),
          ("America/Havana", "2026-11-01"), ("Europe/Madrid", "1976-03-28")]
WINDOW_DAYS, MARGIN_DAYS = 4, 45


def random_work(dice):
    """Up to three intervals for some weekdays, never none in all."""
    lines = []
    for weekday in WEEKDAYS:
        marks = sorted(dice.sample(range(97), 2 * dice.choice([0, 1, 1, 2, 3])))
        for start, end in zip(marks[::2], marks[1::2]):
            lines.append(f"{weekday} {start // 4:02d}:{start % 4 * 15:02d}-{end // 4:02d}:{end % 4 * 15:02d}")
    lines = lines or ["Tue,Sun 01:30-03:15"]
    dice.shuffle(lines)
    return lines


def random_calendar(dice, zone, middle):
    usual = [["Mon-Fri 08:30-17:30"], ["Mon-Fri 08:30-12:30", "Mon-Fri 13:00-17:30"], ["Mon-Sun 00:00-24:00"],
             ["Mon-Sun 22:00-24:00", "Mon-Sun 00:00-06:00"], ["Mon-Sun 02:15-02:45", "Fri 09:00-10:00"]]
    holidays = {str(middle + datetime.timedelta(days=dice.randint(-20, 20))) for _ in range(dice.randint(0, 6))}
    slots = sorted({f"{dice.randint(0, 23):02d}:{dice.choice([0, 15, 30]):02d}" for _ in range(dice.randint(0, 3))})
    return {"timezone": zone, "work": dice.choice(usual) if dice.random() < 0.3 else random_work(dice),
            "holidays": sorted(holidays), "slots": slots}


def random_question(dice, calendar, middle):
    noon = Oracle.day(str(middle)) * 1440 + 720
    minute, other = (noon + dice.randint(-WINDOW_DAYS * 1440, WINDOW_DAYS * 1440) // 5 * 5 for _ in range(2))
    day = middle + datetime.timedelta(days=dice.randint(-WINDOW_DAYS, WINDOW_DAYS))
    unit, most = dice.choice([("bd", 8), ("bd", 8), ("bh", 24), ("bh", 24), ("d", 20), ("w", 3), ("h", 200), ("min", 5000)])
    amount = dice.randint(-most, most)
    return {"op": dice.choice(["add"] * 5 + ["next_work", "prev_close", "between", "close", "slot"]), "calendar": calendar,
            "t": rfc3339(minute), "u": rfc3339(other), "date": str(day), "offset": f"{amount:+d}{unit}",
            "minute": minute, "other": other, "day": Oracle.day(str(day)), "amount": amount, "unit": unit}


def is_answerable(oracle, question):
    """Not where the oracle's few weeks hold too little work."""
    try:
        oracle.answer(question)
    except (IndexError, StopIteration, KeyError):
        return False
    return True


@pytest.mark.parametrize("zone, text", some_of(PLACES))
def test_against_the_oracle(akkoord, zone, text):
    dice = random.Random(f"{zone} {text}")
    middle = datetime.date.fromisoformat(text)
    noon = Oracle.day(text) * 1440 + 720
    span = (WINDOW_DAYS + MARGIN_DAYS) * 1440
    questions, wanted = [], []
    for _ in range(4):
        calendar = random_calendar(dice, zone, middle)
        oracle = Oracle(calendar, noon - span, noon + span)
        for question in (random_question(dice, calendar, middle) for _ in range(60)):
            if is_answerable(oracle, question):
                questions.append(question)
                wanted.append(oracle.answer(question))
    assert len(questions) > 150
    for question, answer, right in zip(questions, ask(akkoord, questions), wanted, strict=True):
        assert answer == right, json.dumps(question)


# ---- the face ----


WORKED = [  # DESIGN.md 2
    ({"op": "add", "t": "2026-12-24T16:05:00+01:00", "offset": "+1bd"}, "2026-12-28T15:05:00Z"),
    ({"op": "add", "t": "2026-11-28T11:00:00+01:00", "offset": "+1bd"}, "2026-12-01T07:30:00Z"),
    ({"op": "add", "t": "2026-12-28T17:30:00+01:00", "offset": "-1bd"}, "2026-12-24T16:30:00Z"),
    ({"op": "next_work", "t": "2026-12-24T17:30:00+01:00"}, "2026-12-28T07:30:00Z"),
    ({"op": "slot", "t": "2026-12-24T17:30:00+01:00"}, "2026-12-28T08:00:00Z"),
    ({"op": "next_work", "t": "2026-12-28T17:30:00+01:00"}, "2026-12-29T07:30:00Z"),
    ({"op": "slot", "t": "2026-12-28T17:30:00+01:00"}, "2026-12-29T08:00:00Z"),
    ({"op": "add", "t": "2027-03-26T16:30:00+01:00", "offset": "+2bh"}, "2027-03-29T07:30:00Z"),
    ({"op": "close", "date": "2026-11-29"}, "2026-11-27T16:30:00Z"),
    ({"op": "close", "date": "2026-12-28"}, "2026-12-28T16:30:00Z"),
]


def test_worked_table(akkoord):
    answers = ask(akkoord, [{**question, "calendar": NL} for question, _ in WORKED])
    assert answers == [{"t": right} for _, right in WORKED]


def test_batch_faults_keep_their_line(akkoord):
    good = {"op": "between", "t": "2026-12-24T16:00:00Z", "u": "2026-12-28T08:00:00Z", "calendar": NL}
    zone = {"timezone": "Europe/Amsterdam"}
    faults = ["{\n", "\n", "[]\n", "null\n", "17\n", "{} {}\n", '{"op":"add","op":"add"}\n', "[" * 5000 + "\n",
              {**good, "op": "leap"}, {**good, "op": 5}, {"op": "between"}, {**good, "t": "yesterday"}, {**good, "u": None},
              {**good, "calendar": "nl"}, {**good, "calendar": {}}, {**good, "calendar": {"timezone": "Mars/Olympus"}},
              {**good, "calendar": {**NL, "work": ["Mon 9-17"]}}, {**good, "calendar": {**NL, "work": "Mon 09:00-17:00"}},
              {**good, "calendar": {**NL, "work": [5]}}, {**good, "calendar": {**NL, "holidays": ["2026-02-30"]}},
              {**good, "calendar": {**NL, "slots": ["25:00"]}}, {**good, "op": "add", "offset": "1 day"},
              {**good, "op": "add", "offset": "100001bd"}, {**good, "op": "add"}, {**good, "op": "close", "date": "soon"},
              {**good, "op": "next_work", "calendar": zone}, {**good, "op": "slot", "calendar": zone},
              {**good, "op": "add", "offset": "+1bd", "calendar": zone}, {**good, "t": "x" * 2_000_000}]
    answers = ask(akkoord, [line for fault in faults for line in (fault, good)])
    assert len(answers) == 2 * len(faults)
    for fault, answer in zip(faults, answers[::2]):
        assert list(answer) == ["error"] and answer["error"], fault
    assert all(answer == {"seconds": 3600} for answer in answers[1::2])


def test_batch_without_final_newline_or_lines(akkoord):
    question = json.dumps({"op": "next_work", "t": "2026-12-25T12:00:00Z", "calendar": NL})
    assert ask(akkoord, [question]) == [{"t": "2026-12-28T07:30:00Z"}]
    assert ask(akkoord, []) == []


def test_slots_left_out_are_the_default(akkoord):
    calendar = {"timezone": "Europe/Amsterdam", "work": ["Mon-Fri 08:30-17:30"]}
    question = {"op": "slot", "t": "2026-12-28T07:45:00Z"}
    answers = ask(akkoord, [{**question, "calendar": calendar}, {**question, "calendar": {**calendar, "slots": []}}])
    assert answers == [{"t": "2026-12-28T08:00:00Z"}, {"t": "2026-12-28T07:45:00Z"}]


def test_batch_is_quick(akkoord):
    """Printed, not judged but for a bound that only a different order of growth would miss."""
    dice = random.Random(7)
    lines = [json.dumps({"op": "add", "t": f"20{dice.randint(10, 99)}-0{dice.randint(1, 9)}-17T10:00:00Z", "calendar": NL,
                         "offset": dice.choice(["+5bd", "-3bh", "+2000bh", "+2w", "+1000bd"])}) + "\n" for _ in range(100_000)]
    begun = time.monotonic()
    answers = ask(akkoord, lines)
    spent = time.monotonic() - begun
    print(f"100,000 questions in {spent:.1f} s")
    assert len(answers) == 100_000 and all("t" in answer for answer in answers)
    assert spent < 60


POLICY = """
calendars = {
  nl = { timezone = "Europe/Amsterdam"; work = [ "Mon-Fri 08:30-17:30" ]; holidays = [ "nl.ics" ]; };
  ny = { timezone = "America/New_York"; work = [ "Mon-Fri 09:00-17:00" ]; };
};
default_calendar = "nl";
ladders = { standard = ( { name = "opened"; at = "start"; send = [ "mail" ]; tone = "new"; } ); };
chains = ( { name = "rest"; stages = ( { name = "boss"; approvers = [ "user(boss)" ]; within = "5bd"; ladder = "standard"; } ); } );
"""
HOLIDAYS = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", "UID:1@example.nl",
                        "DTSTAMP:20250101T000000Z", "DTSTART;VALUE=DATE:20261225", "SUMMARY:Christmas", "END:VEVENT",
                        "END:VCALENDAR", ""])


@pytest.fixture(name="policy")
def write_policy(akkoord):
    akkoord.policy.write_text(POLICY, encoding="utf-8")
    (akkoord.folder / "nl.ics").write_text(HOLIDAYS, encoding="utf-8")
    return akkoord.policy


@pytest.mark.parametrize("expression, at, calendar, right", [
    ("start+1bd", "2026-12-24T16:05:00+01:00", "nl", "2026-12-28T15:05:00Z"),
    ("deadline-1bd", "2026-12-28 17:30", "nl", "2026-12-24T16:30:00Z"),
    ("deadline-1bd", "2026-12-28 17:30", None, "2026-12-24T16:30:00Z"),
    ("+2bh", "2027-03-26T16:30", "nl", "2027-03-29T07:30:00Z"),
    ("-2bh", "2027-03-29 09:30", "nl", "2027-03-26T15:30:00Z"),
    ("2bh", "2026-12-24T21:30:00Z", "ny", "2026-12-25T15:30:00Z"),
    ("due", "2026-12-24T21:30:00Z", "ny", "2026-12-24T21:30:00Z"),
])
def test_expression(akkoord, policy, expression, at, calendar, right):
    words = ["when", expression, "--at", at, "--policy", policy] + (["--calendar", calendar] if calendar else [])
    assert akkoord.records(*words) == [{"t": right}]


def test_expression_for_people(akkoord, policy):
    """Without akkoord.conf; the policy beside where that would be; the anchor's instant from --now."""
    result = akkoord.run("when", "start+1bd", now="2026-12-24T15:05:00Z")
    assert result.out == "Mon 2026-12-28 16:05 Europe/Amsterdam (2026-12-28T15:05:00Z)\n" and policy.exists()


@pytest.mark.parametrize("words, code", [
    (["start+1day"], EX_USAGE), (["begin+1bd"], EX_USAGE), ([], EX_USAGE), (["start", "due"], EX_USAGE), (["start", "--batch"], EX_USAGE),
    (["start", "--at", "noon"], EX_USAGE), (["start", "--frob"], EX_USAGE), (["start", "--calendar", "fr"], EX_NOINPUT),
    (["start", "--policy", "none.conf"], EX_NOINPUT), (["start+100000bd", "--at", "9999-12-01T00:00:00Z"], EX_DATAERR),
])
def test_expression_faults(akkoord, policy, words, code):
    result = akkoord.run("when", *words, code=code)
    assert result.out == "" and result.err.startswith("akkoord when: ") and policy.exists()
