"""Every example in the documents runs, and every link in them leads somewhere."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not {".venv", "node_modules", "out", ".git"} & set(path.relative_to(ROOT).parts)
)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)\)")
BIN = Path(sys.executable).parent


def blocks(kind: str) -> list:
    """Return the code blocks of one kind in every document, each with the document's name."""
    return [
        pytest.param(body, id=f"{path.relative_to(ROOT)}:{number}")
        for path in DOCUMENTS
        for number, (language, body) in enumerate(BLOCK.findall(path.read_text(encoding="utf-8")))
        if language == kind
    ]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """Return a folder with the examples in it, where the commands of all documents run in turn."""
    folder = tmp_path_factory.mktemp("documents")
    for name in ("examples", "shelfwise.toml"):
        (folder / name).symlink_to(ROOT / name)
    for command in ("sample --out data", "train --data data --models models"):
        subprocess.run([BIN / "shelfwise", *command.split()], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("body", blocks("python"))
def test_python_examples_run(body, tmp_path):
    """A block of Python runs as it stands."""
    ran = subprocess.run([sys.executable, "-c", body], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("body", blocks("toml"))
def test_toml_examples_are_toml(body):
    """A block of TOML parses."""
    assert tomllib.loads(body)


@pytest.mark.parametrize("body", blocks("console"))
def test_commands_run(body, workplace):
    """Every `shelfwise` command in a document succeeds; servers start, and make's targets exist."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for line in body.splitlines():
        if not line.startswith("$ "):
            continue
        words = shlex.split(line[2:], comments=True)
        if words[0] == "make":
            assert words[1] in targets, f"make has no target {words[1]}"
        elif words[0] == "shelfwise" and words[1] != "serve":
            ran = subprocess.run(
                [BIN / "shelfwise", *words[1:]],
                cwd=workplace,
                capture_output=True,
                text=True,
                check=False,
                env={**os.environ, "COLUMNS": "100"},
            )
            assert ran.returncode == 0, f"{line}\n{ran.stdout}\n{ran.stderr}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    """Every relative link in a document names a file that is there."""
    missing = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if not (path.parent / link).exists()]

    assert not missing


@pytest.mark.parametrize("folder", ["proto", "sdk", "plugins", "server", "clients", "tests"])
def test_every_top_level_folder_has_a_page(folder):
    """Each folder says on at most a page what is in it."""
    text = (ROOT / folder / "README.md").read_text(encoding="utf-8")

    assert 5 <= len(text.splitlines()) <= 90


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.json")), ids=lambda path: path.name)
def test_example_requests_are_requests(example):
    """Every request in `examples` is understood."""
    from shelfwise.wire import request_from_json

    assert request_from_json(example.read_text(encoding="utf-8"))


def test_the_page_of_plugins_names_all_of_them():
    """Each distribution has a row in the table, which names every plugin that it registers."""
    page = (ROOT / "plugins/README.md").read_text(encoding="utf-8")
    rows = {line.split("]")[0].removeprefix("| ["): line for line in page.splitlines() if line.startswith("| [")}
    projects = {path.parent.name: tomllib.loads(path.read_text()) for path in ROOT.glob("plugins/*/pyproject.toml")}

    assert sorted(rows) == sorted(projects)
    for folder, project in projects.items():
        for names in project["project"]["entry-points"].values():
            assert not [name for name in names if f"`{name}`" not in rows[folder]], folder


def test_the_commands_of_the_first_page_work_in_a_checkout_and_leave_it_clean():
    """The shell is told where `shelfwise` is before the first command, and git ignores what the commands write."""
    commands = "".join(body for kind, body in BLOCK.findall((ROOT / "README.md").read_text()) if kind == "console")
    written = set(re.findall(r"--(?:out|models|json) (\S+)", commands))
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines() if line.startswith("/")}

    assert commands.index(". .venv/bin/activate") < commands.index("$ shelfwise ")
    assert written
    assert written <= ignored
