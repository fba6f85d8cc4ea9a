"""`python -m tests.independent RAW OUT` compares a build with its recount and says how many cells
were compared; exits with 1 if any differs."""

from __future__ import annotations

import sys
from pathlib import Path

from . import compare


def main() -> int:
    raw, out = map(Path, sys.argv[1:])
    comparison = compare(raw, out)
    print(comparison)
    return 1 if comparison.differences else 0


sys.exit(main())
