"""Settings: where they come from and what they refuse."""

from pathlib import Path

import pytest

from feynman.domain import ConfigurationError
from feynman.settings import ModelPrice, Settings


@pytest.fixture(autouse=True)
def empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in an empty folder with none of our variables set."""
    import os  # noqa: PLC0415 # only this fixture looks at the environment

    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("FEYNMAN_", "OPENAI_")):
            monkeypatch.delenv(name)
    return tmp_path


def test_defaults_need_nothing() -> None:
    """With nothing set the built-in engine, loopback and the user's data folder are used."""
    settings = Settings.load()
    assert settings.chosen_engine == "builtin"
    assert (settings.sidecar_host, settings.sidecar_port) == ("127.0.0.1", 8600)
    assert settings.data_dir.name == "feynman"
    assert settings.database.endswith("feynman.db")


def test_the_environment_wins(empty_place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment beats .env, which beats secrets.toml."""
    (empty_place / ".streamlit").mkdir()
    (empty_place / ".streamlit" / "secrets.toml").write_text(
        'FEYNMAN_SIDECAR_PORT = 1\nFEYNMAN_LOG_LEVEL = "ERROR"\nFEYNMAN_SIDECAR_HOST = "::1"\n'
    )
    (empty_place / ".env").write_text("FEYNMAN_SIDECAR_PORT=2\nFEYNMAN_LOG_LEVEL=warning\n")
    monkeypatch.setenv("FEYNMAN_SIDECAR_PORT", "3")
    settings = Settings.load()
    assert (settings.sidecar_port, settings.log_level, settings.sidecar_host) == (3, "WARNING", "::1")


@pytest.mark.parametrize(
    ("name", "value"),
    [("FEYNMAN_SIDECAR_PORT", "99999"), ("FEYNMAN_LOG_FORMAT", "xml"), ("FEYNMAN_ENGINE", "magic")],
)
def test_invalid_values_name_the_setting(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong value is an error at start that names the setting."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=name):
        Settings.load()


@pytest.mark.parametrize("where", ["environment", ".env", "secrets"])
def test_fields_names_mean_nothing(where: str, empty_place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names like ``engine`` belong to others: from outside only FEYNMAN_ and OPENAI_ names count."""
    if where == "environment":
        monkeypatch.setenv("engine", "local")
        monkeypatch.setenv("log_level", "nonsense")
    elif where == ".env":
        (empty_place / ".env").write_text("engine=local\nlog_level=nonsense\n")
    else:
        (empty_place / ".streamlit").mkdir()
        (empty_place / ".streamlit" / "secrets.toml").write_text('engine = "local"\nlog_level = "nonsense"\n')
    settings = Settings.load()
    assert (settings.engine, settings.log_level) == (None, "INFO")
    assert Settings(engine="local", data_dir=empty_place).engine == "local"


@pytest.mark.parametrize("file", [".env", ".streamlit/secrets.toml"])
@pytest.mark.parametrize("raw", [b'FEYNMAN_ENGINE = "\xff"\n', b'FEYNMAN_ENGINE = "builtin\n'])
def test_an_unreadable_file_is_named(file: str, raw: bytes, empty_place: Path) -> None:
    """A file that is not what its name says is an error that names the file, or the setting in it."""
    (empty_place / ".streamlit").mkdir()
    (empty_place / file).write_bytes(raw)
    if file == ".env" and b"\xff" not in raw:
        assert Settings.load().engine is None  # python-dotenv skips a line it can't read
        return
    with pytest.raises(ConfigurationError, match=file.removeprefix(".")):
        Settings.load()


def test_home_is_expanded(monkeypatch: pytest.MonkeyPatch, empty_place: Path) -> None:
    """``~`` in a path is the user's folder; somebody who does not exist has none."""
    monkeypatch.setenv("HOME", str(empty_place))
    monkeypatch.setenv("USERPROFILE", str(empty_place))
    monkeypatch.setenv("FEYNMAN_DATA_DIR", "~/feynman")
    monkeypatch.setenv("FEYNMAN_LOCAL_MODEL", "~/model.gguf")
    settings = Settings.load()
    assert settings.data_dir == empty_place / "feynman"
    assert settings.local_model == empty_place / "model.gguf"
    monkeypatch.setenv("FEYNMAN_DATA_DIR", "~no-such-user-here/feynman")
    with pytest.raises(ConfigurationError, match="FEYNMAN_DATA_DIR"):
        Settings.load()


def test_unknown_names_are_errors(empty_place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistyped FEYNMAN_ name is an error, in the environment, in .env and in secrets.toml."""
    monkeypatch.setenv("FEYNMAN_SIDECAR_PROT", "1")
    with pytest.raises(ConfigurationError, match="FEYNMAN_SIDECAR_PROT"):
        Settings.load()
    monkeypatch.delenv("FEYNMAN_SIDECAR_PROT")
    (empty_place / ".env").write_text("FEYNMAN_DATADIR=/x\n")
    with pytest.raises(ConfigurationError, match="FEYNMAN_DATADIR"):
        Settings.load()
    (empty_place / ".env").unlink()
    (empty_place / ".streamlit").mkdir()
    (empty_place / ".streamlit" / "secrets.toml").write_text('FEYNMAN_TOKEN = "x"\n[connections]\nurl = "y"\n')
    with pytest.raises(ConfigurationError, match="FEYNMAN_TOKEN"):
        Settings.load()
    (empty_place / ".streamlit" / "secrets.toml").unlink()
    monkeypatch.setenv("FEYNMAN_engine", "local")
    with pytest.raises(ConfigurationError, match="FEYNMAN_engine"):
        Settings.load()


def test_a_key_or_base_url_chooses_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """OPENAI_ names are honoured, and the key never shows in a repr."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    settings = Settings.load()
    assert settings.chosen_engine == "openai"
    assert "sk-secret" not in repr(settings)
    monkeypatch.setenv("FEYNMAN_ENGINE", "builtin")
    assert Settings.load().chosen_engine == "builtin"


def test_what_a_model_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prices are JSON by model; budgets, persona and search have names of their own; keys stay secret."""
    monkeypatch.setenv("FEYNMAN_MODEL_PRICES", '{"some-model": {"input": 0.4, "output": 1.6}}')
    for name, value in {
        "CURRENCY": "CNY", "DAILY_BUDGET": "2.5", "DAILY_TOKENS": "100000", "PERSONA": "sceptic", "PERSONA_AGE": "50",
        "PERSONA_TONE": "plain", "WEB_SEARCH": "tavily", "TAVILY_KEY": "tvly-secret", "ALLOW_PRIVATE_ADDRESSES": "true",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"FEYNMAN_{name}", value)
    settings = Settings.load()
    assert settings.model_prices == {"some-model": ModelPrice(input=0.4, output=1.6)}
    assert (settings.currency, settings.daily_budget, settings.daily_tokens) == ("CNY", 2.5, 100_000)
    assert (settings.persona, settings.persona_age, settings.persona_tone) == ("sceptic", 50, "plain")
    assert (settings.web_search, settings.allow_private_addresses) == ("tavily", True)
    assert "tvly-secret" not in repr(settings)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"MODEL_PRICES": '{"m": '}, "FEYNMAN_MODEL_PRICES: Value error, must be JSON"),
        ({"MODEL_PRICES": '{"m": {"input": -1, "output": 1}}'}, "FEYNMAN_MODEL_PRICES.m.input"),
        ({"MODEL_PRICES": '{"m": {"input": 1}}'}, "FEYNMAN_MODEL_PRICES.m.output"),
        ({"MODEL_PRICES": "[]"}, "FEYNMAN_MODEL_PRICES"),
        ({"DAILY_BUDGET": "1"}, "FEYNMAN_DAILY_BUDGET .* FEYNMAN_MODEL_PRICES"),
        ({"DAILY_TOKENS": "-1"}, "FEYNMAN_DAILY_TOKENS"),
        ({"PERSONA": "pirate"}, "FEYNMAN_PERSONA"),
        ({"PERSONA_AGE": "3"}, "FEYNMAN_PERSONA_AGE"),
        ({"WEB_SEARCH": "on"}, "FEYNMAN_WEB_SEARCH"),
        ({"WEB_SEARCH": "searxng"}, "FEYNMAN_SEARXNG_URL"),
        ({"WEB_SEARCH": "tavily"}, "FEYNMAN_TAVILY_KEY"),
        ({"LLM_BASE_URL": "localhost:11434"}, "FEYNMAN_LLM_BASE_URL"),
        ({"LLM_BASE_URL": "http://me:pw@host/v1"}, "FEYNMAN_LLM_BASE_URL"),
        ({"LLM_BASE_URL": "http://[::1"}, "FEYNMAN_LLM_BASE_URL"),
    ],
)
def test_what_a_model_can_not_be_used_with(
    changes: dict[str, str], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Impossible values, and a switch without what it needs, are errors at start that name the setting."""
    for name, value in changes.items():
        monkeypatch.setenv(f"FEYNMAN_{name}", value)
    with pytest.raises(ConfigurationError, match=named) as caught:
        Settings.load()
    assert "pw" not in str(caught.value)


def test_prices_may_be_a_table_in_secrets(empty_place: Path) -> None:
    """In secrets.toml the prices are a table."""
    (empty_place / ".streamlit").mkdir()
    (empty_place / ".streamlit" / "secrets.toml").write_text(
        "[FEYNMAN_MODEL_PRICES]\nsome-model = {input = 1, output = 2}\n"
    )
    assert Settings.load().model_prices == {"some-model": ModelPrice(input=1, output=2)}
