"""
The entry module of Hotplug's development interpreter for Python.

componentize-py makes a component of this module once for a world; it is the same file for every
world. The component has CPython and no plugin: at the first call it asks the host for one
(`hotplug:dev/source`), which is a text with the modules that the plugin consists of, and passes
every call on to it. A save then costs a new instance and the text, never a new component.

A plugin must not behave in it other than in a release build, where modules are imported when the
component is built and nothing can be imported from a file afterwards. So everything of the standard
library that plugins use often is imported here, ahead of time, and put aside; a plugin that imports
it while it is loaded gets it at once, and a plugin that imports it later gets what it would get in a
release build: an error.
"""

import builtins
import sys
from types import ModuleType, TracebackType
from typing import Any, Callable

_PRESENT = frozenset(sys.modules)

# Which module imported which ones, by name: what becomes importable with a module that was put aside.
_imported_by: dict[str, set[str]] = {}
_import = builtins.__import__


def _note(importer: str | None, name: str, items: Any = ()) -> None:
    if importer is not None:
        names = _imported_by.setdefault(importer, set())
        names.add(name)
        names.update(f"{name}.{item}" for item in items or () if f"{name}.{item}" in sys.modules)


def _noting_import(
    name: str,
    globals: Any = None,
    locals: Any = None,
    fromlist: Any = (),
    level: int = 0,
) -> ModuleType:
    module = _import(name, globals, locals, fromlist, level)
    full = name
    if level > 0:
        package = globals["__package__"].split(".")
        full = ".".join(package[: len(package) - level + 1] + ([name] if name else []))
    _note((globals or {}).get("__name__"), full, fromlist)
    return module


builtins.__import__ = _noting_import

import functools
import importlib
import importlib.machinery
import importlib.util
import inspect
import json
import os
import pkgutil
import traceback
import zlib

import componentize_py_runtime
import wit_world
from wit_world.imports import hotplug_dev_source as _host

_import_module = importlib.import_module


def _noting_import_module(name: str, package: str | None = None) -> ModuleType:
    module = _import_module(name, package)
    _note(sys._getframe(1).f_globals.get("__name__"), module.__name__)
    return module


importlib.import_module = _noting_import_module

# What plugins use often. The rest of the standard library is kept as source, which costs its
# compilation at every load of a plugin that imports it.
_OFTEN = """
    __future__ abc argparse array ast asyncio base64 bisect calendar cmath codecs collections
    collections.abc colorsys concurrent.futures configparser contextlib contextvars copy csv
    dataclasses datetime _strptime decimal difflib email.utils enum fnmatch fractions functools
    graphlib hashlib heapq hmac html html.parser importlib.metadata importlib.resources inspect io
    ipaddress itertools json keyword linecache locale logging math numbers operator os pathlib
    pickle pkgutil platform pprint queue random re reprlib secrets shlex shutil sqlite3 stat
    statistics string struct tempfile textwrap threading time timeit tokenize tomllib traceback
    types typing unicodedata unittest.mock urllib.parse uuid warnings weakref
    xml.etree.ElementTree zlib zoneinfo
""".split()

# Parts of the standard library that nothing in a component can use.
_USELESS = frozenset(
    """
    __pycache__ _pyrepl antigravity curses ensurepip idlelib multiprocessing pydoc_data
    site-packages test this tkinter turtle turtledemo venv
    """.split()
)



def _modules_in(root: str) -> dict[str, tuple[bytes, bool]]:
    """The modules of a folder that were not imported: compressed source, and whether it is a package."""
    kept: dict[str, tuple[bytes, bool]] = {}
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in _USELESS]
        for file in files:
            base, ending = os.path.splitext(file)
            parts = os.path.relpath(f"{folder}/{base}", root).split("/")
            if ending != ".py" or parts[0] in _USELESS:
                continue
            package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if package else parts)
            if name not in sys.modules:
                with open(f"{folder}/{file}", "rb") as opened:
                    kept[name] = (zlib.compress(opened.read()), package)
    return kept


# Where the standard library is, and the packages that the plugin imports.
[_STANDARD] = [_path for _path in sys.path if os.path.isfile(f"{_path}/os.py")]
_PACKAGES = "/1"

for _name in _OFTEN:
    importlib.import_module(_name)
for _found in pkgutil.walk_packages(wit_world.__path__, "wit_world."):
    importlib.import_module(_found.name)
for _name in ["poll_loop", "componentize_py_async_support", *sorted(_modules_in(_PACKAGES))]:
    try:
        importlib.import_module(_name)
    except Exception:
        # Perhaps the plugin does not need it. It is kept as source, and says so itself when it is imported.
        pass

builtins.__import__ = _import
importlib.import_module = _import_module


def _of_files(module: ModuleType) -> bool:
    """Whether a module came from a file: the others can be imported at any time, in a release build, too."""
    spec = module.__spec__
    return spec is not None and spec.origin not in ("built-in", "frozen")


_library = {
    name: (source, f"{root}/{name.replace('.', '/')}{'/__init__' if package else ''}.py", package)
    for root in (_PACKAGES, _STANDARD)
    for name, (source, package) in _modules_in(root).items()
}
_aside = {
    name: module
    for name, module in sys.modules.items()
    if name not in _PRESENT and name != __name__ and _of_files(module)
}


def _put_aside(names: Any) -> None:
    for name in names:
        module = sys.modules.pop(name, None)
        package, _, base = name.rpartition(".")
        if package in _aside and getattr(_aside[package], base, None) is module:
            delattr(_aside[package], base)


def _take(wanted: str) -> None:
    """Makes a module that was put aside importable, and all that it imported in its turn."""
    waiting = [wanted]
    while waiting:
        name = waiting.pop()
        module = _aside.get(name)
        if module is None or name in sys.modules:
            continue
        sys.modules[name] = module
        package, _, base = name.rpartition(".")
        if package:
            waiting.append(package)
            if package in _aside:
                setattr(_aside[package], base, module)
        waiting.extend(_imported_by.get(name, ()))


class _Aside:
    """Loads a module that was put aside: it is there already."""

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        module = _aside[spec.name]
        self._own = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        # The import system wrote its own into the module.
        module.__spec__ = self._own
        module.__loader__ = self._own.loader if self._own is not None else None
        sys.modules.pop(module.__name__, None)
        _take(module.__name__)


class _Source:
    """Loads a module from its source. `file` is what tracebacks say."""

    def __init__(self, file: str, source: Callable[[], str | bytes]) -> None:
        self._file = file
        self._source = source

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = self._file
        exec(compile(self._source(), self._file, "exec", dont_inherit=True), module.__dict__)

    def get_source(self, name: str) -> str:
        source = self._source()
        return source if isinstance(source, str) else importlib.util.decode_source(source)


class _Finder:
    """Finds modules in the order of a release build: standard library, bindings, plugin and its dependencies."""

    def __init__(self) -> None:
        self.plugin: dict[str, Any] = {}
        self.loaded = False
        # The plugin's release build has its files while it runs.
        self.late = False

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if self.loaded and not self.late:
            if name in _aside or name in _library or name in self.plugin:
                raise ModuleNotFoundError(
                    f"No module named {name!r}: a component has no files while it runs, so import it at the top of a module",
                    name=name,
                )
            return None
        if name in _aside:
            spec = importlib.machinery.ModuleSpec(name, _Aside())
            spec.submodule_search_locations = getattr(_aside[name], "__path__", None)
            return spec
        if name in _library:
            compressed, file, package = _library[name]
            return _spec(name, file, lambda: zlib.decompress(compressed), package)
        if name in self.plugin:
            module = self.plugin[name]
            return _spec(name, module["file"], lambda: module["source"], module.get("package", False))
        return None


def _spec(name: str, file: str, source: Callable[[], str | bytes], package: bool) -> Any:
    spec = importlib.machinery.ModuleSpec(name, _Source(file, source), origin=file, is_package=package)
    spec.has_location = True
    if package:
        spec.submodule_search_locations = [file.rpartition("/")[0]]
    return spec


class _StandIns:
    """Finds any module there is not, for the classes of exported resources; the last finder of all."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        return importlib.machinery.ModuleSpec(name, self)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return ModuleType(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        def stand_in(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return _resource(module.__name__, name)

        module.__getattr__ = stand_in  # type: ignore[method-assign]


_finder = _Finder()
_stand_ins = _StandIns()

# What the world's exports are looked up in: the classes of the entry module, and those of resources.
_protocols: list["_Protocol"] = []
_resources: dict[tuple[str, str], Any] = {}


class _Protocol:
    """Stands for an instance of a class of the plugin's entry module, for one export."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._instance: Any = None
        _protocols.append(self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def export(*arguments: Any) -> Any:
            return _call(lambda: getattr(self._instance, name), *arguments)

        setattr(self, name, export)
        return export


class _Static(type):
    """Static functions of a resource are looked up in its class."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *arguments: _call(lambda: getattr(_user_class(cls), name), *arguments)


def _user_class(stand_in: Any) -> Any:
    return getattr(sys.modules[stand_in.module], stand_in.__name__)


def _resource(module: str, name: str) -> Any:
    """Stands for the class of an exported resource. Its instances are the plugin's own."""
    known = _resources.get((module, name))
    if known is None:

        def new(cls: Any, *arguments: Any) -> Any:
            return _call(lambda: _user_class(cls), *arguments)

        known = _Static(name, (), {"__new__": new, "module": module})
        _resources[module, name] = known
    return known


def __getattr__(name: str) -> Any:
    """A class of the entry module, by which the component's runtime finds the world's exports."""
    if name.startswith("_"):
        raise AttributeError(name)
    return lambda: _Protocol(name)


_depth = 0


def _call(find: Callable[[], Any], *arguments: Any) -> Any:
    """Calls a function of the plugin; an exception is reported and passes on."""
    global _depth
    _depth += 1
    try:
        if not _finder.loaded:
            _load()
        return find()(*arguments)
    except BaseException as error:
        # The plugin may call its own exports.
        if _depth == 1:
            _report(error)
        raise
    finally:
        _depth -= 1


def _report(error: BaseException) -> None:
    """Tells the host where an exception comes from, before the world makes an error or a trap of it."""
    present = set(sys.modules)
    loaded, _finder.loaded = _finder.loaded, False
    try:
        text = "".join(traceback.format_exception(type(error), error, _own(error.__traceback__)))
    except Exception:
        # Out of memory, for example. The component's own runtime says it on stderr.
        return
    finally:
        _put_aside(set(sys.modules) - present)
        _finder.loaded = loaded
    _host.report(text)


def _own(place: TracebackType | None) -> TracebackType | None:
    """A traceback without the frames of this module, and of those that stand between it and the plugin."""
    places: list[TracebackType] = []
    while place is not None:
        names = place.tb_frame.f_globals
        if names is not globals() and "__hotplug__" not in names:
            places.append(place)
        place = place.tb_next
    own: TracebackType | None = None
    for one in reversed(places):
        own = TracebackType(own, one.tb_frame, one.tb_lasti, one.tb_lineno)
    return own


def _show(kind: type[BaseException], error: BaseException, place: TracebackType | None) -> None:
    """What the component's runtime calls for an exception that nothing caught."""
    # A frozen dataclass, which an error of a world is, refuses the assignment.
    BaseException.with_traceback(error, _own(place))
    sys.__excepthook__(kind, error, error.__traceback__)


def _load() -> None:
    """Gets the plugin and imports it as componentize-py does when it builds one."""
    given = json.loads(_host.read())
    _finder.plugin = given["modules"]
    _finder.late = given.get("late", False)
    if _stand_ins in sys.meta_path:
        sys.meta_path.remove(_stand_ins)
    resources = {module for module, _ in _resources}
    for name in resources:
        sys.modules.pop(name, None)
    call_import = componentize_py_runtime.call_import
    componentize_py_runtime.call_import = _refuse
    try:
        entry = importlib.import_module(given["entry"])
        for name in sorted(resources):
            importlib.import_module(name)
        for stand_in in _resources.values():
            _watch(stand_in)
        for protocol in _protocols:
            protocol._instance = getattr(entry, protocol._name)()
    finally:
        componentize_py_runtime.call_import = call_import
    _finder.loaded = True


def _refuse(*_: Any) -> Any:
    raise RuntimeError(
        "a module calls the host while it is imported; in a release build that is when the component is built, and there is no host"
    )


def _watch(stand_in: Any) -> None:
    """Has exceptions in the methods of a resource reported: they are called on the plugin's own objects."""
    own = _user_class(stand_in)
    protocol = getattr(importlib.import_module(f"wit_world.exports.{stand_in.module}"), stand_in.__name__)
    for name in vars(protocol):
        function = inspect.getattr_static(own, name, None)
        if not name.startswith("_") and inspect.isfunction(function):
            setattr(own, name, _watched(function))


def _watched(function: Any) -> Any:
    @functools.wraps(function)
    def watched(*arguments: Any, **named: Any) -> Any:
        # The runtime names no arguments; the plugin may, when it calls its own exports.
        return function(*arguments, **named) if _depth > 0 else _call(lambda: function, *arguments)

    return watched


_put_aside(_aside)
sys.meta_path.insert(2, _finder)
sys.meta_path.append(_stand_ins)
sys.excepthook = _show
