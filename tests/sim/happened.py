"""What came of a scenario: the messages in the mailbox, told in words with the help of the record, and compared with what was expected."""
import contextlib
import difflib
import email
import email.policy
import json
import os
import sqlite3

TONES = ("new", "friendly", "firm", "escalation", "final")
KINDS = {"mail": "mail", "invite-request": "invite", "invite-update": "update", "invite-cancel": "cancel", "notice": "notice", "news": "moved", "done": "done", "summary": "summary", "return": "return", "question": "question"}
MANY = 20  # more invoices in one message are only counted
NAMED = 10  # as many invoices a calendar entry names; the rest it counts
METHODS = {"invite": "REQUEST", "update": "REQUEST", "cancel": "CANCEL"}


def counted(numbers):
    """They themselves, or, of many, how many there are."""
    return numbers if len(numbers) <= MANY else [f"{len(numbers)} invoices"]


class Mailbox:
    """A Maildir that the program delivers into."""

    def __init__(self, path):
        self.path, self.seen = path, set()

    def arrived(self):
        """The messages that came since the last call."""
        folder = self.path / "new"
        names = sorted(set(os.listdir(folder)) - self.seen) if folder.exists() else []
        self.seen.update(names)
        return [email.message_from_bytes((folder / name).read_bytes(), policy=email.policy.default) for name in names]


class Record:
    """The events, read past the program, as far as they tell what a message is about."""

    def __init__(self, path):
        with contextlib.closing(sqlite3.connect(path)) as store:
            rows = store.execute("SELECT canonical, body FROM event LEFT JOIN side USING (seq) ORDER BY seq").fetchall()
        self.people, self.numbers, self.approvals, self.messages, self.tones = {}, {}, {}, {}, {}
        for canonical, body in rows:
            event = json.loads(canonical)
            action = getattr(self, "take_" + event["type"].replace(".", "_"), None)
            if action:
                action(event, event["data"], json.loads(body) if body else {})

    def take_person_recorded(self, _, data, side):
        self.people[data["person"]] = side.get("uid", side.get("mail"))

    def take_invoice_received(self, event, _, side):
        self.numbers[event["invoice"]] = side["number"]

    def take_approval_opened(self, event, data, _):
        self.approvals[data["approval"]] = {"number": self.numbers[event["invoice"]], "people": {data["person"]}}

    def take_approver_added(self, _, data, __):
        self.approvals[data["approval"]]["people"].add(data["person"])

    def take_approval_idle(self, event, data, _):
        self.numbers[str(event["seq"])] = self.approvals[data["approval"]]["number"]

    def take_message_queued(self, _, data, side):
        self.messages[side["message_id"]] = {**data, "to": side["to"]}

    def take_reminder_claimed(self, _, data, __):
        if data["channel"] == "mail":
            self.tones.setdefault(data["message"], set()).add(data["tone"])

    def describe(self, message):
        """ "mail firm to mark: 88213, informed of 1187"; what contradicts the record is said behind it. """
        queued = self.messages[message["Message-ID"]]
        kind, person = KINDS[queued["kind"]], queued["person"]
        about = [self.approvals[approval] for approval in queued.get("approvals", [])]
        own = sorted({approval["number"] for approval in about if person in approval["people"]})
        others = sorted({approval["number"] for approval in about} - set(own))
        if kind == "question":
            own, others = sorted(set(own + others)), []
        tone = " " + max(self.tones[queued["message"]], key=TONES.index) if kind == "mail" else ""
        numbers = counted(own) + ([f"informed of {', '.join(counted(others))}"] if others else [])
        numbers += counted(sorted({f"{fact.split(':')[0]} {self.numbers.get(fact.split(':')[1], '')}".rstrip() for fact in queued.get("facts", [])}))
        return f"{kind}{tone} to {self.people[person]}: {', '.join(numbers)}" + "".join(self.contradictions(message, queued, kind, own + others))

    @staticmethod
    def contradictions(message, queued, kind, numbers):
        if queued["to"] not in message["To"]:
            yield f" [To: {message['To']}]"
        methods = {part.get_param("method") for part in message.walk() if part.get_content_type() == "text/calendar"}
        if methods != ({METHODS[kind]} if kind in METHODS else set()):
            yield f" [calendar method {methods}]"
        text = message.get_body(("plain",)).get_content()
        named = [number for number in numbers if number in text]
        if len(named) < (min(len(numbers), NAMED) if kind in METHODS else len(numbers)):
            yield f" [names only {named}]"


def side_by_side(expected, got):
    """Lines with what was expected on the left and what came on the right; none where both are the same. The order within an instant is free."""
    expected, got = sorted(expected, key=sort_key), sorted(got, key=sort_key)
    if expected == got:
        return []
    width = max([len(line) for line in expected] + [len("expected")])
    lines = [f"  {'expected':{width}}   got"]
    for tag, i, j, k, m in difflib.SequenceMatcher(None, expected, got, autojunk=False).get_opcodes():
        left, right = expected[i:j], got[k:m]
        for row in range(max(len(left), len(right))):
            pair = [side[row] if row < len(side) else "" for side in (left, right)]
            lines.append(f"{' ' if tag == 'equal' else '!'} {pair[0]:{width}} | {pair[1]}")
    return ["\n".join(lines)]


def sort_key(line):
    """By date and time, then by words; lines without a time last."""
    return (line[4:20], line) if line[3:4] == " " and line[4:8].isdigit() else ("~", line)
