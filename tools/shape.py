"""The shape of the package in figures, and the ceilings they are held under.

    python -m tools.shape            what exceeds its ceiling, and where
    python -m tools.shape --lower    lower the ceilings to what has been reached

The figures come from the syntax trees; ``tests/contract/shape.json`` has the ceilings,
which only fall.
"""

import argparse
import ast
import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "clustershell" / "ClusterShell"
CEILINGS = ROOT / "tests" / "contract" / "shape.json"

#: Lines of a file, parameters of a function, beyond which each is listed by itself.
LINES = 450
PARAMETERS = 6

#: Underscore names that are a protocol between modules: what subclasses of the released
#: package's classes define, and what gateways send.
KEPT = {
    "_start", "_close", "_handle_read", "_handle_write",
    "_flush_read", "_readlines", "_build_cmd",
    "_ev_routing", "_on_start", "_on_msgline",
    "_on_timeout", "_on_close", "_on_node_msgline",
    "_on_node_close", "_on_node_timeout", "_patterns", "_msg_add",
    # between tree workers, their channels and the task
    "_on_remote_node_close", "_on_remote_node_timeout", "_on_routing_event", "_relaunch",
    "_gateway_abort", "_pchannel", "_pchannel_close", "_pchannel_release", "_default_router",
    "_check_fini", "_on_written", "_engine_clients", "_update_task_rc", "_fanout",
    # what pollers define, and what workers offer to their clients
    "_register_specific", "_unregister_specific", "_modify_specific", "_current_loopcnt",
    "_emitter", "_emit_close", "_ledger",
    # what stands for Cython in each interpreted kernel
    "_cython_shim",
    # what clients and workers offer to the kernel that reads for them
    "_service", "_feed", "_outlet",
    # known to programs in the field: the released package has them
    "_engine", "_info", "_write", "_set_write_eof", "_task_info_pkeys_bl",
    "_clients", "_fromlist1", "_autostep", "_depth",
    "_is_task_self", "_getshorthostname", "_inst_counter", "_nodeset", "_load_workerclass",
    "_set_task", "_task_default", "_task_info", "_default", "_default_tree_is_enabled",
    # of Python's own modules
    "_exit", "_match_abbrev", "_nameToLevel",
}  # fmt: skip

#: Where the names are that an engine expects of its clients; kept, too.
PROTOCOL = PACKAGE / "_engine" / "client.py"


def kept():
    """Return the underscore names that count as a protocol between modules."""
    tree = ast.parse(PROTOCOL.read_text())
    inside = [node for owner in tree.body if isinstance(owner, ast.ClassDef) for node in owner.body]
    methods = {node.name for node in inside if isinstance(node, ast.FunctionDef)}
    return KEPT | methods | {node.target.id for node in inside if isinstance(node, ast.AnnAssign)}


FIELD = re.compile(r"^\s*:(param|raises|returns?|type|rtype)\b", re.M)
ARGUMENTS = re.compile(r"^\s*(Arguments|Args|Parameters|Raises|Returns):\s*$", re.M)
NAMED = re.compile(r"^\s*(\*{0,2}[a-z_]\w*(, \*{0,2}[a-z_]\w*)*): \S", re.M)


def module_name(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts) or "__init__"


class Module:
    """A source file: its text, its syntax tree, what it imports and defines."""

    def __init__(self, path):
        self.name = module_name(path)
        self.is_package = path.name == "__init__.py"
        self.text = path.read_text()
        self.tree = ast.parse(self.text)
        self.nodes = list(ast.walk(self.tree))
        self.for_types = {
            id(inner)
            for node in self.nodes
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
            for inner in ast.walk(node)
        }

    @property
    def folder(self):
        """The room, or the public folder; a public module at the top is one of its own."""
        return self.name if self.is_package else self.name.rpartition(".")[0] or self.name

    @property
    def room(self):
        return self.name.partition(".")[0]

    def mentioned(self):
        """Yield (dotted name, line) of all that is imported, at once or late."""
        for node in self.nodes:
            if id(node) in self.for_types:
                continue
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name
            elif isinstance(node, ast.ImportFrom):
                module = (node.module or "").replace("cython.cimports.", "")
                for alias in node.names:
                    yield f"{module}.{alias.name}"
            elif isinstance(node, ast.Call) and _is_named(node.func, "import_module"):
                if node.args and isinstance(node.args[0], ast.Constant):
                    yield node.args[0].value
            elif isinstance(node, ast.Call) and _is_named(node.func, "lazy_names"):
                for inner in ast.walk(node):
                    if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                        yield inner.value

    def imports(self, names):
        """Return which modules of *names* this one imports."""
        found = set()
        for dotted in self.mentioned():
            package, _, rest = dotted.partition(".")
            if package != "ClusterShell":
                continue
            for name in (rest, rest.rpartition(".")[0]):
                if name in names and name != self.name:
                    found.add(name)
                    break
        return found

    def definitions(self):
        """Return the underscore names that this module defines, on any object."""
        found = set()
        for node in self.nodes:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                found.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                if _is_named(node.value, "self") or _is_named(node.value, "cls"):
                    found.add(node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)  # __slots__
        return found

    def foreign(self):
        """Yield the underscore names of other modules that are used here."""
        own = self.definitions() | kept()
        for node in self.nodes:
            if isinstance(node, ast.Attribute) and _is_private(node.attr):
                mine = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
                if not mine and node.attr not in own:
                    yield node.attr
            elif isinstance(node, ast.ImportFrom) and (node.module or "").count("."):
                # What another file of the same room is called is no secret to it.
                same = node.module.rpartition(".")[2] == self.folder.rpartition(".")[2]
                names = (a.name for a in node.names if _is_private(a.name) and not same)
                yield from (name for name in names if name not in KEPT)

    def functions(self):
        """Yield (qualified name, node) of each function."""
        stack = [(self.name, self.tree)]
        while stack:
            prefix, parent = stack.pop()
            for node in ast.iter_child_nodes(parent):
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    yield f"{prefix}.{node.name}", node
                    stack.append((f"{prefix}.{node.name}", node))
                elif isinstance(node, ast.ClassDef):
                    stack.append((f"{prefix}.{node.name}", node))
                elif isinstance(node, (ast.If, ast.Try, ast.With)):
                    stack.append((prefix, node))


def _is_named(node, name):
    return getattr(node, "id", getattr(node, "attr", None)) == name


def _is_private(name):
    return name.startswith("_") and not name.startswith("__")


def circles(graph):
    """Return the strongly connected parts of more than one member, each sorted."""
    numbers, low, stack, found = {}, {}, [], []

    def visit(name):
        numbers[name] = low[name] = len(numbers)
        stack.append(name)
        for other in graph[name]:
            if other not in numbers:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], numbers[other])
        if low[name] == numbers[name]:
            part = []
            while not part or part[-1] != name:
                part.append(stack.pop())
            if len(part) > 1:
                found.append(sorted(part))

    for name in sorted(graph):
        if name not in numbers:
            visit(name)
    return sorted(found)


def annotated(function):
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [one for one in (arguments.vararg, arguments.kwarg) if one]
    needed = [one for one in every if one.arg not in ("self", "cls")]
    return all(one.annotation for one in needed) and (
        function.returns is not None or (function.name == "__init__" and bool(needed))
    )


def parameters(function):
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return len([one for one in every if one.arg not in ("self", "cls")])


def dialect(text):
    """Return how a docstring speaks of parameters, where not in fields of Sphinx."""
    if FIELD.search(text):
        return None
    if ARGUMENTS.search(text):
        return "Arguments:"
    return "name: text" if NAMED.search(text.partition("\n")[2]) else None


def modules():
    return [Module(path) for path in sorted(PACKAGE.rglob("*.py"))]


def measure(sources=None):
    """Return the figures: for each kind a dictionary of name -> number."""
    sources = sources or modules()
    figures = defaultdict(Counter)
    by_name = {source.name: source for source in sources}
    files, folders = {}, defaultdict(set)
    for source in sources:
        files[source.name] = source.imports(set(by_name))
        for name in files[source.name]:
            if by_name[name].folder != source.folder:
                folders[source.folder].add(by_name[name].folder)
        folders[source.folder] |= set()
        if source.text.count("\n") > LINES:
            figures["lines of files"][source.name] = source.text.count("\n")
        figures["underscore names of other modules"][source.room] += len(list(source.foreign()))
        for name, function in source.functions():
            _measure_function(figures, source, name, function)
    figures["files in circles"].update(name for part in circles(files) for name in part)
    figures["folders in circles"].update(name for part in circles(folders) for name in part)
    return {
        kind: {name: n for name, n in sorted(of.items()) if n}
        for kind, of in sorted(figures.items())
    }


def _measure_function(figures, source, name, function):
    if parameters(function) > PARAMETERS:
        figures["parameters of functions"][name] = parameters(function)
    private = any(_is_private(part) for part in name[len(source.name) :].split("."))
    if not private and source.room != "_kernels" and not annotated(function):
        figures["public functions without annotations"][source.name] += 1
    spoken = dialect(ast.get_docstring(function) or "")
    if spoken:
        figures[f"docstrings with {spoken!r}"][source.name] += 1


def exceeding(figures, ceilings):
    """Return a line for each figure over its ceiling; what is not listed has to be 0."""
    return [
        f"{kind}: {name} has {number}, the ceiling is {ceilings.get(kind, {}).get(name, 0)}"
        for kind, of in figures.items()
        for name, number in of.items()
        if number > ceilings.get(kind, {}).get(name, 0)
    ]


def lowered(figures, ceilings):
    """Return the ceilings at what the figures have reached, never higher.

    Kinds that are measured elsewhere, by the tests, stay.
    """
    return {
        kind: {
            name: min(number, figures[kind].get(name, 0))
            for name, number in of.items()
            if figures[kind].get(name, 0)
        }
        if kind in figures
        else of
        for kind, of in ceilings.items()
    }


def main():
    parser = argparse.ArgumentParser(
        prog="python -m tools.shape", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--lower", action="store_true", help="to what has been reached")
    options = parser.parse_args()
    figures, ceilings = measure(), json.loads(CEILINGS.read_text())
    over = exceeding(figures, ceilings)
    for kind, of in figures.items():
        print(f"{sum(of.values()):6d}  {kind} ({len(of)} names)")
    print(*over, sep="\n")
    if options.lower:
        text = json.dumps(lowered(figures, ceilings), indent=1, sort_keys=True)
        CEILINGS.write_text(text + "\n")
    return bool(over)


if __name__ == "__main__":
    sys.exit(main())
