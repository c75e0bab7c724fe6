"""Questions to metadata services, on a connection of their own with short timeouts."""

from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from aiohttp import ClientSession

__all__ = ["Fetcher", "MetadataError"]

MOST_BODY = 1 << 20


class MetadataError(Exception):
    """A metadata service did not answer as it should."""


class Fetcher:
    """Asks one service; `base` is where it lies, such as `http://169.254.169.254`, or a `unix://` socket."""

    def __init__(self, base: str, timeout: float, headers: Mapping[str, str] | None = None) -> None:
        self._base = base.rstrip("/")
        self._timeout = timeout
        self._headers = dict(headers or {})
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        import aiohttp  # noqa: PLC0415 - costs a third of a second, and most detectors need none

        connector: aiohttp.BaseConnector | None = None
        if self._base.startswith("unix://"):
            connector = aiohttp.UnixConnector(self._base.removeprefix("unix://"))
            self._base = "http://localhost"
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=aiohttp.ClientTimeout(total=self._timeout), cookie_jar=aiohttp.DummyCookieJar()
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._session is not None
        await self._session.close()

    async def text(self, path: str, *, method: str = "GET", headers: Mapping[str, str] | None = None) -> str:
        """The body of the answer.

        Raises:
            MetadataError: no answer, not 200, or more than 1 MiB.
        """
        return (await self._request(path, method, headers)).decode(errors="replace").strip()

    async def json(self, path: str, *, headers: Mapping[str, str] | None = None) -> Any:
        """The answer, read as JSON; raises MetadataError."""
        import json  # noqa: PLC0415 - only some services speak it

        try:
            return json.loads(await self._request(path, "GET", headers))
        except (ValueError, RecursionError) as exc:
            raise MetadataError(f"{self._base}{path}: no JSON: {exc}") from exc

    async def optional(self, path: str, *, headers: Mapping[str, str] | None = None) -> str:
        """Like `text`, but empty where the service has no such page."""
        try:
            return await self.text(path, headers=headers)
        except MetadataError:
            return ""

    async def _request(self, path: str, method: str, headers: Mapping[str, str] | None) -> bytes:
        import aiohttp  # noqa: PLC0415 - as above

        assert self._session is not None
        try:
            async with self._session.request(
                method, self._base + path, headers={**self._headers, **(headers or {})}, allow_redirects=False
            ) as answer:
                if answer.status != 200:
                    raise MetadataError(f"{self._base}{path}: answered {answer.status}")
                body = await answer.content.read(MOST_BODY)
        except (aiohttp.ClientError, OSError, TimeoutError) as exc:
            raise MetadataError(f"{self._base}{path}: {exc or type(exc).__name__}") from exc
        return body
