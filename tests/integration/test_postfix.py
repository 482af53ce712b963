"""Logging in to a mail server as companies run one: Postfix, with Dovecot's ways to log in, over STARTTLS and over TLS from the first byte."""
import pytest

import postfix
from akkoord import is_sanitized
from test_smtp import deliver, deliver_all, judged, message


@pytest.fixture(scope="module")
def server(certificates):
    if postfix.why_not():
        pytest.skip(postfix.why_not())
    if is_sanitized():
        pytest.skip("once without the sanitizers is enough: the server is the same")
    with postfix.Postfix(certificates.folder / "good.pem", certificates.folder / "good.key") as running:
        yield running


def settings(server, tmp_path, certificates, auth, secret, implicit=False, port=None):
    (tmp_path / "secret").write_text(secret, encoding="utf-8")
    (tmp_path / "secret").chmod(0o600)
    kind = "token_file" if auth in ("xoauth2", "oauthbearer") else "password_file"
    url = f"smtps://127.0.0.1:{server.tls_port}" if implicit else f"smtp://127.0.0.1:{port or server.port}"
    return url, {"starttls": not implicit, "ca_file": str(certificates.ca), "user": postfix.USER, "auth": auth, kind: str(tmp_path / "secret")}


def test_ways_in(server, tmp_path, certificates):
    """Each way, each kind of TLS: three mails over one connection, under the names by which the server keeps them; and the same with what is wrong."""
    for auth in ("auto", "plain", "login", "xoauth2", "oauthbearer"):
        takes_token = auth in ("xoauth2", "oauthbearer")
        for implicit in (False, True):
            url, ways = settings(server, tmp_path, certificates, auth, postfix.token() if takes_token else postfix.PASSWORD, implicit)
            first, *others = deliver_all(url, [message()] * 3, **ways)
            assert [judged(delivery) for delivery in (first, *others)] == [("accepted", False)] * 3, (auth, implicit, first, server.log())
            assert first["reply"].startswith("250 2.0.0 Ok: queued as "), auth
        wrong = [postfix.token(key=b"another key of thirty-two bytes"), postfix.token(lasts=-60)] if takes_token else ["wrong"]
        for secret in wrong:
            url, ways = settings(server, tmp_path, certificates, auth, secret)
            delivery = deliver(url, **ways)
            assert judged(delivery) == ("deferred", True) and secret not in delivery["reply"] and delivery["reply"], (auth, delivery)


def test_a_server_that_takes_the_standard_s_token_alone(server, tmp_path, certificates):
    url, ways = settings(server, tmp_path, certificates, "oauthbearer", postfix.token(), port=server.token_port)
    assert judged(deliver(url, **ways)) == ("accepted", False)
    for auth, secret in (("xoauth2", postfix.token()), ("auto", postfix.PASSWORD)):
        url, ways = settings(server, tmp_path, certificates, auth, secret, port=server.token_port)
        delivery = deliver(url, **ways)
        assert judged(delivery) == ("deferred", True) and "none of the ways to log in" in delivery["reply"]


def test_without_logging_in(server, certificates):
    delivery = deliver(f"smtp://127.0.0.1:{server.port}", starttls=True, ca_file=str(certificates.ca))
    assert judged(delivery)[0] == "deferred" and delivery["reply"].startswith("454 4.7.1 ")
