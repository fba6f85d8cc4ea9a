"""A build in a catalog of Apache Iceberg: schemas and addresses of Parquet files in, tables out.

Files stay where they are; a snapshot of each table names them. It knows no rows.
"""
