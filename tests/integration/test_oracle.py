"""Companies that nobody thought of: what `akkoord simulate` foretells beside what the rules say, worked out the slow and plain way (oracle.py)."""

import json
import random
from datetime import datetime, timedelta

import akkoord
import pytest
from oracle import TONES, UTC, Calendar, Oracle, Person

CALENDARS = {
    "nl": ("Europe/Amsterdam", ["Mon-Fri 08:30-12:30", "Mon-Fri 13:00-17:30"], "NL"),
    "es": ("Europe/Madrid", ["Mon-Thu 08:00-17:00", "Fri 08:00-15:00"], "ES"),
    "us": ("America/New_York", ["Mon-Fri 09:00-17:00"], "US"),
    "au": ("Australia/Lord_Howe", ["Mon-Fri 09:00-17:00", "Sat 10:00-12:00"], "AU"),
}
COMPANIES = 12  # of each kind


def stamp(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def texts(items):
    return "[ " + ", ".join(f'"{item}"' for item in items) + " ]"


class Company:
    """Calendars, people, a ladder, stages, invoices and decisions, all drawn from one seed."""

    def __init__(self, seed, kind):
        self.draw, self.kind = random.Random(f"{kind} {seed}"), kind
        self.calendars = self.draw.sample(sorted(CALENDARS), self.draw.randint(1, 3))
        self.begin = datetime(2026, self.draw.choice([1, 3, 6, 10, 11, 12]), self.draw.randint(1, 28), self.draw.randint(0, 23),
                              self.draw.choice([0, 17, 30]), tzinfo=UTC)
        self.days = self.draw.choice([5, 14, 21])
        self.people = {uid: self.person(uid, i) for i, uid in enumerate(f"p{n}" for n in range(self.draw.randint(3, 6)))}
        self.policy = {
            "slots": self.draw.choice([["09:00", "14:00"], ["09:00", "14:00"], [], ["08:00"], ["12:45", "16:59"]]),
            "grace": self.draw.choice(["4bh", "4bh", "1bd", "2h", "0min"]),
            "invites": "none" if kind == "add" else self.draw.choice(["none", "approval"]),
            "payment_runs": self.draw.choice([None, ["Tue", "Fri"], ["Wed"]]),
            "ladder": self.ladder(), "stages": self.stages()}
        self.invoices = [self.invoice(i) for i in range(self.draw.randint(1, 4))]
        self.decisions = sorted(self.decisions_drawn()) if kind == "decide" else []

    def person(self, uid, place):
        country = self.draw.choice(self.calendars)
        person = Person(uid, Calendar(*CALENDARS[country][:2]), f"p{self.draw.randint(0, place - 1)}" if place else None,
                        tuple(group for group in ("g1", "g2") if self.draw.random() < 0.3), f"{uid}@example.com")
        person.country = CALENDARS[country][2]
        return person

    def time(self):
        anchor = self.draw.choice(["start", "start", "deadline", "deadline", "due", "received", "payment", "discount"])
        if self.draw.random() < 0.25:
            return anchor
        return f"{anchor}{self.draw.choice('++-')}{self.draw.randint(0, 6)}{self.draw.choice(['bd', 'bd', 'bh', 'd', 'h', 'min'])}"

    def rung(self, place, tone):
        rung = {
            "name": f"r{place}", "at": self.time() if place or self.draw.random() < 0.3 else "start", "tone": tone,
            "send": self.draw.choice([["mail"], ["mail"], ["mail", "invite"], ["mail", "sms"], ["mail"] if self.kind == "add" else ["sms"]]),
            "to": self.draw.choice([["approver"]] * 3 + [["manager(approver)"], ["approver", "manager(approver)"], ["group(g1)"]]),
            "cc": self.draw.choice([[], [], ["manager(approver)"], ["group(g2)"], ["manager(approver, 2)"], ["user(p1)"]])}
        if self.draw.random() < 0.25:
            rung[self.draw.choice(["urgent", "urgent", "anytime"])] = True
        if self.draw.random() < 0.3:
            rung.update(every=self.draw.choice(["1bd", "4bh", "2d", "1w", "3h", "2bd"]), times=self.draw.choice([0, 2, 3, 5]))
        if self.kind in ("add", "reassign") and self.draw.random() < 0.3:
            rung[self.kind] = self.draw.choice(["manager(approver)", "user(p0)"])
        return rung

    def ladder(self):
        tones = self.draw.choices(TONES, k=self.draw.randint(1, 6))
        return [self.rung(i, tone) for i, tone in enumerate(sorted(tones, key=TONES.index) if self.draw.random() < 0.8 else tones)]

    def stages(self):
        within, at_least = self.draw.choice([("5bd", "1bd"), ("3bd", "0bd"), ("1bd", "2bh"), ("8bh", "2bh"), ("4d", "1bd")])
        stages = [{"name": "first", "approvers": self.draw.choice([["user(p1)"], ["user(p2)"], ["group(g1)", "user(p1)"]]), "within": within,
                   "at_least": at_least, "before": self.draw.choice([[], [], ["due-2bd"], ["payment"], ["discount-1bd", "due-1bd"]])}]
        if self.kind == "decide":
            stages[0]["need"] = self.draw.choice(["any", "all"])
            stages.append({"name": "second", "approvers": self.draw.choice([["user(p1)", "user(p0)"], ["group(g2)"], ["user(p2)"]]),
                           "need": self.draw.choice(["any", "all"]), "within": "2bd", "at_least": "1bd", "before": [],
                           "distinct": self.draw.random() < 0.5, "fallback": self.draw.choice([[], ["user(p0)"]])})
        return stages

    def invoice(self, place):
        received = self.begin + timedelta(minutes=self.draw.randint(-3000, 6000))
        invoice = {"supplier": f"S{place}", "number": f"N{place}", "received": received}
        if self.draw.random() < 0.8:
            invoice["due"] = (received + timedelta(days=self.draw.randint(0, 25))).date()
        if self.draw.random() < 0.3:
            invoice["discount"] = (received + timedelta(days=self.draw.randint(1, 10))).date()
        if self.draw.random() < 0.2:
            invoice["requester"] = "p1"
        return invoice

    def decisions_drawn(self):
        for invoice in self.invoices:
            for _ in range(self.draw.randint(0, 5)):
                yield (max(invoice["received"], self.begin) + timedelta(minutes=self.draw.randint(1, 8000)), invoice["number"],
                       self.draw.choice(sorted(self.people)), "approve" if self.draw.random() < 0.85 else "reject")

    # --- as files ---

    def policy_text(self):
        calendars = "".join(
            f'  {name} = {{ timezone = "{zone}"; work = {texts(work)}; countries = [ "{country}" ]; }};\n'
            for name, (zone, work, country) in ((name, CALENDARS[name]) for name in self.calendars))
        runs = f'payment_runs = {texts(self.policy["payment_runs"])};' if self.policy["payment_runs"] else ""
        return f"""calendars = {{
{calendars}}};
default_calendar = "{self.calendars[0]}";
slots = {texts(self.policy["slots"])}; grace = "{self.policy["grace"]}"; max_per_day = 100; invites = "{self.policy["invites"]}"; {runs}
channels = {{ sms = {{ url = "https://sms.example/"; to = "mobile"; }}; }};
ladders = {{ all = ( {", ".join(map(self.rung_text, self.policy["ladder"]))} ); }};
chains = ( {{ name = "rest"; stages = ( {", ".join(map(self.stage_text, self.policy["stages"]))} ); }} );
"""

    @staticmethod
    def rung_text(rung):
        said = f'name = "{rung["name"]}"; at = "{rung["at"]}"; tone = "{rung["tone"]}";'
        said += "".join(f" {name} = {texts(rung[name])};" for name in ("send", "to", "cc"))
        said += "".join(f" {name} = true;" for name in ("urgent", "anytime") if name in rung)
        said += f' every = "{rung["every"]}"; times = {rung["times"]};' if "every" in rung else ""
        return "{ " + said + "".join(f' {name} = "{rung[name]}";' for name in ("add", "reassign") if name in rung) + " }"

    @staticmethod
    def stage_text(stage):
        said = "".join(f' {name} = "{stage[name]}";' for name in ("name", "within", "at_least", "need") if name in stage)
        said += "".join(f" {name} = {texts(stage[name])};" for name in ("approvers", "before", "fallback") if name in stage)
        return "{" + said + f' ladder = "all"; distinct = {"true" if stage.get("distinct") else "false"}; }}'

    def people_records(self):
        for person in self.people.values():
            manager = {"manager": person.manager} if person.manager else {}
            yield {"uid": person.uid, "name": person.uid.upper(), "mail": person.mail, "country": person.country, "groups": list(person.groups), **manager}

    def invoice_records(self):
        names = {"due": "due_date", "discount": "discount_date"}
        for invoice in self.invoices:
            dates = {names[name]: invoice[name].isoformat() for name in names if name in invoice}
            rest = {name: invoice[name] for name in ("supplier", "number", "requester") if name in invoice}
            yield {**rest, **dates, "received": stamp(invoice["received"]), "gross": "100.00", "currency": "EUR"}

    def decision_records(self):
        for at, number, uid, decision in self.decisions:
            yield {"at": stamp(at), "invoice": f"S{number[1:]}/{number}", "as": uid, "decision": decision}


def foretold(company, folder):
    (folder / "policy.conf").write_text(company.policy_text())
    for name, records in (("people", company.people_records()), ("invoices", company.invoice_records()), ("decide", company.decision_records())):
        (folder / name).write_text("".join(json.dumps(record) + "\n" for record in records))
    words = [f"--{name}={folder / file}" for name, file in (("policy", "policy.conf"), ("people", "people"), ("invoices", "invoices"))]
    words += [f"--decide={folder / 'decide'}"] if company.decisions else []
    records = akkoord.Akkoord(folder).records("simulate", "--from", stamp(company.begin), "--days", company.days, *words)
    return [record for record in records if record["send"] in ("mail", "invite", "sms")]


def in_order(records):
    return sorted(records, key=lambda record: json.dumps(record, sort_keys=True))


@pytest.mark.parametrize("seed", range(COMPANIES))
@pytest.mark.parametrize("kind", ["plain", "add", "reassign", "decide"])
def test_simulate_foretells_what_the_rules_say(kind, seed, tmp_path):
    company = Company(seed, kind)
    oracle = Oracle(company.policy, company.people, company.invoices, company.begin, company.days)
    oracle.decisions = list(company.decisions)
    assert in_order(foretold(company, tmp_path)) == in_order(oracle.run())
