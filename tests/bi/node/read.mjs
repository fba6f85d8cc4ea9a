// `node read.mjs READER FILE…` reads Parquet files, and prints a line of JSON for each: the names of
// its columns, what their values are called here, and the values, column by column. Dates and times
// are seconds since 1970.

import { DuckDBConnection } from '@duckdb/node-api';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

const kind = (value) => (value instanceof Date ? 'Date' : typeof value);

const plain = (value) => {
  if (value instanceof Date) return value.getTime() / 1000;
  return typeof value === 'bigint' ? Number(value) : (value ?? null);
};

const kinds = (values) => [...new Set(values.filter((each) => (each ?? null) !== null).map(kind))];

async function hyparquet(path) {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const names = metadata.schema.slice(1).map((column) => column.name);
  const rows = await parquetReadObjects({ file, metadata, compressors });
  const columns = names.map((name) => rows.map((row) => row[name]));
  return { names, types: columns.map((values) => kinds(values).join(', ')), columns };
}

let connection;

async function duckdb(path) {
  connection ??= await DuckDBConnection.create();
  const found = await connection.runAndReadAll('from read_parquet($path)', { path });
  return {
    names: found.columnNames(),
    types: found.columnTypes().map(String),
    columns: found.getColumnsJS(),
  };
}

const [reader, ...paths] = process.argv.slice(2);
for (const path of paths) {
  const { names, types, columns } = await { hyparquet, duckdb }[reader](path);
  console.log(JSON.stringify({ names, types, columns: columns.map((each) => each.map(plain)) }));
}
