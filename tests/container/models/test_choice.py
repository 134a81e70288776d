"""What is chosen, what it lacks, and how it is kept."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from feynman.container import EngineChoice
from feynman.container.models.vault import Vault
from feynman.engines.llm import Persona
from feynman.settings import Engine
from tests.container.conftest import Make

KEY = SecretStr("sk-very-secret")
CHOICE = EngineChoice(
    engine="openai",
    base_url="http://127.0.0.1:1/v1",
    model="m",
    api_key=KEY,
    persona=Persona(character="sceptic", age=50, tone="plain"),
    web_search="ddgs",
)


@pytest.mark.parametrize(
    ("changes", "engine", "lacks"),
    [
        ({}, "builtin", None),
        ({}, "openai", "FEYNMAN_LLM_API_KEY"),
        ({"api_key": KEY}, "openai", None),
        ({"base_url": "http://h/v1"}, "openai", "FEYNMAN_LLM_MODEL"),
        ({"base_url": "http://h/v1", "model": "m"}, "openai", None),
        ({}, "local", "FEYNMAN_LOCAL_MODEL"),
        ({"local_model": Path("m.gguf")}, "local", None),
    ],
)
def test_what_an_engine_lacks(changes: dict[str, object], engine: Engine, lacks: str | None) -> None:
    """An engine is usable with a key or an address with a model, or with a file."""
    assert EngineChoice.model_validate(changes).lacks(engine) == lacks


def test_a_model_is_assumed_for_openai_only() -> None:
    """With a key alone OpenAI's own server and one of its models are used."""
    endpoint = EngineChoice(api_key=KEY).endpoint()
    assert endpoint.url == "https://api.openai.com/v1"
    assert endpoint.model.startswith("gpt-")


def test_a_key_belongs_to_its_address(make: Make) -> None:
    """A key that is not typed anew goes to the address that it was given for and to no other."""
    settings = make(llm_api_key="sk-settings", llm_base_url="http://settings/v1", llm_model="m")
    assert CHOICE.key_for(CHOICE.base_url, "", settings) == KEY
    assert CHOICE.key_for("http://elsewhere/v1", "", settings) is None
    assert CHOICE.key_for("http://elsewhere/v1", "sk-new", settings) == SecretStr("sk-new")
    assert CHOICE.key_for("http://settings/v1", "", settings) == SecretStr("sk-settings")
    assert CHOICE.key_for(CHOICE.base_url, "", settings, forget=True) is None


def test_a_choice_is_kept_without_its_key_in_clear(make: Make, tmp_path: Path) -> None:
    """It comes back as it was; files are this user's only, and the key is in none of them."""
    vault, settings = Vault(tmp_path), make()
    assert vault.load(settings) is None
    vault.save(CHOICE, settings)
    assert vault.load(settings) == CHOICE
    for path in tmp_path.glob("engine.*"):
        assert KEY.get_secret_value() not in path.read_text("utf-8")
        assert path.stat().st_mode & 0o077 == 0
    vault.forget()
    assert vault.load(settings) is None
    assert not list(tmp_path.glob("engine.*"))


def test_the_settings_key_is_not_written(make: Make, tmp_path: Path) -> None:
    """A key that the settings have is read from there, so that changing it there is enough."""
    address = {"llm_base_url": CHOICE.base_url, "llm_model": "m"}
    vault, settings = Vault(tmp_path), make(llm_api_key=KEY, **address)
    vault.save(CHOICE, settings)
    assert json.loads((tmp_path / "engine.json").read_text("utf-8"))["api_key"] is None
    loaded = vault.load(make(llm_api_key="sk-other", **address))
    assert loaded is not None
    assert loaded.api_key == SecretStr("sk-other")


def test_settings_that_say_something_new_count(make: Make, tmp_path: Path) -> None:
    """A saved choice holds over the settings that it was made over; the environment wins once it says otherwise."""
    vault = Vault(tmp_path)
    vault.save(CHOICE, make())
    assert vault.load(make(sidecar_port=1)) == CHOICE
    assert vault.load(make(engine="builtin")) is None


@pytest.mark.parametrize("broken", [b"{", b"[]", b"{}", b"\xff", b'{"over": 1, "choice": {}, "api_key": null}'])
def test_a_broken_file_is_no_choice(broken: bytes, make: Make, tmp_path: Path) -> None:
    """A file that can't be used is as good as none."""
    (tmp_path / "engine.json").write_bytes(broken)
    assert Vault(tmp_path).load(make()) is None


@pytest.mark.parametrize("key", [b"nonsense", b"", None])
def test_a_lost_key_file_loses_the_key_only(key: bytes | None, make: Make, tmp_path: Path) -> None:
    """Without what it was encrypted with the rest of the choice still holds, and a new key can be kept."""
    vault, settings = Vault(tmp_path), make()
    vault.save(CHOICE, settings)
    (tmp_path / "engine.key").unlink()
    if key is not None:
        (tmp_path / "engine.key").write_bytes(key)
    assert vault.load(settings) == CHOICE.model_copy(update={"api_key": None})
    vault.save(CHOICE, settings)
    assert vault.load(settings) == CHOICE
