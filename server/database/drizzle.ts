/**
 * The one place that names Drizzle: the query language of the repositories, the words of the schema, and how a database
 * is opened over either driver. One dialect, PostgreSQL, whichever of them is underneath.
 */
import { drizzle as overNodePostgres } from 'drizzle-orm/node-postgres';
import { migrate as migrateNodePostgres } from 'drizzle-orm/node-postgres/migrator';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { drizzle as overPglite } from 'drizzle-orm/pglite';
import { migrate as migratePglite } from 'drizzle-orm/pglite/migrator';

export {
  and,
  asc,
  between,
  count,
  desc,
  eq,
  exists,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  max,
  min,
  ne,
  not,
  notInArray,
  or,
  sql,
  sum,
  type InferInsertModel,
  type InferSelectModel,
} from 'drizzle-orm';
export {
  bigint,
  boolean,
  customType,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  // Only its form with loose columns is deprecated; we give an object.
  // oxlint-disable-next-line typescript/no-deprecated
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
export { overNodePostgres, overPglite, migrateNodePostgres, migratePglite };

/** What repositories are given: the database itself, or a transaction in it. */
export type Queries = PgDatabase<PgQueryResultHKT, Record<string, never>>;
