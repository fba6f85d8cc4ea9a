"""Casts of records that were read as columns; equal, row by row, to those of single files."""
