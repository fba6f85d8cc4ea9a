"""Signals that end a command: each becomes one exception, and is remembered.

Remembered, because a library that is stopped may raise an exception of its own instead.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_MESSAGES = {
    signal.SIGINT: "interrupted",
    signal.SIGTERM: "terminated",
    signal.SIGHUP: "hung up",
}


class Interrupts:
    """Which signal has ended the command, None as long as none has."""

    def __init__(self) -> None:
        self.number: int | None = None

    @property
    def message(self) -> str:
        """What happened, in one or two words."""
        return _MESSAGES[signal.Signals(self.number or signal.SIGINT)]

    @property
    def exit_code(self) -> int:
        """128 and the number of the signal, as shells count."""
        return 128 + (self.number or signal.SIGINT)

    def handle(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Handle a signal: the first ends the command, later ones do not disturb its end."""
        if self.number is None:
            self.number = number
            raise KeyboardInterrupt


@contextmanager
def interruptible() -> Iterator[Interrupts]:
    """Within the block, the first signal that ends a command raises `KeyboardInterrupt`."""
    interrupts = Interrupts()
    if threading.current_thread() is not threading.main_thread():
        yield interrupts
        return
    handled = [number for number in _MESSAGES if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, interrupts.handle) for number in handled}
    try:
        yield interrupts
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
