"""What OpenLDAP's overlays make of a directory: groups that are worked out by the server (dynlist), members and managers that it keeps in step (memberof, refint), and names that change
while the person stays the same."""
import pytest

from probe import probing, settings
from slapd import SUFFIX, Slapd, entry

PEOPLE, GROUPS = f"ou=people,{SUFFIX}", f"ou=groups,{SUFFIX}"


def dynamic(name, url, *more):
    return entry(f"cn={name},{GROUPS}", "objectClass: groupOfURLs", f"cn: {name}", f"memberURL: {url}", *more)


def static(name, *uids):
    return entry(f"cn={name},{GROUPS}", "objectClass: groupOfNames", f"cn: {name}", *(f"member: uid={uid},{PEOPLE}" for uid in uids))


def somebody(uid, *more):
    return entry(f"uid={uid},{PEOPLE}", "objectClass: inetOrgPerson", "objectClass: extensibleObject", f"uid: {uid}", f"cn: {uid}", f"sn: {uid}", f"mail: {uid}@voorbeeld.example",
                 *more)


ADDED = "".join((
    dynamic("by title", f"ldap:///{PEOPLE}??sub?(title=Controller)"),
    dynamic("by nothing", f"ldap:///{PEOPLE}??sub?(title=Astronaut)"),
    dynamic("by two", f"ldap:///{PEOPLE}??sub?(uid=anna)", f"memberURL: ldap:///{PEOPLE}??sub?(|(uid=anna)(uid=pieter))"),
    dynamic("by a filter that is none", f"ldap:///{PEOPLE}??sub?(((uid=anna)"),
    dynamic("from elsewhere", "ldap:///ou=nowhere,dc=elsewhere??sub?(uid=anna)"),
    static("kept", "anna", "pieter"),
    somebody("leaves", f"manager: uid=anna,{PEOPLE}"), somebody("below", f"manager: uid=leaves,{PEOPLE}"), somebody("bride"),
    static("changing", "anna", "leaves", "bride"),
    entry(f"cn=within,{GROUPS}", "objectClass: groupOfNames", "cn: within", f"member: cn=by title,{GROUPS}", f"member: cn=kept,{GROUPS}"),
    entry(f"cn=unique,{GROUPS}", "objectClass: groupOfUniqueNames", "cn: unique", f"uniqueMember: uid=anna,{PEOPLE}", f"uniqueMember: uid=pieter,{PEOPLE}#'0101'B",
          f"uniqueMember: cn=unique within,{GROUPS}"),
    entry(f"cn=unique within,{GROUPS}", "objectClass: groupOfUniqueNames", "cn: unique within", f"uniqueMember: uid=sanne,{PEOPLE}"),
))
OVERLAY = ["overlay dynlist", "dynlist-attrset groupOfURLs memberURL member",
           "overlay memberof", "memberof-group-oc groupOfNames", "memberof-member-ad member", "memberof-memberof-ad memberOf", "memberof-refint TRUE",
           "overlay refint", "refint_attributes member manager"]


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """Groups are added over the wire: memberof keeps step with what it sees being written."""
    with Slapd(tmp_path_factory.mktemp("overlays") / "slapd", overlay=OVERLAY) as running:
        running.modify(ADDED)
        yield running


@pytest.fixture
def probe(company):
    with probing(settings(company)) as running:
        yield running


def test_dynamic_groups(probe):
    assert sorted(probe.uids("group", "by title")) == ["sanne", "thomas"]
    assert sorted(probe.uids("group", "by two")) == ["anna", "pieter"]


@pytest.mark.parametrize("name", ["by nothing", "by a filter that is none", "from elsewhere"])
def test_dynamic_groups_of_nobody(probe, name):
    assert probe.uids("group", name) == []


def test_dynamic_within_static(probe):
    assert sorted(probe.uids("group", "within")) == ["anna", "pieter", "sanne", "thomas"]


def test_unique_members(company):
    with probing(settings(company, group_member="uniqueMember")) as probe:
        assert sorted(probe.uids("group", "unique")) == ["anna", "pieter", "sanne"]


def test_member_of(company):
    """The groups that stand in a person's own entry."""
    with probing(settings(company, group_member="memberOf")) as probe:
        assert sorted(probe.uids("group", "kept")) == ["anna", "pieter"]
        assert sorted(probe.uids("group", "controllers")) == []  # written before the overlay was there: nobody's entry says so
        assert probe.uids("group", "no such group") == []


def test_who_goes_and_who_is_renamed(company, probe):
    """One leaves: the server takes her out of groups and managers. One marries: she is who she was."""
    [bride] = probe.found("user", "bride")
    [below] = probe.found("user", "below")
    assert probe.uids("manager", below["manager"]) == ["leaves"]
    company.modify(f"dn: uid=leaves,{PEOPLE}\nchangetype: delete\n\ndn: uid=bride,{PEOPLE}\nchangetype: modrdn\nnewrdn: uid=wife\ndeleteoldrdn: 1\n")
    assert sorted(probe.uids("group", "changing")) == ["anna", "wife"]
    assert probe.uids("user", "bride") == []
    [wife] = probe.found("again", bride["id"])
    assert (wife["uid"], wife["id"], wife["dn"]) == ("wife", bride["id"], f"uid=wife,{PEOPLE}")
    [below] = probe.found("user", "below")
    assert "manager" not in below and probe.uids("manager", bride["dn"]) == []
