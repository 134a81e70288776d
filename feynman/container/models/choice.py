"""Which student an installation uses, and what it needs for that."""

from pathlib import Path
from typing import Final, Self

from pydantic import SecretStr

from feynman.domain import ConfigurationError, Frozen
from feynman.engines.llm import Endpoint, Persona, Timeouts
from feynman.settings import Engine, Settings, WebSearch

__all__ = ["EngineChoice", "refuse_incomplete"]

# The smallest of the newest models that openai 3.54 names in ``openai.types.ChatModel``.
_OPENAI_MODEL: Final = "gpt-5.4-mini"


class EngineChoice(Frozen):
    """An engine, and everything that belongs to the others too: one may be asked for while another is at work."""

    engine: Engine = "builtin"
    base_url: str | None = None
    model: str | None = None
    api_key: SecretStr | None = None
    local_model: Path | None = None
    persona: Persona = Persona()
    web_search: WebSearch = "off"

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The choice that ``settings`` make."""
        return cls(
            engine=settings.chosen_engine,
            base_url=settings.llm_base_url,
            model=settings.llm_model,
            api_key=settings.llm_api_key,
            local_model=settings.local_model,
            persona=Persona(character=settings.persona, age=settings.persona_age, tone=settings.persona_tone),
            web_search=settings.web_search,
        )

    @property
    def missing(self) -> str | None:
        """The setting that the chosen engine lacks, ``None`` when it can be used."""
        return self.lacks(self.engine)

    def lacks(self, engine: Engine) -> str | None:
        """The setting that ``engine`` lacks."""
        if engine == "openai":
            if self.base_url is None and self.api_key is None:
                return "FEYNMAN_LLM_API_KEY"
            return None if self.base_url is None or self.model else "FEYNMAN_LLM_MODEL"
        return "FEYNMAN_LOCAL_MODEL" if engine == "local" and self.local_model is None else None

    def key_for(
        self, base_url: str | None, typed: str, settings: Settings, *, forget: bool = False
    ) -> SecretStr | None:
        """The key for an address: the one ``typed``, else the known one if it was given for that very address."""
        if typed:
            return SecretStr(typed)
        if base_url == self.base_url and not forget:
            return self.api_key
        return settings.llm_api_key if base_url == settings.llm_base_url else None

    def endpoint(self, timeouts: Timeouts | None = None) -> Endpoint:
        """Where the ``openai`` engine answers."""
        return Endpoint(
            model=self.model or _OPENAI_MODEL,
            base_url=self.base_url,
            api_key=self.api_key,
            timeouts=Timeouts() if timeouts is None else timeouts,
        )


def refuse_incomplete(settings: Settings) -> None:
    """Do nothing while ``settings`` can be worked with.

    Raises:
        ConfigurationError: they name an engine and not what it needs.
    """
    missing = EngineChoice.of(settings).missing
    if settings.engine is not None and missing is not None:
        raise ConfigurationError(f"FEYNMAN_ENGINE={settings.engine} needs {missing}")
