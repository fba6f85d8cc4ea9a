"""Front matter, one file at a time: PyYAML is the reference that every faster reader is held to."""
