"""Extract: the bytes of one raw file in, a record or a reject out.

It decides what kind of file it is, by content, and reads front matter and pages. It knows no disk,
no other file, no column of a table and no SQL.
"""
