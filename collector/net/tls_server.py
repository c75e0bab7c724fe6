"""The TLS context of a server, made anew when its files have changed (components.md 2.6)."""

import ssl
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

from collector.net.tls_settings import ServerTLSConfig, cipher_names, curve_names, tls_version

__all__ = ["ServerTLSContext", "load_certificate"]

check_seconds = 1.0


def load_certificate(context: ssl.SSLContext, certificate: str, key: str, *, pem: bool, key_pem: bool) -> None:
    """Load the own certificate and its key; each is a path, or PEM text where its flag says so.

    Raises:
        OSError, ssl.SSLError: they can't be read or don't belong together.
    """
    # The ssl module reads certificates from files only; PEM text passes through a private one.
    with NamedTemporaryFile("w") as certificate_file, NamedTemporaryFile("w") as key_file:
        if pem:
            certificate_file.write(certificate)
            certificate_file.flush()
        if key_pem:
            key_file.write(key)
            key_file.flush()
        context.load_cert_chain(certificate_file.name if pem else certificate, key_file.name if key_pem else key)


def make_context(config: ServerTLSConfig) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = tls_version("min_version", config.min_version or "1.2")
    if config.max_version:
        context.maximum_version = tls_version("max_version", config.max_version)
    ciphers = cipher_names(config.cipher_suites, insecure=config.include_insecure_cipher_suites)
    if ciphers:
        context.set_ciphers(":".join(ciphers))
    if len(config.curve_preferences) == 1:
        context.set_ecdh_curve(curve_names[config.curve_preferences[0]])
    context.set_alpn_protocols(["h2", "http/1.1"])
    load_certificate(
        context,
        config.cert_pem.get_secret_value() or config.cert_file,
        config.key_pem.get_secret_value() or config.key_file,
        pem=bool(config.cert_pem),
        key_pem=bool(config.key_pem),
    )
    if config.client_ca_file:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(config.client_ca_file)
    return context


class ServerTLSContext:
    """`context` stays the same object for the listener; every handshake gets the certificates read last.

    Files are looked at when a connection comes. What can't be read then is reported to `failed`, and the certificates
    in use stay.
    """

    def __init__(
        self,
        config: ServerTLSConfig,
        failed: Callable[[Exception], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.config = config
        self.failed = failed
        self.clock = clock
        self.context = self.current = make_context(config)
        self.read_at = self.looked_at = clock()
        self.client_ca = self._client_ca()
        self.context.sni_callback = self._choose

    def _choose(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        self.refresh()
        if self.current is not self.context:
            connection.context = self.current

    def refresh(self) -> None:
        """Read the files again if it is time to."""
        now = self.clock()
        interval = self.config.reload_interval
        due = interval > 0 and now - self.read_at >= interval
        if self.config.client_ca_file_reload and now - self.looked_at >= check_seconds:
            self.looked_at = now
            due = due or self._client_ca() != self.client_ca
        if not due:
            return
        self.read_at = now
        try:
            self.client_ca = self._client_ca()
            self.current = make_context(self.config)
        except (OSError, ssl.SSLError) as error:
            self.failed(error)

    def _client_ca(self) -> tuple[int, int] | None:
        if not self.config.client_ca_file_reload:
            return None
        try:
            status = Path(self.config.client_ca_file).stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino
