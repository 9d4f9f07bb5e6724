"""
A byte source: the bytes of files, one file after the other.

componentize-py looks the world's exports up by name: the interface `byte-source` is the class `ByteSource` of the
module that `hotplug.json` names as the entry.
"""

from typing import BinaryIO

import wit_world.exports
from componentize_py_types import Err
from wit_world.imports import logging
from wit_world.imports.bytesource_types import SourceConfig, SourceError_Io
from wit_world.imports.shared_types import (
    ConfigItem,
    ConfigSchemaItem,
    ConfigSchemaType_Files,
    ConfigValue_Files,
    InitError_Config,
    InitError_Io,
    Version,
)

# Id of the configuration that has the files.
INPUT_PATH = "input-path"

# Most bytes of one read: the host may ask for much more than it makes sense to hold.
PIECE = 1024 * 1024

# Files that are not read to their ends, by their paths.
inputs: dict[str, BinaryIO] = {}


class ByteSource(wit_world.exports.ByteSource):
    """What the host calls. componentize-py makes a new one for every call, so it keeps nothing itself."""

    def get_version(self) -> Version:
        return Version(0, 1, 0)

    def get_config_schemas(self) -> list[ConfigSchemaItem]:
        return [
            ConfigSchemaItem(
                INPUT_PATH,
                "Files",
                "What is read, one file after the other",
                ConfigSchemaType_Files(["log", "txt"]),
            )
        ]

    def init(self, general_configs: SourceConfig, plugin_configs: list[ConfigItem]) -> None:
        """Opens all files at once: Chipmunk shows an error that is raised here, and takes one of `read` for the end."""
        for item in plugin_configs:
            if item.id != INPUT_PATH or not isinstance(item.value, ConfigValue_Files):
                continue
            for path in item.value.value:
                try:
                    inputs[path] = open(path, "rb", buffering=0)
                except OSError as error:
                    raise Err(InitError_Io(f"{path} cannot be read: {error.strerror}")) from error
        if not inputs:
            raise Err(InitError_Config("no file was chosen"))
        logging.log(logging.Level.INFO, f"{len(inputs)} files")

    def read(self, len: int) -> bytes:
        """At most `len` bytes, fewer where a file ends; none says that all files are through."""
        while inputs and len > 0:
            path, file = next(iter(inputs.items()))
            try:
                data = file.read(min(len, PIECE))
            except OSError as error:
                raise Err(SourceError_Io(f"{path} cannot be read: {error.strerror}")) from error
            if data:
                return data
            file.close()
            del inputs[path]
        return b""
