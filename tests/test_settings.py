"""Settings: where they come from and what they refuse."""

from pathlib import Path

import pytest

from feynman.domain import ConfigurationError
from feynman.settings import Settings


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
