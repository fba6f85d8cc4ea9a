"""Front matter of many files at once, as columns: what is not certainly plain is left to the reader
of single files, which it equals.
"""
