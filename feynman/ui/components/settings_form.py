"""The fields of a choice of student; what is typed as a key goes one way only."""

from pathlib import Path
from typing import Final, get_args

import streamlit as st
from pydantic import SecretStr

from feynman.container import EngineChoice
from feynman.engines.llm import Persona
from feynman.i18n import Translator, engine_name
from feynman.i18n.models import persona_name, tone_name
from feynman.settings import Character, Engine, Settings, Tone, WebSearch, is_web_address
from feynman.ui.services import container
from feynman.ui.state import words

__all__ = ["forget", "show"]

_PREFIX: Final = "setting-"
_ROUND: Final = "fy-settings-round"


def forget() -> None:
    """Let the fields show what counts now; a key that was typed is gone from the page."""
    st.session_state[_ROUND] = _round() + 1


def show(*, key: str) -> EngineChoice:
    """Show the fields and return the choice that they make."""
    _ = words()
    known, settings = container().engines.choice, container().settings
    with st.container(key=key):
        engine: Engine = st.radio(
            _("Student"),
            get_args(Engine),
            index=get_args(Engine).index(known.engine),
            format_func=lambda engine: engine_name(engine, _.language),
            key=_name("engine"),
        )
        made = known.model_copy(update={"engine": engine})
        if engine == "openai":
            made = _endpoint(made, settings, _)
        elif engine == "local":
            made = _file(made, _)
        if engine != "builtin":
            made = _manners(made, settings, _)
    return made


def _endpoint(known: EngineChoice, settings: Settings, _: Translator) -> EngineChoice:
    typed = st.text_input(
        _("Address (empty: OpenAI's own)"),
        known.base_url or "",
        key=_name("base_url"),
        placeholder="http://localhost:11434/v1",
    ).strip()
    base_url = typed or None
    if base_url is not None and not is_web_address(base_url):
        st.error(_("An address looks like http://localhost:11434/v1."), icon=":material/link_off:")
        base_url = known.base_url
    model = st.text_input(_("Model"), known.model or "", key=_name("model")).strip() or None
    return known.model_copy(
        update={"base_url": base_url, "model": model, "api_key": _key(known, base_url, settings, _)}
    )


def _key(known: EngineChoice, base_url: str | None, settings: Settings, _: Translator) -> SecretStr | None:
    typed = st.text_input(_("Key"), type="password", key=_name("key"), autocomplete="new-password").strip()
    kept = known.key_for(base_url, "", settings)
    drop = False
    if kept is None:
        st.caption(_("No key is kept for this address. Servers of your own often need none."))
    else:
        st.caption(_("A key for this address is kept. Leave the field empty to go on with it; it is never shown."))
        drop = st.checkbox(_("Forget the kept key"), key=_name("forget"))
    return known.key_for(base_url, typed, settings, forget=drop)


def _file(known: EngineChoice, _: Translator) -> EngineChoice:
    path = st.text_input(
        _("Path of the model file (GGUF)"),
        "" if known.local_model is None else str(known.local_model),
        key=_name("local_model"),
    ).strip()
    return known.model_copy(update={"local_model": Path(path) if path else None})


def _manners(known: EngineChoice, settings: Settings, _: Translator) -> EngineChoice:
    characters, tones, searches = get_args(Character), get_args(Tone), _searches(settings)
    persona = known.persona
    who, age, how = st.columns(3)
    character = who.selectbox(
        _("Who the student is"),
        characters,
        index=characters.index(persona.character),
        format_func=lambda name: persona_name(name, _.language),
        key=_name("persona"),
    )
    years = age.number_input(_("Age"), 6, 99, persona.age, key=_name("age"))
    tone = how.selectbox(
        _("Tone"),
        tones,
        index=tones.index(persona.tone),
        format_func=lambda name: tone_name(name, _.language),
        key=_name("tone"),
    )
    search = st.selectbox(
        _("Web search"),
        searches,
        index=searches.index(known.web_search) if known.web_search in searches else 0,
        format_func=lambda name: _("off") if name == "off" else name,
        key=_name("web_search"),
        help=_(
            "The student's model may then look things up in the internet; what it searches for leaves this machine."
        ),
    )
    made = Persona(character=character, age=int(years), tone=tone)
    return known.model_copy(update={"persona": made, "web_search": search})


def _searches(settings: Settings) -> tuple[WebSearch, ...]:
    """Those that the installation has what they need for."""
    able: dict[WebSearch, bool] = {
        "off": True,
        "ddgs": True,
        "searxng": settings.searxng_url is not None,
        "tavily": settings.tavily_key is not None,
    }
    return tuple(name for name, is_able in able.items() if is_able)


def _round() -> int:
    count: int = st.session_state.get(_ROUND, 0)
    return count


def _name(field: str) -> str:
    """A field's key; another one after a change, so that it is filled anew."""
    return f"{_PREFIX}{field}-{_round()}"
