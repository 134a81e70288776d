"""A choice made on the settings page, kept over restarts; the key in it is encrypted.

The key file lies beside what it opens: whoever can read the whole folder as this user can read the key. What this
keeps out is a backup, a copied ``engine.json``, a look over the shoulder, and the database, where no key ever is.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Final

import structlog
from cryptography.fernet import Fernet, InvalidToken
from pydantic import SecretStr

from feynman.container.models.choice import EngineChoice
from feynman.domain import RecordsUnavailable
from feynman.settings import Settings

__all__ = ["Vault"]

log = structlog.get_logger("feynman.container")

_CHOICE: Final = "engine.json"
_KEY: Final = "engine.key"
_MODE: Final = 0o600


class Vault:
    """The saved choice below ``folder``; every method blocks for a disk access."""

    def __init__(self, folder: Path) -> None:
        self._choice = folder / _CHOICE
        self._key = folder / _KEY

    def load(self, settings: Settings) -> EngineChoice | None:
        """Return what was saved, ``None`` when there is nothing, or the settings have changed since it was saved."""
        try:
            kept = json.loads(self._choice.read_text("utf-8"))
            if kept["over"] != _fingerprint(settings):
                log.warning("saved_choice_outdated")
                return None
            choice = EngineChoice.model_validate(kept["choice"])
            key = None if kept["api_key"] is None else self._opened(kept["api_key"])
            # The settings' key is for the address that it was given for and for no other.
            given = settings.llm_api_key if choice.base_url == settings.llm_base_url else None
            return choice.model_copy(update={"api_key": given if key is None else key})
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            log.warning("saved_choice_unusable", error=type(error).__name__)
            return None

    def save(self, choice: EngineChoice, settings: Settings) -> None:
        """Keep ``choice``; a key that the settings have is not written.

        Raises:
            RecordsUnavailable: the folder can't be written.
        """
        own = choice.api_key is not None and choice.api_key != settings.llm_api_key
        kept = {
            "over": _fingerprint(settings),
            "choice": choice.model_dump(mode="json", exclude={"api_key"}),
            "api_key": self._closed(choice.api_key) if own and choice.api_key is not None else None,
        }
        _write(self._choice, json.dumps(kept).encode())

    def forget(self) -> None:
        """Forget the choice and the key that it is encrypted with."""
        self._choice.unlink(missing_ok=True)
        self._key.unlink(missing_ok=True)

    def _closed(self, key: SecretStr) -> str:
        try:
            cipher = Fernet(self._key.read_bytes())
        except (FileNotFoundError, ValueError):
            fresh = Fernet.generate_key()
            _write(self._key, fresh)
            cipher = Fernet(fresh)
        return cipher.encrypt(key.get_secret_value().encode()).decode()

    def _opened(self, token: str) -> SecretStr | None:
        try:
            return SecretStr(Fernet(self._key.read_bytes()).decrypt(token).decode())
        except (OSError, ValueError, InvalidToken) as error:
            log.warning("saved_key_unusable", error=type(error).__name__)
            return None


def _write(path: Path, content: bytes) -> None:
    """Write all or nothing, for this user only."""
    draft = path.with_name(f"{path.name}.new")
    try:
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "wb") as file:
            file.write(content)
        draft.replace(path)
    except OSError as error:
        raise RecordsUnavailable(f"{path.name} can't be written: {error}") from error


def _fingerprint(settings: Settings) -> str:
    """What the settings say of engines, without secrets: the environment counts again as soon as it says otherwise."""
    chosen = EngineChoice.of(settings)
    said = [chosen.model_dump_json(exclude={"api_key"}), str(settings.engine), str(settings.llm_api_key is None)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
