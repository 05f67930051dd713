"""Checks the words of docstrings, comments, messages and pages against a short list.

`python .ci/words.py [PATH...]` lists the hits of files and folders (default: all). Any hit: exit status 1.
Code in backticks, fenced blocks of Markdown, and the strings of tests other than docstrings are skipped.
"""

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIRST_LINE = 12
MESSAGE = 3
"""Strings of fewer words are names and data."""

WORDS = {
    r"tells?|telling|told": "report, return, show, say; tell apart: distinguish",
    r"worlds?": "tenant, settings",
    r"whoever|whomever": "the caller, any client",
    r"whatever": "any, each, regardless of",
    r"uncut": "complete, full",
    r"of (yours|ours|theirs|its own|his own|one's own)|one's own": "your, separate, dedicated",
    r"com(e|es|ing) to be|came to be": "is created",
    r"what (came|comes|becomes|became) of": "the result",
    r"by (itself|themselves)": "automatically",
    r"nobody's": "unattributed",
    r"right are:": "expected one of",
    r"lean(s|ed|ing)? on": "depends on, uses",
    r"such an?": "this, a ... that",
    r"deeds?": "outcome",
    r"scenes?": "context, observation",
    r"scribes?": "recorder",
    r"errands?": "task",
    r"theatres?|curtains?|on stage|rehears\w+": "the standard term",
}
"""Words that a reader has to guess at, each with better ones."""

PATTERNS = {re.compile(rf"\b(?:{word})(?!\w)", re.I): better for word, better in WORDS.items()}
ANY = re.compile(rf"\b(?:{'|'.join(WORDS)})(?!\w)", re.I)
CODE = re.compile(r"`[^`\n]+`")
BLOCK = re.compile(r"^ *```.*?^ *```", re.M | re.S)

Hit = tuple[int, str]
"""A line number, and what is wrong there."""


def hits_of(path: Path) -> list[Hit]:
    """List the hits of one file, in order."""
    text = path.read_text(encoding="utf-8")
    found = (
        _python(text, tests=path.is_relative_to(ROOT / "tests"))
        if path.suffix == ".py"
        else _page(path, text)
    )
    return sorted(found)


def _page(path: Path, text: str) -> Iterator[Hit]:
    if path.suffix == ".md":
        text = BLOCK.sub(lambda block: "\n" * block[0].count("\n"), text)
    return _words(text, 1)


def _python(text: str, *, tests: bool) -> Iterator[Hit]:
    tree = ast.parse(text)
    docstrings = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node)
            if docstring and len(words := docstring.partition("\n")[0].split()) > FIRST_LINE:
                yield (
                    node.body[0].lineno,
                    f"first line of a docstring has {len(words)} words, not {FIRST_LINE}",
                )
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            docstrings.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            # The pieces are read together: one may be a word or two.
            docstrings.update(part for part in node.values if isinstance(part, ast.Constant) and not tests)
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(value)) if node in docstrings or (
                not tests and len(value.split()) >= MESSAGE
            ):
                yield from _words(value, node.lineno)
    yield from _comments(text)


def _comments(text: str) -> Iterator[Hit]:
    if any(ANY.search(line.partition("#")[2]) for line in text.splitlines() if "#" in line):
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield from _words(token.string, token.start[0])


def _words(text: str, first_line: int) -> Iterator[Hit]:
    text = CODE.sub(lambda code: " " * len(code[0]), text)
    if not ANY.search(text):
        return
    for pattern, better in PATTERNS.items():
        for match in pattern.finditer(text):
            yield first_line + text.count("\n", 0, match.start()), f'"{match[0]}": {better}'


def _files(paths: list[str]) -> list[Path]:
    command = ["git", "ls-files", "-co", "--exclude-standard", "--", *paths]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()  # noqa: S603 - git, by name
    found = [ROOT / name for name in dict.fromkeys(listed) if name.endswith((".py", ".md", ".jinja"))]
    return [path for path in found if path.is_file() and path != Path(__file__).resolve()]


def main(arguments: list[str]) -> int:
    """List the hits; return the exit code."""
    hits = 0
    for path in _files(arguments):
        for line, wrong in hits_of(path):
            print(f"{path.relative_to(ROOT)}:{line}: {wrong}")
            hits += 1
    return hits > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
