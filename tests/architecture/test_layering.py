"""Who may know whom: the layers of the design, read from the import statements."""

import ast
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = {
    "shelfwise": ROOT / "sdk/src",
    "shelfwise_server": ROOT / "server/src",
    "shelfwise_client": ROOT / "clients/python/src",
}
CONTRACT = {"types", "errors", "hookspecs"}
MAY_IMPORT = {
    "errors": set(),
    "types": set(),
    "hookspecs": {"types", "errors"},
    "routing": {"types"},
    "slates": {"types"},
    "series": {"types", "errors", "dataset"},
    "ordering": {"types", "errors", "simulation"},
    "simulation": {"types"},
    "field_rules": set(),
    "structuring": {"field_rules"},
    "dataset": CONTRACT | {"structuring"},
    "baselines": CONTRACT | {"dataset", "ordering", "routing", "series", "simulation", "slates"},
    "v1": set(),
    "wire": {"types", "errors", "v1"},
}
"""What these parts of the SDK may know of the others. A baseline sees what a foreign plugin sees."""
OUTSIDE = {"cli", "evaluation", "testing", "tuning", "report", "twin"}
"""What uses the core, and is not used by it."""
HEAVY = {"torch", "catboost", "ortools", "sklearn", "sktime", "tianshou", "pyvrp", "lightgbm"}
UNSAFE = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}


@cache
def imports():
    """Return what each source file imports when it runs, absolute names by path; generated code is left out."""
    return {
        path: sorted(set(imported(ast.parse(path.read_text(encoding="utf-8")))))
        for source in SOURCES.values()
        for path in sorted(source.rglob("*.py"))
        if "shelfwise/v1/" not in path.as_posix()
    }


def imported(tree):
    """Yield the names that a module imports, here or inside a function, but not for type checking alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"a relative import of {node.module} hides where it goes"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        yield from imported(node)


def part_of(path):
    """Return the part of its package that a file belongs to, such as ``types``."""
    package = next(source for source in SOURCES.values() if path.is_relative_to(source))
    parts = path.relative_to(package).with_suffix("").parts
    return parts[1]


@cache
def parts():
    """Return which parts of the SDK each part imports, itself left out."""
    known = {part_of(path) for path in imports() if path.is_relative_to(SOURCES["shelfwise"])} | {"v1"}
    graph = {part: set() for part in known}
    for path, names in imports().items():
        if path.is_relative_to(SOURCES["shelfwise"]):
            found = {name.split(".")[1] for name in names if name.startswith("shelfwise.")}
            graph[part_of(path)] |= (found & known) - {part_of(path), "__init__"}
    return graph


def breaches(allowed):
    """Return the imports that a rule does not allow, as sentences."""
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path, names in imports().items()
        for name in names
        if not allowed(path, name)
    ]


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_a_layer_knows_only_what_is_below_it(part):
    """The foundation, the baselines and the wire import no more than the design says."""
    assert parts()[part] <= MAY_IMPORT[part]


def test_the_core_knows_nothing_of_its_users():
    """The command line, the evaluation, the conformance kit and the report stand outside of the core."""
    known = {part: below & OUTSIDE for part, below in parts().items() if part not in OUTSIDE}

    assert {part: below for part, below in known.items() if below} == {}


def test_the_parts_of_the_sdk_form_no_cycle():
    """No part of the SDK imports, by whatever way round, one that imports it."""
    assert set(TopologicalSorter(parts()).static_order()) == set(parts())


def test_only_the_wire_knows_protobuf():
    """In the SDK nothing but shelfwise.wire imports protobuf or generated code, and nothing at all imports gRPC."""

    def allowed(path, name):
        if not path.is_relative_to(SOURCES["shelfwise"]):
            return True
        foreign = name.split(".")[0] in ("google", "grpc") or name.startswith("shelfwise.v1")
        return not foreign or (part_of(path) == "wire" and not name.startswith("grpc"))

    assert breaches(allowed) == []


def test_only_the_command_line_knows_server_and_client():
    """The SDK is complete without a server; its commands start one, or call one, where they are told to."""

    def allowed(path, name):
        if not path.is_relative_to(SOURCES["shelfwise"]) or part_of(path) == "cli":
            return True
        return name.split(".")[0] not in ("shelfwise_server", "shelfwise_client")

    assert breaches(allowed) == []


def test_nobody_imports_a_plugin_by_name():
    """Plugins are found by entry point: product code imports neither a baseline nor a plugin's distribution."""

    def allowed(path, name):
        if name.startswith("shelfwise.baselines"):
            return part_of(path) == "baselines"
        package = name.split(".")[0]
        return not package.startswith("shelfwise_") or package in SOURCES

    assert breaches(allowed) == []


def test_nobody_in_a_shop_knows_the_twin():
    """What decides sees what a retailer sees: neither plugins nor the core import the twin."""
    plugins = [path for folder in (ROOT / "plugins").glob("*/src") for path in folder.rglob("*.py")]

    known = [path for path in plugins if "shelfwise.twin" in path.read_text(encoding="utf-8")]
    users = {part for part, below in parts().items() if "twin" in below}

    assert known == []
    assert users == {"cli", "testing"}


def test_heavy_libraries_stay_in_their_plugins():
    """The core runs without any machine-learning or optimisation framework."""
    assert breaches(lambda _, name: name.split(".")[0] not in HEAVY) == []


def test_only_the_search_knows_optuna():
    """Optuna is an extra: nothing but the search for better options imports it."""
    search = {SOURCES["shelfwise"] / f"shelfwise/tuning/{name}.py" for name in ("engine", "study")}

    assert breaches(lambda path, name: name.split(".")[0] != "optuna" or path in search) == []


def test_nothing_is_pickled():
    """Model directories are data: nothing that can run code on loading is imported."""
    assert breaches(lambda _, name: name.split(".")[0] not in UNSAFE) == []


def test_nothing_is_evaluated():
    """No text becomes code, and numpy is never told to unpickle."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in imports()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec"))
            or any(word.arg == "allow_pickle" and ast.unparse(word.value) != "False" for word in node.keywords)
        )
    ]

    assert found == []


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("shelfwise", {"google.protobuf", "grpc", "pandas", "numpy", "scipy", "torch"}),
        ("shelfwise.types", {"google.protobuf", "grpc", "pandas", "scipy", "torch"}),
        ("shelfwise.hookspecs", {"google.protobuf", "grpc", "pandas", "scipy", "torch"}),
        ("shelfwise.v1", {"google.protobuf", "grpc", "shelfwise.v1.decision_pb2"}),
        ("shelfwise.wire", {"grpc", "pandas", "scipy", "torch"}),
        ("shelfwise.orchestrator", {"google.protobuf", "grpc", "torch"}),
    ],
)
def test_an_import_is_light(module, absent):
    """Importing a part of the SDK loads nothing that it has no use for."""
    program = f"import sys, {module}; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert absent & set(done.stdout.split()) == set()
