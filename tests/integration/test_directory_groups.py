"""Groups of a real directory, asked through directory_probe."""
import pytest

from nasty import CROWD, UMLAUT, group, nasty_ldif, nasty_name, person
from probe import is_unknown, probing, settings
from scripted import ACTIVE_DIRECTORY, IN_CHAIN, Scripted, attribute
from slapd import SUFFIX, Slapd, entry

MANY = 5000
WITH_BITS = nasty_name("uid=left") + "#'0101'B"
TOP = nasty_name("cn=top\\, \u00fc*")


def linked():
    """Groups that slapo-memberof(5) writes into their members."""
    return "".join((
        group("below", nasty_name("uid=stays"), nasty_name("uid=orphan")),
        group("top, \u00fc*", nasty_name("uid=left"), UMLAUT, nasty_name("cn=below")).replace(nasty_name("cn=top, \u00fc*"), TOP),
        entry(nasty_name("cn=below"), "changetype: modify", "add: member", f"member: {TOP}", f"member: {nasty_name('cn=below')}"),
        *(group(f"link{level}", nasty_name(f"cn=link{level + 1}") if level < 12 else nasty_name("uid=stays")) for level in range(12, -1, -1)),
        group("many", *(nasty_name(f"uid=m{number}") for number in range(MANY))),
        entry(nasty_name("ou=by link"), "objectClass: organizationalUnit", "objectClass: extensibleObject", "ou: by link", f"manager: {TOP}"),
    ))


@pytest.fixture(scope="module")
def groups(tmp_path_factory):
    folder = tmp_path_factory.mktemp("groups")
    folder.chmod(0o755)
    more = "".join((
        nasty_ldif(), *(person(f"m{number}") for number in range(MANY)),
        person("uid=odd,dc=one", rdn="uid=uid\\=odd\\,dc\\=one"),
        entry(nasty_name("cn=odd unix"), "objectClass: posixGroup", "cn: odd unix", "gidNumber: 4712", "memberUid: uid=odd,dc=one", "memberUid: anna"),
        entry(nasty_name("cn=unique"), "objectClass: groupOfUniqueNames", "cn: unique", f"uniqueMember: {nasty_name('uid=stays')}",
              f"uniqueMember: {nasty_name('uid=orphan')}#'0'B", f"uniqueMember: {WITH_BITS}", f"uniqueMember: {nasty_name('cn=unique')}")))
    with Slapd(folder / "slapd", more, overlay=["overlay memberof"]) as running:
        running.modify(linked())
        yield running



def test_groups(probe):
    assert probe.uids("group", "controllers") == ["sanne", "thomas"]
    assert probe.uids("group", "finance") == ["david", "femke"]
    assert probe.uids("group", "CONTROLLERS") == ["sanne", "thomas"]
    assert probe.uids("group", "no such group") == []
    assert probe.uids("group", "*") == []


def test_groups_not_expanded(server):
    with probing(settings(server, group_nested="off")) as probe:
        assert probe.uids("group", "finance") == ["david"]


def test_mixed_members(probe):
    """A disabled one, one gone, one without mail, a name with everything that needs escaping."""
    people = probe.found("group", "mixed")
    assert [(person["uid"], person["disabled"]) for person in people] == [
        ("left", True), ("stays", False), ("own-boss", False), ("comma", False)]
    assert people[3]["dn"].startswith("cn=Vries")


def test_circles(probe):
    assert probe.uids("group", "inner") == ["stays", "orphan"]
    assert sorted(probe.uids("group", "outer")) == ["orphan", "stays"]
    assert probe.uids("group", "self") == []


def test_depth(probe):
    assert probe.uids("group", "deep2") == ["stays"]
    assert "levels" in is_unknown(probe.ask("group", "deep0"), "permanent")["message"]


def test_crowd(probe):
    answer = probe.ask("group", "crowd")
    assert answer["ok"] and [person["uid"] for person in answer["people"]] == [f"c{number:04}" for number in range(CROWD)]
    assert [person["uid"] for person in answer["people"] if person["disabled"]] == ["c0007"]
    assert len(answer["trace"]) == 3


def test_too_large(probe):
    assert "10000" in is_unknown(probe.ask("group", "huge"), "permanent")["message"]


def test_names_instead_of_dns(server):
    with probing(settings(server, group_member="memberUid")) as probe:
        people = probe.found("group", "unix")
        assert sorted((person["uid"], person["disabled"]) for person in people) == [("anna", False), ("left", True), ("st*r", False)]


# --- other ways of saying who is in a group ---

def test_unique_members(groups):
    with probing(settings(groups, group_member="uniqueMember")) as probe:
        assert probe.uids("group", "unique") == ["stays", "orphan", "left"]
        assert probe.uids("group", "crowd") == [], "which has members of another kind"


def test_names_that_look_like_dns(groups):
    with probing(settings(groups, group_member="memberUid")) as probe:
        assert sorted(probe.uids("group", "odd unix")) == ["anna", "uid=odd,dc=one"]


@pytest.mark.parametrize("nested, wanted", [("expand", ["left", "orphan", "stays", "umlaut"]), ("off", ["left", "umlaut"])])
def test_member_of(groups, nested, wanted):
    """Which stands with the members; groups in a circle."""
    with probing(settings(groups, group_member="memberOf", group_nested=nested)) as probe:
        answer = probe.ask("group", "top, \u00fc*")
        assert sorted(person["uid"] for person in answer["people"]) == wanted
        assert [person["disabled"] for person in answer["people"] if person["uid"] == "left"] == [True]
        assert probe.uids("group", "nobody") == []
        assert sorted(probe.uids("lookup", "by_link", a="b")) == ([] if nested == "off" else wanted)


def test_member_of_depth(groups):
    with probing(settings(groups, group_member="memberOf")) as probe:
        assert probe.uids("group", "link2") == ["stays"]
        assert "levels" in is_unknown(probe.ask("group", "link0"), "permanent")["message"]


def test_in_chain_is_refused_where_it_is_not_known(groups):
    """A server that lacks the rule would find nobody, and say no word."""
    with probing(settings(groups, group_nested="in-chain")) as probe:
        assert "in-chain" in is_unknown(probe.ask("group", "controllers"), "config")["message"]
        assert "in-chain" in is_unknown(probe.ask("ping"), "config")["message"]
        assert probe.uids("user", "anna") == ["anna"]
        assert probe.uids("group", "no such group") == []


def test_many_members(groups):
    """A group of thousands, by their names and by pages of those who say so themselves."""
    wanted = [f"m{number}" for number in range(MANY)]
    with probing(settings(groups, timeout_s=60)) as probe:
        assert probe.uids("group", "many") == wanted
    with probing(settings(groups, group_member="memberOf", timeout_s=60)) as probe:
        assert probe.uids("group", "many") == wanted


# --- groups whose members come in pieces, as Active Directory's ---

def scripted_group(members):
    """The company of a scripted server, with a group in a group."""
    people = {f"uid=u{number},{SUFFIX}": {"objectclass": ["inetOrgPerson"], "uid": [f"u{number}"], "entryuuid": [str(number)]} for number in range(members)}
    for entry in people.values():
        entry["memberof"] = [f"cn=within,{SUFFIX}"]
    return {"": {"supportedcapabilities": [ACTIVE_DIRECTORY], "objectclass": ["top"]}, **people,
            f"cn=all,{SUFFIX}": {"objectclass": ["group"], "cn": ["all"], "member": [f"cn=within,{SUFFIX}"]},
            f"cn=within,{SUFFIX}": {"objectclass": ["group"], "cn": ["within"], "member": list(people), "memberof": [f"cn=all,{SUFFIX}"]}}


@pytest.mark.parametrize("most", [1, 7, 100, 1000])
@pytest.mark.parametrize("name", ["all", "within"])
def test_ranges(server, name, most):
    with Scripted(scripted_group(101), most) as peer, probing(settings(server, uris=[peer.uri], person_disabled=None)) as probe:
        assert probe.uids("group", name) == [f"u{number}" for number in range(101)]


NONSENSE = {"the same again": lambda first: "0-9", "a gap": lambda first: f"{first + 1}-*" if first else "0-9", "no number": lambda first: "x-y",
            "no end": lambda first: f"{first}-{first + 4000}"}


@pytest.mark.parametrize("nonsense", NONSENSE.values(), ids=NONSENSE.keys())
def test_ranges_that_make_no_sense(server, nonsense):
    """Half a group must not look like the group."""
    class Odd(Scripted):
        def ranged(self, name, values, first):
            return attribute(f"{name};range={nonsense(first)}", values[:10])
    with Odd(scripted_group(20), 10) as peer, probing(settings(server, uris=[peer.uri], person_disabled=None)) as probe:
        assert not probe.ask("group", "within")["ok"]


def test_in_chain(server):
    with Scripted(scripted_group(30)) as peer, probing(settings(server, uris=[peer.uri], person_disabled=None, group_nested="in-chain")) as probe:
        assert len(probe.uids("group", "all")) == len(probe.uids("group", "within")) == 30
        assert probe.ask("ping")["ok"]
        answer = probe.ask("group", "all")
        assert len(answer["trace"]) == 3 and IN_CHAIN in answer["trace"][2], answer["trace"]
