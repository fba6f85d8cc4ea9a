"""A deterministic sample archive of any size: invented providers, topics, titles and texts.

In: a folder, a number of articles, a seed. Out: raw files. It knows nothing of how they are read.

words, providers ──▶ stories ──▶ articles, quirks, front_matter ──▶ blocks ──▶ archive
                     templates/ ──▶ companions; fixed/ ────────────────────────▶
"""

from pipeline.sample.archive import write_sample

__all__ = ["write_sample"]
