"""
A parser of text logs: each line is a row of time, level, component, keywords and message.

componentize-py looks the world's exports up by name: the interface `parser` is the class `Parser` of the module
that `hotplug.json` names as the entry.
"""

import wit_world.exports
from componentize_py_types import Err
from config import Config, read_config, schemas
from lines import Lines
from row import read_row
from wit_world.imports import logging
from wit_world.imports.parse_types import (
    ColumnInfo,
    ColumnsRenderOptions,
    ParsedMessage_Columns,
    ParseError_Incomplete,
    ParseReturn,
    ParserConfig,
    ParseYield_Message,
    RenderOptions,
)
from wit_world.imports.shared_types import ConfigItem, ConfigSchemaItem, Version

# Caption, tooltip and width in pixels; the host chooses a width for -1.
COLUMNS = [
    ColumnInfo("Time", "When it happened, as the line or its source says", 200),
    ColumnInfo("Level", "How bad it is", 60),
    ColumnInfo("Component", "Who says so; with a question mark where nobody knows it", 120),
    ColumnInfo("Keywords", "Which of the keywords are in the message", 120),
    ColumnInfo("Message", "What happened", -1),
]


class Run:
    """One run: the host makes a new instance of the component for each input and each configuration."""

    config = Config()
    lines = Lines()


class Parser(wit_world.exports.Parser):
    """What the host calls. componentize-py makes a new one for every call, so it keeps nothing itself."""

    def get_version(self) -> Version:
        return Version(0, 1, 0)

    def get_config_schemas(self) -> list[ConfigSchemaItem]:
        return schemas()

    def get_render_options(self) -> RenderOptions:
        return RenderOptions(ColumnsRenderOptions(COLUMNS, min_width=30, max_width=1000))

    def init(self, general_configs: ParserConfig, plugin_configs: list[ConfigItem]) -> None:
        """An error that is raised here is shown, and the run does not begin."""
        Run.config = read_config(plugin_configs)
        known = f"{len(Run.config.keywords)} keywords, {len(Run.config.components)} components"
        logging.log(logging.Level.INFO, known)

    def parse(self, data: bytes, timestamp: int | None) -> list[ParseReturn]:
        """Gives all lines that end in `data`, in one answer: each call costs, each row hardly anything."""
        lines = Run.lines.split(data)
        if lines is None:
            raise Err(ParseError_Incomplete())
        items: list[ParseReturn] = []
        for text, consumed in lines:
            cells = read_row(text, timestamp, Run.config)
            value = None if cells is None else ParseYield_Message(ParsedMessage_Columns(cells))
            items.append(ParseReturn(value, consumed))
        return items
