"""TLS settings that servers and clients share, and those of servers (components.md 2.6)."""

import ssl
from typing import Self

from pydantic import Field, model_validator

from collector.config import ComponentConfig, Duration, OptionalSection, Secret, StringList

__all__ = ["ServerTLSConfig", "TLSConfig", "TPMConfig", "cipher_names", "curve_names", "tls_version"]

versions = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}

curve_names = {"X25519": "X25519", "P256": "prime256v1", "P384": "secp384r1", "P521": "secp521r1"}

secure_ciphers = {
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256": "ECDHE-RSA-AES128-GCM-SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384": "ECDHE-RSA-AES256-GCM-SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256": "ECDHE-ECDSA-AES128-GCM-SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384": "ECDHE-ECDSA-AES256-GCM-SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256": "ECDHE-RSA-CHACHA20-POLY1305",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256": "ECDHE-ECDSA-CHACHA20-POLY1305",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA": "ECDHE-ECDSA-AES128-SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA": "ECDHE-ECDSA-AES256-SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA": "ECDHE-RSA-AES128-SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA": "ECDHE-RSA-AES256-SHA",
}
tls13_ciphers = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}
insecure_ciphers = {
    "TLS_RSA_WITH_AES_128_CBC_SHA": "AES128-SHA",
    "TLS_RSA_WITH_AES_256_CBC_SHA": "AES256-SHA",
    "TLS_RSA_WITH_AES_128_GCM_SHA256": "AES128-GCM-SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384": "AES256-GCM-SHA384",
    "TLS_RSA_WITH_AES_128_CBC_SHA256": "AES128-SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256": "ECDHE-ECDSA-AES128-SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256": "ECDHE-RSA-AES128-SHA256",
}


def tls_version(key: str, text: str) -> ssl.TLSVersion:
    """The version that `min_version` or `max_version` names."""
    if text not in versions:
        raise ValueError(f'invalid TLS {key}: unsupported TLS version: "{text}"')
    return versions[text]


def cipher_names(suites: list[str], *, insecure: bool) -> list[str]:
    """OpenSSL's names of cipher suites below TLS 1.3, whose suites can't be chosen."""
    known = secure_ciphers | insecure_ciphers if insecure else secure_ciphers
    names = []
    for suite in suites:
        if suite in tls13_ciphers:
            continue
        if suite not in known:
            raise ValueError(f'invalid TLS cipher suite: "{suite}"')
        names.append(known[suite])
    return names


class TPMConfig(ComponentConfig):
    """Keys in a hardware module; not supported."""

    enabled: bool = False
    """Must stay false."""
    path: str = ""
    """Path of the device."""
    owner_auth: Secret = Secret("")
    """Password of the owner hierarchy."""
    auth: Secret = Secret("")
    """Password of the key."""


class TLSConfig(ComponentConfig):
    """What both ends of a TLS connection can be told."""

    ca_file: str = ""
    """Trust roots for the peer; the system's when neither this nor `ca_pem` is given."""
    ca_pem: Secret = Secret("")
    """The same as PEM text."""
    include_system_ca_certs_pool: bool = False
    """Trust the system's roots besides the given ones."""
    cert_file: str = ""
    """Own certificate chain."""
    cert_pem: Secret = Secret("")
    """The same as PEM text."""
    key_file: str = ""
    """Private key of the own certificate."""
    key_pem: Secret = Secret("")
    """The same as PEM text."""
    min_version: str = "1.2"
    """Lowest TLS version spoken: 1.0, 1.1, 1.2 or 1.3."""
    max_version: str = ""
    """Highest TLS version spoken; the newest known when empty."""
    cipher_suites: StringList = Field(default_factory=list)
    """Cipher suites up to TLS 1.2; the library's safe list when empty."""
    include_insecure_cipher_suites: bool = False
    """Whether `cipher_suites` may name insecure ones."""
    curve_preferences: StringList = Field(default_factory=list)
    """Curves for the key exchange: X25519, P256, P384, P521; a single one is enforced, several leave the library's."""
    reload_interval: Duration = 0.0
    """Read the certificate files again when they were read longer ago than this; 0: never."""
    tpm: TPMConfig = TPMConfig()
    """Keys in a hardware module."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.ca_file and self.ca_pem:
            raise ValueError("provide either a CA file or the PEM-encoded string, but not both")
        if self.cert_file and self.cert_pem:
            raise ValueError("provide either certificate file or PEM, but not both")
        if self.key_file and self.key_pem:
            raise ValueError("provide either key file or PEM, but not both")
        if bool(self.cert_file or self.cert_pem) != bool(self.key_file or self.key_pem):
            raise ValueError(
                "TLS configuration must include both certificate and key (CertFile/CertPem and KeyFile/KeyPem)"
            )
        least = tls_version("min_version", self.min_version or "1.2")
        if self.max_version and least > tls_version("max_version", self.max_version):
            raise ValueError("invalid TLS configuration: min_version cannot be greater than max_version")
        cipher_names(self.cipher_suites, insecure=self.include_insecure_cipher_suites)
        for curve in self.curve_preferences:
            if curve not in curve_names:
                raise ValueError(f'invalid curve type: "{curve}"; expected one of {", ".join(curve_names)}')
        if self.tpm.enabled:
            raise ValueError("tpm: hardware keys are not supported; give the key as key_file or key_pem")
        return self


class ServerTLSConfig(TLSConfig):
    """TLS of a server."""

    client_ca_file: str = ""
    """Require client certificates, signed by one of these authorities."""
    client_ca_file_reload: bool = False
    """Read `client_ca_file` again when it changes."""

    @model_validator(mode="after")
    def _check_pair(self) -> Self:
        if not (self.cert_file or self.cert_pem):
            raise ValueError("TLS configuration must include both certificate and key for server connections")
        return self


ServerTLS = OptionalSection[ServerTLSConfig]
