"""Logging on to a real server, and the certificates that it shows."""
import pytest

from probe import is_unknown, probing, settings
from slapd import PASSWORD, Slapd


# --- logging on ---

def test_ping(probe):
    assert probe.ask("ping")["ok"]


def test_wrong_password(server, tmp_path):
    (tmp_path / "secret").write_text("wrong\n")
    with probing(settings(server, bind_password_file=str(tmp_path / "secret"))) as probe:
        answer = is_unknown(probe.ask("user", "anna"), "permanent")
        assert "Invalid credentials" in answer["message"] and "wrong" not in answer["message"]
        again = is_unknown(probe.ask("user", "anna"), "permanent")
        assert again["ms"] < 100 and "not tried again" in again["message"]


@pytest.mark.parametrize("content", [PASSWORD, PASSWORD + "\n", PASSWORD + "\r\n"])
def test_password_file(server, tmp_path, content):
    (tmp_path / "secret").write_bytes(content.encode())
    with probing(settings(server, bind_password_file=str(tmp_path / "secret"))) as probe:
        assert probe.ask("ping")["ok"]


@pytest.mark.parametrize("content", [b"", b"\n", b"\r\n", pytest.param(b"x" * 5000, id="long"), b"a\0b", None])
def test_password_file_refused(server, tmp_path, content):
    """An empty password would be an anonymous bind that succeeds."""
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    with probing(settings(server, bind_password_file=str(tmp_path / "secret"))) as probe:
        answer = probe.answer()
        assert not answer["ok"] and answer["kind"] == "config" and "password_file" in answer["message"]


@pytest.mark.parametrize("changes", [{"uris": []}, {"uris": ["https://127.0.0.1"]}, {"uris": ["ldap://ldap.example.nl"]}, {"bind_dn": ""}])
def test_settings_refused(server, changes):
    with probing(settings(server, **changes)) as probe:
        assert probe.answer()["kind"] == "config"


def test_external(server):
    with probing(settings(server, uris=[server.ldapi_uri], bind_method="external")) as probe:
        assert probe.uids("user", "anna") == ["anna"]


def test_external_where_it_is_not_to_be_had(server):
    with probing(settings(server, bind_method="external")) as probe:
        is_unknown(probe.ask("user", "anna"), "permanent")


def test_anonymous(server):
    with probing(settings(server, bind_method="none")) as probe:
        assert probe.ask("ping")["ok"]
        is_unknown(probe.ask("user", "anna"), "permanent")


# --- TLS ---

@pytest.mark.parametrize("starttls", [False, True])
def test_tls(server, certificates, starttls):
    """Whatever the environment would like libldap to do."""
    uri = server.uri if starttls else server.tls_uri
    with probing(settings(server, uris=[uri], starttls=starttls, ca_file=str(certificates.ca)), LDAPTLS_CIPHER_SUITE="NONE",
                 LDAPURI="ldap://127.0.0.1:9", LDAPTLS_CACERT="/dev/null") as probe:
        assert probe.uids("group", "controllers") == ["sanne", "thomas"]


@pytest.mark.parametrize("starttls", [False, True])
def test_tls_wrong_authority(server, certificates, starttls):
    """Nor does what stands in the environment or a file at home talk us into it."""
    (certificates.folder / ".ldaprc").write_text("TLS_REQCERT never\n")
    uri = server.uri if starttls else server.tls_uri
    with probing(settings(server, uris=[uri], starttls=starttls, ca_file=str(certificates.other_ca)), HOME=str(certificates.folder),
                 LDAPTLS_REQCERT="never", LDAPCONF=str(certificates.folder / ".ldaprc")) as probe:
        is_unknown(probe.ask("user", "anna"), timeout_s=10)


@pytest.mark.parametrize("certificate", ["wrong_name", "expired"])
@pytest.mark.parametrize("starttls", [False, True])
def test_tls_wrong_certificate(tmp_path, certificates, certificate, starttls):
    with Slapd(tmp_path / "slapd", certificates=certificates, certificate=certificate) as server:
        uri = server.uri if starttls else server.tls_uri
        with probing(settings(server, uris=[uri], starttls=starttls, ca_file=str(certificates.ca))) as probe:
            assert "certificate" in is_unknown(probe.ask("user", "anna"), timeout_s=10)["message"]


def test_tls_that_the_server_lacks(own_server, certificates):
    with probing(settings(own_server, starttls=True, ca_file=str(certificates.ca))) as probe:
        assert not probe.ask("user", "anna")["ok"]
    with probing(settings(own_server, uris=[own_server.uri.replace("ldap:", "ldaps:")], timeout_s=2, ca_file=str(certificates.ca))) as probe:
        is_unknown(probe.ask("user", "anna"), timeout_s=2)


@pytest.mark.parametrize("content", [None, "", "not a certificate"])
def test_tls_unusable_authority(server, tmp_path, content):
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)
    with probing(settings(server, uris=[server.tls_uri], ca_file=str(tmp_path / "ca.pem"))) as probe:
        assert not probe.ask("user", "anna")["ok"]
