"""Who may come in: a server's authenticator and middlewares, resolved from its settings (components.md 2.2, 2.4)."""

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable
from urllib.parse import parse_qsl

from collector.component import Host
from collector.net.exchange import Head
from collector.net.server_settings import ServerConfig

__all__ = ["Gate", "ServerAuthenticator", "ServerMiddleware", "Unauthenticated", "metadata_of"]

of_transport = {"te", "grpc-timeout", "grpc-encoding"}


class Unauthenticated(Exception):
    """The authenticator does not let the request in; its text goes to the sender."""


@runtime_checkable
class ServerAuthenticator(Protocol):
    """An extension that checks requests."""

    async def authenticate(self, headers: Mapping[str, tuple[str, ...]]) -> Mapping[str, Any]:
        """Attributes of the sender, for the context of its payloads; raises to refuse."""


@runtime_checkable
class ServerMiddleware(Protocol):
    """An extension that sees requests before the component does."""

    async def admit(self, head: Head) -> None:
        """Raise a `DeliveryError` to refuse."""


def metadata_of(head: Head) -> dict[str, tuple[str, ...]]:
    """Headers by lower-case name, with `host`, without those that only steer the transport."""
    out: dict[str, tuple[str, ...]] = {}
    for name, value in head.fields:
        if name not in of_transport:
            out[name] = (*out.get(name, ()), value)
    if head.host:
        out["host"] = (head.host,)
    return out


class Gate:
    """Asks the extensions named in a server's settings. `open` says that there are none."""

    def __init__(self, config: ServerConfig, host: Host) -> None:
        self.parameters = config.auth.request_params if config.auth else []
        self.authenticator: ServerAuthenticator | None = None
        self.middlewares: list[ServerMiddleware] = []
        if config.auth:
            name = str(config.auth.authenticator)
            found = extension(host, name, f'failed to resolve authenticator "{name}": authenticator not found')
            if not isinstance(found, ServerAuthenticator):
                raise ValueError("requested authenticator is not a server authenticator")
            self.authenticator = found
        for middleware in config.middlewares:
            name = str(middleware.id)
            found = extension(host, name, f'failed to resolve middleware "{name}": middleware not found')
            if not isinstance(found, ServerMiddleware):
                raise ValueError(f'requested extension "{name}" is not a server middleware')  # noqa: TRY004
            self.middlewares.append(found)

    @property
    def open(self) -> bool:
        return self.authenticator is None and not self.middlewares

    async def admit(self, head: Head) -> Mapping[str, Any]:
        """Attributes set by the authenticator.

        Raises:
            Unauthenticated: it refuses.
            DeliveryError: a middleware refuses.
        """
        attributes: Mapping[str, Any] = {}
        if self.authenticator is not None:
            headers = metadata_of(head)
            wanted = set(self.parameters)
            for name, value in parse_qsl(head.query, keep_blank_values=True) if wanted else ():
                if name in wanted:
                    headers[name] = (*headers.get(name, ()), value)
            try:
                attributes = await self.authenticator.authenticate(headers)
            except Exception as error:
                raise Unauthenticated(str(error) or "unauthenticated") from error
        for middleware in self.middlewares:
            await middleware.admit(head)
        return attributes


def extension(host: Host, name: str, missing: str) -> Any:
    try:
        return host.extension(name)
    except KeyError:
        raise ValueError(missing) from None
