"""What a build says of itself to tools and people: definitions, digests and counts in, texts out.

`datapackage.json`, `croissant.json` and `dictionary.html` follow from the definitions under `sql/`
and from the contents of the build alone: no run id, clock or path, so that the same input gives the
same bytes.
"""
