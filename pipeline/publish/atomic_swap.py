"""Swaps two folders in one step, so that no reader ever finds neither, or half of one."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_AT_CURRENT_FOLDER = -100
_RENAME_EXCHANGE = 2  # Linux: renameat2
_RENAME_SWAP = 2  # macOS: renamex_np


def exchange(one: Path, other: Path) -> None:
    """Swap two folders of one file system.

    Atomic on Linux and macOS; elsewhere, and on file systems that cannot, three renames, which
    `finish_exchange` completes should they be interrupted. Errors: `OSError` where neither works.
    """
    if not _exchanged(os.fsencode(one), os.fsencode(other)):
        third = _third_name(one)
        one.rename(third)
        other.rename(one)
        third.rename(other)


def finish_exchange(one: Path, other: Path) -> None:
    """Complete an exchange that was interrupted, if there was one."""
    third = _third_name(one)
    if third.is_symlink() or not third.is_dir():
        return
    if not other.exists():
        third.rename(other)
    elif not one.exists():
        third.rename(one)


def _third_name(one: Path) -> Path:
    return one.with_name(f"{one.name}.exchanged")


def _exchanged(one: bytes, other: bytes) -> bool:
    """Whether the system could swap the two in one step."""
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
