"""Search engines of the public web, as far as ddgs can tell: a proxy on loopback that speaks TLS in their names."""

import asyncio
import datetime as dt
import ssl
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.tools.web import Answer, Heard, read_request

__all__ = ["EngineProxy"]


class EngineProxy:
    """An HTTP proxy whose tunnels all end here; ``answers`` are by host, any other host gets no tunnel."""

    def __init__(self, answers: Mapping[str, Answer], folder: Path) -> None:
        self.asked: list[tuple[str, Heard]] = []
        self.certificates = folder / "ca.pem"
        self._answers = answers
        self._chain = folder / "server.pem"
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where the proxy listens."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        """Make a certificate and listen."""
        _certify(list(self._answers), self.certificates, self._chain)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self._chain)
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_error: object) -> None:
        """End, with all connections."""
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        with suppress(OSError, EOFError, asyncio.CancelledError):
            await self._tunnel(reader, writer)
            writer.close()
            await writer.wait_closed()
        # Without the 30 s in which TLS waits for a silent client's farewell.
        writer.transport.abort()

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = (await read_request(reader)).path.partition(":")[0]
        if host not in self._answers:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            return
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await writer.start_tls(self._context)
        heard = await read_request(reader)
        self.asked.append((host, heard))
        await self._answers[host](heard, writer)
        await writer.drain()


def _certify(hosts: list[str], authority: Path, chain: Path) -> None:
    """Write an authority's certificate, and a server's key and certificate that it signed."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate("authority", root_key, "authority", root_key, x509.BasicConstraints(ca=True, path_length=None))
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
    leaf = _certificate("server", key, "authority", root_key, names)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    authority.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    chain.write_bytes(secret + leaf.public_bytes(serialization.Encoding.PEM))


def _certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(extension, critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
