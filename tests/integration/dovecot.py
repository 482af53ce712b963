"""A real IMAP server (Dovecot) on free ports of this machine, with one mailbox whose mails the tests put there as files."""
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile

from akkoord import free_port, wait_until

USER, PASSWORD, UID = "bounces@voorbeeld.example", "s3cret pass%word", 5000

CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
instance_name = akkoord-test
protocols = imap
listen = 127.0.0.1
log_path = {folder}/dovecot.log
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = yes
auth_failure_delay = 0
auth_mechanisms = {mechanisms}
mail_location = maildir:{folder}/mail/%n:LAYOUT=fs
first_valid_uid = {uid}
imap_capability = {capability}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={uid} home={folder}/mail/%n
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
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


def why_not():
    if not shutil.which("dovecot") or not pathlib.Path("/usr/lib/dovecot/imap").exists():
        return "dovecot-imapd is not installed"
    return None if os.geteuid() == 0 else "only root can start Dovecot"


class Dovecot:
    """`capability`: what it says that it can, "" for all that it can; `mechanisms`: of AUTHENTICATE. Its folder is one that its own users may enter."""

    def __init__(self, certificate, key, capability="", mechanisms="plain login"):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="akkoord-dovecot-", dir="/tmp"))
        self.folder.chmod(0o755)
        for name in ("run", "state", "mail", "mail/bounces"):
            (self.folder / name).mkdir()
            (self.folder / name).chmod(0o755)
            os.chown(self.folder / name, UID if "mail" in name else 0, UID if "mail" in name else 0)
        (self.folder / "users").write_text(f"{USER}:{PASSWORD}\n", encoding="ascii")
        (self.folder / "users").chmod(0o644)
        self.port, self.tls_port, self.process = free_port(), free_port(), None
        text = CONFIG.format(folder=self.folder, certificate=certificate, key=key, mechanisms=mechanisms, port=self.port, tls_port=self.tls_port,
                             uid=UID, capability=capability)
        (self.folder / "dovecot.conf").write_text(text, encoding="ascii")
        self.inbox, self.count = self.folder / "mail/bounces", 0

    def is_up(self):
        assert self.process.poll() is None, (self.folder / "dovecot.log").read_text(encoding="utf-8")
        try:
            socket.create_connection(("127.0.0.1", self.tls_port), 1).close()
            return True
        except OSError:
            return False

    def start(self):
        self.process = subprocess.Popen(["dovecot", "-c", str(self.folder / "dovecot.conf"), "-F"], stdin=subprocess.DEVNULL, start_new_session=True)
        wait_until(self.is_up, what="Dovecot")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def put(self, text, folder=""):
        """A mail as a mail server delivers it."""
        place = self.inbox / folder if folder else self.inbox
        for name in ("new", "cur", "tmp"):
            (place / name).mkdir(parents=True, exist_ok=True)
        for path in (*place.parents, place, *place.iterdir()):
            if self.inbox in (path, *path.parents):
                os.chown(path, UID, UID)
        self.count += 1
        path = place / f"tmp/{1700000000 + self.count}.M{self.count}P1.mx"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        os.chown(path, UID, UID)
        path.rename(place / "new" / path.name)

    def names(self, folder=""):
        """The files of what lies in that folder, in no order."""
        place = self.inbox / folder if folder else self.inbox
        return [path for name in ("new", "cur") for path in (place / name).glob("*")]

    def mails(self, folder=""):
        return [path.read_bytes() for path in self.names(folder)]

    def empty(self):
        for path in self.inbox.glob("*"):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
