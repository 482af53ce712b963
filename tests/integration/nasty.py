"""What a directory that grew for twenty years holds, beside the demonstration company."""
from slapd import SUFFIX, entry, service

CROWD = 1200

# Lines of slapo-retcode(5): whatever is asked about cn=code-51,ou=retcodes is answered with 51.
CODES = [code for code in range(1, 124) if code != 9]  # LDAPv2, which slapd would rather die than say
RETCODE_LINES = [*(f'retcode-item "cn=code-{code}" {code}{" ref=ldap://127.0.0.1:9/" if code == 10 else ""}' for code in CODES),
                 'retcode-item "cn=slow" 0 sleeptime=4',
                 'retcode-item "cn=hangs up" 0 flags=pre-disconnect',
                 'retcode-item "cn=answers and hangs up" 51 flags=post-disconnect',
                 'retcode-item "cn=notice" 52 unsolicited=1.3.6.1.4.1.1466.20036 flags=post-disconnect']
SERVICES = ("limited", "soft", "in all", "no pages", "unchecked", "hurried", "no mail", "no id", "blind")


def retcode_name(name):
    return f"cn={name},ou=retcodes,{SUFFIX}"


def person(uid, *more, rdn=None):
    return entry(f"{rdn or f'uid={uid}'},ou=nasty,{SUFFIX}", "objectClass: inetOrgPerson", "objectClass: extensibleObject",
                 f"uid: {uid}", f"cn: {uid}", f"sn: {uid}", *more)


def nasty_name(rdn):
    return f"{rdn},ou=nasty,{SUFFIX}"


def group(name, *members):
    return entry(nasty_name(f"cn={name}"), "objectClass: groupOfNames", f"cn: {name}", *(f"member: {member}" for member in members))


COMMA = nasty_name('cn=Vries\\, Anna \\"de\\" \\+ Zn\\#')
COMMA_IN_HEX = nasty_name("CN=Vries\\2C Anna \\22de\\22 \\2B Zn\\23")
UMLAUT = nasty_name("cn=M\u00fcller")


def nasty_ldif():
    """What a directory that grew for twenty years holds."""
    who = nasty_name
    crowd = [f"c{number:04}" for number in range(CROWD)]
    return "".join((
        entry(f"ou=nasty,{SUFFIX}", "objectClass: organizationalUnit", "ou: nasty"),
        *(service(name) for name in SERVICES),
        entry(who("ou=elsewhere"), "objectClass: referral", "objectClass: extensibleObject", "ou: elsewhere", "ref: ldap://127.0.0.1:9/ou=elsewhere"),
        person("comma", 'cn: Vries, Anna "de" + Zn#', "title: Board", "mail: comma@voorbeeld.example", rdn=COMMA.removesuffix(nasty_name(""))),
        person("umlaut", "cn: M\u00fcller", f"manager: {COMMA}", rdn=UMLAUT.removesuffix(nasty_name(""))),
        person("below-umlaut", f"manager: {UMLAUT}", "mail: b@voorbeeld.example"),
        person("loop-a", f"manager: {who('uid=loop-b')}", "mail: a@voorbeeld.example"),
        person("loop-b", f"manager: {who('uid=loop-a')}", "mail: lb@voorbeeld.example"),
        person("own-boss", f"manager: {who('uid=own-boss')}"),
        person("orphan", f"manager: {who('uid=gone')}"),
        person("below-a-group", f"manager: {who('cn=inner')}"),
        person("st*r", "mail: star@voorbeeld.example", rdn="uid=st*r"),
        person("reads-sv-nl", "preferredLanguage: sv, nl;q=0.8", "c: nl", "employeeType: 5000"),
        person("reads-zh-de", "preferredLanguage: zh-Hant, de-CH;q=0.9", "co: Nederland", "employeeType: 5.000,00 EUR"),
        person("reads-any", "preferredLanguage: *;q=0.5, fr, de;q=0.1", "employeeType: EUR 5000"),
        person("reads-not-nl", "preferredLanguage: nl;q=0, en;q=0.2", "employeeType:: AQI="),
        person("reads-nothing", "preferredLanguage: Nederlands!"),
        person("two-values", "employeeType: EUR, sv", "employeeType: nl"),
        person("left", "mail: left@voorbeeld.example", "employeeType: left", "departmentNumber: 7"),
        person("stays", "mail: stays@voorbeeld.example", "departmentNumber: 7"),
        *(person(uid, f"mail: {uid}@voorbeeld.example", "departmentNumber: crowd", *(["employeeType: left"] if uid == "c0007" else []))
          for uid in crowd),
        group("crowd", *(who(f"uid={uid}") for uid in crowd)),
        group("mixed", who("uid=left"), who("uid=stays"), who("uid=gone"), who("uid=own-boss"), COMMA_IN_HEX),
        group("inner", who("uid=stays"), who("cn=outer")),
        group("outer", who("cn=inner"), who("uid=orphan"), f"UID=Stays , OU=Nasty,{SUFFIX}"),
        group("self", who("cn=self")),
        *(group(f"deep{level}", who(f"cn=deep{level + 1}") if level < 12 else who("uid=stays")) for level in range(13)),
        group("huge", *(who(f"uid=nobody{number}") for number in range(10001))),
        entry(who("cn=unix"), "objectClass: posixGroup", "cn: unix", "gidNumber: 4711", "memberUid: anna", "memberUid: ghost",
              "memberUid: *", "memberUid: st*r", "memberUid: left"),
        entry(who("ou=by group"), "objectClass: organizationalUnit", "objectClass: extensibleObject", "ou: by group",
              f"manager: {who('cn=inner')}", f"manager: {who('uid=own-boss')}"),
    ))
