"""One line as a row."""

from config import LEVELS, Config

# Bytes of a binary line that are shown.
SHOWN = 16


def read_row(line: bytes, timestamp: int | None, config: Config) -> list[str] | None:
    """The cells of a line, one for each column; None where it is not to be shown."""
    line = line.removesuffix(b"\r")
    if not line and not config.keep_empty:
        return None
    at = "" if timestamp is None else f"{timestamp // 1000}.{timestamp % 1000:03}"
    # What is no UTF-8 is replaced: one wrong byte must not cost a line. The host separates cells with U+0004.
    text = line.decode(errors="replace").replace("\x04", "\ufffd")
    if is_binary(text, config.printable):
        return [at, "binary", "", "", hexadecimal(line)]
    fields = text.split(config.separator, 3)
    if len(fields) < 4:
        return [at, "", "", keywords_in(text, config), shortened(text, config.longest)]
    time, level, component, message = fields
    if level.lower() in LEVELS and LEVELS.index(level.lower()) < config.level:
        return None
    component = component.removesuffix(":")
    if config.components and component not in config.components:
        component += "?"
    return [time, level, component, keywords_in(message, config), shortened(message, config.longest)]


def is_binary(text: str, share: float) -> bool:
    """Whether fewer than a share of the characters can be printed."""
    if text.isprintable() and "\ufffd" not in text:
        return False
    printable = sum(one == "\t" or (one >= " " and one not in "\x7f\ufffd") for one in text)
    return printable < share * len(text)


def hexadecimal(line: bytes) -> str:
    more = " …" if len(line) > SHOWN else ""
    return f"{len(line)} bytes: {line[:SHOWN].hex(' ')}{more}"


def shortened(text: str, longest: int) -> str:
    """At most so many characters; all of them for 0."""
    return text if longest == 0 or len(text) <= longest else text[:longest] + "…"


def keywords_in(message: str, config: Config) -> str:
    """The keywords that are in a message."""
    return ", ".join(word for word in config.keywords if word in message)
