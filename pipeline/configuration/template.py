"""A `newsloom.yml` to begin with: every key as a comment, with its default and what it means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import Any

from pipeline.configuration.reader import NAMES
from pipeline.core.configuration import keys
from pipeline.core.errors import NewsloomError, UsageError

_WIDTH = 96
_WITHOUT_DEFAULT = ("images.url", "body")
_HEAD = """How the records of this archive are read. As it stands this file changes nothing: every
key is a comment and shows its default, or an example where there is none; take away the `# `
where a line is to say something else."""


def template() -> str:
    """The text of the file."""
    lines = [*_comment(_HEAD, "# ")]
    for name, definition in keys().items():
        lines += ["", *_section(name, definition)]
    return "\n".join(lines) + "\n"


def examples() -> dict[str, str]:
    """The text of each configuration of a family of archives that many have, by its name."""
    folder = Path(__file__).parent / "examples"
    return {each.stem: each.read_text(encoding="utf-8") for each in sorted(folder.glob("*.yml"))}


def write_template(path: Path) -> None:
    """Write the file. Errors: `UsageError` where there is one already; `NewsloomError` where it
    cannot be written."""
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(template())
    except FileExistsError:
        raise UsageError(f"{path} is there already; it is left as it is") from None
    except OSError as error:
        raise NewsloomError(f"{path} could not be written: {error.strerror}") from None


def _section(name: str, definition: dict[str, Any]) -> Iterator[str]:
    if "keys" in definition:
        yield f"{name}:"
        for key, below in definition["keys"].items():
            yield from _comment(below["meaning"], "  # ")
            yield f"  # {key}: {below['default']}"
        return
    yield from _comment(definition["meaning"], "# ")
    for choice, meaning in definition.get("choices", {}).items():
        yield f"#   {choice}: {meaning}"
    if name == "fields":
        yield f"{name}:"
        names = (each for each in NAMES[definition["by"]] if each not in _WITHOUT_DEFAULT)
        yield from (f"  # {field}: {field}" for field in names)
    elif definition["default"] == "none":
        yield f"# {name}: {definition['example']}"
    else:
        yield f"# {name}: {definition['default']}"


def _comment(text: str, opening: str) -> list[str]:
    return [f"{opening}{line}" for line in wrap(text, _WIDTH, break_long_words=False)]
