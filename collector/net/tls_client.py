"""TLS of clients: settings, and the context made from them (components.md 2.6)."""

import ssl
import time
from collections.abc import Callable, Sequence

from collector.net.tls_server import load_certificate
from collector.net.tls_settings import TLSConfig, cipher_names, curve_names, tls_version

__all__ = ["ClientTLSConfig", "ClientTLSContext", "make_client_context"]


class ClientTLSConfig(TLSConfig):
    """TLS of a client."""

    insecure: bool = False
    """No TLS at all; without effect when a CA is given."""
    insecure_skip_verify: bool = False
    """Take any certificate of the server."""
    server_name_override: str = ""
    """Name to ask the server for, and to find in its certificate; default: the endpoint's host."""

    @property
    def plain(self) -> bool:
        """Whether there is to be no TLS."""
        return self.insecure and not (self.ca_file or self.ca_pem)


def make_client_context(config: ClientTLSConfig, protocols: Sequence[str] = ()) -> ssl.SSLContext:
    """The context for these settings, offering `protocols` by ALPN.

    Raises:
        OSError, ssl.SSLError: a certificate can't be read.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = tls_version("min_version", config.min_version or "1.2")
    if config.max_version:
        context.maximum_version = tls_version("max_version", config.max_version)
    ciphers = cipher_names(config.cipher_suites, insecure=config.include_insecure_cipher_suites)
    if ciphers:
        context.set_ciphers(":".join(ciphers))
    if len(config.curve_preferences) == 1:
        context.set_ecdh_curve(curve_names[config.curve_preferences[0]])
    given = bool(config.ca_file or config.ca_pem)
    if given:
        context.load_verify_locations(config.ca_file or None, cadata=config.ca_pem.get_secret_value() or None)
    if not given or config.include_system_ca_certs_pool:
        context.load_default_certs()
    if config.cert_file or config.cert_pem:
        load_certificate(
            context,
            config.cert_pem.get_secret_value() or config.cert_file,
            config.key_pem.get_secret_value() or config.key_file,
            pem=bool(config.cert_pem),
            key_pem=bool(config.key_pem),
        )
    if config.insecure_skip_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context


class ClientTLSContext:
    """Gives the context for the next connection; reads the files again once they are older than `reload_interval`."""

    def __init__(
        self, config: ClientTLSConfig, protocols: Sequence[str] = (), clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._config = config
        self._protocols = protocols
        self._clock = clock
        self._read_at = clock()
        self._context = make_client_context(config, protocols)

    def current(self) -> ssl.SSLContext:
        """The context to use now. What can't be read again leaves the last one in use."""
        interval = self._config.reload_interval
        if interval > 0 and self._clock() - self._read_at >= interval:
            self._read_at = self._clock()
            try:
                self._context = make_client_context(self._config, self._protocols)
            except (OSError, ssl.SSLError):
                return self._context
        return self._context
