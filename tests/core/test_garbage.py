"""Garbage collection stands still within a block, and is afterwards as it was before."""

from __future__ import annotations

import gc

import pytest

from pipeline.core.garbage import collection_paused


@pytest.mark.parametrize("was_enabled", [True, False])
def test_it_is_as_before_also_after_an_error(was_enabled: bool) -> None:
    if not was_enabled:
        gc.disable()
    try:
        with pytest.raises(ValueError, match="it fails"), collection_paused():
            assert not gc.isenabled()
            raise ValueError("it fails")
        assert gc.isenabled() is was_enabled
    finally:
        gc.enable()
