"""A build from start to end: source → parse → engine → publish. The one room that wires the others.

An archive and an output folder come in; a published build and a summary go out. What is known of
the last run only saves work: it never decides what a build holds.
"""
