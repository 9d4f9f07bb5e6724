# Written by Hotplug: the functions of Extism's Python PDK, for editors and type checkers. extism-py and
# Hotplug's development interpreter each have a module of this name.

import builtins
from enum import Enum
from typing import Any, Callable, TypeVar, overload

_T = TypeVar("_T")
_F = TypeVar("_F", bound=Callable[..., Any])

class LogLevel(Enum):
    Trace = ...
    Debug = ...
    Info = ...
    Warn = ...
    Error = ...

def log(level: LogLevel, msg: object) -> None:
    """Writes a line to the host's log."""

def input_str() -> str:
    """The input of the present call as text."""

def input_bytes() -> bytes:
    """The input of the present call."""

@overload
def input_json() -> Any:
    """The input of the present call, read as JSON."""

@overload
def input_json(t: Callable[[Any], _T]) -> _T: ...
@overload
def input() -> None:
    """The input of the present call as a value of a type."""

@overload
def input(t: type[_T]) -> _T: ...
def output_str(result: str) -> None:
    """Sets the output of the present call; the last one counts."""

def output_bytes(result: bytes) -> None:
    """Sets the output of the present call; the last one counts."""

def output_json(x: object) -> None:
    """Sets the output of the present call to a value as JSON."""

def output(x: object = None) -> None:
    """Sets the output of the present call: text and bytes as they are, other values as JSON."""

def plugin_fn(func: _F) -> _F:
    """Exports a function without parameters to the host, by its name."""

def shared_fn(f: _F) -> _F:
    """Exports a function to other modules."""

def import_fn(module: str, name: str) -> Callable[[_F], _F]:
    """Makes a function one of the host's: `@extism.import_fn("extism:host/user", "roll_dice")`."""

class Config:
    """What the plugin was configured with."""

    @staticmethod
    def get_str(key: str) -> str | None: ...
    @staticmethod
    def get_json(key: str) -> Any: ...

class Var:
    """Values that the host keeps from call to call."""

    @staticmethod
    def get_bytes(key: str) -> bytes | None: ...
    @staticmethod
    def get_str(key: str) -> str | None: ...
    @staticmethod
    def get_json(key: str) -> Any: ...
    @staticmethod
    def set(key: str, value: bytes | str) -> None: ...

class HttpRequest:
    url: str
    method: str | None
    headers: dict[str, str] | None
    def __init__(self, url: str, method: str | None = None, headers: dict[str, str] | None = None) -> None: ...

class HttpResponse:
    @property
    def status_code(self) -> int: ...
    def data_bytes(self) -> bytes: ...
    def data_str(self) -> str: ...
    def data_json(self) -> Any: ...
    def headers(self) -> dict[str, str]: ...

class Http:
    @staticmethod
    def request(
        url: str,
        meth: str = "GET",
        body: bytes | str | None = None,
        headers: dict[str, str] | None = None,
    ) -> HttpResponse:
        """Asks the host for an HTTP request; it refuses what the plugin was not allowed."""

class Codec:
    value: Any
    def __init__(self, value: Any) -> None: ...
    def get(self) -> Any: ...
    def set(self, x: Any) -> None: ...
    def encode(self) -> bytes: ...
    @classmethod
    def decode(cls, s: bytes) -> Any: ...

class Json(Codec):
    """A value as JSON; a dataclass that is derived from it as an object of its fields."""

class MemoryHandle:
    offset: int
    length: int
    def __init__(self, offset: int, length: int) -> None: ...

class memory:
    @staticmethod
    def find(offs: int) -> MemoryHandle | None: ...
    @staticmethod
    def bytes(mem: MemoryHandle) -> builtins.bytes: ...
    @staticmethod
    def string(mem: MemoryHandle) -> str: ...
    @staticmethod
    def free(mem: MemoryHandle) -> None: ...
    @staticmethod
    def alloc(data: builtins.bytes) -> MemoryHandle: ...

class _Ffi:
    def set_error(self, msg: str) -> None:
        """Makes the present call one that failed, with this message."""

ffi: _Ffi
