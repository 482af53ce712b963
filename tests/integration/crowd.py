"""Many messages to many people at once: one invoice of which a rung tells a crowd of addresses."""
import datetime
import shutil

from akkoord import EX_UNAVAILABLE
from company import found
from scene import FIRST, events, take

# Tuesday 1 December 2026 in Amsterdam: 11:00, when the crowd is told; ten minutes later, when all that was put off then is due.
TOLD, DUE = "2026-12-01T10:00:00Z", "2026-12-01T10:10:00Z"


def later(seconds, text=DUE):
    return (datetime.datetime.fromisoformat(text.replace("Z", "+00:00")) + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def addresses(count):
    return [f"r{number}@voorbeeld.example" for number in range(count)]


class Crowd:
    """A company whose ladder tells them all two hours after the approver was asked. What goes to the crowd is queued, one of it was put off; that store is begun with
    again and again."""

    def __init__(self, akkoord, slapd, smtp, count):
        told = ", ".join(f'"mail({address})"' for address in addresses(count))

        def edit(text):
            start, end = text.index('    { name = "nudge";'), text.index('    { name = "pressing";')
            rungs = f'    {{ name = "tell"; at = "start+2bh"; tone = "friendly"; urgent = true; to = [ {told} ]; }},\n'
            return (text[:start] + rungs + text[end:]).replace('grace = "4bh"', 'grace = "1bh"')
        self.akkoord, self.smtp, self.count, self.kept = akkoord, smtp, count, akkoord.folder / "kept.db"
        found(akkoord, slapd, smtp.url, FIRST, edit)
        self.settings = akkoord.config.read_text(encoding="utf-8").replace(smtp.url, "@URL@")
        _, self.invoice = take(akkoord)
        akkoord.run("tick", now=FIRST)
        self.configure(url="smtp://127.0.0.1:1")
        akkoord.run("tick", now=TOLD, code=EX_UNAVAILABLE)
        shutil.copy(akkoord.folder / "akkoord.db", self.kept)

    def configure(self, mail="", url=None):
        """Further settings of `mail`."""
        self.akkoord.configure(self.settings.replace("bounce = ", f"{mail} bounce = ").replace("@URL@", url or self.smtp.url))

    def begin(self, mail="", **behaviour):
        """As if nothing had been sent to anybody of the crowd yet."""
        for end in ("-wal", "-shm"):
            (self.akkoord.folder / f"akkoord.db{end}").unlink(missing_ok=True)
        shutil.copy(self.kept, self.akkoord.folder / "akkoord.db")
        self.smtp.clear()
        self.smtp.behave(**behaviour)
        self.configure(mail)
        return self.akkoord


def under_way(akkoord):
    """How many messages were `sending` at most at once; asserts that no two of them went to one person."""
    persons, going, most = {}, {}, 0
    for event in events(akkoord):
        kind, message = event["type"], event["data"].get("message")
        if kind == "message.queued":
            persons[message] = event["data"]["person"]
        elif kind == "message.sending":
            assert persons[message] not in going.values(), "two messages to one person side by side"
            going[message] = persons[message]
        elif kind.startswith("message."):
            going.pop(message, None)
        most = max(most, len(going))
    return most
