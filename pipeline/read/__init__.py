"""Reading a published build: tables as pandas or Arrow, SQL that can change nothing.

A folder comes in, rows go out. It writes nothing, and knows nothing of raw files and of runs.
"""
