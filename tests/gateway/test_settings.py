"""Settings: every fault at once and by name, units demanded, secrets never shown."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.setting_identity import OutsideIssuer, Proxy
from gateway.setting_sources import SettingsFault
from gateway.settings import load_settings, setting_names, shown
from schema.vocabulary.records import RecordKind

EXAMPLE = Path(__file__).parents[2] / "deploy" / "settings.example.toml"


def faults_of(path, environ):
    with pytest.raises(SettingsFault) as caught:
        load_settings(path, environ)
    return caught.value.faults


def test_the_example_is_accepted():
    settings = load_settings(EXAMPLE, {})
    assert settings.limits.body_size == 64 * 1024
    assert settings.limits.request_timeout == timedelta(seconds=5)
    assert settings.identity.issuer == settings.server.public_url


NAMED_BY_THE_OPERATOR = {"cache.ttl_by_kind", "catalog.configured", "identity.outside"}


def with_optional():
    """The example with the settings that have no value, which are written as `#? key = example`."""
    return EXAMPLE.read_text("utf-8").replace("#? ", "")


def test_the_example_names_every_setting():
    def leaves(tree, above=""):
        for key, value in tree.items():
            if isinstance(value, dict) and above + key not in NAMED_BY_THE_OPERATOR:
                yield from leaves(value, f"{above}{key}.")
            else:
                yield above + key

    written = tomllib.loads(with_optional())
    assert sorted(leaves(written)) == sorted(setting_names())
    (partner,) = written["identity"]["outside"].values()
    assert partner.keys() == OutsideIssuer.model_fields.keys()


def test_what_is_optional_in_the_example_is_accepted_too(tmp_path):
    file = tmp_path / "settings.toml"
    file.write_text(with_optional(), "utf-8")
    settings = load_settings(file, {})
    assert settings.identity.outside["partner"].client_id == "gateway"
    assert settings.identity.proxy.secret is not None
    assert settings.server.tls_key == Path("gateway.key")


def test_values_shown_are_the_defaults():
    """All but those that are marked as needed, or as examples."""
    settings = load_settings(EXAMPLE, {})
    for section in (settings.consents, settings.quotas, settings.server):
        assert section == type(section)()
    assert settings.identity == type(settings.identity)(
        issuer=settings.identity.issuer, audience=settings.identity.audience, proxy=Proxy()
    )


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("addresses = []", 'addresses = ["10.0.0.0/8"]', "give both"),
        ("addresses = []", 'addresses = ["10.0.0.0.0"]', "write networks as"),
        ("#? [identity.outside.partner]\n#? issuer", "[identity.outside.partner]\nissuer", "audience"),
    ],
)
def test_faults_of_who_is_believed(tmp_path, old, new, complaint):
    text = EXAMPLE.read_text("utf-8")
    assert old in text
    file = tmp_path / "settings.toml"
    file.write_text(text.replace(old, new), "utf-8")
    assert any(complaint in fault for fault in faults_of(file, {}))


def test_nothing_given_names_every_missing_secret():
    faults = faults_of(None, {})
    for key in ("audit.subject_key", "cursors.key", "cache.key", "agencies.tax.app_secret"):
        assert any(f"`{key}` is missing" in fault for fault in faults), key


def test_environment_wins_over_file():
    settings = load_settings(EXAMPLE, {"CREDITGRAPH__SERVER__PORT": "9100", "CREDITGRAPH__LIMITS__BODY_SIZE": "1MiB"})
    assert settings.server.port == 9100
    assert settings.limits.body_size == 1024 * 1024


def test_file_named_by_environment():
    assert load_settings(None, {"CREDITGRAPH_SETTINGS": str(EXAMPLE)}).server.port == 8000


def test_lists_and_kinds_from_the_environment():
    environ = {
        "CREDITGRAPH__CATALOG__CODE_EXCEPTIONS": "91120000000000000A, 91120000000000000B",
        "CREDITGRAPH__CACHE__TTL_BY_KIND__TAXARREARS": "90s",
    }
    settings = load_settings(EXAMPLE, environ)
    assert len(settings.catalog.code_exceptions) == 2
    assert settings.cache.ttl_by_kind[RecordKind.TAX_ARREARS] == timedelta(seconds=90)


def test_all_faults_at_once(tmp_path):
    file = tmp_path / "settings.toml"
    text = EXAMPLE.read_text("utf-8").replace('body_size = "64KiB"', "body_size = 65536").replace("depth =", "dept =")
    file.write_text(text, "utf-8")
    environ = {
        "CREDITGRAPH__LIMITS__REQUEST_TIMEOUT": "5",
        "CREDITGRAPH__SERVER__PROT": "1",
        "CREDITGRAPH_SERVER_PORT": "1",
        "CREDITGRAPH__CURSORS__KEY": "short",
        "PATH": "/bin",
    }
    said = "\n".join(faults_of(file, environ))
    assert "setting `limits.body_size`: write a size above zero with its unit" in said
    assert "unknown setting `limits.dept`; did you mean `limits.depth`?" in said
    assert "`limits.request_timeout` (environment variable `CREDITGRAPH__LIMITS__REQUEST_TIMEOUT`): write a dur" in said
    assert "unknown setting `server.prot` (environment variable `CREDITGRAPH__SERVER__PROT`)" in said
    assert "unknown environment variable `CREDITGRAPH_SERVER_PORT`" in said
    assert "setting `cursors.key` (environment variable `CREDITGRAPH__CURSORS__KEY`): it needs at least 32" in said
    assert "65536" not in said
    assert "short" not in said


@pytest.mark.parametrize("text", ["0s", "-1s", "5", "1 hour", "", "1e3s", "９s", "1.1.1s", "inf"])
def test_bad_durations(text):
    faults = faults_of(EXAMPLE, {"CREDITGRAPH__LIMITS__REQUEST_TIMEOUT": text})
    assert len(faults) == 1


@pytest.mark.parametrize(
    ("text", "expected"), [("250ms", 0.25), ("1.5min", 90.0), ("2 s", 2.0), ("1d", 86400.0), ("50us", 5e-5)]
)
def test_good_durations(text, expected):
    settings = load_settings(EXAMPLE, {"CREDITGRAPH__LIMITS__REQUEST_TIMEOUT": text})
    assert settings.limits.request_timeout.total_seconds() == expected


@pytest.mark.parametrize("address", ["ftp://a", "localhost:80", "http://", "http://a:b@c", "http://a?b", "http://[::1"])
def test_bad_addresses(address):
    assert len(faults_of(EXAMPLE, {"CREDITGRAPH__AGENCIES__TAX__URL": address})) == 1


def test_zero_where_it_means_something():
    settings = load_settings(EXAMPLE, {"CREDITGRAPH__CACHE__TTL": "0s"})
    assert settings.cache.ttl == timedelta(0)
    assert dict(shown(settings))["cache.ttl"] == "0s"


@pytest.mark.parametrize("key", ["x" * 31, "x" * 65, "é" * 40])
def test_keys_that_no_keyed_hash_takes(key):
    (fault,) = faults_of(EXAMPLE, {"CREDITGRAPH__CURSORS__KEY": key})
    assert "32" in fault or "64" in fault
    assert key not in fault


def test_a_section_cannot_be_a_value():
    faults = faults_of(EXAMPLE, {"CREDITGRAPH__SERVER": "x", "CREDITGRAPH__SERVER__PORT": "1"})
    assert any("contradicts" in fault for fault in faults)
    assert any("is a section" in fault for fault in faults_of(EXAMPLE, {"CREDITGRAPH__SERVER": "x"}))


@pytest.mark.parametrize("content", [b"[server\nport = 1", b"\xff\xfe", b'[server]\nport = "s3cret'])
def test_broken_files(tmp_path, content):
    file = tmp_path / "settings.toml"
    file.write_bytes(content)
    (fault,) = faults_of(file, {})
    assert "settings.toml" in fault
    assert "s3cret" not in fault


def test_absent_file(tmp_path):
    (fault,) = faults_of(tmp_path / "none.toml", {})
    assert "cannot be read" in fault


def test_secrets_are_hidden_however_it_is_printed():
    secret = "s3cret-" + "x" * 40
    environ = {
        "CREDITGRAPH__AUDIT__SUBJECT_KEY": secret,
        "CREDITGRAPH__AGENCIES__TAX__APP_SECRET": secret,
        "CREDITGRAPH__DATABASE__URL": f"postgresql+asyncpg://gate:{secret}@db/credit?password={secret}",
    }
    settings = load_settings(EXAMPLE, environ)
    lines = dict(shown(settings))
    assert secret not in repr(settings)
    assert secret not in str(settings)
    assert secret not in str(lines)
    assert lines["database.url"] == "postgresql+asyncpg://gate:**********@db/credit"
    assert lines["limits.body_size"] == "64KiB"
    assert lines["limits.request_timeout"] == "5s"
    assert set(lines) == set(setting_names())


def test_the_tree_is_frozen():
    settings = load_settings(EXAMPLE, {})
    with pytest.raises(ValidationError):
        settings.server.port = 1
