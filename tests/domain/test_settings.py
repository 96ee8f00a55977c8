"""Settings from the environment: what is refused, in which words, and what is never shown."""

import base64
import os
from pathlib import Path

import pytest

from domain.settings import ConfigurationError, Environment, Settings, unknown_variables

KEY = base64.b64encode(bytes(range(32))).decode()
SECRET = "hunter2-hunter2"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting from around the test; then those that production asks for."""
    for name in list(os.environ):
        if name.startswith("TRADEWIND_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TRADEWIND_ENCRYPTION_KEYS", f"k1:{KEY}")


def _refusal(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> str:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as error:
        Settings.load()
    return str(error.value)


@pytest.mark.parametrize(
    "name,value",
    [
        ("ENV", SECRET),
        ("DATABASE_URL", f"mysql://u:{SECRET}@h/d"),
        ("DATABASE_URL", SECRET),
        ("DATABASE_URL", f"postgresql://u:{SECRET}@h:port/d"),
        ("DATABASE_OWNER_URL", f"postgresql://o:{SECRET}@h:port/d"),
        ("DATABASE_OWNER_URL", f"sqlite:///{SECRET}"),
        ("REDIS_URL", f"http://:{SECRET}@h"),
        ("REDIS_URL", f"redis://:{SECRET}@h:port/0"),
        ("REDIS_URL", f"redis+sentinel://:{SECRET}@h"),
        ("REDIS_URL", f"redis+sentinel://:{SECRET}@h:x/service"),
        ("REDIS_URL", f"redis+sentinel://:{SECRET}@h,/service"),
        ("REDIS_URL", f"rediss+sentinel://:{SECRET}@h/service/db"),
        ("TRUSTED_PROXIES", f"10.0.0.1,{SECRET}"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TRUSTED_PROXIES", "*"),
        ("ENCRYPTION_KEYS", SECRET),
        ("ENCRYPTION_KEYS", ""),
        ("ENCRYPTION_KEYS", ","),
        ("ENCRYPTION_KEYS", f"k1:{SECRET}é"),
        ("ENCRYPTION_KEYS", f"k1:{KEY},k1:{KEY}"),
        ("ENCRYPTION_KEYS", f":{KEY}"),
        ("ENCRYPTION_KEYS", f"k.1:{KEY}"),
        ("ENCRYPTION_KEYS", f"k1:{KEY[:-4]}"),
        ("ENCRYPTION_KEYS", "k1:" + base64.b64encode(bytes(32)).decode()),
        ("ENCRYPTION_KEYS", "k1:" + base64.b64encode(b"secret42" * 4).decode()),
        ("TEMU_URL_US", f"ftp://{SECRET}.example/"),
        ("TEMU_URL_US", f"https://{SECRET}:x@temu.example/"),
        ("TEMU_URL_US", f"https://:{SECRET}@temu.example/"),
        ("TEMU_URL_EU", f"https://temu.example/?k={SECRET}"),
        ("TEMU_URL_EU", f"https://[{SECRET}/"),
        ("TEMU_URL_EU", f"https://temu.example:{SECRET}/"),
        ("TEMU_URL_GLOBAL", f"https://{SECRET}\u2100.example/"),
        ("TEMU_URL_GLOBAL", f"https://{SECRET}.m\u00fcller.example/"),
        ("TEMU_URL_GLOBAL", f"https://temu.example/{SECRET} router"),
        ("TEMU_URL_PARTNER", f"ftp://{SECRET}.example/"),
        ("PUBLIC_URL", f"{SECRET}.example"),
        ("PUBLIC_URL", f"http://{SECRET}.example"),
        ("PUBLIC_URL", f"https://{SECRET}:x@tradewind.example"),
        ("PUBLIC_URL", f"https://tradewind.example/?k={SECRET}"),
        ("TEMU_SELLER_URL_US", f"https://{SECRET}.example"),
        ("TEMU_SELLER_URL_GLOBAL", f"http://{SECRET}.temu.com"),
        ("TEMU_APP_KEY_PARTNER", SECRET),
        ("TEMU_CALLS_PER_SECOND", "0"),
        ("TEMU_CALLS_PER_SECOND", "nan"),
        ("TEMU_CALLS_PER_SECOND", SECRET),
        ("IMPORT_ORDERS_INTERVAL_SECONDS", "9"),
        ("IMPORT_OVERLAP_SECONDS", "-1"),
        ("LEASE_SECONDS", "1"),
        ("WORKER_JOBS", "0"),
        ("KEEP_JOBS_DAYS", "0.5"),
        ("GRAPHIQL", SECRET),
        ("LOG_FORMAT", SECRET),
    ],
)
def test_refused_values(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """R2, R6: a setting that can't be used is named with what is wrong, and its value is not told."""
    message = _refusal(monkeypatch, f"TRADEWIND_{name}", value)

    lines = message.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"TRADEWIND_{name}: ")
    assert len(lines[0]) > len(f"TRADEWIND_{name}: ") + 5
    assert SECRET not in message
    assert KEY not in message


@pytest.mark.parametrize(
    "name,nearest",
    [
        ("DATABSE_URL", "DATABASE_URL"),
        ("DATABASE_URLS", "DATABASE_URL"),
        ("ENCRYPTION_KEY", "ENCRYPTION_KEYS"),
        ("TEMU_APPKEY", "TEMU_APP_KEY"),
        ("TEMU_URL_UK", "TEMU_URL_US"),
        ("REDIS_URI", "REDIS_URL"),
        ("WORKERS_JOBS", "WORKER_JOBS"),
    ],
)
def test_misspelt_names(monkeypatch: pytest.MonkeyPatch, name: str, nearest: str) -> None:
    """R2: a name that looks like a setting's is refused with the right one, not passed over: the default would be used."""
    message = _refusal(monkeypatch, f"TRADEWIND_{name}", SECRET)

    assert message == f"TRADEWIND_{name}: is no setting; TRADEWIND_{nearest} is"


@pytest.mark.parametrize(
    "name",
    ["PORT", "SERVICE_HOST", "SERVICE_PORT_HTTP", "PORT_8000_TCP_ADDR", "REDIS_SERVICE_HOST", "REDIS_PORT"],
)
def test_what_kubernetes_sets(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """R2: where a service is called tradewind, each pod has variables of that name, which are nobody's mistake."""
    monkeypatch.setenv(f"TRADEWIND_{name}", "tcp://10.0.0.1:8000")

    Settings.load()
    assert unknown_variables() == {}


def test_all_faults_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """R2: several settings that can't be used are told together."""
    monkeypatch.setenv("TRADEWIND_WORKER_JOBS", "many")

    message = _refusal(monkeypatch, "TRADEWIND_LEASE_SECONDS", "soon")

    assert "TRADEWIND_WORKER_JOBS: " in message
    assert "TRADEWIND_LEASE_SECONDS: " in message


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost.", "LOCALHOST", "x.localhost", "127.0.0.1", "127.1", "127.0.0.1.", "0x7f.0.0.1", "0.0.0.0", "0",
     "0177.0.0.1", "10.0.0.1", "10.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "198.18.0.1", "224.0.0.1",
     "255.255.255.255", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
     "[fe80::1]", "[fd00::1]", "[fec0::1]", "temu", "temu.local", "metadata.internal", "2130706433", "0x7f000001",
     "temu.example", "temu.com", "openapi-b-us.temu.com.", "openapi-b-us.temu.com.evil.example", "evil-temu.com",
     "openapi-b-us.temu.com:8443", "openapi-b-us.temu.com:80", "8.8.8.8"],
)  # fmt: skip
def test_production_calls_temu_alone(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """R6, A6: in production no address of Temu's is this machine, its network or anybody's but Temu's; in development it may be."""
    message = _refusal(monkeypatch, "TRADEWIND_TEMU_URL_EU", f"https://{host}/openapi/router")

    assert "TRADEWIND_TEMU_URL_EU: must be an https URL of a public host of Temu's" in message
    monkeypatch.setenv("TRADEWIND_ENV", "development")
    assert Settings.load().temu_url_eu == f"https://{host}/openapi/router"


@pytest.mark.parametrize(
    "url",
    ["http://openapi-b-us.temu.com/openapi/router", "gopher://openapi-b-us.temu.com/", "file:///etc/passwd",
     "https://u@openapi-b-us.temu.com/", "https://openapi-b-us.temu.com@evil.example/",
     "https://evil.example#.temu.com", "https://evil.example\\.temu.com/", "//openapi-b-us.temu.com/", ""],
)  # fmt: skip
def test_no_other_way_to_temu(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """R6, A6: nor is it called in another way than by https, by somebody's name or through what only looks like its host."""
    assert "TRADEWIND_TEMU_URL_US: must be" in _refusal(monkeypatch, "TRADEWIND_TEMU_URL_US", url)


def test_routers_that_temu_may_add(monkeypatch: pytest.MonkeyPatch) -> None:
    """R6: a router under Temu's own domain is taken, whatever it is called."""
    monkeypatch.setenv("TRADEWIND_TEMU_URL_GLOBAL", "https://OpenAPI-b-mars.temu.com:443")

    assert Settings.load().temu_url_global == "https://OpenAPI-b-mars.temu.com:443/openapi/router"


def test_an_owner_of_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """R6: the owner's URL goes together with another of PostgreSQL, and isn't shown."""
    refused = _refusal(monkeypatch, "TRADEWIND_DATABASE_OWNER_URL", "postgres://owner:hunter2@h/d")
    assert "goes together with a TRADEWIND_DATABASE_URL" in refused
    assert Settings.model_fields["database_owner_url"].repr is False
    monkeypatch.setenv("TRADEWIND_DATABASE_URL", "postgresql://application@h/d")
    loaded = Settings.load()
    assert loaded.database_owner_url == "postgresql+asyncpg://owner:hunter2@h/d"
    assert loaded.application_role == "application"
    assert "hunter2" not in repr(loaded)
    monkeypatch.setenv("TRADEWIND_DATABASE_URL", "postgresql://owner@h/d")
    assert Settings.load().application_role is None, "or it would be kept from its own alembic_version"


def test_production_encrypts(monkeypatch: pytest.MonkeyPatch) -> None:
    """R6: production is the default; it needs encryption keys, and https for Temu."""
    assert "must be an https URL" in _refusal(monkeypatch, "TRADEWIND_TEMU_URL_US", "http://temu.example")
    monkeypatch.delenv("TRADEWIND_TEMU_URL_US")
    monkeypatch.delenv("TRADEWIND_ENCRYPTION_KEYS")
    with pytest.raises(ConfigurationError, match="TRADEWIND_ENCRYPTION_KEYS: is required in production"):
        Settings.load()
    monkeypatch.setenv("TRADEWIND_ENV", "development")
    assert Settings.load().sealing_keys == {}


def test_what_is_made_of_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """R6: drivers and the router's path are filled in, the first key seals, and unknown variables do no harm."""
    other = base64.b64encode(bytes(range(1, 33))).decode()
    for name, value in {
        "DATABASE_URL": "postgres://u:p@h/d",
        "ENCRYPTION_KEYS": f" k2:{other} , k1:{KEY}",
        "TEMU_URL_US": "https://router.temu.com/",
        "SOMETHING_ELSE": "x",
    }.items():
        monkeypatch.setenv(f"TRADEWIND_{name}", value)

    settings = Settings.load()

    assert settings.env is Environment.PRODUCTION
    assert settings.effective_database_url == "postgresql+asyncpg://u:p@h/d"
    assert list(settings.sealing_keys) == ["k2", "k1"]
    assert settings.temu_url_us == "https://router.temu.com/openapi/router"


def test_no_database_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """R6: without a database URL there is a SQLite file in the data folder."""
    monkeypatch.setenv("TRADEWIND_DATA_DIR", str(tmp_path))

    assert Settings.load().effective_database_url == f"sqlite+aiosqlite:///{tmp_path}/tradewind.sqlite3"


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """R2: neither repr nor str of the settings holds a password, a secret or a key."""
    for name, value in {
        "DATABASE_URL": f"postgresql://u:{SECRET}@h/d",
        "REDIS_URL": f"redis://:{SECRET}@h",
        "TEMU_APP_SECRET": SECRET,
    }.items():
        monkeypatch.setenv(f"TRADEWIND_{name}", value)

    settings = Settings.load()

    for text in (repr(settings), str(settings)):
        assert SECRET not in text
        assert KEY not in text
