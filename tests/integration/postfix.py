"""A real mail server (Postfix, with Dovecot to check who logs in) on free ports of this machine: over TLS alone, and for those alone who log in. What it takes it throws away."""
import base64
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

from akkoord import free_port, wait_until

MASTER = pathlib.Path("/usr/lib/postfix/sbin/master")
USER, PASSWORD, KEY = "akkoord@example.test", "pa ssé", b"a key of thirty-two bytes or more"
QUEUES = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "maildrop", "pid", "private", "public", "saved", "trace")

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}/log
multi_instance_enable = no
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.test
mynetworks =
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
smtp_dns_support_level = disabled
default_transport = discard:
relay_transport = discard:
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_error_sleep_time = 0
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/dovecot/auth-postfix
smtpd_sasl_auth_enable = yes
"""
SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
127.0.0.1:{tls_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes -o smtpd_tls_security_level=encrypt
127.0.0.1:{token_port} inet n - n - - smtpd -o smtpd_sasl_mechanism_filter=oauthbearer
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
DOVECOT = """
base_dir = {folder}/dovecot
state_dir = {folder}/dovecot
instance_name = akkoord-postfix
protocols =
log_path = {folder}/log/dovecot.log
ssl = no
auth_failure_delay = 0
auth_mechanisms = plain login xoauth2 oauthbearer
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid=5000 gid=5000 home=/nonexistent
}}
service auth {{
  unix_listener auth-postfix {{
    mode = 0660
    user = postfix
    group = postfix
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""
TOKENS = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = sub
"""


def why_not():
    if not MASTER.exists() or not shutil.which("dovecot"):
        return "postfix or dovecot-core is not installed"
    return None if os.geteuid() == 0 else "only root can start Postfix"


def token(user=USER, key=KEY, lasts=3600):
    """A JSON Web Token (RFC 7519) that says who somebody is, signed with the key."""
    def encoded(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")
    claims = {"sub": user, "iat": int(time.time()) - 10, "exp": int(time.time()) + lasts}
    text = encoded(b'{"alg":"HS256","typ":"JWT"}') + b"." + encoded(json.dumps(claims).encode())
    return (text + b"." + encoded(hmac.new(key, text, hashlib.sha256).digest())).decode()


class Postfix:
    """`port`: STARTTLS; `tls_port`: TLS from the first byte; `token_port`: STARTTLS, and OAUTHBEARER alone."""

    def __init__(self, certificate, key):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="akkoord-postfix-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.port, self.tls_port, self.token_port = free_port(), free_port(), free_port()
        for name in ("etc", "data", "log", "dovecot", "keys/default/HS256", *(f"spool/{queue}" for queue in QUEUES)):
            (self.folder / name).mkdir(parents=True)
        for name in ("data", *(f"spool/{queue}" for queue in QUEUES if queue != "pid")):
            shutil.chown(self.folder / name, "postfix", "postdrop" if name in ("spool/maildrop", "spool/public") else None)
            (self.folder / name).chmod(0o700 if name not in ("spool/maildrop", "spool/public") else 0o730 if name == "spool/maildrop" else 0o710)
        (self.folder / "users").write_text(f"{USER}:{PASSWORD}\n", encoding="utf-8")
        (self.folder / "keys/default/HS256/default").write_bytes(base64.b64encode(KEY))
        values = {"folder": self.folder, "certificate": certificate, "key": key, "port": self.port, "tls_port": self.tls_port, "token_port": self.token_port}
        for name, text in {"etc/main.cf": MAIN, "etc/master.cf": SERVICES, "dovecot.conf": DOVECOT, "oauth2.conf": TOKENS}.items():
            (self.folder / name).write_text(text.format(**values), encoding="ascii")
        self.servers = []

    def log(self):
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in sorted((self.folder / "log").glob("*")))

    def is_up(self):
        assert all(server.poll() is None for server in self.servers), self.log()
        try:
            for port in (self.port, self.tls_port, self.token_port):
                socket.create_connection(("127.0.0.1", port), 1).close()
            return (self.folder / "dovecot/auth-postfix").exists()
        except OSError:
            return False

    def __enter__(self):
        for words in (["dovecot", "-c", str(self.folder / "dovecot.conf"), "-F"], [str(MASTER), "-c", str(self.folder / "etc"), "-d"]):
            output = open(self.folder / "log" / f"{pathlib.Path(words[0]).name}.out", "wb")
            self.servers.append(subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True))
            output.close()
        wait_until(self.is_up, what="Postfix")
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.terminate()
        for server in self.servers:
            server.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)
