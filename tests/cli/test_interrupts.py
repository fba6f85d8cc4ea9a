"""Signals that end a command: one exception, remembered; handlers as before when it is over."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import pytest

from pipeline.cli.interrupts import Interrupts, interruptible


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    assert {number: signal.getsignal(number) for number in numbers} == before


@pytest.mark.parametrize(
    ("number", "code", "message"),
    [
        (signal.SIGHUP, 129, "hung up"),
        (signal.SIGINT, 130, "interrupted"),
        (signal.SIGTERM, 143, "terminated"),
    ],
)
def test_a_signal_ends_the_block_and_is_remembered(
    number: signal.Signals, code: int, message: str
) -> None:
    with pytest.raises(KeyboardInterrupt), interruptible() as interrupts:
        signal.raise_signal(number)
    assert (interrupts.number, interrupts.exit_code, interrupts.message) == (number, code, message)


def test_only_the_first_signal_raises() -> None:
    with interruptible() as interrupts:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
    assert interrupts.number == signal.SIGTERM


def test_a_signal_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interruptible() as interrupts:
            signal.raise_signal(signal.SIGHUP)
        assert interrupts.number is None
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_thread_handles_no_signals() -> None:
    found: list[Interrupts] = []

    def run() -> None:
        with interruptible() as interrupts:
            found.append(interrupts)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert [interrupts.number for interrupts in found] == [None]


def test_without_a_signal_it_counts_as_ctrl_c() -> None:
    assert (Interrupts().exit_code, Interrupts().message) == (130, "interrupted")
