"""A small LDAP server in a thread, for what a real one cannot be told to do: give attributes in ranges as Active Directory does, or keep back its answers."""
import contextlib
import select

from peer import Peer, ber, ldap_message, result

BIND, SEARCH, UNBIND, ABANDON = 0x60, 0x63, 0x42, 0x50
BIND_DONE, ENTRY, SEARCH_DONE = 0x61, 0x64, 0x65
BASE, SUBTREE = 0, 2
IN_CHAIN = "1.2.840.113556.1.4.1941"
ACTIVE_DIRECTORY = "1.2.840.113556.1.4.800"


def element(data, at=0):
    """(tag, content, where the next begins) of the BER element there; None where it is not whole."""
    if len(data) < at + 2:
        return None
    tag, length, at = data[at], data[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7f
        if len(data) < at + size:
            return None
        length, at = int.from_bytes(data[at:at + size], "big"), at + size
    return (tag, data[at:at + length], at + length) if len(data) >= at + length else None


def elements(data):
    found, at = [], 0
    while at < len(data):
        tag, content, at = element(data, at)
        found.append((tag, content))
    return found


class Search:
    """A request as it came."""

    def __init__(self, number, content):
        base, scope, _, _, _, _, self.filter, attributes = elements(content)[:8]
        self.number, self.base, self.scope = number, base[1].decode(), scope[1][0]
        self.attributes = [name.decode() for _, name in elements(attributes[1])]


def attribute(name, values):
    return ber(0x30, ber(0x04, name.encode()), ber(0x31, *(ber(0x04, value.encode()) for value in values)))


class Scripted(Peer):
    """Entries are {DN: {attribute: [values]}}, names in lower case. Of an attribute no more than `most` values are given at once. `ranged(name, values, first)` may
    be overridden to give nonsense. `searches` are those that came; `controls` are those of the latest request, as they came; `held` keeps the answers back while it is true."""

    def __init__(self, entries, most=None):
        super().__init__(self.talk)
        self.entries, self.most, self.searches, self.controls, self.held = entries, most, [], b"", False

    def talk(self, connection, stopped):
        data = b""
        while not stopped.is_set():
            if not select.select([connection], [], [], 0.05)[0]:
                continue
            piece = connection.recv(65536)
            if not piece:
                return
            data += piece
            for message in iter(lambda: element(data), None):
                data = data[message[2]:]
                number, operation, *controls = elements(message[1])
                self.controls = b"".join(content for _, content in controls)
                with contextlib.suppress(BrokenPipeError):
                    connection.sendall(b"".join(self.answer(int.from_bytes(number[1], "big"), *operation)))

    def answer(self, number, tag, content):
        if tag == BIND:
            return [result(number, BIND_DONE, 0)]
        if tag != SEARCH:
            return []
        search = Search(number, content)
        self.searches.append(search)
        return [] if self.held else self.found(search)

    def found(self, search):
        names = [name for name in self.entries if self.is_within(name, search)]
        if search.scope == BASE and not names:
            return [result(search.number, SEARCH_DONE, 32)]
        return [*(self.entry(name, search) for name in names if self.fits(name, *search.filter)), result(search.number, SEARCH_DONE, 0)]

    @staticmethod
    def is_within(name, search):
        if search.scope == BASE:
            return name.lower() == search.base.lower()
        return name != "" and name.lower().endswith(search.base.lower())

    def fits(self, name, tag, content):
        entry = self.entries[name]
        if tag in (0xa0, 0xa1):
            return (all if tag == 0xa0 else any)(self.fits(name, *part) for part in elements(content))
        if tag == 0xa2:
            return not self.fits(name, *elements(content)[0])
        if tag == 0x87:
            return content.decode().lower() in entry
        if tag == 0xa3:
            key, value = (part.decode() for _, part in elements(content))
            return value.lower() in map(str.lower, entry.get(key.lower(), []))
        parts = {part_tag: part.decode() for part_tag, part in elements(content)}
        assert tag == 0xa9 and parts[0x81] == IN_CHAIN, "no such filter here"
        return parts[0x83].lower() in self.chain(name, parts[0x82].lower(), set())

    def chain(self, name, key, seen):
        for value in self.entries.get(name, {}).get(key, []):
            if value.lower() not in seen:
                seen.add(value.lower())
                self.chain(value, key, seen)
        return seen

    def entry(self, name, search):
        given = [self.attribute(asked, self.entries[name]) for asked in search.attributes]
        return ldap_message(search.number, ENTRY, ber(0x04, name.encode()), ber(0x30, *filter(None, given)))

    def attribute(self, asked, entry):
        name, _, option = asked.partition(";range=")
        values = entry.get(name.lower())
        if not values:
            return None
        if self.most is None or (len(values) <= self.most and not option):
            return attribute(name, values)
        return self.ranged(name, values, int(option.partition("-")[0] or 0))

    def ranged(self, name, values, first):
        last = min(first + self.most, len(values)) - 1
        return attribute(f"{name};range={first}-{'*' if last == len(values) - 1 else last}", values[first:last + 1])
