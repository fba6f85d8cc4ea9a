"""The command line: arguments in, one call into the other rooms, text or JSON out.

Nothing imports it. Verbs import what they need when they run, so that `--help` is immediate.
"""
