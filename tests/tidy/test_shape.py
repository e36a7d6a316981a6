"""Sizes, names and boundaries that keep the house easy to walk through."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FUNCTION_LINES_MAX = 70
FILE_LINES_MAX = 400
PARAMETERS_MAX = 5
README_LINES_MAX = 150
BANNED = {"utils", "helpers", "common", "misc", "manager", "base", "core", "handler"}

MANY_PARAMETERS = {
    "create": "click gives each option as a parameter",
    "wanted_sales": "each filter of the sales page is a query parameter of its route",
}
BROAD_EXCEPTS = {
    "edge_agent/journal/writer.py": "a deed's own error belongs to its caller",
    "edge_agent/devices/supervisor.py": "a driver's bug must not stop its device's thread",
    "edge_agent/devices/registry.py": "somebody else's package may raise anything on import",
    "central/ledger/cluster.py": "whatever goes wrong at start, PostgreSQL is stopped again",
    "edge_agent/services/printing.py": "paper that cannot be made does not keep the next one back",
    "edge_agent/sync/worker.py": "the sync loops never end on an error",
    "edge_agent/works.py": "a background work that dies is begun again",
}
SLEEPS = {
    "edge_agent/clock.py": "the clock itself",
    "edge_agent/cli/agent_client.py": "a command waits for the agent",
    "edge_agent/cli/demo/children.py": "the demo waits for its processes",
    "central/ledger/cluster.py": "a command waits for PostgreSQL",
}


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows and that are there."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def product() -> list[Path]:
    return tracked("edge_agent/*.py", "central/*.py", "sync_protocol/*.py")


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def where(file: Path, line: int = 0) -> str:
    return f"{file.relative_to(ROOT)}:{line}" if line else str(file.relative_to(ROOT))


def test_functions_are_short() -> None:
    long = [
        where(file, node.lineno)
        for file in tracked("*.py")
        for node in functions(file)
        if (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES_MAX
    ]
    assert long == []


def test_files_are_short() -> None:
    files = tracked("*.py", "*.ts", "*.tsx")
    assert [where(it) for it in files if len(it.read_text().splitlines()) > FILE_LINES_MAX] == []


def test_functions_take_few_parameters() -> None:
    greedy = [
        f"{where(file, node.lineno)} {node.name}"
        for file in product()
        for node in functions(file)
        if _parameters(node) > PARAMETERS_MAX and node.name not in MANY_PARAMETERS
    ]
    assert [it for it in greedy if "__init__" not in it] == []


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    names = [it.arg for it in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


def test_no_file_is_a_drawer() -> None:
    assert [where(it) for it in tracked("*.py", "*.ts", "*.tsx") if it.stem in BANNED] == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        where(it)
        for it in product()
        if it.read_text().strip() and not ast.get_docstring(ast.parse(it.read_text()))
    ]
    assert silent == []


def test_broad_excepts_stand_only_at_task_boundaries() -> None:
    found = {where(it) for it in product() if any(_broad(it))}
    assert found <= BROAD_EXCEPTS.keys()


def _broad(file: Path) -> Iterator[bool]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ExceptHandler):
            yield node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")


def test_product_code_does_not_sleep() -> None:
    found = {where(it) for it in product() if "time.sleep(" in it.read_text()}
    assert found <= SLEEPS.keys()


def test_product_code_loses_no_cancellation() -> None:
    """Up to Python 3.11 asyncio.wait_for may swallow one; asyncio.timeout never does."""
    assert {where(it) for it in product() if "asyncio.wait_for(" in it.read_text()} == set()


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= README_LINES_MAX


def test_packaging_is_no_python_package() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()


@pytest.mark.parametrize("name", ["uv.lock", "poetry.lock"])
def test_no_lock_that_names_addresses(name: str) -> None:
    assert [where(it) for it in tracked() if it.name == name] == []


def test_no_registry_address_and_no_machine_path() -> None:
    words = ["pypi" + ".org", "registry.npmjs" + ".org", '"resolved": "' + "http", "/wo" + "rk/"]
    told = [
        f"{where(file)}: {word}"
        for file in tracked("*.py", "*.ts", "*.tsx", "*.json", "*.toml", "*.md", ".ci/*")
        for word in words
        if word in file.read_text(errors="replace")
    ]
    assert told == []
