"""What a GGUF's head tells."""

import struct
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feynman.engines.local import Header, LocalFileUnusable, read_header
from feynman.engines.local.memory import available, needed

GIB = 2**30


def text(value: str) -> bytes:
    """A string as the format has it."""
    return struct.pack("<Q", len(value.encode())) + value.encode()


def entry(key: str, value: str | int | list[int]) -> bytes:
    """One entry."""
    if isinstance(value, str):
        return text(key) + struct.pack("<I", 8) + text(value)
    if isinstance(value, list):
        return text(key) + struct.pack("<IIQ", 9, 4, len(value)) + b"".join(struct.pack("<I", one) for one in value)
    return text(key) + struct.pack("<II", 4, value)


def gguf(*entries: bytes) -> bytes:
    """A file's head."""
    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(entries)) + b"".join(entries)


def test_a_real_file_is_read(model_path: Path) -> None:
    """SmolLM2 135M: 30 layers, three shared heads of 64 numbers, keys and values, two bytes each."""
    header = read_header(model_path)
    assert header == Header(architecture="llama", context=8192, token_bytes=30 * 3 * 64 * 2 * 2)


def test_layers_may_have_heads_of_their_own(tmp_path: Path) -> None:
    """A list is added up; lengths given are taken instead of the width's share."""
    path = tmp_path / "model.gguf"
    head = [entry("general.architecture", "x"), entry("x.block_count", 3), entry("x.embedding_length", 64)]
    heads = [entry("x.attention.head_count", 8), entry("x.attention.head_count_kv", [2, 0, 4])]
    path.write_bytes(gguf(*head, *heads, entry("x.attention.key_length", 16), entry("tokenizer.ggml.model", "t")))
    assert read_header(path) == Header(architecture="x", context=None, token_bytes=6 * (16 + 8) * 2)


def test_what_is_not_told_is_guessed(tmp_path: Path) -> None:
    """A head without figures is a head; memory is then estimated for a large cache."""
    path = tmp_path / "model.gguf"
    path.write_bytes(gguf(entry("general.architecture", "new")))
    header = read_header(path)
    assert header == Header(architecture="new")
    assert 5 * GIB < needed(header, 4 * GIB, 8192) < 6 * GIB


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(body=st.binary(max_size=200))
def test_any_bytes_are_a_head_or_refused(tmp_path: Path, body: bytes) -> None:
    """Nothing else is raised, and nothing is read that is not there."""
    path = tmp_path / "model.gguf"
    whole = gguf(entry("general.architecture", "x"), entry("x.block_count", 3))
    for data in (b"GGUF" + body, whole[: len(body)], whole[:24] + body):
        path.write_bytes(data)
        with suppress(LocalFileUnusable):
            assert isinstance(read_header(path), Header)


def test_a_container_has_less_than_its_machine(tmp_path: Path) -> None:
    """Its limit counts, where there is one."""
    limit = tmp_path / "memory.max"
    assert available(limit) > 0
    limit.write_text("max\n", "ascii")
    assert available(limit) > 0
    limit.write_text("4096\n", "ascii")
    assert available(limit) == 0


@pytest.mark.parametrize("tokens", [512, 8192])
def test_more_context_needs_more_memory(tokens: int) -> None:
    """By the cache's bytes."""
    header = Header(architecture="x", token_bytes=1000)
    assert needed(header, 0, tokens) - needed(header, 0, 0) == 1000 * tokens
