"""A real Active Directory domain controller in a folder of its own: Samba, on a loopback address of its own, with people as they are found there."""
import base64
import contextlib
import os
import pathlib
import random
import shutil
import socket
import subprocess
import time

REALM, DOMAIN = "VOORBEELD.EXAMPLE", "VOORBEELD"
SUFFIX = "DC=voorbeeld,DC=example"
STAFF = f"OU=Staff,{SUFFIX}"
PASSWORD = "Only-4-the-tests!"
ACCOUNT = f"akkoord@{REALM}"
PORTS = (88, 389, 636)
PROGRAMS = ("/usr/sbin/samba", "/usr/bin/samba-tool", "/usr/bin/ldbmodify", "/usr/share/samba/setup", "/usr/bin/kinit")

CONFIGURATION = """
[global]
  workgroup = {domain}
  realm = {realm}
  netbios name = DC1
  server role = active directory domain controller
  server services = ldap, cldap, kdc
  dcerpc endpoint servers = -all
  interfaces = {address}/8
  bind interfaces only = yes
  disable netbios = yes
  private dir = {folder}/private
  state directory = {folder}/state
  cache directory = {folder}/cache
  lock directory = {folder}/lock
  binddns dir = {folder}/private/dns
  pid directory = {folder}/run
  ncalrpc dir = {folder}/run/ncalrpc
  winbindd socket directory = {folder}/run/wb
  ntp signd socket directory = {folder}/run/ntp
  log file = {folder}/log/samba.log
  logging = file
  log level = 1
  tls enabled = yes
  tls keyfile = {folder}/tls/dc.key
  tls certfile = {folder}/tls/dc.pem
  tls cafile = {folder}/tls/ca.pem
  tls verify peer = no_check
  ldap server require strong auth = allow_sasl_over_tls
[sysvol]
  path = {folder}/state/sysvol
  read only = no
[netlogon]
  path = {folder}/state/sysvol/scripts
  read only = no
"""

KERBEROS = """
[libdefaults]
  default_realm = {realm}
  dns_lookup_realm = false
  dns_lookup_kdc = false
  dns_canonicalize_hostname = false
  rdns = false
[realms]
  {realm} = {{
    kdc = {kdc}
  }}
"""

NEVER, LONG_AGO, FAR_OFF = 0x7FFFFFFFFFFFFFFF, 132223104000000000, 189303264000000000
ENABLED, DISABLED = 512, 514


def why_not():
    """What this machine lacks for a domain controller; None = nothing."""
    missing = [program for program in PROGRAMS if not pathlib.Path(program).exists()]
    if missing:
        return f"{', '.join(missing)} missing: contrib/install check installs it"
    return None if os.geteuid() == 0 else "a domain controller needs root, for its ports"


def encoded(text):
    return base64.b64encode(text if isinstance(text, bytes) else str(text).encode()).decode()


def quoted(password):
    """As unicodePwd wants it."""
    return f'"{password}"'.encode("utf-16-le")


def record(dn, *lines):
    return "\n".join((f"dn:: {encoded(dn)}", *lines)) + "\n\n"


def account(uid, cn=None, *more, below=STAFF, control=ENABLED):
    """A user who logs in as `uid`; a comma in the `cn` is escaped in the DN as Active Directory does."""
    name = cn or uid.capitalize()
    return record(name_of(name, below), "changetype: add", "objectClass: user", f"sAMAccountName: {uid}", f"displayName:: {encoded(name)}",
                  f"userPrincipalName: {uid}@{REALM}", f"unicodePwd:: {encoded(quoted(PASSWORD))}", f"userAccountControl: {control}", *more)


def name_of(cn, below=STAFF):
    escaped = cn.replace("\\", "\\\\").replace(",", "\\,").replace("+", "\\+").replace('"', '\\"')
    return f"CN={escaped},{below}"


def group(name, *members):
    return record(name_of(name), "changetype: add", "objectClass: group", f"sAMAccountName: {name}",
                  *(f"member:: {encoded(member)}" for member in members))


def set_to(dn, attribute, *values):
    return record(dn, "changetype: modify", f"replace: {attribute}", *(f"{attribute}:: {encoded(value)}" for value in values))


COMMA, UMLAUT = "Vries, Anna de", "J\u00fcrgen M\u00fc\u00dfer"


def company(address):
    """The people, as changes to a new domain."""
    return "".join((
        record(STAFF, "changetype: add", "objectClass: organizationalUnit"),
        record(f"OU=Elsewhere,{SUFFIX}", "changetype: add", "objectClass: organizationalUnit"),
        record(f"OU=Moved,{STAFF}", "changetype: add", "objectClass: organizationalUnit"),
        account("akkoord", "Akkoord", below=f"CN=Users,{SUFFIX}"),
        account("boss", None, "mail: boss@voorbeeld.example", below=f"OU=Elsewhere,{SUFFIX}"),
        account("anna", COMMA, "mail: anna@voorbeeld.example", "preferredLanguage: nl-BE, en;q=0.7", "c: BE"),
        account("jurgen", UMLAUT, "mail: jurgen@voorbeeld.example", "c: DE", "preferredLanguage: de-DE", "employeeType: 5000.00 EUR",
                f"manager:: {encoded(name_of(COMMA))}", f"secretary:: {encoded(name_of(COMMA))}"),
        account("bea", "Bea", "mail: bea@voorbeeld.example", f"manager: {name_of('Boss', f'OU=Elsewhere,{SUFFIX}')}",
                "proxyAddresses: smtp:b@voorbeeld.example", "proxyAddresses: SIP:bea@sip.example", "proxyAddresses: X500:/o=V/cn=bea",
                "proxyAddresses: SMTP:bea.primary@voorbeeld.example"),
        account("carl", None, "mail: carl@voorbeeld.example", control=DISABLED),
        account("expired", None, "mail: expired@voorbeeld.example", f"accountExpires: {LONG_AGO}"),
        account("later", None, "mail: later@voorbeeld.example", f"accountExpires: {FAR_OFF}"),
        account("never", None, "mail: never@voorbeeld.example", f"accountExpires: {NEVER}"),
        account("zero", None, "mail: zero@voorbeeld.example", "accountExpires: 0"),
        account("change", None, "mail: change@voorbeeld.example", "pwdLastSet: 0"),
        account("locked"),
        account("stale"),
        account("nomail"),
        account("mover", None, "mail: mover@voorbeeld.example"),
        set_to(name_of(COMMA), "manager", name_of(UMLAUT)),
        group("team", name_of(COMMA), name_of("Carl"), name_of("Expired")),
        group("staff", name_of("team"), name_of("Bea"), name_of(UMLAUT)),
        set_to(name_of("team"), "member", name_of(COMMA), name_of("Carl"), name_of("Expired"), name_of("staff")),
        record(f"OU=MKT-200,{SUFFIX}", "changetype: add", "objectClass: organizationalUnit", f"managedBy:: {encoded(name_of(UMLAUT))}"),
        set_to(SUFFIX, "lockoutThreshold", 3),
        record(f"CN=DC1,OU=Domain Controllers,{SUFFIX}", "changetype: modify", "add: servicePrincipalName",
               f"servicePrincipalName: ldap/{address}"),
    ))


def own_address():
    """A loopback address on which nobody listens: the ports of a domain controller cannot be moved."""
    while True:
        address = f"127.{random.randint(1, 254)}.{random.randint(1, 254)}.{random.randint(1, 254)}"
        with contextlib.suppress(OSError), contextlib.ExitStack() as taken:
            for port in PORTS:
                taken.enter_context(socket.socket()).bind((address, port))
            return address


class Samba:
    """A domain controller that start() brings up. `keytab` holds the keys of ACCOUNT, `all_keys` those of everybody (but not the present
    ones of `stale`), `secret` its password; `environment` is what Kerberos
    needs of a client. Signs its certificate by `certificates` (slapd.Certificates)."""

    def __init__(self, folder, certificates):
        self.folder, self.address, self.process = pathlib.Path(folder), own_address(), None
        for name in ("private", "state", "cache", "lock", "run/ncalrpc", "run/wb", "log", "tmp", "tls"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "private").chmod(0o700)
        self.settings, self.database = self.folder / "smb.conf", self.folder / "private/sam.ldb"
        self.settings.write_text(CONFIGURATION.format(folder=self.folder, address=self.address, realm=REALM, domain=DOMAIN))
        self.environment = {"KRB5_CONFIG": str(self.kerberos("krb5.conf", self.address))}
        self.ca = certificates.ca
        self.certify(certificates)
        self.secret, self.keytab = self.folder / "ldap.secret", self.folder / "akkoord.keytab"
        self.all_keys = self.folder / "all.keytab"
        self.secret.write_text(PASSWORD + "\n")
        self.provision()

    @property
    def uri(self):
        return f"ldap://{self.address}"

    @property
    def tls_uri(self):
        return f"ldaps://{self.address}"

    def kerberos(self, name, kdc):
        """A krb5.conf with the given address of the Kerberos server."""
        path = self.folder / name
        path.write_text(KERBEROS.format(realm=REALM, kdc=kdc))
        return path

    def certify(self, certificates):
        certificates.sign("dc", f"IP:{self.address},DNS:dc1.voorbeeld.example", 30)
        for name in ("dc.pem", "dc.key", "ca.pem"):
            shutil.copy(certificates.folder / name, self.folder / "tls" / name)
        (self.folder / "tls/dc.key").chmod(0o600)

    def run(self, *words, stdin=None):
        done = subprocess.run([str(word) for word in words], input=stdin, capture_output=True, text=True, timeout=120, check=False,
                              env={**os.environ, **self.environment, "TMPDIR": str(self.folder / "tmp")})
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    def provision(self):
        self.run("/usr/bin/samba-tool", "domain", "provision", "-s", self.settings, "--quiet", f"--realm={REALM}", f"--domain={DOMAIN}",
                 "--host-name=dc1", f"--host-ip={self.address}", "--server-role=dc", "--dns-backend=NONE", f"--adminpass={PASSWORD}")
        self.change(company(self.address))
        self.run("/usr/bin/samba-tool", "domain", "exportkeytab", self.keytab, "-s", self.settings, f"--principal={ACCOUNT}")
        self.run("/usr/bin/samba-tool", "domain", "exportkeytab", self.all_keys, "-s", self.settings)
        self.change(set_to(name_of("Stale"), "unicodePwd", quoted(PASSWORD + "2")))

    def kinit(self, cache):
        """Puts a ticket of ACCOUNT into the file."""
        self.run("/usr/bin/kinit", "-c", cache, "-k", "-t", self.keytab, ACCOUNT)

    def change(self, ldif):
        """Changes the directory behind the server's back: from outside it looks as if somebody had done it by LDAP."""
        self.run("/usr/bin/ldbmodify", "-H", self.database, stdin=ldif)

    def move(self, name, new_name):
        self.run("/usr/bin/ldbrename", "-H", self.database, name, new_name)

    def start(self):
        with open(self.folder / "log/output", "wb") as log:
            self.process = subprocess.Popen(["/usr/sbin/samba", "-F", "--no-process-group", "-M", "single", "-s", self.settings, "-l", self.folder / "log"],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                                            env={**os.environ, **self.environment, "TMPDIR": str(self.folder / "tmp")})
        deadline = time.monotonic() + 60
        while not all(self.listens(port) for port in PORTS):
            assert self.process.poll() is None, f"samba died: {(self.folder / 'log/output').read_text()}"
            assert time.monotonic() < deadline, "samba did not come up in 60 s"
            time.sleep(0.05)
        return self

    def listens(self, port):
        with contextlib.suppress(OSError), socket.create_connection((self.address, port), 1):
            return True
        return False

    def stop(self):
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
