"""The demonstration company while a scenario happens to it: commands are run at the scenario's times, mails are collected as they arrive."""
import collections
import contextlib
import datetime
import re
import sqlite3

from akkoord import EX_DATAERR, EX_OK, EX_UNAVAILABLE, Akkoord, is_sanitized
from company import DEMO, USUAL_CACHE, beside, make_store
from happened import Record, Mailbox, side_by_side
from hung_calendar import HungCalendar
from slapd import Slapd
from smtp_receiver import SmtpReceiver
import ubl

PEOPLE = "ou=people,dc=voorbeeld,dc=example"
FEED = "away.ics"
SANITIZED_TICKS = 100  # what the sanitizers do not find in so many passes at one instant, they do not find in a thousand
NOWHERE = 1  # a port of 127.0.0.1 on which nobody listens


def stamp(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def holiday_calendar(dates):
    """An iCalendar file with a whole-day event on each."""
    events = (f"BEGIN:VEVENT\nUID:{date}@holidays.example\nDTSTAMP:20260101T000000Z\nDTSTART;VALUE=DATE:{date.replace('-', '')}\nSUMMARY:Closed\nEND:VEVENT\n"
              for date in dates)
    return "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Akkoord//Scenario//EN\n" + "".join(events) + "END:VCALENDAR\n"


def absence_calendar(said):
    """An iCalendar file with each absence: uid, first and last day, deputy's uid or None."""
    events = "".join(f"BEGIN:VEVENT\nUID:{number}\nDTSTAMP:20260101T000000Z\nATTENDEE:mailto:{uid}@voorbeeld.example\nDTSTART;VALUE=DATE:{since.replace('-', '')}\n"
                     f"DTEND;VALUE=DATE:{datetime.date.fromisoformat(until) + datetime.timedelta(days=1):%Y%m%d}\n"
                     + (f"X-AKKOORD-DEPUTY:{deputy}\n" if deputy else "") + "END:VEVENT\n" for number, (uid, since, until, deputy) in enumerate(said))
    return "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Akkoord//Scenario//EN\n" + events + "END:VCALENDAR\n"


class Company:
    """A context: a folder with the configuration, the store and the mailbox of one scenario."""

    def __init__(self, folder, slapd, scenario):
        folder.mkdir()
        self.akkoord, self.folder, self.scenario = Akkoord(folder), folder, scenario
        self.slapd, self.own_slapd, self.left = slapd, None, {}
        self.is_up = {"mail": True, "directory": True}
        self.mailbox, self.got, self.rows = Mailbox(folder / "mail"), [], {}
        self.calendars = collections.defaultdict(HungCalendar)
        self.server, self.misbehaves, self.seen = None, False, 0
        self.has_feed = False
        self.now, self.wrong = None, datetime.timedelta()

    def __enter__(self):
        first = min((happening.at for happening in self.scenario.happenings))
        self.now = first.replace(year=first.year - 1, day=1)
        if any(re.fullmatch(pattern, happening.words) for happening in self.scenario.happenings for pattern in self.CHANGES_DIRECTORY):
            self.own_slapd = Slapd(self.folder / "slapd").start()
        self.has_feed = any(happening.words.startswith("the feed ") for happening in self.scenario.happenings)
        if self.has_feed:
            self.feed("nothing")
        self.configure()
        for name, dates in self.scenario.holidays.items():
            (self.folder / name).write_text(holiday_calendar(dates), encoding="utf-8", newline="\r\n")
        self.akkoord.policy.write_text(self.scenario.policies[""], encoding="utf-8")
        make_store(self.folder, (self.scenario.policies[""], self.now, beside(self.folder)), self.begin)
        return self

    def begin(self):
        self.akkoord.config, config = self.folder / "start/akkoord.conf", self.akkoord.config
        self.command("init", "--state", self.folder)
        self.akkoord.config = config
        self.apply("")

    def __exit__(self, *_):
        if self.own_slapd:
            self.own_slapd.stop()
        if self.server:
            self.server.stop()

    def configure(self):
        """akkoord.conf as things stand: what is down is somewhere nobody listens."""
        server = self.own_slapd or self.slapd
        transport = f"maildir:{self.mailbox.path}" if self.is_up["mail"] else f"smtp://127.0.0.1:{NOWHERE}"
        if self.misbehaves and self.is_up["mail"]:
            transport = self.server.url
        values = {"@DIR@": self.folder, "@LDAP_PORT@": server.port if self.is_up["directory"] else NOWHERE, "@TRANSPORT@": transport, USUAL_CACHE: self.scenario.cache}
        text = (DEMO / "akkoord.conf.in").read_text(encoding="utf-8")
        for name, value in values.items():
            text = text.replace(name, str(value))
        if self.has_feed:
            text += f'absences = [ "{FEED}" ];\n'
        self.akkoord.config.write_text(text, encoding="utf-8")
        (self.folder / "ldap.secret").write_text(server.secret.read_text(encoding="ascii"), encoding="ascii")

    def command(self, *words, code=EX_OK, as_json=False):
        return self.akkoord.run(*words, now=stamp(self.now + self.wrong), code=code, as_json=as_json)

    # --- what can happen ---

    def live_through(self, happening):
        self.now = happening.at
        for pattern, action in self.GRAMMAR:
            match = re.fullmatch(pattern, happening.words)
            if match:
                try:
                    action(self, *match.groups(), **({"block": happening.block} if happening.block else {}))
                except AssertionError as error:
                    raise AssertionError(f"line {happening.line}: {error}") from error
                return
        raise ValueError(f"line {happening.line}: {happening.words}: not understood")

    def label(self, name):
        """SUPPLIER/NUMBER of an invoice."""
        said = ubl.facts(name, self.scenario.invoices)
        return f"{said['supplier']}/{said['number']}"

    def take(self, name, via, verdict):
        path = self.folder / f"{name}.xml"
        path.write_text(ubl.document(name, self.scenario.invoices), encoding="utf-8")
        verdict = verdict or "new"
        [taken] = self.command("import", path, *(["--via", via] if via else []), as_json=True, code=EX_DATAERR if verdict == "refused" else EX_OK).lines
        assert taken["verdict"] == verdict, f"import {name}: wanted {verdict}, got {taken}"

    def take_many(self, count, name, days=None):
        """So many invoices like that one, numbered NAME-1 and on; as a pile that opens over so many days."""
        folder = self.folder / f"many {name}"
        folder.mkdir()
        for number in range(1, int(count) + 1):
            invoices = {**self.scenario.invoices, "one": [f"like {name}", f"number {name}-{number}"]}
            (folder / f"{number}.xml").write_text(ubl.document("one", invoices), encoding="utf-8")
        self.command("import", folder, *(["--backlog", "--over", days] if days else []))

    def tick(self, times):
        code = EX_OK if all(self.is_up.values()) and not self.misbehaves else None
        times = int(times or 1)
        for _ in range(min(times, SANITIZED_TICKS) if is_sanitized() else times):
            result = self.command("tick", code=code)
            assert result.code in (EX_OK, EX_UNAVAILABLE), f"tick: {result!r}"
            for message in self.mailbox.arrived() + self.arrived_there():
                self.got.append((self.now, message))
                self.calendars[message["To"].addresses[0].username].take(message)

    def decide(self, command, name, person, reason, code):
        options = (["--as", person] if person else []) + (["--reason", reason] if reason else [])
        self.command(command, self.label(name), *options, code=int(code or 0))

    def delegate(self, name, to, person, whom, reason, code):
        options = ["--to", to, "--as", person] + (["--for", whom] if whom else []) + (["--reason", reason] if reason else [])
        self.command("delegate", self.label(name), *options, code=int(code or 0))

    def hold(self, name, until, person, reason, code):
        self.command("hold", self.label(name), "--until", until, "--as", person, "--reason", reason, code=int(code or 0))

    def release(self, name, person, reason):
        self.command("release", self.label(name), "--as", person, *(["--reason", reason] if reason else []))

    def ask(self, name, whom, person, question):
        self.command("ask", self.label(name), "--of", whom, "--as", person, "--question", question)

    def remind(self, name):
        self.command("remind", self.label(name))

    def pause(self, reason):
        self.command("pause", "--reason", reason)

    def resume(self):
        self.command("resume")

    def apply(self, name):
        self.akkoord.policy.write_text(self.scenario.policies[name], encoding="utf-8")
        self.command("policy", "apply", self.akkoord.policy)

    def switch(self, what, state):
        self.is_up[what] = state == "up"
        self.configure()

    def misbehave(self, busy, refused=None):
        """The transport is now an SMTP server that answers 450 to everybody or 550 to some."""
        if not self.server:
            self.server = SmtpReceiver(self.folder / "smtp")
            self.server.start()
        names = refused.split(", ") if refused else []
        self.server.behave(rcpt={"*": "450 4.2.0 busy"} if busy else {f"{name}@voorbeeld.example": "550 5.1.1 no such user" for name in names})
        self.misbehaves = True
        self.configure()

    def behave(self):
        self.misbehaves = False
        self.configure()

    def arrived_there(self):
        """What came to the server that misbehaves since the last call."""
        messages = self.server.messages()[self.seen:] if self.server else []
        self.seen += len(messages)
        return [received.message for received in messages]

    def count_tries(self, most, person):
        """How often a message to that person was tried: at least once and at most so often."""
        with contextlib.closing(sqlite3.connect(self.folder / "akkoord.db")) as store:
            [(tries, worst)] = store.execute("SELECT COALESCE(SUM(attempts), 0), MAX(attempts) FROM message JOIN person ON person.id = message.person"
                                             " WHERE person.uid = ?", (person,)).fetchall()
        assert 0 < tries <= int(most), f"{tries} tries to {person}, {worst} of one message"

    def set_clock(self, amount, unit, direction):
        """The machine's clock is wrong by so much; mails are told by the true time."""
        self.wrong = datetime.timedelta(**{unit: int(amount)}) * (1 if direction == "fast" else -1)

    def set_clock_right(self):
        self.wrong = datetime.timedelta()

    def change_directory(self, block=()):
        """From now on it holds what the LDIF says."""
        self.own_slapd.modify("\n".join(line.strip() for line in block) + "\n")

    def change_person(self, uid, *lines):
        self.change_directory([f"dn: uid={uid},{PEOPLE}", "changetype: modify", *lines])

    def leave(self, names):
        """Their entries are deleted, and kept to be put back with the same ids."""
        for uid in names.split(", "):
            self.left[uid] = self.own_slapd.entry_of(uid)
            self.change_directory([f"dn: uid={uid},{PEOPLE}", "changetype: delete"])

    def come_back(self, names):
        for uid in names.split(", "):
            self.own_slapd.modify(self.left.pop(uid), "-e", "relax")

    def disable(self, names):
        for uid in names.split(", "):
            self.change_person(uid, "add: pwdAccountLockedTime", "pwdAccountLockedTime: 000001010000Z")

    def enable(self, names):
        for uid in names.split(", "):
            self.change_person(uid, "delete: pwdAccountLockedTime")

    def take_mail_away(self, uid):
        self.change_person(uid, "delete: mail")

    def take_over(self, centre, uid):
        """The cost centre is somebody else's."""
        self.change_directory([f"dn: ou={centre},ou=cost centres,dc=voorbeeld,dc=example", "changetype: modify", "replace: manager", f"manager: uid={uid},{PEOPLE}"])

    def confirm(self, reason):
        self.command("people", "confirm", "--reason", reason)

    def people_listed(self, wanted):
        """Who is missing or unusable: "mark gone 3, anna missing 1", with what is asked of each; or nobody."""
        rows = sorted(self.command("people", "list", as_json=True).lines, key=lambda row: row["uid"])
        got = ", ".join(f"{row['uid']} {row['why']} {row['approvals']}" + (" held" if row["held"] else "") for row in rows) or "nobody"
        assert got == wanted, f"people: wanted {wanted!r}, got {got!r}"

    def go_away(self, person, since, until, deputy, code):
        self.command("absence", "set", person, "--from", since, "--until", until, *(["--deputy", deputy] if deputy else []), "--as", person,
                     code=int(code or 0))

    def be_back(self, person):
        self.command("absence", "clear", person, "--as", person)

    def explained(self, name, text):
        said = self.command("explain", self.label(name)).out
        assert text in said, f"explain {name} does not say {text!r} but\n{said}"

    def row(self, name):
        """The invoice's row in the store, past the program."""
        invoice = self.listed()[self.label(name)]["invoice"]
        with contextlib.closing(sqlite3.connect(self.folder / "akkoord.db")) as store:
            return store.execute("SELECT * FROM invoice WHERE id = ?", (invoice,)).fetchall()

    def keep_row(self, name):
        self.rows[name] = self.row(name)
        assert len(self.rows[name]) == 1, f"{name}: {len(self.rows[name])} rows"

    def compare_row(self, name):
        assert self.row(name) == self.rows[name], f"{name}: its row was changed:\n{self.rows[name]}\n{self.row(name)}"

    def compare_calendar(self, person, wanted):
        """What stands in somebody's calendar: "Fri 2026-12-04 17:30: 88213, 88214"; several with a semicolon, or nothing."""
        hangs = self.calendars[person].entries()
        got = "; ".join(f"{self.scenario.text(ends)}: {', '.join(numbers)}" for ends, numbers in hangs) or "nothing"
        assert got == wanted, f"calendar of {person}: wanted\n{wanted}\ngot\n{got}"

    def feed(self, text):
        """What the calendar of absences says from now on."""
        said = [] if text == "nothing" else [re.fullmatch(r"(\w+) is away from (\S+) to (\S+?)(?:, (\w+) stands in)?", part).groups() for part in text.split("; ")]
        (self.folder / FEED).write_text(absence_calendar(said), encoding="utf-8", newline="\r\n")

    def break_feed(self):
        (self.folder / FEED).write_text("<html>Log in</html>", encoding="utf-8")

    CHANGES_DIRECTORY = (r"directory:", r".+ leaves?", r".+ disabled", r".+ has no mail", r"\S+ is for \w+")
    GRAMMAR = (
        (r"import (\S+)(?: via (\S+))?(?:, (known|updated|held|refused))?", take),
        (r"import (\d+) like (\S+)(?: over (\d+) days)?", take_many),
        (r"tick(?: (\d+) times)?", tick),
        (r"delegate (\S+) to (\w+) as (\w+)(?: for (\w+))?(?: because (.+?))?(?: -> (\d+))?", delegate),
        (r"(approve|reject|withdraw|not-mine|restart|note|booked) (\S+)(?: as (\w+))?(?: because (.+?))?(?: -> (\d+))?", decide),
        (r"hold (\S+) until (\S+(?: \d\d:\d\d)?) as (\w+) because (.+?)(?: -> (\d+))?", hold),
        (r"release (\S+) as (\w+)(?: because (.+))?", release),
        (r"ask (\S+) of (\w+) as (\w+): (.+)", ask),
        (r"remind (\S+)", remind),
        (r"pause because (.+)", pause),
        (r"resume", resume),
        (r"policy (\w+)", apply),
        (r"(mail|directory) (up|down)", switch),
        (r"mail (busy)", misbehave),
        (r"mail (?:()refuses (.+))", misbehave),
        (r"mail as usual", behave),
        (r"at most (\d+) tries to (\w+)", count_tries),
        (r"clock (\d+) (minutes|hours|days) (fast|slow)", set_clock),
        (r"clock right", set_clock_right),
        (r"directory:", change_directory),
        (r"([\w, ]+) leaves?", leave),
        (r"([\w, ]+) (?:comes|come) back", come_back),
        (r"([\w, ]+) (?:is|are) disabled", disable),
        (r"([\w, ]+) (?:is|are) enabled", enable),
        (r"(\w+) has no mail", take_mail_away),
        (r"(\S+) is for (\w+)", take_over),
        (r"confirm because (.+)", confirm),
        (r"people: (.+)", people_listed),
        (r"(\w+) is away from (\S+(?: \d\d:\d\d)?) to (\S+(?: \d\d:\d\d)?)(?:, (\w+) stands in)?(?: -> (\d+))?", go_away),
        (r"(\w+) is back", be_back),
        (r"the feed says (.+)", feed),
        (r"the feed cannot be read", break_feed),
        (r"explain (\S+) says (.+)", explained),
        (r"calendar of (\w+): (.+)", compare_calendar),
        (r"keep row of (\S+)", keep_row),
        (r"row of (\S+) is the same", compare_row),
    )

    # --- what came of it ---

    def listed(self):
        """Every invoice's record of `list`, by SUPPLIER/NUMBER."""
        return {f"{row['supplier']}/{row['number']}": row for row in self.command("list", "--all", as_json=True).lines}

    def outcomes(self):
        """The lines about invoices that the scenario has, as they turned out."""
        rows = self.listed()
        for line in self.scenario.outcomes:
            name = line.split(" ")[0]
            row = rows[self.label(name)]
            yield f"{name} is {row['state']}" + (", stuck" if row.get("stuck") else "")

    def compare(self):
        """Expected beside got, where they differ. The record must hold, too."""
        self.command("audit", "verify")
        self.command("audit", "replay")
        record = Record(self.folder / "akkoord.db")
        got = [f"{self.scenario.text(at)} {record.describe(message)}" for at, message in self.got]
        return side_by_side(self.scenario.expected + self.scenario.outcomes, got + list(self.outcomes()))
