"""Settings of the `file` exporter (components.md 3.8)."""

from typing import Self

from pydantic import Field, field_validator, model_validator

from collector.config import ComponentConfig, DefaultSection, Duration

compression_levels = (1, 3, 6, 11)


class RotationSettings(ComponentConfig):
    """When a file is put aside and how long old ones are kept."""

    max_megabytes: int = 100
    """Size at which a file is renamed and a new one begun; 0 means 100."""

    max_days: int = 0
    """Remove old files after so many days; 0 keeps them whatever their age."""

    max_backups: int = 100
    """Keep at most so many old files; 0 keeps all."""

    localtime: bool = False
    """Name old files by local time instead of UTC."""


class CompressionParams(ComponentConfig):
    """How hard to compress."""

    level: int = 0
    """zstd effort: 1, 3, 6 or 11; 0 is the default effort."""


class GroupBySettings(ComponentConfig):
    """One file for each value of a resource attribute."""

    enabled: bool = False
    """Whether files are chosen by a resource attribute."""

    resource_attribute: str = "fileexporter.path_segment"
    """The attribute whose value takes the place of `*` in `path`."""

    max_open_files: int = 100
    """Files held open at once; the one used longest ago is closed first."""


class FileConfig(ComponentConfig):
    """Where and how telemetry is written."""

    path: str = Field("", validate_default=True)
    """The file; relative to the working directory. With `group_by` it holds one `*`."""

    format: str = "json"
    """`json` (OTLP/JSON) or `proto` (OTLP protobuf)."""

    encoding: str = ""
    """Id of an encoding extension that writes the payloads; overrides `format`."""

    append: bool = False
    """Add to an existing file instead of truncating it at the start."""

    rotation: DefaultSection[RotationSettings] = None
    """Put files aside by size; off unless the key is present."""

    compression: str = ""
    """`zstd`, or empty for none."""

    compression_params: CompressionParams = CompressionParams()
    """Effort of the compression."""

    flush_interval: Duration = 1.0
    """How often buffered bytes reach the file; 0 means 1s. No effect with `rotation`, which does not buffer."""

    create_directory: bool = False
    """Make the directory of `path` at the start."""

    directory_permissions: str = ""
    """Octal mode of directories made; default `0755`. Needs `create_directory`."""

    group_by: GroupBySettings = GroupBySettings()
    """One file for each value of a resource attribute; off by default."""

    @field_validator("path")
    @classmethod
    def _path_given(cls, value: str) -> str:
        if not value:
            raise ValueError("path must be non-empty")
        return value

    @field_validator("format")
    @classmethod
    def _format_known(cls, value: str) -> str:
        if value not in {"json", "proto"}:
            raise ValueError("format type is not supported")
        return value

    @field_validator("compression")
    @classmethod
    def _compression_known(cls, value: str) -> str:
        if value not in {"", "zstd"}:
            raise ValueError("compression is not supported")
        return value

    @field_validator("flush_interval")
    @classmethod
    def _flush_interval_positive(cls, value: float) -> float:
        if value < 0:
            raise ValueError("flush_interval must be larger than zero")
        return value or 1.0

    @field_validator("directory_permissions")
    @classmethod
    def _permissions_octal(cls, value: str) -> str:
        try:
            mode = int(value or "0", 8)
        except ValueError:
            raise ValueError("directory_permissions value must be a valid octal representation") from None
        if not 0 <= mode <= 0o777:
            raise ValueError("directory_permissions contain invalid bits for file access")
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.append and self.rotation is not None:
            raise ValueError("append and rotation enabled at the same time is not supported")
        self._check_compression()
        self._check_directory()
        self._check_group_by()
        return self

    def _check_compression(self) -> None:
        level = self.compression_params.level
        if self.compression and level and level not in compression_levels:
            raise ValueError(
                f"invalid compression_params: unsupported parameters {{Level:{level}}} for compression type "
                f'"{self.compression}"; zstd has the levels 1, 3, 6 and 11'
            )

    def _check_directory(self) -> None:
        if self.directory_permissions and not self.create_directory:
            raise ValueError("directory_permissions requires create_directory to be true")

    def _check_group_by(self) -> None:
        if not self.group_by.enabled:
            return
        if self.path.count("*") != 1:
            raise ValueError("path must contain exactly one * when group_by is enabled")
        if self.path.startswith("*"):
            raise ValueError("path must not start with * when group_by is enabled")
        if not self.group_by.resource_attribute:
            raise ValueError("resource_attribute must not be empty when group_by is enabled")

    @property
    def directory_mode(self) -> int:
        """Mode of directories that are made."""
        return int(self.directory_permissions or "0755", 8)
