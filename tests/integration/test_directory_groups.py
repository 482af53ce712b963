"""Groups of a real directory, asked through directory_probe."""
from nasty import CROWD
from probe import is_unknown, probing, settings


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
