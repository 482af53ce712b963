"""The receiver itself: it misbehaves as told, and only so often, or what the other tests show means nothing."""
import smtplib

import pytest

MAIL = b"Subject: one\r\n\r\ntext\r\n"


def send(smtp, recipient="anna@example.test"):
    with smtplib.SMTP("127.0.0.1", smtp.port, timeout=5) as client:
        return client.sendmail("akkoord@example.test", [recipient], MAIL)


def test_keeps_what_it_accepts(smtp):
    send(smtp)
    message, = smtp.messages()
    assert (message.sender, message.recipients, message.subject) == ("akkoord@example.test", ["anna@example.test"], "one")
    assert message.bytes == MAIL and message.part("text/plain") == "text\n"


def test_refuses_the_recipient_it_is_told_to(smtp):
    smtp.behave(rcpt={"anna@example.test": "550 5.1.1 no such user"})
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(smtp)
    send(smtp, "bob@example.test")
    assert [message.recipients for message in smtp.messages()] == [["bob@example.test"]]


def test_is_well_again_after_so_many_times(smtp):
    smtp.behave(rcpt={"*": "450 4.2.0 busy"}, times=1)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(smtp)
    send(smtp)
    assert len(smtp.messages()) == 1


def test_refuses_after_the_final_dot(smtp):
    smtp.behave(data="451 4.3.0 try later")
    with pytest.raises(smtplib.SMTPDataError):
        send(smtp)
    assert smtp.messages() == []


def test_drops_the_line_after_the_final_dot(smtp):
    smtp.behave(after_dot="drop", times=1)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(smtp)
    send(smtp)
    assert len(smtp.messages()) == 2
