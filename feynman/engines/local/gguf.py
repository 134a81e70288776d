"""The head of a GGUF file: enough to know what it is and how much memory it wants.

Source: the format's specification, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from feynman.domain import Frozen
from feynman.engines.local.errors import LocalFileUnusable

__all__ = ["Header", "read_header"]

_MAGIC: Final = b"GGUF"
_VERSIONS: Final = (2, 3)
_SCALARS: Final = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING: Final = 8
_ARRAY: Final = 9
_LONGEST: Final = 1_000_000  # bytes of a string, entries of an array; before the tokenizer's tables nothing is near it
_HALF: Final = 2  # bytes of a number of the cache (f16)


class Header(Frozen):
    """What a GGUF says of its model; ``context`` is what it was trained with (tokens), ``token_bytes`` its cache's.

    ``token_bytes`` is the attention cache's memory for one token; ``None`` when the file does not tell.
    """

    architecture: str
    context: int | None = None
    token_bytes: int | None = None


def read_header(path: Path) -> Header:
    """Read the head of ``path``.

    Raises:
        LocalFileUnusable: it is empty, no GGUF, or broken off in its head.
        OSError: it can't be read.
    """
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise LocalFileUnusable(f"{path.name} is not a GGUF model file; download one whose name ends in .gguf")
        try:
            values = dict(_entries(file))
        except (struct.error, UnicodeDecodeError, KeyError, RecursionError) as error:
            raise LocalFileUnusable(f"{path.name} is damaged or not complete; download it again") from error
    return _header(values)


def _entries(file: BinaryIO) -> Iterator[tuple[str, Any]]:
    """The entries before the tokenizer's, which are long and come last."""
    version, _tensors, count = _unpack(file, "IQQ")
    if version not in _VERSIONS:
        raise KeyError(version)
    for _ in range(count):
        key = _string(file)
        if key.startswith("tokenizer."):
            return
        yield key, _value(file, _unpack(file, "I")[0])


def _value(file: BinaryIO, kind: int) -> Any:  # noqa: ANN401 # a number, a string or a list of them
    if kind == _STRING:
        return _string(file)
    if kind == _ARRAY:
        inner, length = _unpack(file, "IQ")
        return [_value(file, inner) for _ in range(_bounded(length))]
    return _unpack(file, _SCALARS[kind])[0]


def _string(file: BinaryIO) -> str:
    length = _bounded(_unpack(file, "Q")[0])
    text = file.read(length)
    if len(text) != length:
        raise struct.error("the file ends")
    return text.decode()


def _bounded(length: int) -> int:
    if length > _LONGEST:
        raise struct.error("longer than anything is here")
    return length


def _unpack(file: BinaryIO, form: str) -> tuple[Any, ...]:
    form = f"<{form}"
    return struct.unpack(form, file.read(struct.calcsize(form)))


def _header(values: Mapping[str, Any]) -> Header:
    architecture = str(values.get("general.architecture", ""))

    def number(name: str) -> Any:  # noqa: ANN401 # a number, or one for each layer
        return values.get(f"{architecture}.{name}")

    context = number("context_length")
    return Header(
        architecture=architecture,
        context=context if isinstance(context, int) and context > 0 else None,
        token_bytes=_token_bytes(
            number("block_count"),
            number("attention.head_count"),
            number("attention.head_count_kv"),
            number("embedding_length"),
            (number("attention.key_length"), number("attention.value_length")),
        ),
    )


def _token_bytes(layers: Any, heads: Any, shared: Any, width: Any, lengths: tuple[Any, Any]) -> int | None:  # noqa: ANN401 # as the file has them
    """Bytes of keys and values of one token in all layers."""
    most = max(heads) if isinstance(heads, list) and heads else heads
    if not all(isinstance(number, int) and number > 0 for number in (layers, most, width)):
        return None
    each = sum(length if isinstance(length, int) else width // most for length in lengths)
    kept = shared if isinstance(shared, list) else [most if shared is None else shared] * layers
    return sum(kept) * each * _HALF
