"""Exchanges two folders in one step, so that nobody ever sees neither or half of one."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_AT_CURRENT_FOLDER = -100
_RENAME_EXCHANGE = 2  # Linux: renameat2
_RENAME_SWAP = 2  # macOS: renamex_np


def exchange(one: Path, other: Path) -> None:
    """Let two folders of one file system change places.

    Atomic on Linux and macOS; elsewhere, and on file systems that cannot, three renames.
    Errors: `OSError` where neither way works.
    """
    if not _exchanged(os.fsencode(one), os.fsencode(other)):
        aside = one.with_name(f"{one.name}.exchanged")
        one.rename(aside)
        other.rename(one)
        aside.rename(other)


def _exchanged(one: bytes, other: bytes) -> bool:
    library = ctypes.CDLL(None, use_errno=True)
    try:
        if sys.platform == "darwin":
            return library.renamex_np(one, other, _RENAME_SWAP) == 0
        renamed = library.renameat2(
            _AT_CURRENT_FOLDER, one, _AT_CURRENT_FOLDER, other, _RENAME_EXCHANGE
        )
    except AttributeError:  # a C library without the call
        return False
    return bool(renamed == 0)
