"""Where configuration text comes from: `file:`, `env:`, `yaml:`, `http:` and `https:` (components.md 1.9)."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from collector.config.marks import Marks
from collector.config.yaml12 import LARGEST_TEXT, YamlError, read_yaml

SCHEMES = ("env", "file", "http", "https", "yaml")

_URI = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(.*)", re.DOTALL)
_VARIABLE = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_HTTP_TIMEOUT = 30.0


class RetrieveError(ValueError):
    """A source that gives no value."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A log record about the configuration, kept until there is a logger: `warning` or `info`."""

    level: str
    message: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What a source gave: its value as YAML, its text, and where things stand in it.

    `invalid` is set where the text is no valid YAML; the value is then the text itself.
    """

    value: object
    text: str
    marks: Marks
    invalid: YamlError | None = None


@dataclass(slots=True)
class Source:
    """Reads URIs; keeps the notices about what it read."""

    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    notices: list[Notice] = field(default_factory=list)

    def retrieve(self, uri: str) -> Retrieved:
        """The value behind a URI `scheme:opaque`.

        Raises:
            RetrieveError: unknown scheme, unreadable file, bad variable name, HTTP status other than 200.
        """
        match = _URI.fullmatch(uri)
        if match is None:
            raise RetrieveError(f'invalid uri: "{uri}"{_hint(uri.partition(":")[2])}')
        scheme, opaque = match.groups()
        read = self._readers().get(scheme)
        if read is None:
            raise RetrieveError(f'unsupported scheme on URI "{uri}"; supported: {", ".join(SCHEMES)}{_hint(opaque)}')
        text = read(opaque)
        if not text and scheme == "env" and opaque.endswith(":-"):
            return Retrieved("", "", {})  # an empty default is a text, not null
        return from_text(text, label(uri))

    def _readers(self) -> dict[str, Callable[[str], str]]:
        return {
            "file": _file,
            "env": self._variable,
            "yaml": str,
            "http": lambda rest: _http(f"http:{rest}"),
            "https": lambda rest: _http(f"https:{rest}"),
        }

    def _variable(self, opaque: str) -> str:
        name, has_default, default = opaque.partition(":-")
        if not _VARIABLE.fullmatch(name):
            raise RetrieveError(
                f'environment variable "{name}" has invalid name: must match regex ^[a-zA-Z_][a-zA-Z0-9_]*$'
            )
        value = self.environment.get(name)
        if value is None:
            if has_default:
                return default
            self._note("warning", "Configuration references unset environment variable", name)
            return ""
        if not value:
            self._note("info", "Configuration references empty environment variable", name)
        return value

    def _note(self, level: str, message: str, name: str) -> None:
        notice = Notice(level, message, {"name": name})
        if notice not in self.notices:
            self.notices.append(notice)


def location(uri: str) -> str:
    """The URI of a `--config` argument: a plain path, also one with a drive letter, is a file."""
    return uri if ":" in uri and not _DRIVE.match(uri) else f"file:{uri}"


def label(uri: str) -> str:
    """What stands for the source in `file:line:column`: the path of a file, else the URI, cut short for inline text."""
    scheme, _, opaque = uri.partition(":")
    return {"file": opaque, "yaml": "yaml"}.get(scheme, uri)


def _hint(opaque: str) -> str:
    return "; a default needs the scheme: ${env:NAME:-default}" if opaque.startswith("-") else ""


def from_text(text: str, source: str) -> Retrieved:
    """A text read as YAML. One that reads as a string, or not at all, stays as it is, quotes included."""
    try:
        value, marks = read_yaml(text, source)
    except YamlError as error:
        return Retrieved(text, text, {}, error)
    if isinstance(value, str):
        return Retrieved(text, text, {})
    return Retrieved(value, text, marks)


def _file(path: str) -> str:
    try:
        with FilePath(path).open("rb") as file:
            raw = file.read(LARGEST_TEXT + 1)
        return raw.decode("utf-8-sig")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise RetrieveError(f"unable to read the file file:{path}: open {path}: {reason}") from error
    except ValueError as error:
        raise RetrieveError(f"unable to read the file file:{path}: not valid UTF-8 text") from error


def _http(uri: str) -> str:
    from urllib.error import HTTPError, URLError  # noqa: PLC0415 - costs start-up time and is seldom needed
    from urllib.request import urlopen  # noqa: PLC0415

    try:
        with urlopen(uri, timeout=_HTTP_TIMEOUT) as answer:  # noqa: S310 - the scheme is http or https
            if answer.status != 200:
                raise RetrieveError(f'failed to load resource from uri "{uri}" status code: {answer.status}')
            body: bytes = answer.read(LARGEST_TEXT + 1)
            return body.decode("utf-8-sig")
    except HTTPError as error:
        raise RetrieveError(f'failed to load resource from uri "{uri}" status code: {error.code}') from error
    except (URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise RetrieveError(f'unable to download the file via HTTP GET for uri "{uri}": {reason}') from error
