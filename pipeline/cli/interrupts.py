"""Signals that ask a command to end: each becomes one exception, and is remembered.

Remembered, because a library that is asked to stop may raise an exception of its own instead.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDING = {"SIGINT": "interrupted", "SIGTERM": "terminated", "SIGHUP": "hung up"}
"""The signals, and what is said of them."""


class Interrupts:
    """Which signal asked the command to end, None as long as none did."""

    def __init__(self) -> None:
        self.number: int | None = None

    @property
    def said(self) -> str:
        """What happened, in one word."""
        return _ENDING[signal.Signals(self.number or signal.SIGINT).name]

    @property
    def exit_code(self) -> int:
        """128 and the number of the signal, as shells count."""
        return 128 + (self.number or signal.SIGINT)

    def take(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Handle a signal: the first ends the command, more of them do not disturb its end."""
        if self.number is None:
            self.number = number
            raise KeyboardInterrupt


@contextmanager
def interruptible() -> Iterator[Interrupts]:
    """Within the block, signals that ask to end raise `KeyboardInterrupt`, once."""
    interrupts = Interrupts()
    if threading.current_thread() is not threading.main_thread():
        yield interrupts
        return
    numbers = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    wanted = [number for number in numbers if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, interrupts.take) for number in wanted}
    try:
        yield interrupts
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
