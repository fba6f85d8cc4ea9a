"""Benchmarks: newsloom beside a baseline and a floor, as whole processes, in one run."""
