"""The settings of one installation: environment, then ``.env``, then ``.streamlit/secrets.toml``.

The only module that reads the environment.
"""

import json
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

import platformdirs
from dotenv import dotenv_values
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from feynman.domain import ConfigurationError, Frozen

__all__ = ["Character", "Engine", "ModelPrice", "Settings", "Tone", "WebSearch", "is_web_address"]

Engine = Literal["builtin", "openai", "local"]
WebSearch = Literal["off", "searxng", "ddgs", "tavily"]
Character = Literal["child", "classmate", "sceptic"]
Tone = Literal["warm", "plain", "playful"]

_PREFIX: Final = "FEYNMAN_"
_SECRETS: Final = Path(".streamlit/secrets.toml")
_ENV_FILE: Final = Path(".env")


def is_web_address(text: str) -> bool:
    """Whether ``text`` is an http or https URL with a host and without a user in it."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _named(name: str, *more: str) -> AliasChoices:
    return AliasChoices(f"{_PREFIX}{name}", *more)


class ModelPrice(Frozen):
    """Price of a million tokens."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)


class Settings(BaseSettings):
    """Validated settings; build them with :meth:`load`, which turns every mistake into a ``ConfigurationError``."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        env_file=_ENV_FILE,
        env_ignore_empty=True,
        # Arguments may have the fields' names. pydantic-settings then looks these up in the environment too; with the
        # prefix it looks for FEYNMAN_engine, which is refused as unknown, and not for engine.
        populate_by_name=True,
        env_prefix=_PREFIX,
        case_sensitive=True,
    )

    data_dir: Annotated[Path, Field(validation_alias=_named("DATA_DIR"))] = Path()
    sidecar_host: Annotated[str, Field(validation_alias=_named("SIDECAR_HOST"), min_length=1)] = "127.0.0.1"
    sidecar_port: Annotated[int, Field(validation_alias=_named("SIDECAR_PORT"), ge=0, le=65_535)] = 8600
    api_token: Annotated[SecretStr | None, Field(validation_alias=_named("API_TOKEN"))] = None
    # Requests a minute of one caller, 0: any number; origins and proxies are separated by commas (sidecar/door.py).
    rate_limit: Annotated[int, Field(validation_alias=_named("RATE_LIMIT"), ge=0, le=1_000_000)] = 1_200
    cors_origins: Annotated[str, Field(validation_alias=_named("CORS_ORIGINS"))] = ""
    trusted_proxies: Annotated[str, Field(validation_alias=_named("TRUSTED_PROXIES"))] = ""
    engine: Annotated[Engine | None, Field(validation_alias=_named("ENGINE"))] = None
    llm_base_url: Annotated[str | None, Field(validation_alias=_named("LLM_BASE_URL", "OPENAI_BASE_URL"))] = None
    llm_model: Annotated[str | None, Field(validation_alias=_named("LLM_MODEL", "OPENAI_MODEL"))] = None
    llm_api_key: Annotated[SecretStr | None, Field(validation_alias=_named("LLM_API_KEY", "OPENAI_API_KEY"))] = None
    local_model: Annotated[Path | None, Field(validation_alias=_named("LOCAL_MODEL"))] = None
    # NoDecode: JSON that is none would be an error that does not name the setting.
    model_prices: Annotated[dict[str, ModelPrice], NoDecode, Field(validation_alias=_named("MODEL_PRICES"))] = Field(
        default_factory=dict
    )
    currency: Annotated[str, Field(validation_alias=_named("CURRENCY"), min_length=1, max_length=8)] = "USD"
    # A learner's for one UTC day, in the currency of the prices, and in tokens of both directions.
    daily_budget: Annotated[float | None, Field(validation_alias=_named("DAILY_BUDGET"), ge=0)] = None
    daily_tokens: Annotated[int | None, Field(validation_alias=_named("DAILY_TOKENS"), ge=0)] = None
    persona: Annotated[Character, Field(validation_alias=_named("PERSONA"))] = "child"
    persona_age: Annotated[int, Field(validation_alias=_named("PERSONA_AGE"), ge=6, le=99)] = 12
    persona_tone: Annotated[Tone, Field(validation_alias=_named("PERSONA_TONE"))] = "warm"
    web_search: Annotated[WebSearch, Field(validation_alias=_named("WEB_SEARCH"))] = "off"
    searxng_url: Annotated[str | None, Field(validation_alias=_named("SEARXNG_URL"))] = None
    tavily_key: Annotated[SecretStr | None, Field(validation_alias=_named("TAVILY_KEY"))] = None
    allow_private_addresses: Annotated[bool, Field(validation_alias=_named("ALLOW_PRIVATE_ADDRESSES"))] = False
    database_url: Annotated[str | None, Field(validation_alias=_named("DATABASE_URL"))] = None
    chroma_url: Annotated[str | None, Field(validation_alias=_named("CHROMA_URL"))] = None
    redis_url: Annotated[str | None, Field(validation_alias=_named("REDIS_URL"))] = None
    # OpenTelemetry's names. What else it reads (headers, timeouts, batches, sampling, its own switch) it finds itself,
    # in the environment only.
    traces_exporter: Annotated[str | None, Field(validation_alias=AliasChoices("OTEL_TRACES_EXPORTER"))] = None
    traces_protocol: Annotated[
        str,
        Field(validation_alias=AliasChoices("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")),
    ] = "http/protobuf"
    otlp_endpoint: Annotated[str | None, Field(validation_alias=AliasChoices("OTEL_EXPORTER_OTLP_ENDPOINT"))] = None
    otlp_traces_endpoint: Annotated[
        str | None, Field(validation_alias=AliasChoices("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"))
    ] = None
    # Whether spans hold what learners wrote and were answered.
    trace_text: Annotated[bool, Field(validation_alias=_named("TRACE_TEXT"))] = False
    # From the signal to the end; below the ten seconds after which Docker kills.
    shutdown_seconds: Annotated[float, Field(validation_alias=_named("SHUTDOWN_SECONDS"), ge=7, le=600)] = 9.0
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], Field(validation_alias=_named("LOG_LEVEL"))] = (
        "INFO"
    )
    log_format: Annotated[Literal["json", "console"], Field(validation_alias=_named("LOG_FORMAT"))] = "json"

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator("data_dir", "local_model")
    @classmethod
    def _at_home(cls, value: Path | None) -> Path | None:
        try:
            return None if value is None else value.expanduser()
        except RuntimeError as error:
            raise ValueError("there is no such home folder") from error

    @field_validator("model_prices", mode="before")
    @classmethod
    def _from_json(cls, value: object) -> object:
        try:
            return json.loads(value) if isinstance(value, str) else value
        except ValueError as error:
            raise ValueError('must be JSON like {"some-model": {"input": 0.4, "output": 1.6}}') from error

    @field_validator("llm_base_url", "searxng_url", "otlp_endpoint", "otlp_traces_endpoint")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is not None and not is_web_address(value):
            raise ValueError("must be an address like http://localhost:11434/v1")
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.daily_budget is not None and not self.model_prices:
            raise ValueError("FEYNMAN_DAILY_BUDGET counts money: set FEYNMAN_MODEL_PRICES, or use FEYNMAN_DAILY_TOKENS")
        if self.web_search == "searxng" and self.searxng_url is None:
            raise ValueError("FEYNMAN_WEB_SEARCH=searxng needs FEYNMAN_SEARXNG_URL")
        if self.web_search == "tavily" and self.tavily_key is None:
            raise ValueError("FEYNMAN_WEB_SEARCH=tavily needs FEYNMAN_TAVILY_KEY")
        return self

    @model_validator(mode="before")
    @classmethod
    def _default_data_dir(cls, values: object) -> object:
        if isinstance(values, dict) and not any(values.get(name) for name in ("data_dir", f"{_PREFIX}DATA_DIR")):
            return {**values, "data_dir": platformdirs.user_data_path("feynman", appauthor=False)}
        return values

    @property
    def database(self) -> str:
        """The database's URL; SQLite below ``data_dir`` unless one is set."""
        if self.database_url is not None:
            return self.database_url
        return f"sqlite+aiosqlite:///{(self.data_dir / 'feynman.db').absolute().as_posix()}"

    @property
    def traces_endpoint(self) -> str | None:
        """The full URL that spans are sent to, where one is set."""
        if self.otlp_traces_endpoint is not None or self.otlp_endpoint is None:
            return self.otlp_traces_endpoint
        base = self.otlp_endpoint.rstrip("/")
        return base if self.traces_protocol == "grpc" else f"{base}/v1/traces"

    @property
    def chosen_engine(self) -> Engine:
        """The engine to use: as set, else ``openai`` when a key or base URL is there, else ``builtin``."""
        if self.engine is not None:
            return self.engine
        return "openai" if self.llm_api_key is not None or self.llm_base_url is not None else "builtin"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: arguments, environment, ``.env``, ``secrets.toml``."""
        del file_secret_settings
        known = _known(cls)
        secrets = {name: value for name, value in _secrets().items() if name in known}
        return init_settings, env_settings, dotenv_settings, InitSettingsSource(settings_cls, secrets)

    @classmethod
    def load(cls) -> Self:
        """Read the settings of this process.

        Raises:
            ConfigurationError: an unknown ``FEYNMAN_`` name, an invalid value or an unreadable file; the message names
                it.
        """
        _refuse_unknown(cls, {*os.environ, *_env_file(), *_secrets()})
        try:
            return cls()
        except ValidationError as error:
            raise ConfigurationError(_plain(error)) from error


def _known(settings: type[Settings]) -> set[str]:
    aliases = (field.validation_alias for field in settings.model_fields.values())
    return {str(choice) for alias in aliases if isinstance(alias, AliasChoices) for choice in alias.choices}


def _refuse_unknown(settings: type[Settings], names: set[str]) -> None:
    known = _known(settings)
    unknown = sorted(name for name in names if name.startswith(_PREFIX) and name not in known)
    if unknown:
        valid = ", ".join(sorted(name for name in known if name.startswith(_PREFIX)))
        raise ConfigurationError(f"unknown setting {', '.join(unknown)}; the settings are {valid}")


def _env_file() -> dict[str, str | None]:
    try:
        return dotenv_values(_ENV_FILE)
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{_ENV_FILE} can't be read: {error}") from error


def _secrets() -> dict[str, Any]:
    try:
        return tomllib.loads(_SECRETS.read_text("utf-8")) if _SECRETS.is_file() else {}
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{_SECRETS} can't be read: {error}") from error


def _plain(error: ValidationError) -> str:
    problems = ((".".join(map(str, problem["loc"])), problem["msg"]) for problem in error.errors(include_input=False))
    return "; ".join(f"{name}: {message}" if name else message for name, message in problems)
