"""The ground floor: errors, records, limits, texts, URLs, the catalog of `sql/`, digests, paths.

Every room imports it, and it imports nothing of ours. It knows neither stages nor engines, and does
no work of its own: nouns, and functions on them.
"""
