"""The floor: list the archive, read all bytes, do nothing. `python -m tests.bench.floor RAW`."""

from __future__ import annotations

import os
import sys


def main(root: str) -> int:
    """The number of bytes read."""
    total = 0
    for folder, _, names in os.walk(root):
        for name in names:
            with open(os.path.join(folder, name), "rb", buffering=0) as file:  # noqa: PTH123
                total += len(file.read())
    return total


if __name__ == "__main__":
    print(main(sys.argv[1]))
