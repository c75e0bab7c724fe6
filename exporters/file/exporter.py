"""The exporter, and the writer that the instances of one configuration share."""

import asyncio
import os
from pathlib import Path
from typing import Any, ClassVar

from collector.component import ConfigError, ExporterFactory, Host, Permanent, Settings, Stability
from collector.pdata import Payload
from exporters.file.config import FileConfig
from exporters.file.grouping import GroupedWriter
from exporters.file.sinks import PlainSink, RotatingSink, Sink, WriteTooLong, ZstdSink
from exporters.file.writer import PayloadWriter, framing, native_compression


class SharedWriter:
    """One open output for all signals of an exporter id; opened by the first that starts, closed by the last."""

    open_ones: ClassVar[dict[tuple[str, str, int], "SharedWriter"]] = {}

    def __init__(self, key: tuple[str, str, int], config: FileConfig, settings: Settings, encoding: Any) -> None:
        self._key = key
        encode = None if encoding is None else lambda payload: getattr(encoding, f"marshal_{payload.signal}")(payload)
        self._frame = framing(config, encode)
        self._config = config
        self._settings = settings
        self._users = 0
        self._flusher: asyncio.Task[None] | None = None
        self._seen: set[Path] = set()
        self.output: PayloadWriter | GroupedWriter = (
            GroupedWriter(config, self._open, self._ungrouped)
            if config.group_by.enabled
            else self._open(Path(config.path))
        )

    @classmethod
    def acquire(cls, config: FileConfig, settings: Settings, encoding: Any) -> "SharedWriter":
        """The writer of this exporter id, opened where it is not open yet."""
        key = (str(settings.id), config.path, os.getpid())
        shared = cls.open_ones.get(key)
        if shared is None:
            shared = cls.open_ones[key] = cls(key, config, settings, encoding)
            if config.rotation is None:
                shared._flusher = settings.spawn(shared._flush_often())
        shared._users += 1
        return shared

    def release(self) -> None:
        """Give the writer back; the last one out closes it."""
        self._users -= 1
        if self._users:
            return
        del self.open_ones[self._key]
        if self._flusher is not None:
            self._flusher.cancel()
        self.output.close()

    def flush(self) -> None:
        """Hand buffered bytes to the file."""
        if isinstance(self.output, GroupedWriter):
            self.output.flush()
        else:
            self.output.sink.flush()

    def _open(self, path: Path) -> PayloadWriter:
        config = self._config
        if config.create_directory:
            path.parent.mkdir(mode=config.directory_mode, parents=True, exist_ok=True)
        sink: Sink
        if config.rotation is not None:
            sink = RotatingSink(path, config.rotation, self._settings.clock.time_ns)
        else:
            sink = PlainSink(path, append=config.append or path in self._seen)
            self._seen.add(path)
        if native_compression(config):
            sink = ZstdSink(sink, config.compression_params.level)
        return PayloadWriter(self._frame, sink)

    def _ungrouped(self, count: int) -> None:
        self._settings.logger.debug(
            "Resource does not contain the grouping attribute, dropping.",
            attribute=self._config.group_by.resource_attribute,
            dropped_items=count,
        )
        self._settings.drop(count, reason="no grouping attribute", rule=self._config.group_by.resource_attribute)

    async def _flush_often(self) -> None:
        while True:
            await self._settings.clock.sleep(self._config.flush_interval)
            try:
                self.flush()
            except OSError as error:
                text = str(error)
                self._settings.logger.error("Can't write to the file.", path=self._config.path, error=text)  # noqa: TRY400


class File:
    """Writes each payload whole; a write that fails is refused to the caller."""

    def __init__(self, config: FileConfig, settings: Settings) -> None:
        self._config = config
        self._settings = settings
        self._shared: SharedWriter | None = None

    async def start(self, host: Host) -> None:
        encoding = self._encoding(host) if self._config.encoding else None
        self._shared = SharedWriter.acquire(self._config, self._settings, encoding)

    async def shutdown(self) -> None:
        if self._shared is not None:
            shared, self._shared = self._shared, None
            shared.release()

    async def export_traces(self, payload: Payload) -> None:
        assert self._shared is not None
        try:
            self._shared.output.write(payload)
        except (OSError, ValueError, WriteTooLong) as error:
            if self._config.group_by.enabled:
                raise Permanent(f"can't write to {self._config.path}: {error}") from error
            raise

    export_metrics = export_logs = export_traces

    def _encoding(self, host: Host) -> Any:
        name = self._config.encoding
        try:
            encoding = host.extension(name)
        except KeyError:
            raise ConfigError(f'unknown encoding "{name}"; list the extension in `service::extensions`') from None
        if not hasattr(encoding, f"marshal_{self._settings.signal}"):
            raise ConfigError(f"{self._settings.signal} are not supported by encoding")
        return encoding


factory = ExporterFactory("file", FileConfig, File, Stability.ALPHA)
