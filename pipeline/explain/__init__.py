"""Explain how one raw file is read: its bytes in, the steps and problems with their lines out."""
