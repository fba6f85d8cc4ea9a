"""Transform: records as columns in, typed rows of the tidy tables out, as Arrow tables.

Each value is cast by the data contract; what cannot be cast is NULL and a row of `rejects`. It
knows no bytes, no disk, no other file's rows and no SQL.
"""
