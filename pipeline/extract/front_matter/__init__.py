"""Front matter, one file at a time: PyYAML is the reference for every faster reader."""
