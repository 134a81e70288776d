"""Files that an installation reads."""

import contextlib
import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from feynman.container.models.choice import EngineChoice
from feynman.container.models.vault import Vault
from feynman.domain import ConfigurationError
from feynman.settings import Settings
from feynman.sidecar import Door
from tests.fuzz.hostile import JSON, TEXTS, TRIED, mutated

NAMES = [name for name in Settings.model_fields if name not in {"data_dir", "local_model"}]
LINES = st.lists(
    st.tuples(st.sampled_from(["FEYNMAN_" + name.upper() for name in NAMES] + ["OTHER", ""]), TEXTS), max_size=5
)


def _load(folder: Path, name: str, content: bytes) -> None:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    with contextlib.chdir(folder):
        try:
            Door.of(Settings.load())
        except ConfigurationError as error:
            assert str(error)  # noqa: PT017 # either is fine


@TRIED
@given(
    st.one_of(
        st.binary(max_size=200), LINES.map(lambda lines: "\n".join(map("=".join, lines)).encode("utf-8", "ignore"))
    )
)
def test_any_env_file_is_settings_or_an_error_of_ours(tmp_path: Path, content: bytes) -> None:
    """A .env file of any content is read or refused with a sentence."""
    _load(tmp_path, ".env", content)


@TRIED
@given(st.one_of(st.binary(max_size=200), LINES.map(lambda lines: _toml(lines).encode("utf-8", "ignore"))))
def test_any_secrets_file_is_settings_or_an_error_of_ours(tmp_path: Path, content: bytes) -> None:
    """A secrets.toml of any content is read or refused with a sentence."""
    _load(tmp_path, ".streamlit/secrets.toml", content)


def _toml(lines: list[tuple[str, str]]) -> str:
    return "\n".join(f"{name} = {json.dumps(value)}" for name, value in lines)


@TRIED
@given(TEXTS, TEXTS)
def test_any_door_is_settings_or_an_error_of_ours(tmp_path: Path, origins: str, proxies: str) -> None:
    """Any list of origins and proxies is taken or refused, naming the setting."""
    try:
        door = Door.of(Settings(data_dir=tmp_path, cors_origins=origins, trusted_proxies=proxies))
    except ConfigurationError as error:
        assert "FEYNMAN_" in str(error)  # noqa: PT017 # either is fine
    else:
        assert "*" not in "".join(door.origins)


def _saved(folder: Path, settings: Settings) -> bytes:
    choice = EngineChoice(engine="openai", base_url="http://localhost:1/v1", model="m", api_key=SecretStr("k"))
    Vault(folder).save(choice, settings)
    return (folder / "engine.json").read_bytes()


@TRIED
@given(st.data())
def test_any_saved_choice_is_one_or_none(tmp_path: Path, data: st.DataObject) -> None:
    """A damaged choice, or key file, is as good as none."""
    settings = Settings(data_dir=tmp_path)
    whole = _saved(tmp_path, settings)
    content = data.draw(st.one_of(mutated(whole), st.binary(max_size=100), JSON.map(lambda x: json.dumps(x).encode())))
    name = data.draw(st.sampled_from(["engine.json", "engine.key"]))
    (tmp_path / name).write_bytes(content)
    assert isinstance(Vault(tmp_path).load(settings), EngineChoice | None)


def test_a_bottomless_choice_is_none(tmp_path: Path) -> None:
    """Nesting without end is as good as none."""
    (tmp_path / "engine.json").write_bytes(b"[" * 200_000)
    assert Vault(tmp_path).load(Settings(data_dir=tmp_path)) is None
