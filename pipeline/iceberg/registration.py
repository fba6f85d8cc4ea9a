"""Registration of the Parquet files of a build as tables of a catalog, without copying a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.core.errors import UsageError
from pipeline.core.results import StoredRelation

if TYPE_CHECKING:
    from pyiceberg.catalog import Catalog
    from pyiceberg.schema import Schema
    from pyiceberg.table import Table, Transaction

_BUILD = "newsloom.build"
"""The property of tables and snapshots that names the build whose rows they are: run and place."""


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of one relation; `action` is made, replaced or unchanged."""

    table: str
    files: int
    action: str


def open_catalog(name: str) -> Catalog:
    """The catalog that pyiceberg's own configuration calls `name`.

    Errors: `UsageError` where pyiceberg is not installed, or knows no such catalog.
    """
    try:
        from pyiceberg.catalog import load_catalog
        from pyiceberg.exceptions import NotInstalledError
    except ImportError:
        raise UsageError("pyiceberg is missing: pip install 'newsloom[iceberg]'") from None
    try:
        return load_catalog(name)
    except (ValueError, NotInstalledError) as error:
        raise UsageError(f"the catalog {name} cannot be opened: {error}") from None


def register_relations(
    catalog: Catalog, namespace: str, run_id: str, root: str, relations: Sequence[StoredRelation]
) -> Iterator[Registered]:
    """Have each relation be a table of `namespace` whose rows are those of the run, one by one.

    The files lie below the address `root`. A table changes as a whole, or not at all; the tables
    together do not. A table whose columns are others now is made anew. Errors: `UsageError` where a
    table is not newsloom's, before anything is changed.
    """
    catalog.create_namespace_if_not_exists(namespace)
    found = {each.name: _former(catalog, namespace, each.name) for each in relations}
    build = f"{run_id} in {root}"
    for relation in relations:
        table, schema = found[relation.name], _schema(relation)
        name = f"{namespace}.{relation.name}"
        addresses = [f"{root}/{file}" for file in relation.files]
        action = "made"
        if table is None:
            change = catalog.create_table_transaction(name, schema)
        elif table.schema().as_struct() != schema.as_struct():
            catalog.drop_table(name)
            change = catalog.create_table_transaction(name, schema)
        elif table.properties[_BUILD] != build:
            change, action = table.transaction(), "replaced"
        else:
            yield Registered(name, len(addresses), "unchanged")
            continue
        _point(change, addresses, build)
        yield Registered(name, len(addresses), action)


def _former(catalog: Catalog, namespace: str, name: str) -> Table | None:
    """The table that an earlier registration made, if any."""
    if not catalog.table_exists(f"{namespace}.{name}"):
        return None
    table = catalog.load_table(f"{namespace}.{name}")
    if _BUILD not in table.properties:
        raise UsageError(f"{namespace}.{name} is none of newsloom's; choose another --namespace")
    return table


def _point(change: Transaction, addresses: list[str], build: str) -> None:
    """Have the table consist of the files at the addresses."""
    from pyiceberg.expressions import AlwaysTrue

    with change:
        if change.table_metadata.current_snapshot():
            change.delete(AlwaysTrue())
        change.add_files(
            addresses,
            snapshot_properties={_BUILD: build},
            check_duplicate_files=False,  # files of the build before may have had the same names
        )
        change.set_properties({_BUILD: build})


def _schema(relation: StoredRelation) -> Schema:
    """The columns as Iceberg has them: numbered, with their meanings; the key identifies a row."""
    import pyarrow as pa
    from pyiceberg.io.pyarrow import pyarrow_to_schema
    from pyiceberg.schema import Schema

    fields = []
    for number, field in enumerate(relation.schema, 1):
        metadata = {"PARQUET:field_id": str(number), "doc": field.metadata[b"meaning"]}
        fields.append(pa.field(field.name, field.type, field.nullable, metadata))
    columns = pyarrow_to_schema(pa.schema(fields))
    key = [columns.find_field(name) for name in relation.key]
    is_required = all(column.required for column in key)
    ids = [column.field_id for column in key] if is_required else []
    return Schema(*columns.fields, identifier_field_ids=ids)
