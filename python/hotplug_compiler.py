"""
Reads a Python plugin for Hotplug's development builds: which modules it consists of, and where its
sources have mistakes. One process serves all builds, because starting Python takes longer than a
save may; a request is a line of JSON on stdin, its answer a line on stdout.

It runs in any Python from 3.10 on, and never runs the plugin's code.
"""

from __future__ import annotations

import ast
import json
import os
import re
import sys
import tokenize
import warnings
from io import BytesIO
from typing import Any, Iterator

# The Python inside of components that componentize-py makes.
_GUEST = (3, 14)

# Modules of its standard library that this Python may not have yet.
_STANDARD = sys.stdlib_module_names | {"annotationlib", "compression", "_zstd"}

# What componentize-py adds to every component.
_BUNDLED = {"componentize_py_types", "componentize_py_runtime", "componentize_py_async_support", "poll_loop"}

_NOT_SOURCES = {"__pycache__", "bindings", "node_modules", "recordings", "samples", "wit"}

# What a line looks like whose syntax is newer than a version of Python: that Python must not judge it.
_NEWER = {
    (3, 11): r"\bexcept\s*\*|\[[^\]]*\*",
    (3, 12): r"^\s*type\s+\w+\s*[=\[]|\b(?:def|class)\s+\w+\s*\[|\b[fF][rR]?[\"']|\b[rR][fF][\"']",
    (3, 14): r"\bexcept\b[^(:]*,|\b[tT][rR]?[\"']|\b[rR][tT][\"']",
}

Place = tuple[int, int]


class _Import:
    """One imported name. `optional`: the code goes on without it. `later`: not while modules are imported."""

    def __init__(self, name: str, place: Place, optional: bool, later: bool) -> None:
        self.name = name
        self.place = place
        self.optional = optional
        self.later = later


class _File:
    """What a source file says; kept until the file changes."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.source = ""
        self.imports: list[_Import] = []
        self.error: dict[str, Any] | None = None
        self.warnings: list[dict[str, Any]] = []
        # Imports modules by names that it computes: they cannot be read from the source.
        self.dynamic = False
        self._read()

    def _read(self) -> None:
        with open(self.path, "rb") as opened:
            raw = opened.read()
        try:
            encoding, _ = tokenize.detect_encoding(BytesIO(raw).readline)
            self.source = raw.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except (SyntaxError, UnicodeDecodeError) as error:
            self.error = self._problem(1, 1, getattr(error, "msg", None) or str(error))
            return
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                tree = ast.parse(self.source, self.path)
                self.imports, self.dynamic = _imports(tree)
                compile(tree, self.path, "exec", dont_inherit=True)
            except SyntaxError as error:
                self._refused(error)
            except (ValueError, RecursionError, MemoryError) as error:
                self.error = self._problem(1, 1, f"{type(error).__name__}: {error}")
        for warning in caught:
            if issubclass(warning.category, SyntaxWarning | DeprecationWarning):
                self.warnings.append(self._problem(warning.lineno, 1, str(warning.message)))

    def _refused(self, error: SyntaxError) -> None:
        line = error.lineno or 1
        lines = self.source.split("\n")
        text = "\n".join(lines[line - 1 : (error.end_lineno or line)])
        problem = self._problem(
            line, _column(text, error.offset), f"{type(error).__name__}: {error.msg}"
        )
        newer = [version for version, pattern in _NEWER.items() if sys.version_info < version and re.search(pattern, text, re.M)]
        if not newer:
            self.error = problem
            return
        here = f"{sys.version_info[0]}.{sys.version_info[1]}"
        version = f"{newer[-1][0]}.{newer[-1][1]}"
        problem["message"] = f"Python {here} cannot check this file, which seems to need {version}; the plugin runs in {_GUEST[0]}.{_GUEST[1]}"
        self.warnings.append(problem)
        self.imports = _imports_of_lines(self.source)

    def _problem(self, line: int, column: int, message: str) -> dict[str, Any]:
        return {"file": self.path, "line": line, "column": column, "message": message}


def _column(text: str, offset: int | None) -> int:
    """Python counts characters, editors count UTF-16 units; both from 1."""
    before = text[: max((offset or 1) - 1, 0)]
    return len(before.encode("utf-16-le", "surrogatepass")) // 2 + 1


def _imports(tree: ast.Module) -> tuple[list[_Import], bool]:
    found: list[_Import] = []
    dynamic = False
    waiting: list[tuple[ast.AST, bool, bool]] = [(tree, False, False)]
    while waiting:
        node, optional, later = waiting.pop()
        match node:
            case ast.Import():
                place = (node.lineno, node.col_offset + 1)
                found += [_Import(alias.name, place, optional, later) for alias in node.names]
                continue
            case ast.ImportFrom():
                place = (node.lineno, node.col_offset + 1)
                base = "." * node.level + (node.module or "")
                found.append(_Import(base, place, optional, later))
                separator = "" if base.endswith(".") else "."
                # What is imported may be a module or a name in one.
                found += [
                    _Import(f"{base}{separator}{alias.name}", place, True, later)
                    for alias in node.names
                    if alias.name != "*"
                ]
                continue
            case ast.Call(func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module")):
                match node.args:
                    case [ast.Constant(value=str(name)), *_]:
                        found.append(_Import(name, (node.lineno, node.col_offset + 1), True, later))
                    case _:
                        dynamic = True
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                later = True
            case ast.Try(body=body, handlers=handlers) if any(_catches_import(one) for one in handlers):
                waiting += [(child, True, later) for child in body]
                rest = [*handlers, *node.orelse, *node.finalbody]
                waiting += [(child, optional, later) for child in rest]
                continue
            case ast.If(test=test, orelse=orelse) if _type_checking(test):
                waiting += [(child, optional, later) for child in orelse]
                continue
            case ast.If():
                # A version or a platform may be asked for.
                optional = True
        waiting += [(child, optional, later) for child in ast.iter_child_nodes(node)]
    found.sort(key=lambda one: one.place)
    return found, dynamic


def _catches_import(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    names = {getattr(node, "id", getattr(node, "attr", "")) for node in ast.walk(handler.type)}
    return bool(names & {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def _type_checking(test: ast.expr) -> bool:
    return getattr(test, "id", getattr(test, "attr", "")) == "TYPE_CHECKING"


_IMPORT_LINE = re.compile(r"^\s*(?:from\s+(?P<base>[.\w]+)\s+import\s+(?P<names>[\w, ]*)|import\s+(?P<plain>[\w., ]+))")


def _imports_of_lines(source: str) -> list[_Import]:
    """The same without understanding the source: names that are none do no harm."""
    found: list[_Import] = []
    for number, line in enumerate(source.split("\n"), 1):
        match = _IMPORT_LINE.match(line)
        if match is None:
            continue
        base = match["base"]
        names = [part.split()[0] for part in (match["names"] or match["plain"] or "").split(",") if part.split()]
        if base is not None:
            separator = "" if base.endswith(".") else "."
            names = [base, *(f"{base}{separator}{name}" for name in names)]
        found += [_Import(name, (number, 1), True, False) for name in names]
    return found


_files: dict[str, tuple[tuple[int, int, int], _File]] = {}


def _file(path: str) -> _File:
    state = os.stat(path)
    key = (state.st_mtime_ns, state.st_size, state.st_ino)
    known = _files.get(path)
    if known is None or known[0] != key:
        known = (key, _File(path))
        _files[path] = known
    return known[1]


class _Found:
    """
    Where a module is. `root` counts the folders that are searched; `file` is None for a namespace package.
    `native`: it is a library for this machine, which a component cannot load. `linked`: it is one for components.
    """

    def __init__(self, root: int, file: str | None, package: bool = False, native: bool = False, linked: bool = False) -> None:
        self.root = root
        self.file = file
        self.package = package
        self.native = native
        self.linked = linked


class _Origin:
    """The import in the plugin's own sources that something is there for. `needed`: the plugin cannot go on without it."""

    def __init__(self, file: str, place: Place, needed: bool, later: bool) -> None:
        self.file = file
        self.place = place
        self.needed = needed
        self.later = later


_Wanted = tuple[str, _Found, "_Origin | None"]


class _Reader:
    """Collects the modules of one plugin. The first of the roots has its sources, the others its dependencies."""

    def __init__(self, roots: list[str]) -> None:
        self.roots = roots
        self.modules: dict[str, dict[str, Any]] = {}
        self.errors: list[dict[str, Any]] = []
        self.warnings: list[dict[str, Any]] = []
        # Libraries for components that are imported: they have to be linked into one.
        self.linked: list[str] = []
        self._folders: dict[str, set[str]] = {}
        self._whole: set[str] = set()
        self._said: set[tuple[str, int, str]] = set()

    def read(self, entry: str) -> None:
        found = self._find(entry)
        if found is None or found.file is None:
            self._say(self.errors, self.roots[0], (1, 1), f"There is no module {entry}.")
            return
        self._add((entry, found, _Origin(found.file, (1, 1), True, False)))
        for name in self._own_modules():
            own = self._find(name)
            if own is not None and own.root == 0:
                self._add((name, own, None))

    def _say(self, problems: list[dict[str, Any]], file: str, place: Place, message: str) -> None:
        if (file, place[0], message) not in self._said:
            self._said.add((file, place[0], message))
            problems.append({"file": file, "line": place[0], "column": place[1], "message": message})

    def _own_modules(self) -> Iterator[str]:
        """All modules of the plugin's sources: some may be imported by a name that is computed."""
        root = self.roots[0]
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(
                name
                for name in folders
                if name.isidentifier()
                and name not in _NOT_SOURCES
                and not os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))
            )
            parts = [] if folder == root else os.path.relpath(folder, root).split(os.sep)
            for name, _ in _modules_in(files, parts):
                yield name

    def _names(self, folder: str) -> set[str]:
        names = self._folders.get(folder)
        if names is None:
            try:
                names = set(os.listdir(folder))
            except OSError:
                names = set()
            self._folders[folder] = names
        return names

    def _find(self, name: str) -> _Found | None:
        """Looks a module up as the Python in a component does, in the folders in their order."""
        *packages, last = name.split(".")
        namespace: _Found | None = None
        for root, path in enumerate(self.roots):
            folder = os.path.join(path, *packages)
            names = self._names(folder)
            inner = os.path.join(folder, last)
            if last in names and "__init__.py" in self._names(inner):
                return _Found(root, os.path.join(inner, "__init__.py"), package=True)
            libraries = sorted(one for one in names if one.startswith(f"{last}.") and one.endswith((".so", ".pyd")))
            for library in libraries:
                if library.endswith("-wasm32-wasi.so"):
                    return _Found(root, os.path.join(folder, library), linked=True)
            if f"{last}.py" in names:
                return _Found(root, os.path.join(folder, f"{last}.py"))
            if libraries:
                return _Found(root, os.path.join(folder, libraries[0]), native=True)
            if namespace is None and last in names and os.path.isdir(inner):
                namespace = _Found(root, None, package=True)
        return namespace

    def _add(self, first: _Wanted) -> None:
        """Adds a module, its packages and all that it imports; without an origin nothing is said of its mistakes."""
        waiting = [first]
        while waiting:
            name, found, origin = waiting.pop()
            if name in self.modules:
                continue
            if found.file is None:
                self._keep(name, f"{name.replace('.', '/')}/__init__.py", found, "")
                continue
            inside = os.path.relpath(found.file, self.roots[found.root]).replace(os.sep, "/")
            if found.native or found.linked:
                self._library(name, inside, found, origin)
                continue
            file = _file(found.file)
            if file.error is not None:
                if origin is not None and found.root == 0:
                    self._say_again(self.errors, file.error)
                continue
            if found.root == 0 and origin is not None:
                for warning in file.warnings:
                    self._say_again(self.warnings, warning)
            self._keep(name, inside, found, file.source)
            package = name if found.package else name.rpartition(".")[0]
            for one in file.imports:
                waiting += self._imported(one, package, file, found.root, origin)
            top = name.partition(".")[0]
            if file.dynamic and found.root > 0 and top not in self._whole:
                self._whole.add(top)
                waiting += self._all_of(top, found.root)

    def _say_again(self, problems: list[dict[str, Any]], problem: dict[str, Any]) -> None:
        self._say(problems, problem["file"], (problem["line"], problem["column"]), problem["message"])

    def _keep(self, name: str, inside: str, found: _Found, source: str) -> None:
        # The names that the same files have in a release build.
        module: dict[str, Any] = {"file": f"/{found.root}/{inside}", "source": source}
        if found.package:
            module["package"] = True
        self.modules[name] = module

    def _library(self, name: str, inside: str, found: _Found, origin: _Origin | None) -> None:
        if found.linked:
            self.linked.append(name)
            return
        if origin is None or not origin.needed:
            return
        self._say(
            self.warnings if origin.later else self.errors,
            origin.file,
            origin.place,
            f"{name.partition('.')[0]} has native code for this machine ({inside}), which a component cannot load: use a package that is Python only",
        )

    def _all_of(self, top: str, root: int) -> Iterator[_Wanted]:
        """All modules of a package that imports some of its own by names that it computes."""
        for folder, folders, files in os.walk(os.path.join(self.roots[root], top)):
            folders[:] = [name for name in folders if name.isidentifier() and name not in ("__pycache__", "tests")]
            parts = os.path.relpath(folder, self.roots[root]).split(os.sep)
            for name, file in _modules_in(files, parts):
                yield name, _Found(root, os.path.join(folder, file), package=file == "__init__.py"), None

    def _imported(
        self, one: _Import, package: str, file: _File, root: int, origin: _Origin | None
    ) -> Iterator[_Wanted]:
        name = _absolute(one.name, package)
        if name.partition(".")[0] in _NOT_HANDED_OVER:
            return
        if origin is None:
            because = None
        elif root == 0:
            because = _Origin(file.path, one.place, not one.optional, one.later)
        else:
            because = _Origin(origin.file, origin.place, origin.needed and not one.optional, origin.later or one.later)
        parts = name.split(".")
        for count in range(1, len(parts) + 1):
            part = ".".join(parts[:count])
            if part in self.modules:
                continue
            found = self._find(part)
            if found is not None:
                yield part, found, because
                continue
            # A dependency may know better than we do why it imports what is not there.
            if because is not None and because.needed and root == 0:
                self._say(
                    self.warnings if one.later else self.errors,
                    file.path,
                    one.place,
                    f"ModuleNotFoundError: No module named '{part}'",
                )
            return


_NOT_HANDED_OVER = _STANDARD | _BUNDLED | {"wit_world", ""}


def _absolute(name: str, package: str) -> str:
    relative = name.lstrip(".")
    level = len(name) - len(relative)
    if level == 0:
        return name
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - level + 1], *([relative] if relative else [])])


def _modules_in(files: list[str], packages: list[str]) -> Iterator[tuple[str, str]]:
    """Names of the modules of a folder's files, with the files."""
    for file in sorted(files):
        base, ending = os.path.splitext(file)
        if ending == ".py" and base.isidentifier():
            yield ".".join(packages if base == "__init__" and packages else [*packages, base]), file


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    reader = _Reader(request["roots"])
    reader.read(request["entry"])
    return {
        "modules": reader.modules,
        "errors": reader.errors,
        "warnings": reader.warnings,
        "linked": reader.linked,
    }


def main() -> None:
    sys.setrecursionlimit(10_000)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        answer = {"id": request["id"], **_answer(request)}
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


main()
