"""
The world `hotplug:extism/plugin` for a script of Python's Extism PDK, in the development interpreter: calls
what `@extism.plugin_fn` exported. An exception becomes the call's error, as extism-py has it, and the
plugin lives on.
"""

import re
import traceback
from typing import Any

import extism
import hotplug_interpreter

# Frames of this module are not the plugin's: the interpreter leaves them out of tracebacks.
__hotplug__ = True

_FAILED = 1


class WitWorld:
    def call(self, name: str) -> int:
        function = extism._functions.get(name)
        if function is None:
            extism.set_error(f"The plugin exports no function {name}: write @extism.plugin_fn above it.")
            return _FAILED
        try:
            return _code(function())
        except BaseException as error:
            hotplug_interpreter._report(error)
            extism.set_error(f"{error}:\n{_places(error)}")
            return _FAILED

    def names(self) -> list[str]:
        return list(extism._functions)


def _places(error: BaseException) -> str:
    """Where an exception comes from, with the plugin's files by their paths in its folder."""
    text = "".join(traceback.format_tb(hotplug_interpreter._own(error.__traceback__)))
    return re.sub(r'^(  File ")/\d+/', r"\1", text, flags=re.MULTILINE)


def _code(result: Any) -> int:
    """The return code of an export: what is no number of 32 bits is none."""
    return int(result) if isinstance(result, int) and -(2**31) <= result < 2**31 else 0
