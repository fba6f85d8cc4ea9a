"""Where the rows of a query go: to the screen, to a pipe or to a file, in the form asked for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from pipeline.cli import export
from pipeline.cli.rows import show_rows
from pipeline.core.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa


def format_of(output: Path | None) -> str:
    """Choose the format by the ending of the file's name. Errors: `UsageError` if it has none."""
    if output is None:
        return "table"
    endings = {".csv": "csv", ".json": "json", ".md": "markdown", ".parquet": "parquet"}
    try:
        return endings[output.suffix.lower()]
    except KeyError:
        raise UsageError(f"cannot tell the format from {output.name!r}; give --format") from None


def write_rows(reader: pa.RecordBatchReader, form: str, output: Path | None) -> None:
    """Show the rows, or write them in a form of `export`.

    Errors: `UsageError` where form and place do not go together.
    """
    if form == "table":
        if output is not None:
            raise UsageError(
                f"a table is for the screen; for a file choose {', '.join(export.WRITERS)}"
            )
        show_rows(reader)
    elif output is not None:
        with export.replacing(output) as file:
            export.WRITERS[form](reader, file)
    elif not sys.stdout.isatty():
        export.WRITERS[form](reader, sys.stdout.buffer)
    elif form == "parquet":
        raise UsageError("Parquet is not for a terminal; give --output FILE")
    else:
        export.WRITERS[form](reader, cast("IO[bytes]", export.ForTerminal(sys.stdout.buffer)))
