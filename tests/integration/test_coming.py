"""What a mail says beside what it asks: what else comes up for its reader, and when it comes again."""
import pytest

from company import found
from scene import FIRST, take

NEXT = "2026-12-01T13:00:00Z"  # the slot of 14:00, that day
THIRD = "2026-12-02T08:00:00Z"


@pytest.fixture
def asked(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, FIRST)
    return akkoord


def last_mail(smtp):
    [*_, message] = [message for message in smtp.messages() if message.part("text/calendar") is None]
    return message.part("text/plain"), message.part("text/html")


def send(akkoord, number, now):
    _, invoice = take(akkoord, now, number=number)
    akkoord.run("tick", now=now)
    return invoice


def coming(text):
    """What the mail says that comes up; "" where it says nothing of that kind."""
    return text.partition("Lo que le espera")[2].partition("Cómo decidir")[0]


def test_what_comes_up(asked, smtp):
    """Until it is asked in the same mail, or on hold. The reader is Lucía, in Spanish."""
    first = send(asked, "A-1", FIRST)
    text, _ = last_mail(smtp)
    assert coming(text) == ""
    send(asked, "A-2", NEXT)
    text, html = last_mail(smtp)
    assert "factura A-1\n  Importe: 500,00\xa0€\n  Decidir antes de: viernes 4 de diciembre, 15:00" in coming(text)
    assert "A-2" not in coming(text) and "A-2" in text
    assert html.count("<h2") == 1 and html.count('<th scope="row"') == 1
    asked.run("hold", first, "--as", "lucia", "--until", "2026-12-11", "--reason", "where is it?", now=NEXT)
    send(asked, "A-3", "2026-12-01T15:30:00Z")
    asked.run("tick", now=THIRD)
    text, _ = last_mail(smtp)
    assert "A-3" in text and "A-1" not in text


def test_when_it_comes_again(asked, smtp):
    """And then it does."""
    send(asked, "A-1", FIRST)
    text, _ = last_mail(smtp)
    assert "El miércoles 2 de diciembre se le recordará de nuevo. El lunes 7 de diciembre se enviará también a Anna de Vries." in text
    asked.run("tick", now="2026-12-01T15:00:00Z")
    before = len(smtp.messages())
    asked.run("tick", now=THIRD)
    [again] = smtp.messages()[before:]
    assert again.recipients == ["lucia@voorbeeld.example"]
