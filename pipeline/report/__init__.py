"""The report: rows of small SELECTs in, one self-contained HTML page out. It knows no engine."""
