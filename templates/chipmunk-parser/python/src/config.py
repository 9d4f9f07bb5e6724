"""What the plugin is configured with: the form that the host shows, and the values that it passes."""

import os
from dataclasses import dataclass, field

from componentize_py_types import Err
from wit_world.imports.shared_types import (
    ConfigItem,
    ConfigSchemaItem,
    ConfigSchemaType_Boolean,
    ConfigSchemaType_Directories,
    ConfigSchemaType_Dropdown,
    ConfigSchemaType_Files,
    ConfigSchemaType_Float,
    ConfigSchemaType_Integer,
    ConfigSchemaType_Text,
    ConfigValue_Boolean,
    ConfigValue_Directories,
    ConfigValue_Dropdown,
    ConfigValue_Files,
    ConfigValue_Float,
    ConfigValue_Integer,
    ConfigValue_Text,
    InitError_Config,
    InitError_Io,
)

# The least important level first.
LEVELS = ["trace", "debug", "info", "warn", "error"]


@dataclass
class Config:
    # What stands between the fields of a line.
    separator: str = " "
    # The least important level that is shown, as its place in LEVELS.
    level: int = 0
    # Whether empty lines are rows, too.
    keep_empty: bool = False
    # Most characters of a message that are shown; all for 0.
    longest: int = 0
    # Share of printable characters, from 0 to 1, below which a line is shown as bytes.
    printable: float = 0.7
    keywords: list[str] = field(default_factory=list[str])
    # Everything is a component where there are none.
    components: set[str] = field(default_factory=set[str])


def schemas() -> list[ConfigSchemaItem]:
    """The form, asked for before `init` and of another instance."""
    return [
        ConfigSchemaItem(
            "separator",
            "Separator",
            "What stands between time, level, component and message",
            ConfigSchemaType_Text(" "),
        ),
        ConfigSchemaItem(
            "level",
            "Level",
            "The least important level that is shown",
            ConfigSchemaType_Dropdown((LEVELS, "trace")),
        ),
        ConfigSchemaItem(
            "keep-empty",
            "Empty lines",
            "Whether empty lines are rows, too",
            ConfigSchemaType_Boolean(False),
        ),
        ConfigSchemaItem(
            "longest",
            "Longest message",
            "Most characters of a message that are shown; 0 for all",
            ConfigSchemaType_Integer(0),
        ),
        ConfigSchemaItem(
            "printable",
            "Printable share",
            "Lines with a smaller share of printable characters are shown as bytes",
            ConfigSchemaType_Float(0.7),
        ),
        ConfigSchemaItem(
            "keywords",
            "Keywords",
            "Files with a keyword a line",
            ConfigSchemaType_Files(["txt"]),
        ),
        ConfigSchemaItem(
            "components",
            "Components",
            "Folders with a file or a folder for each known component",
            ConfigSchemaType_Directories(),
        ),
    ]


def read_config(items: list[ConfigItem]) -> Config:
    """
    Reads the values, and the files and folders that they name: the host lets the plugin read what lies
    beside them. Raises an Err that says what is wrong.
    """
    config = Config()
    for item in items:
        try:
            read_item(config, item)
        except OSError as error:
            raise Err(InitError_Io(f"{error.filename} cannot be read: {error.strerror}")) from error
        except ValueError as error:
            raise Err(InitError_Config(str(error))) from error
    return config


def read_item(config: Config, item: ConfigItem) -> None:
    match item.id, item.value:
        case "separator", ConfigValue_Text(separator):
            if not separator:
                raise ValueError("the separator is empty")
            config.separator = separator
        case "level", ConfigValue_Dropdown(level):
            config.level = LEVELS.index(level)
        case "keep-empty", ConfigValue_Boolean(keep):
            config.keep_empty = keep
        case "longest", ConfigValue_Integer(longest):
            if longest < 0:
                raise ValueError(f"a message cannot have {longest} characters")
            config.longest = longest
        case "printable", ConfigValue_Float(share):
            if not 0 <= share <= 1:
                raise ValueError(f"a share is from 0 to 1, not {share:g}")
            config.printable = share
        case "keywords", ConfigValue_Files(files):
            for path in files:
                with open(path, encoding="utf-8") as file:
                    config.keywords += [word for line in file if (word := line.strip())]
        case "components", ConfigValue_Directories(folders):
            for folder in folders:
                config.components |= {os.path.splitext(name)[0] for name in os.listdir(folder)}
        case _:
            raise ValueError(f"the configuration {item.id} is not of the form")
