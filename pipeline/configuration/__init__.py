"""The configuration of an archive: a `newsloom.yml` in, its plain values out, each of them checked.

It knows no record and no table; what the values do, `extract` and `transform` know.
"""
