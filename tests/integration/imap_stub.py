"""An IMAP server that does what no real one can be told to: refuses tokens, knows nothing but LOGIN, stalls, breaks off. One folder; what was said to it stands in `said`."""
import base64
import contextlib

from peer import Peer

LIST = {"plain": "IMAP4rev1 AUTH=PLAIN SASL-IR", "bare": "IMAP4rev1", "xoauth2": "IMAP4rev1 AUTH=XOAUTH2 SASL-IR",
        "oauthbearer": "IMAP4rev1 AUTH=OAUTHBEARER SASL-IR"}


class ImapStub(Peer):
    """`mails`: their bytes, by UID. `stall`: a command that it never answers; `cut`: the mail in which it breaks off; `good`: what logs in with XOAUTH2 or OAUTHBEARER."""

    def __init__(self, kind="plain", mails=None, stall=None, cut=None, good=None):
        super().__init__(self.talk)
        self.kind, self.mails, self.stall, self.cut, self.good, self.said, self.deleted = kind, dict(mails or {}), stall, cut, good, [], []
        self.uri = self.uri.replace("ldap://", "imap://")

    def talk(self, connection, stopped):
        file = connection.makefile("rwb")

        def say(text):
            with contextlib.suppress(OSError):
                file.write(text.encode() + b"\r\n" if isinstance(text, str) else text)
                file.flush()

        say("* OK stub")
        for line in file:
            words = line.decode().split()
            self.said.append(line.decode().strip())
            tag, verb = words[0], " ".join(words[1:3] if words[1] == "UID" else words[1:2])
            if self.stall and verb == self.stall:
                stopped.wait(60)
                return
            if not self.answer(say, verb, words, file, tag):
                return

    def answer(self, say, verb, words, file, tag):
        """Whether it goes on."""
        if verb == "CAPABILITY":
            say(f"* CAPABILITY {LIST[self.kind]}")
        elif verb == "SELECT":
            say(f"* {len(self.mails)} EXISTS")
            say("* OK [UIDVALIDITY 7] UIDs valid")
        elif verb == "FETCH":
            for number, (uid, mail) in enumerate(sorted(self.mails.items()), 1):
                say(f"* {number} FETCH (UID {uid} RFC822.SIZE {len(mail)})")
        elif verb == "UID FETCH":
            mail = self.mails[int(words[3])]
            say(b"* 1 FETCH (UID %s BODY[] {%d}\r\n" % (words[3].encode(), len(mail)) + (mail[:9] if self.cut == int(words[3]) else mail))
            if self.cut == int(words[3]):
                return False
            say(")")
        elif verb == "AUTHENTICATE" and words[2] in ("XOAUTH2", "OAUTHBEARER") and base64.b64decode(words[3]).decode() != self.good:
            say("+ " + base64.b64encode(b'{"status":"400","scope":"' + base64.b64decode(words[3]).split(b"Bearer ")[1].strip(b"\1") + b'"}').decode())
            file.readline()
            say(f"{tag} NO AUTHENTICATE failed")
            return True
        elif verb == "UID EXPUNGE" or verb == "EXPUNGE":
            for uid in self.deleted:
                self.mails.pop(uid, None)
        elif verb == "UID STORE":
            self.deleted += [int(uid) for uid in words[3].split(",")]
        elif verb == "LOGOUT":
            say("* BYE")
        say(f"{tag} OK done")
        return verb != "LOGOUT"
