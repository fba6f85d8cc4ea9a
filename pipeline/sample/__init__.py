"""A deterministic sample archive of any size: invented providers, topics, titles and texts.

words, providers, days ──▶ story ──▶ article (quirks) ──▶ block ──▶ render ──▶ archive
                                          edges, page, skips ─────────────────▶
"""

from pipeline.sample.archive import write_sample

__all__ = ["write_sample"]
