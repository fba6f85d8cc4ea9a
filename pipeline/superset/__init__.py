"""A dashboard for Apache Superset: the definitions and a path of the database in, a ZIP out.

`charts.yml` says what its charts show; datasets, columns and their meanings are those of the
catalog. It knows no rows. The same archive and path always give the same bytes, and an archive of
one name the same UUIDs, so that importing again replaces the dashboard.
"""
