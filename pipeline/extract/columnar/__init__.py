"""Front matter of many files at once, as columns, exactly as PyYAML reads each of them; a file that
cannot be read so is left to `front_matter`.
"""
