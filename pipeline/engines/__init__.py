"""Engines make relations from SELECTs: parsed rows come in, checked tables and files go out.

An engine knows the catalog and the SQL, and neither raw files, the former build's state, nor where
a build is published.
"""
