"""Settings of the `redaction` processor (components.md 4.11)."""

from typing import Annotated, Any

from pydantic import BeforeValidator, model_validator

from collector.config import ComponentConfig, Secret

__all__ = ["DatabaseConfig", "DatabasesConfig", "HashFunction", "RedactionConfig", "UrlConfig"]

HASHES = ("sha1", "sha3", "md5", "hmac-sha256", "hmac-sha512")
HMAC_KEY_BYTES = {"hmac-sha256": 32, "hmac-sha512": 64}


def _hash_function(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    name = value.lower()
    if name and name not in HASHES:
        raise ValueError(
            f"unknown HashFunction {name}, allowed functions are {', '.join(HASHES[:-1])} and {HASHES[-1]}"
        )
    return name


HashFunction = Annotated[str, BeforeValidator(_hash_function)]


class UrlConfig(ComponentConfig):
    enabled: bool = False
    """Replace variable path parts by `*`."""

    attributes: list[str] = []
    """Attributes that hold URLs or paths."""

    sanitize_span_name: bool = True
    """Also names of client and server spans."""


class DatabaseConfig(ComponentConfig):
    enabled: bool = False
    """Replace the literals of this kind of statement by `?`."""

    attributes: list[str] = []
    """Attributes that hold such statements."""


class DatabasesConfig(ComponentConfig):
    sanitize_span_name: bool = True
    """Also names of spans that have `db.system` or `db.system.name`."""

    sql: DatabaseConfig = DatabaseConfig()
    """SQL statements."""

    redis: DatabaseConfig = DatabaseConfig()
    """Redis commands."""

    valkey: DatabaseConfig = DatabaseConfig()
    """Valkey commands."""

    memcached: DatabaseConfig = DatabaseConfig()
    """Memcached commands."""

    mongo: DatabaseConfig = DatabaseConfig()
    """MongoDB commands (JSON)."""

    opensearch: DatabaseConfig = DatabaseConfig()
    """OpenSearch queries (JSON); in log bodies and span names only, as in the Collector."""

    es: DatabaseConfig = DatabaseConfig()
    """Elasticsearch queries (JSON); in log bodies and span names only, as in the Collector."""


class RedactionConfig(ComponentConfig):
    allow_all_keys: bool = False
    """Keep keys that `allowed_keys` does not name."""

    allowed_keys: list[str] = []
    """Keys that are kept; all others are removed. Empty without `allow_all_keys` removes everything."""

    ignored_keys: list[str] = []
    """Keys that pass untouched, before anything else."""

    ignored_key_patterns: list[str] = []
    """Regular expressions on keys that pass untouched."""

    blocked_key_patterns: list[str] = []
    """Regular expressions on keys whose whole value is masked."""

    blocked_values: list[str] = []
    """Regular expressions; each match inside a value is masked."""

    allowed_values: list[str] = []
    """Regular expressions; a value that matches one is left alone."""

    redact_all_types: bool = False
    """Test values that are no strings in their text form; they become strings if masked."""

    hash_function: HashFunction = ""
    """Replace a match by its hex digest instead of `****`: `md5`, `sha1`, `sha3`, `hmac-sha256`, `hmac-sha512`."""

    hmac_key: Secret = Secret("")
    """Key of the HMAC functions: at least 32 or 64 bytes."""

    summary: str = ""
    """Attributes about what was done: `debug` for keys and counts, `info` for counts, anything else for none."""

    url_sanitizer: UrlConfig = UrlConfig()
    """Paths with variable parts."""

    db_sanitizer: DatabasesConfig = DatabasesConfig()
    """Statements with literals."""

    @model_validator(mode="after")
    def _key_is_long_enough(self) -> "RedactionConfig":
        needed = HMAC_KEY_BYTES.get(self.hash_function)
        if needed is None:
            return self
        size = len(self.hmac_key.get_secret_value().encode())
        if not size:
            raise ValueError(f'hmac_key must not be empty when hash_function is "{self.hash_function}"')
        if size < needed:
            raise ValueError(
                f'hmac_key must be at least {needed} bytes long for "{self.hash_function}", got {size} bytes'
            )
        return self
