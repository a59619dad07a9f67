/** Where the service keeps its orders: an SQLite database in a file of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** SQLite as Node.js brings it, or the same interface from a package where it brings none. */
const { DatabaseSync } = /** @type {typeof import("@photostructure/sqlite")} */ (
  process.getBuiltinModule?.("node:sqlite") ?? createRequire(import.meta.url)("@photostructure/sqlite")
);

/** A new, empty store. Every row is written when `insert` returns. */
export function openStore() {
  const folder = mkdtempSync(join(tmpdir(), "agner-bench-service-"));
  const database = new DatabaseSync(join(folder, "orders.db"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  database.exec(
    "CREATE TABLE orders (session TEXT NOT NULL, number INTEGER NOT NULL, amount INTEGER NOT NULL, body TEXT NOT NULL)",
  );
  const row = database.prepare("INSERT INTO orders VALUES (?, ?, ?, ?)");
  return {
    /**
     * @param {string} session
     * @param {number} number which order of the session it is
     * @param {number} amount
     * @param {string} body
     */
    insert(session, number, amount, body) {
      row.run(session, number, amount, body);
    },
    /** How many rows there are. */
    count() {
      return Number(/** @type {{ n: number }} */ (database.prepare("SELECT count(*) AS n FROM orders").get()).n);
    },
    close() {
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
