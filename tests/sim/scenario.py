"""Reads a scenario: what README in this folder describes. A line that is not understood is an error with its number."""
import datetime
import pathlib
import re
import zoneinfo

from company import NO_CACHE

HERE = pathlib.Path(__file__).resolve().parent
UTC = datetime.timezone.utc
WHEN = r"((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{4}-\d\d-\d\d \d\d:\d\d)"
SETTING = re.compile(r"^(\w+) *=.*?(?=^\w+ *=|\Z)", re.MULTILINE | re.DOTALL)
EVERY = 4
UNITS = {"minutes": 1, "hours": 60, "days": 1440}


def settings_of(text):
    """The top-level settings of a policy: name -> text."""
    return {match[1]: match[0].rstrip() for match in SETTING.finditer(text)}


class Happening:
    """At an instant (UTC), words; `block` are the indented lines below, `line` is for complaints."""

    def __init__(self, at, words, block, line):
        self.at, self.words, self.block, self.line = at, words, block, line


class Scenario:
    """policies: name -> text, "" first; invoices: name -> words; holidays: file -> dates; happenings in order; expected: lines, outcomes: lines."""

    def __init__(self, path):
        self.zone = zoneinfo.ZoneInfo("Europe/Amsterdam")
        self.policies, self.invoices, self.holidays = {}, {}, {}
        self.happenings, self.expected, self.outcomes = [], [], []
        self.expects, self.cache = False, NO_CACHE
        self.usual = settings_of((HERE / "usual.policy").read_text(encoding="utf-8"))
        lines = path.read_text(encoding="utf-8").split("\n")
        number = 0
        while number < len(lines):
            line, first = lines[number], number + 1
            number += 1
            block = []
            while number < len(lines) and lines[number].startswith((" ", "\t")):
                block.append(lines[number])
                number += 1
            if line and not line.startswith("#"):
                try:
                    self.take(line.rstrip(), block, first)
                except (ValueError, KeyError) as error:
                    raise ValueError(f"{path.name}:{first}: {line}: {error}") from error
        self.policies.setdefault("", self.policy([]))
        if not self.expects:
            raise ValueError(f"{path.name}: it expects nothing, not even nothing")
        for before, after in zip(self.happenings, self.happenings[1:]):
            if after.at < before.at:
                raise ValueError(f"{path.name}:{after.line}: {self.text(after.at)} stands after {self.text(before.at)}")

    def take(self, line, block, number):
        for pattern, action in self.GRAMMAR:
            match = re.fullmatch(pattern, line)
            if match and (action is Scenario.take_expected) <= self.expects:
                action(self, match, block, number)
                return
        raise ValueError("not understood")

    def policy(self, block):
        """The usual policy with the settings of the block in the place of its own."""
        return "\n".join({**self.usual, **settings_of("\n".join(line.removeprefix("  ") for line in block) + "\n")}.values()) + "\n"

    def take_policy(self, match, block, _):
        self.policies[match[1] or ""] = self.policy(block)

    def take_invoice(self, match, _, __):
        self.invoices[match[1]] = match[2].split(", ")

    def take_holidays(self, match, _, __):
        self.holidays[match[1]] = match[2].split(", ")

    def take_cache(self, match, _, __):
        self.cache = f'fresh = "{match[1]}"; stale_ok = "{match[2]}"'

    def take_expect(self, _, __, ___):
        self.expects = True

    def take_expected(self, match, _, __):
        if match[1]:
            self.instant(match[1])
            self.expected.append(match[0])
        elif match[0] != "nothing":
            self.outcomes.append(match[0])

    def take_series(self, match, block, number):
        step, weeks = datetime.timedelta(minutes=int(match[2]) * UNITS[match[3]]), datetime.timedelta(weeks=int(match[5] or 1))
        begin, end = self.local(match[1]), self.local(match[4])
        last = self.local(match[6]) if match[6] else begin
        while begin <= last:
            local = begin
            while local <= end:
                self.happenings.append(Happening(self.of(local), match[7], block, number))
                local += step
            begin, end = begin + weeks, end + weeks

    def take_happening(self, match, block, number):
        self.happenings.append(Happening(self.instant(match[1]), match[2], block, number))

    def telling(self):
        """The happenings without most of the passes between two others at which no message is expected: every fourth of those is left. All of them
        where a server is away: its next try is a pass."""
        expected, idle = {self.instant(line[:len("Mon 2026-11-30 09:00")]) for line in self.expected}, 0
        has_tries = any(happening.words in ("directory down", "mail busy", "mail down") for happening in self.happenings)
        for before, happening, after in zip([None, *self.happenings], self.happenings, [*self.happenings[1:], None]):
            is_idle = before and after and before.words == happening.words == after.words == "tick" and happening.at not in expected
            idle = idle + 1 if is_idle else 0
            if has_tries or idle % EVERY == 0:
                yield happening

    def local(self, text):
        """Local time without a zone; the weekday must be that date's."""
        local = datetime.datetime.strptime(text[4:], "%Y-%m-%d %H:%M")
        if local.strftime("%a") != text[:3]:
            raise ValueError(f"{text[4:14]} is a {local.strftime('%a')}")
        return local

    def of(self, local):
        """That local time as an instant; the earlier where the clock shows it twice."""
        return local.replace(tzinfo=self.zone).astimezone(UTC)

    def instant(self, text):
        return self.of(self.local(text))

    def text(self, instant):
        return instant.astimezone(self.zone).strftime("%a %Y-%m-%d %H:%M")

    GRAMMAR = (
        (rf"{WHEN} .+|nothing|\S+ is [a-z, ]+", take_expected),
        (r"policy(?: (\w+))?:", take_policy),
        (r"invoice (\S+): (.+)", take_invoice),
        (r"holidays (\S+): ([0-9, -]+)", take_holidays),
        (r"cache: fresh (\w+), stale (\w+)", take_cache),
        (r"expect:", take_expect),
        (rf"{WHEN} every (\d+) (\w+) until {WHEN}(?:, again every (\d+) weeks until {WHEN})?: (.+)", take_series),
        (rf"{WHEN} (.+)", take_happening),
    )
