"""What DESIGN.md 2 and 3 say would be sent, worked out the slow and plain way: a second opinion on `akkoord simulate`.

Every rule is written down once, with lists that are searched from the beginning, and nothing is shared with the program. It knows people with
calendars by country, one chain per policy with stages, ladders with everything a rung can say but invites by day, administrations and bookings.
"""

import bisect
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

UTC = timezone.utc
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
TONES = ["new", "friendly", "firm", "escalation", "final"]


class Calendar:
    def __init__(self, zone, work, holidays=()):
        self.zone = ZoneInfo(zone)
        self.holidays = set(holidays)
        self.pattern = {day: [] for day in range(7)}
        for line in work:
            days, hours = line.split(" ")
            start, end = hours.split("-")
            for part in days.split(","):
                first, _, last = part.partition("-")
                for day in range(DAYS.index(first), DAYS.index(last or first) + 1):
                    self.pattern[day].append((minutes(start), minutes(end)))
        for intervals in self.pattern.values():
            intervals.sort()

    def local(self, instant):
        return instant.astimezone(self.zone).replace(tzinfo=None)

    def instant(self, day, minute):
        """The UTC instant of a local time: after a gap where it does not exist, the earlier one where it exists twice."""
        naive = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
        found = naive.replace(tzinfo=self.zone, fold=0).astimezone(UTC)
        if self.local(found) == naive:
            return found
        low, high = found - timedelta(hours=4), found + timedelta(hours=4)
        before = low.astimezone(self.zone).utcoffset()
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) / 2
            if middle.astimezone(self.zone).utcoffset() == before:
                low = middle
            else:
                high = middle
        return (low + timedelta(seconds=1)).replace(microsecond=0)

    def intervals(self, day):
        if day in self.holidays:
            return []
        both = [(self.instant(day, a), self.instant(day, b)) for a, b in self.pattern[day.weekday()]]
        return [(a, b) for a, b in both if a < b]

    def next_work(self, t):
        day = self.local(t).date() - timedelta(days=1)
        for _ in range(4000):
            for start, end in self.intervals(day):
                if t < end:
                    return max(t, start)
            day += timedelta(days=1)
        raise AssertionError("no work")

    def is_work(self, t):
        return self.next_work(t) == t

    def prev_close(self, t):
        day = self.local(t).date() + timedelta(days=1)
        for _ in range(4000):
            for start, end in reversed(self.intervals(day)):
                if start <= t <= end:
                    return t
                if end <= t:
                    return end
            day -= timedelta(days=1)
        raise AssertionError("no work")

    def is_day(self, day):
        return bool(self.intervals(day))

    def fit(self, day, clock):
        """The local time of a working day, fitted into it."""
        pattern = [(a, b) for a, b in self.pattern[day.weekday()] if self.instant(day, a) < self.instant(day, b)]
        minute = clock.hour * 60 + clock.minute + clock.second / 60
        for start, end in pattern:
            if minute < start:
                return self.instant(day, start)
            if minute <= end:
                return self.instant(day, 0) if minute == 0 else self.instant(day, minute)
        return self.instant(day, pattern[-1][1])

    def add_days(self, t, days):
        """t + N bd, N >= 0, or t - N bd, N >= 1."""
        t = self.next_work(t) if days >= 0 else self.prev_close(t)
        local = self.local(t)
        return self.fit(self.walk(local.date(), days), local.time())

    def walk(self, day, days):
        step = timedelta(days=1 if days > 0 else -1)
        for _ in range(abs(days)):
            day += step
            while not self.is_day(day):
                day += step
        return day

    def add_seconds(self, t, seconds):
        if seconds >= 0:
            t = self.next_work(t)
            day = self.local(t).date() - timedelta(days=1)
            while True:
                for start, end in self.intervals(day):
                    if end <= t:
                        continue
                    start = max(start, t)
                    have = (end - start).total_seconds()
                    if seconds <= have and not (seconds == 0 and start > t):
                        return start + timedelta(seconds=seconds)
                    seconds -= have
                day += timedelta(days=1)
        seconds = -seconds
        t = self.prev_close(t)
        day = self.local(t).date() + timedelta(days=1)
        while True:
            for start, end in reversed(self.intervals(day)):
                if start >= t:
                    continue
                end = min(end, t)
                have = (end - start).total_seconds()
                if seconds <= have:
                    return end - timedelta(seconds=seconds)
                seconds -= have
            day -= timedelta(days=1)

    def close(self, day):
        while not self.is_day(day):
            day -= timedelta(days=1)
        return self.intervals(day)[-1][1]

    def plain_days(self, t, days):
        local = self.local(t)
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        return self.instant(local.date() + timedelta(days=days), seconds / 60)

    def apply(self, t, amount, unit, back):
        if unit == "min":
            return t + timedelta(minutes=amount)
        if unit == "h":
            return t + timedelta(hours=amount)
        if unit in "dw":
            return self.plain_days(t, amount * (7 if unit == "w" else 1))
        if unit == "bd":
            return self.prev_close(t) if back and amount == 0 else self.add_days(t, amount)
        return self.prev_close(t) if back and amount == 0 else self.add_seconds(t, amount * 3600)

    def slot(self, slots, t):
        t = self.next_work(t)
        if not slots:
            return t
        day = self.local(t).date()
        for _ in range(4000):
            inside = self.intervals(day)
            if inside:
                usable = [s for s in (self.instant(day, minutes(x)) for x in slots) if any(a <= s < b for a, b in inside)]
                for at in usable or [inside[0][0]]:
                    if at >= t:
                        return at
            day += timedelta(days=1)
        raise AssertionError("no slot")


def minutes(text):
    hours, _, rest = text.partition(":")
    return int(hours) * 60 + int(rest)


def span(text):
    found = re.fullmatch(r"([+-]?)(\d+)(min|h|d|w|bh|bd)", text)
    amount = int(found[2])
    return (-amount if found[1] == "-" else amount, found[3], found[1] == "-")


def anchored(text):
    found = re.fullmatch(r"([a-z]+)([+-].*)?", text)
    return found[1], span(found[2]) if found[2] else None


@dataclass
class Person:
    uid: str
    calendar: Calendar
    manager: str = None
    groups: tuple = ()
    mail: str = ""


@dataclass
class Planned:
    rung: dict
    place: int
    occurrence: int
    person: str
    role: str
    channel: str
    unrolled: datetime
    fires: datetime
    joins: bool = False  # tells somebody that they are asked now: never too mild to go


@dataclass
class Approval:
    invoice: dict
    stage: dict
    position: int
    group: int
    person: str
    start: datetime
    anchors: dict
    asked: dict = field(default_factory=dict)  # uid -> since
    touched: set = field(default_factory=set)  # (rung, occurrence)
    has: set = field(default_factory=set)  # (rung, occurrence, person, channel)
    open: list = field(default_factory=list)
    acted: set = field(default_factory=set)
    tones: dict = field(default_factory=dict)  # person -> highest
    invited: set = field(default_factory=set)
    owes_invite: bool = False
    told: datetime = None
    closed: bool = False


class Oracle:
    def __init__(self, policy, people, invoices, begin, days):
        self.policy, self.people, self.invoices = policy, people, invoices
        self.begin, self.until = begin, begin + timedelta(days=days)
        self.approvals, self.sent, self.held_before = [], [], {}
        self.stuck = []
        self.approved = {}  # number -> who approved an earlier stage
        self.decisions = []  # (instant, number, uid, decision)

    # --- decisions ---

    def decide(self, number, uid, decision, now):
        """One decision; those who have nothing to decide are passed over."""
        mine = [a for a in self.approvals if not a.closed and a.invoice["number"] == number and uid in a.asked]
        if not mine:
            return
        approval = mine[0]
        approval.closed, approval.decided = True, decision
        of_stage = [a for a in self.approvals if a.invoice is approval.invoice and a.position == approval.position]
        if decision == "reject":
            reached = True
        else:
            self.approved.setdefault(number, []).append(uid)
            done = [a for a in of_stage if getattr(a, "decided", None) == "approve"]
            counted = [a for a in of_stage if not (a.closed and not getattr(a, "decided", None))]
            need = {"any": 1, "all": len(counted)}[approval.stage.get("need", "any")]
            reached = len(done) >= need
        if not reached:
            return
        for other in of_stage:
            other.closed = True
        if decision == "approve" and approval.position + 1 < len(self.policy["stages"]):
            self.open_stage(approval.invoice, approval.position + 1, now)

    # --- who ---

    def resolve(self, selector, invoice, approver=None):
        found = re.fullmatch(r"(\w+)(?:\((.*)\))?", selector)
        name, argument = found[1], found[2]
        if name == "approver":
            return [approver]
        if name == "user":
            return [argument] if argument in self.people else []
        if name == "group":
            return [p.uid for p in self.people.values() if argument in p.groups]
        assert name == "manager", selector
        inner, levels = argument, 1
        several = re.fullmatch(r"(.*), ?(\d+)", argument)
        if several:
            inner, levels = several[1], int(several[2])
        people = []
        for uid in self.resolve(inner, invoice, approver):
            seen, at = {uid}, uid
            for _ in range(levels):
                at = self.people[at].manager
                if at is None or at in seen:
                    at = None
                    break
                seen.add(at)
            if at and at not in people:
                people.append(at)
        return people

    def may_decide(self, uid, invoice, stage):
        if stage.get("distinct") and uid in self.approved.get(invoice["number"], []):
            return False
        return uid != invoice.get("requester")

    # --- opening ---

    def open_stage(self, invoice, position, now):
        stage = self.policy["stages"][position]
        for selectors in (stage["approvers"], stage.get("fallback", [])):
            people = []
            for selector in selectors:
                for uid in self.resolve(selector, invoice):
                    if uid not in people and self.may_decide(uid, invoice, stage):
                        people.append(uid)
            if people:
                break
        if not people:
            self.stuck.append(invoice["number"])
        for uid in people:
            self.open_approval(invoice, stage, position, 0, uid, now)

    def open_approval(self, invoice, stage, position, group, uid, start):
        calendar = self.people[uid].calendar
        anchors = {"received": invoice["received"], "start": start}
        if invoice.get("due"):
            anchors["due"] = calendar.close(invoice["due"])
            runs = self.policy.get("payment_runs")
            if runs:
                run = invoice["due"]
                while DAYS[run.weekday()] not in runs:
                    run -= timedelta(days=1)
                anchors["payment"] = calendar.close(run - timedelta(days=1))
        if invoice.get("discount"):
            anchors["discount"] = calendar.close(invoice["discount"])
        anchors["deadline"] = self.deadline(calendar, stage, anchors)
        self.approvals.append(Approval(invoice, stage, position, group, uid, start, anchors, {uid: start}))

    def deadline(self, calendar, stage, anchors):
        amount, unit, _ = span(stage.get("within", "5bd"))
        if unit == "bd":
            end = calendar.close(calendar.local(calendar.add_days(anchors["start"], amount)).date())
        else:
            end = calendar.apply(anchors["start"], amount, unit, False)
        for text in stage.get("before", []):
            at = self.at(calendar, text, anchors)
            if at:
                end = min(end, at)
        amount, unit, _ = span(stage.get("at_least", "1bd"))
        return max(end, calendar.apply(anchors["start"], amount, unit, False))

    def at(self, calendar, text, anchors):
        anchor, offset = anchored(text)
        if anchor not in anchors:
            return None
        return calendar.apply(anchors[anchor], *offset) if offset else anchors[anchor]

    # --- one approval ---

    def unrolled(self, approval, rung, occurrence):
        calendar = self.people[approval.person].calendar
        first = self.at(calendar, rung["at"], approval.anchors)
        if first is None or occurrence == 0:
            return first
        if "every" not in rung or (rung.get("times", 0) and occurrence >= rung["times"]):
            return None
        amount, unit, back = span(rung["every"])
        return calendar.apply(first, amount * occurrence, unit, back)

    def fires(self, rung, calendar, unrolled):
        if rung.get("anytime"):
            return unrolled
        rolled = calendar.next_work(unrolled)
        return rolled if rung.get("urgent") else calendar.slot(self.policy["slots"], rolled)

    def fair(self, approval, calendar):
        """From when others may hear; None: the approver was not told yet."""
        if approval.told is None:
            return None
        own = self.people[approval.person].calendar
        return calendar.next_work(own.apply(approval.told, *span(self.policy.get("grace", "4bh"))))

    def names(self, rung):
        to = rung.get("to", ["approver"])
        return to, rung.get("cc", [])

    def plan(self, approval, rung, place, occurrence, uid, role, unrolled):
        calendar = self.people[uid].calendar
        channels = rung.get("send", ["mail"])
        for channel in channels:
            if channel == "invite" and (uid not in approval.asked or self.policy.get("invites") == "none"):
                continue
            key = (rung["name"], occurrence, uid, channel)
            if key in approval.has:
                continue
            approval.has.add(key)
            shown = "to" if channel == "invite" else role
            approval.open.append(Planned(rung, place, occurrence, uid, shown, channel, unrolled, self.fires(rung, calendar, unrolled)))

    def touch(self, approval, now):
        ladder = self.policy["ladder"]
        for place, rung in enumerate(ladder):
            occurrence = 0
            while True:
                unrolled = self.unrolled(approval, rung, occurrence)
                if unrolled is None or unrolled > now:
                    break
                self.touch_one(approval, rung, place, occurrence, unrolled)
                occurrence += 1

    def touch_one(self, approval, rung, place, occurrence, unrolled):
        if unrolled < approval.start:
            approval.touched.add((rung["name"], occurrence))
            return
        to, cc = self.names(rung)
        if "approver" in to or "approver" in cc:
            role = "to" if "approver" in to else "cc"
            for uid, since in list(approval.asked.items()):
                if unrolled >= since:
                    self.plan(approval, rung, place, occurrence, uid, role, unrolled)
        if (rung["name"], occurrence) in approval.touched:
            return
        approval.touched.add((rung["name"], occurrence))
        if "invite" in rung.get("send", ["mail"]):
            approval.owes_invite = True
        named = False
        for role, selectors in (("to", to), ("cc", cc)):
            for selector in selectors:
                if selector == "approver":
                    named = True
                    continue
                for uid in self.resolve(selector, approval.invoice, approval.person):
                    named = named or uid == approval.person
                    self.plan(approval, rung, place, occurrence, uid, role, unrolled)
        if not named and approval.person not in approval.tones:
            self.plan(approval, rung, place, occurrence, approval.person, "to", unrolled)

    def act(self, approval, now):
        calendar = self.people[approval.person].calendar
        todo = []
        for place, rung in enumerate(self.policy["ladder"]):
            if "add" not in rung and "reassign" not in rung:
                continue
            occurrence = 0
            while True:
                unrolled = self.unrolled(approval, rung, occurrence)
                if unrolled is None or unrolled > now:
                    break
                key = (rung["name"], occurrence)
                if unrolled >= approval.start and key not in approval.acted:
                    fair = self.fair(approval, calendar)
                    at = self.fires(rung, calendar, unrolled)
                    if fair is not None and max(at, fair) <= now:
                        todo.append((unrolled, place, occurrence, rung))
                occurrence += 1
        for unrolled, place, occurrence, rung in sorted(todo, key=lambda x: x[:3]):
            approval.acted.add((rung["name"], occurrence))
            if "add" in rung:
                self.act_add(approval, rung, place, occurrence, unrolled, now)
            if "reassign" in rung and not approval.closed:
                self.act_reassign(approval, rung, now)

    def act_add(self, approval, rung, place, occurrence, unrolled, now):
        for uid in self.resolve(rung["add"], approval.invoice, approval.person):
            if uid in approval.asked or not self.may_decide(uid, approval.invoice, approval.stage):
                continue
            approval.asked[uid] = unrolled
            role = "to"
            calendar = self.people[uid].calendar
            key = (rung["name"], occurrence, uid, "mail")
            if key not in approval.has:
                approval.has.add(key)
                approval.open.append(Planned(rung, place, occurrence, uid, role, "mail", unrolled, self.fires(rung, calendar, unrolled), True))
            else:
                for planned in approval.open:
                    if (planned.rung["name"], planned.occurrence, planned.person, planned.channel) == key:
                        planned.role, planned.joins = "to", True
            if approval.owes_invite and self.policy.get("invites") != "none" and now < approval.anchors["deadline"]:
                key = (rung["name"], occurrence, uid, "invite")
                if key not in approval.has:
                    approval.has.add(key)
                    approval.open.append(Planned(rung, place, occurrence, uid, role, "invite", unrolled, self.fires(rung, calendar, unrolled)))

    def act_reassign(self, approval, rung, now):
        held = {a.person for a in self.approvals if a.invoice is approval.invoice and a.position == approval.position}
        for uid in self.resolve(rung["reassign"], approval.invoice, approval.person):
            if uid in held or not self.may_decide(uid, approval.invoice, approval.stage):
                continue
            approval.closed = True
            self.open_approval(approval.invoice, approval.stage, approval.position, approval.group, uid, now)
            return
        self.stuck.append(approval.invoice["number"])

    def step(self, approval, now):
        self.touch(approval, now)
        self.act(approval, now)
        if approval.closed:
            return
        self.touch(approval, now)
        come = []
        for planned in approval.open:
            at = self.comes_at(approval, planned)
            if at is not None and at <= now:
                come.append(planned)
        for planned in list(come):
            if planned.channel != "invite" and planned.person in approval.tones and not planned.joins:
                if TONES.index(planned.rung.get("tone", "friendly")) < approval.tones[planned.person]:
                    come.remove(planned)
                    approval.open.remove(planned)
        for uid in sorted({planned.person for planned in come}):
            mine = [planned for planned in come if planned.person == uid]
            self.settle(approval, uid, mine, now)

    def settle(self, approval, uid, mine, now):
        working = self.people[uid].calendar.is_work(now)
        before = approval.tones.get(uid)
        for way in sorted({planned.channel for planned in mine} - {"invite"}):
            mails = [planned for planned in mine if planned.channel == way]
            best = max(mails, key=lambda x: (x.role == "to", x.unrolled, x.place, x.occurrence))
            if working or best.rung.get("anytime"):
                tone = TONES[max(TONES.index(best.rung.get("tone", "friendly")), (before or 0) if best.joins else 0)]
                if uid == approval.person and before is None:
                    tone = self.policy["ladder"][0].get("tone", "friendly")
                for planned in mails:
                    approval.open.remove(planned)
                self.send(approval, best, tone, now)
                approval.tones[uid] = max(approval.tones.get(uid, 0), TONES.index(tone))
                if uid == approval.person and approval.told is None:
                    approval.told = now
        for planned in [planned for planned in mine if planned.channel == "invite"]:
            if not (working or planned.rung.get("anytime")):
                continue
            approval.open.remove(planned)
            if now < approval.anchors["deadline"] and uid not in approval.invited:
                approval.invited.add(uid)
                self.send(approval, planned, planned.rung.get("tone", "friendly"), now)

    def comes_at(self, approval, planned):
        if planned.person in approval.asked:
            return planned.fires
        fair = self.fair(approval, self.people[planned.person].calendar)
        return None if fair is None else max(planned.fires, fair)

    def send(self, approval, planned, tone, now):
        self.sent.append({
            "at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "invoice": f"{approval.invoice['supplier']}/{approval.invoice['number']}",
            "stage": approval.stage["name"], "approver": approval.person, "rung": planned.rung["name"],
            "occurrence": planned.occurrence, "recipient": self.people[planned.person].mail, "role": planned.role,
            "send": planned.channel, "tone": tone})

    # --- time ---

    def next_of(self, approval, now):
        if approval.closed:
            return []
        times = []
        calendar = self.people[approval.person].calendar
        for rung in self.policy["ladder"]:
            occurrence = 0
            while True:
                unrolled = self.unrolled(approval, rung, occurrence)
                if unrolled is None:
                    break
                if unrolled > now:
                    times.append(unrolled)
                    break
                if ("add" in rung or "reassign" in rung) and (rung["name"], occurrence) not in approval.acted and unrolled >= approval.start:
                    fair = self.fair(approval, calendar)
                    if fair is not None:
                        times.append(max(fair, self.fires(rung, calendar, unrolled)))
                occurrence += 1
        for planned in approval.open:
            at = self.comes_at(approval, planned)
            if at is not None:
                times.append(at)
                times.append(self.people[planned.person].calendar.next_work(max(at, now)))
        return [t for t in times if t > now]

    def run(self):
        waiting = sorted(self.invoices, key=lambda i: i["received"])
        now = self.begin
        while now <= self.until:
            while waiting and max(waiting[0]["received"], self.begin) <= now:
                invoice = waiting.pop(0)
                self.open_stage(invoice, 0, max(invoice["received"], self.begin))
            for at, number, uid, decision in [d for d in self.decisions if d[0] <= now]:
                self.decide(number, uid, decision, now)
            self.decisions = [d for d in self.decisions if d[0] > now]
            before = -1
            while before != len(self.sent):  # what was accepted may let others hear at once
                before = len(self.sent)
                stepped = 0
                while stepped < len(self.approvals):
                    if not self.approvals[stepped].closed:
                        self.step(self.approvals[stepped], now)
                    stepped += 1
            times = [max(i["received"], self.begin) for i in waiting] + [d[0] for d in self.decisions]
            for approval in self.approvals:
                times += self.next_of(approval, now)
            times = [t for t in times if t > now]
            if not times:
                break
            now = min(times)
        return self.sent
