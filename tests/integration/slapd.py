"""A real directory server in a folder of its own: the demonstration company, with certificates and nasty cases on request."""
import contextlib
import pathlib
import signal
import socket
import subprocess
import time

from akkoord import SOURCE, free_port

DEMO = SOURCE / "contrib/demo"
SUFFIX = "dc=voorbeeld,dc=example"
ACCOUNT = f"cn=akkoord,ou=services,{SUFFIX}"
PASSWORD = "only-for-the-demo"
SCHEMAS = ("core", "cosine", "inetorgperson", "nis", "dyngroup")
ROOT = f"cn=root,{SUFFIX}"
MODULES = ("back_mdb", "ppolicy", "retcode", "dynlist", "memberof", "refint")

CONFIGURATION = """
{includes}
modulepath /usr/lib/ldap
{modules}
pidfile "{folder}/pid"
loglevel none
referral ldap://127.0.0.1:9/
{tls}
{general}
authz-regexp "gidNumber=[0-9]+[+]uidNumber=[0-9]+,cn=peercred,cn=external,cn=auth" "{account}"
database mdb
suffix "{suffix}"
rootdn "{root}"
rootpw {password}
directory "{folder}/db"
maxsize 134217728
index objectClass,entryUUID,uid,mail,cn,ou,member eq
limits dn.exact="{account}" size.soft=500 size.hard=500 size.prtotal=unlimited
limits dn.exact="cn=limited,ou=services,{suffix}" size.soft=100 size.hard=100
limits dn.exact="cn=soft,ou=services,{suffix}" size.soft=100 size.hard=unlimited size.prtotal=unlimited
limits dn.exact="cn=in all,ou=services,{suffix}" size.soft=500 size.hard=500 size.prtotal=600
limits dn.exact="cn=no pages,ou=services,{suffix}" size.soft=500 size.hard=500 size.prtotal=disabled
limits dn.exact="cn=unchecked,ou=services,{suffix}" size.unchecked=50
limits dn.exact="cn=hurried,ou=services,{suffix}" time=1
{database}
overlay ppolicy
{overlay}
overlay retcode
retcode-parent "ou=retcodes,{suffix}"
{retcodes}
access to attrs=userPassword by anonymous auth by * none
access to attrs=mail by dn.exact="cn=no mail,ou=services,{suffix}" none by users read
access to filter=(objectClass=inetOrgPerson) by dn.exact="cn=blind,ou=services,{suffix}" none by * break
access to attrs=entryUUID by dn.exact="cn=no id,ou=services,{suffix}" none by users read
access to * by users read by anonymous auth by * none
"""


def run(*words, **options):
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, timeout=60, **options)


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
    `more` is LDIF to add, `retcodes` lines of slapo-retcode(5), `general`, `database` and
    `overlay` (behind ppolicy) more lines of slapd.conf(5)."""

    def __init__(self, folder, more="", certificates=None, certificate="good", retcodes=(), general=(), database=(), overlay=()):
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
            modules="\n".join(f"moduleload {module}" for module in MODULES), account=ACCOUNT, suffix=SUFFIX, root=ROOT, password=PASSWORD,
            general="\n".join(general), database="\n".join(database), overlay="\n".join(overlay), retcodes="\n".join(retcodes)))
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

    def modify(self, ldif, *options):
        """Changes what is there, or adds to it, while it runs: LDIF and options as of ldapmodify(1)."""
        run("ldapmodify", "-a", "-x", *options, "-H", self.uri, "-D", ROOT, "-w", PASSWORD, input=ldif.encode())

    def entry_of(self, uid):
        """Somebody's entry as LDIF with their entryUUID, but for what the server keeps of its own: modify(it, "-e", "relax") brings them back."""
        done = subprocess.run(["ldapsearch", "-x", "-LLL", "-o", "ldif-wrap=no", "-H", self.uri, "-D", ROOT, "-w", PASSWORD, "-b", SUFFIX, f"(uid={uid})", "*", "entryUUID"],
                              check=True, capture_output=True, timeout=60, text=True)
        return done.stdout

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

    @contextlib.contextmanager
    def paused(self):
        """Within it the server lives and does nothing: connections come up, answers do not."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            deadline = time.monotonic() + 20
            tasks = pathlib.Path(f"/proc/{self.process.pid}/task")
            while any((task / "stat").read_text().rpartition(")")[2].split()[0] != "T" for task in tasks.iterdir()):
                assert time.monotonic() < deadline, "slapd did not stop in 20 s"
                time.sleep(0.01)
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


def service(name):
    """An account under ou=services, with the same password."""
    return entry(service_name(name), "objectClass: organizationalRole", "objectClass: simpleSecurityObject", f"cn: {name}", f"userPassword: {PASSWORD}")


def service_name(name):
    return f"cn={name},ou=services,{SUFFIX}"


def entry(dn, *attributes):
    return "\n".join((f"dn: {dn}", *attributes)) + "\n\n"
