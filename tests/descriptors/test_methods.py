"""The methods page as HTML: every section, and nothing that leads or runs anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.descriptors import methods as module
from pipeline.descriptors.methods import methods


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "methods.md"
    monkeypatch.setattr(module, "methods_file", lambda: path)
    return path


def test_it_is_cut_at_its_headings(page: Path) -> None:
    page.write_text("# Methods\n\nAll.\n\n## kelp\n\n**Why.** `a < b`\n\n## tides\n\nTwo.\n")
    general, sections = methods.__wrapped__()
    assert general == "<p>All.</p>\n"
    assert sections == {
        "kelp": "<p><strong>Why.</strong> <code>a &lt; b</code></p>\n",
        "tides": "<p>Two.</p>\n",
    }


def test_html_is_text_and_a_link_to_a_document_its_words(page: Path) -> None:
    page.write_text("# M\n\n<script>x</script> see [the other](other.md#a).\n")
    general, _ = methods.__wrapped__()
    assert general == "<p>&lt;script&gt;x&lt;/script&gt; see the other.</p>\n"


def test_the_methods_of_the_marts_are_there() -> None:
    general, sections = methods()
    assert "What holds everywhere" in general
    assert "its articles / all" in sections["provider_summary"]
