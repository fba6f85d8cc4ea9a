"""Two builds compared: their Parquet files in, rows that differ and what moved most out.

It knows the catalog, and neither manifests nor raw files, nor where a build lies.
"""
