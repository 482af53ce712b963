"""A person's calendar as their calendar program keeps it: entries come, change and go by the messages that arrive, as RFC 5546 says."""
import re

import icalendar


class HungCalendar:
    """Refuses, with an AssertionError, what a program would stumble over."""

    def __init__(self):
        self.standing, self.gone = {}, {}

    def take(self, message):
        """A mail of any kind: only those with a calendar part say something here."""
        parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
        if not parts:
            return
        [part] = parts
        calendar = icalendar.Calendar.from_ical(part.get_content())
        [event] = calendar.walk("VEVENT")
        method, uid, sequence = str(calendar["METHOD"]), str(event["UID"]), int(event["SEQUENCE"])
        assert part.get_param("method") == method
        assert uid not in self.gone, f"{method} of {uid}, which was taken back"
        before = self.standing.get(uid)
        assert before or method == "REQUEST", f"{method} of {uid}, which is not there"
        assert not before or sequence > int(before["SEQUENCE"]), f"{method} of {uid}: SEQUENCE {sequence} after {before['SEQUENCE']}"
        assert str(event["ATTENDEE"]) == f"mailto:{message['To'].addresses[0].addr_spec}"
        assert "sig=" not in str(event) and "token" not in str(event), "a signed link stands in the entry"
        if method == "CANCEL":
            assert str(event["STATUS"]) == "CANCELLED" and event["DTSTART"].dt == before["DTSTART"].dt
            self.gone[uid] = self.standing.pop(uid)
        else:
            assert (event["DTEND"].dt - event["DTSTART"].dt).total_seconds() == 1800 and str(event["TRANSP"]) == "TRANSPARENT"
            self.standing[uid] = event

    def entries(self):
        """Pairs of when an entry ends and the invoices it names, or how many where it only counts some, in order."""
        found = []
        for event in self.standing.values():
            text = f"{event['SUMMARY']}\n{event['DESCRIPTION']}"
            named = sorted(set(re.findall(r"\b(?:invoice|credit note|factuur|creditnota|facture|avoir|factura|Rechnung|Gutschrift) (\S+?)(?=,|$)", text, re.I | re.M)))
            more = re.findall(r"^(?:and|en nog|und|y|et) (\d+)", text, re.M)
            found.append((event["DTEND"].dt, [f"{len(named)} named", f"{more[0]} more"] if more else named))
        return sorted(found)
