"""A real directory server in a folder of its own: the demonstration company, with certificates and nasty cases on request."""
import contextlib
import pathlib
import socket
import subprocess
import time

from akkoord import SOURCE, free_port

DEMO = SOURCE / "contrib/demo"
SUFFIX = "dc=voorbeeld,dc=example"
ACCOUNT = f"cn=akkoord,ou=services,{SUFFIX}"
PASSWORD = "only-for-the-demo"
SCHEMAS = ("core", "cosine", "inetorgperson", "nis")
CROWD = 1200

CONFIGURATION = """
{includes}
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
moduleload retcode
pidfile "{folder}/pid"
loglevel none
referral ldap://127.0.0.1:9/
{tls}
authz-regexp "gidNumber=[0-9]+[+]uidNumber=[0-9]+,cn=peercred,cn=external,cn=auth" "{account}"
database mdb
suffix "{suffix}"
directory "{folder}/db"
maxsize 134217728
index objectClass,entryUUID,uid,mail,cn,ou,member eq
limits dn.exact="{account}" size.soft=500 size.hard=500 size.prtotal=unlimited
limits dn.exact="cn=limited,ou=services,{suffix}" size.soft=100 size.hard=100
overlay ppolicy
overlay retcode
retcode-parent "ou=retcodes,{suffix}"
{retcodes}
access to attrs=userPassword by anonymous auth by * none
access to * by users read by anonymous auth by * none
"""


def run(*words, **options):
    subprocess.run([str(word) for word in words], check=True, capture_output=True, timeout=60, **options)


class Certificates:
    """A private authority and what it, or another one, signed: `good`, `wrong_name`, `expired`; NAME.pem and NAME.key in the folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, mode=0o755)
        for authority in ("ca", "other_ca"):
            self.request(authority, "-x509", "-days", "30", "-out", f"{authority}.pem")
        self.sign("good", "IP:127.0.0.1,DNS:localhost", 30)
        self.sign("wrong_name", "DNS:ldap.elsewhere.example", 30)
        self.sign("expired", "IP:127.0.0.1,DNS:localhost", -1)
        self.ca, self.other_ca = self.folder / "ca.pem", self.folder / "other_ca.pem"

    def request(self, name, *more):
        run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}",
            "-keyout", f"{name}.key", *more, cwd=self.folder)

    def sign(self, name, alternatives, days):
        self.request(name, "-out", f"{name}.csr")
        (self.folder / f"{name}.ext").write_text(f"subjectAltName={alternatives}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n")
        run("openssl", "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-days", days, "-extfile", f"{name}.ext", "-out", f"{name}.pem", cwd=self.folder)

    def configuration(self, name):
        return "\n".join((f'TLSCACertificateFile "{self.ca}"', f'TLSCertificateFile "{self.folder / name}.pem"',
                          f'TLSCertificateKeyFile "{self.folder / name}.key"'))


class Slapd:
    """`uri`, `tls_uri` (with certificates) and `ldapi_uri` of a server that start() brings up with the demonstration company;
    `more` is LDIF to add, `retcodes` lines of slapo-retcode(5)."""

    def __init__(self, folder, more="", certificates=None, certificate="good", retcodes=()):
        self.folder = pathlib.Path(folder)
        (self.folder / "db").mkdir(parents=True)
        self.folder.chmod(0o755)
        self.port, self.tls_port = free_port(), free_port()
        self.with_tls, self.process = certificates is not None, None
        self.secret = self.folder / "ldap.secret"
        self.secret.write_text(PASSWORD + "\n")
        tls = certificates.configuration(certificate) if certificates else ""
        (self.folder / "slapd.conf").write_text(CONFIGURATION.format(
            includes="\n".join(f"include /etc/ldap/schema/{schema}.schema" for schema in SCHEMAS), folder=self.folder, tls=tls,
            account=ACCOUNT, suffix=SUFFIX, retcodes="\n".join(retcodes)))
        self.load((DEMO / "company.ldif").read_text(encoding="utf-8") + "\n" + more)

    @property
    def uri(self):
        return f"ldap://127.0.0.1:{self.port}"

    @property
    def tls_uri(self):
        return f"ldaps://127.0.0.1:{self.tls_port}"

    @property
    def ldapi_uri(self):
        return "ldapi://" + str(self.folder / "ldapi").replace("/", "%2F")

    def load(self, ldif):
        (self.folder / "data.ldif").write_text(ldif, encoding="utf-8")
        run("/usr/sbin/slapadd", "-q", "-f", self.folder / "slapd.conf", "-l", self.folder / "data.ldif")

    def start(self):
        listen = f"{self.uri}/ {self.ldapi_uri}/" + (f" {self.tls_uri}/" if self.with_tls else "")
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(["/usr/sbin/slapd", "-d", "0", "-f", str(self.folder / "slapd.conf"), "-h", listen],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + 20
        while not all(self.listens(port) for port in ((self.port, self.tls_port) if self.with_tls else (self.port,))):
            assert self.process.poll() is None, f"slapd died: {(self.folder / 'log').read_text()}"
            assert time.monotonic() < deadline, "slapd did not come up in 20 s"
            time.sleep(0.02)
        return self

    @staticmethod
    def listens(port):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False

    def stop(self):
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


def entry(dn, *attributes):
    return "\n".join((f"dn: {dn}", *attributes)) + "\n\n"


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
        entry(f"cn=limited,ou=services,{SUFFIX}", "objectClass: organizationalRole", "objectClass: simpleSecurityObject",
              "cn: limited", f"userPassword: {PASSWORD}"),
        person("comma", 'cn: Vries, Anna "de" + Zn#', "title: Board", "mail: comma@voorbeeld.example", rdn=COMMA.removesuffix(nasty_name(""))),
        person("umlaut", "cn: M\u00fcller", f"manager: {COMMA}", rdn=UMLAUT.removesuffix(nasty_name(""))),
        person("below-umlaut", f"manager: {UMLAUT}", "mail: b@voorbeeld.example"),
        person("loop-a", f"manager: {who('uid=loop-b')}", "mail: a@voorbeeld.example"),
        person("loop-b", f"manager: {who('uid=loop-a')}", "mail: lb@voorbeeld.example"),
        person("own-boss", f"manager: {who('uid=own-boss')}"),
        person("orphan", f"manager: {who('uid=gone')}"),
        person("below-a-group", f"manager: {who('cn=inner')}"),
        person("st*r", "mail: star@voorbeeld.example", rdn="uid=st*r"),
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
