"""What is defined in YAML beside the code and under `sql/`: the content of one such file."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def read_definitions(path: Path) -> Any:
    """The values of a file of ours. Errors: `OSError`, `yaml.YAMLError`."""
    import yaml  # not needed by `import pipeline`

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_bytes(), Loader=loader)  # noqa: S506 - it is a safe one
