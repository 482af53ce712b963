"""A directory server that means no good, or is badly mistaken: whatever it says, an answer is whole or unknown, and comes to an end."""
import time

import pytest

from peer import RESULT, ber, ldap_message, result
from probe import is_unknown, probing, settings
from scripted import SEARCH_DONE, Scripted
from slapd import SUFFIX

PAGES = b"1.2.840.113556.1.4.319"
TOO_MUCH = 4


def person(uid):
    return {"objectclass": ["inetOrgPerson"], "uid": [uid], "entryuuid": [f"id-{uid}"], "cn": [uid], "mail": [f"{uid}@voorbeeld.example"]}


def company(**groups):
    """Three people, and groups with those members."""
    people = {f"uid={uid},{SUFFIX}": person(uid) for uid in ("anna", "mark", "lucia")}
    return {**people, **{f"cn={name},{SUFFIX}": {"objectclass": ["groupOfNames"], "cn": [name], **attributes} for name, attributes in groups.items()}}


def page_end(number, cookie):
    """The end of a page, and that there is a next one."""
    value = ber(0x30, ber(0x02, b"\0"), ber(0x04, cookie))
    head = ber(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))
    return ber(0x30, head, ber(SEARCH_DONE, *RESULT), ber(0xa0, ber(0x30, ber(0x04, PAGES), ber(0x04, value))))


def asks(peer, **changes):
    return probing(settings(peer, uris=[peer.uri], person_disabled=None, **{"bind_method": None, **changes}))


class Scene(Scripted):
    """What settings() wants to know of a server."""
    secret = "/dev/null"


class EndlessPages(Scene):
    """However often it is asked for the next page, there is one more."""

    def found(self, search):
        if "entryUUID=" not in str(search.filter) and len(self.searches) == 1:
            return [result(search.number, SEARCH_DONE, TOO_MUCH)]
        return [page_end(search.number, b"more")]


def test_pages_without_an_end():
    with EndlessPages(company()) as peer, asks(peer, timeout_s=1) as probe:
        is_unknown({**probe.ask("user", "anna"), "cpu_ms": 0}, timeout_s=1)
    assert len(peer.searches) > 2


class UnaskedPages(Scene):
    """Speaks of a next page though nobody asked for pages, and then has none; whoever asks for pages from the first one gets the whole."""

    def found(self, search):
        *entries, end = super().found(search)
        if b"more" in self.controls:
            return [end]
        return [*entries, end if self.controls else page_end(search.number, b"more")]


def test_pages_that_nobody_asked_for():
    with UnaskedPages(company()) as peer, asks(peer) as probe:
        assert probe.uids("user", "anna") == ["anna"]


class SlowPieces(Scene):
    """Gives one value at a time, each in time."""

    def ranged(self, name, values, first):
        time.sleep(0.5)
        return super().ranged(name, values, first)


def test_pieces_without_an_end():
    """A group that takes for ever is unknown; what was asked beside it is not."""
    people = {f"uid=u{number},{SUFFIX}": person(f"u{number}") for number in range(100)}
    with SlowPieces({**company(all={"member": list(people)}), **people}, most=1) as peer, asks(peer, timeout_s=1) as probe:
        user, group = probe.batch([("user", "anna"), ("group", "all")])
        assert [one["uid"] for one in user["people"]] == ["anna"]
        is_unknown({**group, "cpu_ms": 0})


def raw(name, values):
    return ber(0x30, ber(0x04, name.encode()), ber(0x31, *(ber(0x04, value) for value in values)))


class RawValues(Scene):
    """Gives the groups' members as bytes."""
    members = ()

    def attribute(self, asked, entry):
        return raw(asked, self.members) if asked.lower() in ("memberuid", "member") and "cn" in entry else super().attribute(asked, entry)

    def fits(self, name, tag, content):
        try:
            return super().fits(name, tag, content)
        except UnicodeDecodeError:
            return False


@pytest.mark.parametrize("value", [b"\xf0", b"anna\xf0", b"\xc3", b"\xff\xfe", b"anna\x00", b"\xed\xa0\x80", b"x" * 3000 + b"\xfd"])
@pytest.mark.parametrize("attribute", ["memberUid", "member"])
def test_members_that_are_no_text(attribute, value):
    """One of them is passed over as one whom nobody knows; the others are there."""
    with RawValues(company(unix={attribute.lower(): ["x"]})) as peer, asks(peer, group_member=attribute) as probe:
        peer.members = [value, b"anna"]
        assert probe.uids("group", "unix") == ["anna"]
        assert probe.uids("user", "mark") == ["mark"]
