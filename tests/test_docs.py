"""Docs that run: every python block and every `$ digits` line of README.md and docs/ is executed as it stands."""

import json
import linecache
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

from digits.cli.main import main
from tests.served import served

ROOT = Path(__file__).parents[1]
NAMES = ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]
SERVED = "docs/api.md"  # whose blocks ask a service that runs
NAMES.remove(SERVED)
STEPS = 13  # of the tutorial


def blocks(name: str, language: str) -> list[tuple[int, str]]:
    """Return the document's fenced blocks in `language`: how many lines stand before each, and its text."""
    path = ROOT / name
    tokens = MarkdownIt().parse(path.read_text("utf-8")) if path.is_file() else []
    fences = [token for token in tokens if token.type == "fence" and token.info.strip() == language]
    return [(fence.map[0] + 1, fence.content) for fence in fences if fence.map]


def commands(name: str) -> list[list[str]]:
    """Return the words after `$ digits` in the document's console blocks.

    But not what must fetch the full MNIST, nor what runs until it is stopped.
    """
    lines = [line for _, text in blocks(name, "console") for line in text.splitlines()]
    words = [shlex.split(line, comments=True)[2:] for line in lines if line.startswith("$ digits ")]
    return [each for each in words if "mnist" not in each and "serve" not in each]


def answers(name: str) -> list[tuple[str, str]]:
    """Return each `digits read` line of the document's console blocks, with what the block shows below it."""
    out = []
    for _, text in blocks(name, "console"):
        for part in ("\n" + text).split("\n$ ")[1:]:
            line, _, shown = part.partition("\n")
            if line.startswith("digits read ") and shown.strip():
                out.append((line, shown))
    return out


def _beside_examples(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in `folder`, where examples/ is as in the project's root."""
    (folder / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(folder)


@pytest.mark.parametrize("name", [name for name in NAMES if blocks(name, "python")])
def test_the_python_blocks_of_a_document_run_in_order(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _beside_examples(tmp_path, monkeypatch)
    text = (ROOT / name).read_text("utf-8")
    monkeypatch.setitem(linecache.cache, name, (len(text), None, text.splitlines(keepends=True), name))
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for before, block in blocks(name, "python"):
        exec(compile("\n" * before + block, name, "exec"), namespace)


@pytest.mark.usefixtures("few_glyphs")
@pytest.mark.parametrize("name", [name for name in NAMES if commands(name)])
def test_the_commands_of_a_document_exit_0_in_order(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _beside_examples(tmp_path, monkeypatch)
    for words in commands(name):
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 0, f"digits {shlex.join(words)}\n{done.output}"


@pytest.mark.parametrize(("line", "shown"), [pair for name in NAMES for pair in answers(name)])
def test_what_is_shown_below_a_reading_is_what_it_prints(
    line: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _beside_examples(tmp_path, monkeypatch)
    printed = CliRunner().invoke(main, shlex.split(line, comments=True)[1:]).stdout
    assert _answered(printed) == _answered(shown)


def _answered(text: str) -> list[str]:
    """Return the lines that are answers: of doubts, indented, the last figure may differ between machines."""
    return [line for line in text.splitlines() if line.strip() and not line.startswith(" ")]


@pytest.mark.usefixtures("few_glyphs")
@pytest.mark.tools("node", "curl")
def test_the_blocks_of_the_api_run_in_order_against_a_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _beside_examples(tmp_path, monkeypatch)
    namespace: dict[str, Any] = {}
    with served("--corrections", "corrections.db") as (_, address):
        for language, text in _fences(SERVED):
            block = text.replace("http://127.0.0.1:8000", address)
            if language == "python":
                exec(compile(block, SERVED, "exec"), namespace)
            elif language == "js":
                assert _run("node", "--input-type=module", "--eval", block) == "30964\n"
            else:
                for line in block.splitlines():
                    _run(*shlex.split(line.removeprefix("$ ")))


@pytest.mark.tools("curl")
def test_curl_gives_what_the_api_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _beside_examples(tmp_path, monkeypatch)
    lines = [line for language, text in _fences(SERVED) if language == "console" for line in text.splitlines()]
    with served() as (_, address):
        asked = [
            shlex.split(line.replace("http://127.0.0.1:8000", address))[1:] for line in lines if "/v1/read" in line
        ]
        found = [[each["text"] for each in json.loads(_run(*words))["readings"]] for words in asked]
    assert found == [["30964"], ["30964", "508213"]]


def _fences(name: str) -> list[tuple[str, str]]:
    """Return the language and the text of each fenced block that can be run."""
    tokens = MarkdownIt().parse((ROOT / name).read_text("utf-8"))
    return [(token.info, token.content) for token in tokens if token.type == "fence" and token.info]


def _run(*words: str) -> str:
    """Run a command, ours without a process of its own; return what it printed. Fails if it fails."""
    if words[0] == "digits":
        done = CliRunner().invoke(main, words[1:])
        assert done.exit_code == 0, done.output
        return done.stdout
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, f"{shlex.join(words)}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_the_tutorial_has_a_block_for_each_step() -> None:
    assert len(blocks("docs/tutorial.md", "python")) >= STEPS
