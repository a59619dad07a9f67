/**
 * SQLite files: which driver, and one connection per file and thread.
 *
 * A connection belongs to the thread that opened it, and `dirty` may run two calls on two threads. So each thread opens its own when it first
 * needs one and keeps it; SQLite's file locks keep the threads, and other programs that use the file, apart.
 */
import { createRequire } from "node:module";
import type { DatabaseSync, DatabaseSyncInstance, StatementSyncInstance } from "@photostructure/sqlite";

export type Driver = "node:sqlite" | "@photostructure/sqlite";

export interface Connection {
  readonly driver: Driver;
  readonly db: DatabaseSyncInstance;
  readonly statements: Map<string, StatementSyncInstance>;
}

/** What a column holds; the tables have neither fractions nor blobs. */
type Value = string | number | null;

/** How long a call waits for the writers before it, in milliseconds; then it throws. */
const BUSY_MS = 10_000;

/** Another connection holds a lock (`errcode` of both drivers). */
const SQLITE_BUSY = 5;

/** The connections of this thread. */
const connections = new Map<string, Connection>();

/**
 * This thread's connection to the file at `path`. A new file gets the tables of `schema`.
 * The file may not be removed or replaced while the program runs: connections to the old one would stay.
 */
export function connection(path: string, schema: string): Connection {
  const known = connections.get(path);
  if (known !== undefined) return known;
  const { driver, Database } = sqlite();
  const db = new Database(path);
  try {
    // FULL: a commit is on the disk before it returns. The drivers' defaults differ.
    db.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA synchronous = FULL`);
    whenFree(() => db.exec("PRAGMA journal_mode = WAL"));
    const opened: Connection = { driver, db, statements: new Map() };
    transaction(opened, () => {
      if (one<{ user_version: number }>(opened, "PRAGMA user_version")!.user_version === 0)
        db.exec(`${schema}; PRAGMA user_version = 1`);
    });
    connections.set(path, opened);
    return opened;
  } catch (e) {
    db.close();
    throw e;
  }
}

/** Node's own SQLite where there is one. A process uses one driver only: two copies of SQLite would undo each other's file locks. */
function sqlite(): { driver: Driver; Database: typeof DatabaseSync } {
  const own = process.getBuiltinModule("node:sqlite") as { DatabaseSync: typeof DatabaseSync } | undefined;
  if (own !== undefined) return { driver: "node:sqlite", Database: own.DatabaseSync };
  // Required when it is needed: the schedulers load this module too, and open no file.
  const packaged = createRequire(import.meta.url)("@photostructure/sqlite") as { DatabaseSync: typeof DatabaseSync };
  return { driver: "@photostructure/sqlite", Database: packaged.DatabaseSync };
}

/** SQLite does not wait by itself when two threads turn a new file to WAL at once. */
function whenFree(body: () => void): void {
  const until = Date.now() + BUSY_MS;
  for (;;) {
    try {
      body();
      return;
    } catch (e) {
      if ((e as { errcode?: number }).errcode !== SQLITE_BUSY || Date.now() >= until) throw e;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/**
 * Runs `body` as one transaction: all of its changes or, if it throws, none. The file's write lock is taken first, so that what `body` reads is still
 * true when it writes.
 */
export function transaction<T>(on: Connection, body: () => T): T {
  return within(on, "BEGIN IMMEDIATE", body);
}

/** Runs `body`, which only reads: all its queries see the file as it was at the first one. Waits for no writer, and no writer waits for it. */
export function snapshot<T>(on: Connection, body: () => T): T {
  return within(on, "BEGIN", body);
}

function within<T>({ db }: Connection, begin: string, body: () => T): T {
  db.exec(begin);
  try {
    const result = body();
    db.exec("COMMIT");
    return result;
  } catch (e) {
    try {
      db.exec("ROLLBACK");
    } catch {
      // After some errors, such as a full disk, SQLite has rolled back already.
    }
    throw e;
  }
}

/** The first row of a query's result. */
export function one<Row>(on: Connection, sql: string, ...values: Value[]): Row | undefined {
  const row = statement(on, sql).get(...values);
  return row === undefined ? undefined : ({ ...row } as Row);
}

/** All rows of a query's result. */
export function all<Row>(on: Connection, sql: string, ...values: Value[]): Row[] {
  return statement(on, sql)
    .all(...values)
    .map((row: object) => ({ ...row }) as Row);
}

/** Runs a statement that changes something. */
export function run(on: Connection, sql: string, ...values: Value[]): void {
  statement(on, sql).run(...values);
}

function statement({ db, statements }: Connection, sql: string): StatementSyncInstance {
  let prepared = statements.get(sql);
  if (prepared === undefined) {
    prepared = db.prepare(sql);
    statements.set(sql, prepared);
  }
  return prepared;
}
