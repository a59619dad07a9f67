/**
 * What the bank knows for certain: accounts and transfers in one SQLite file. Functions for `dirty`, on whichever of its threads:
 *
 *     const outcome = dirty(recordTransfer, path, { id, from: "ann", to: "bob", amount: 1_250 });
 *
 * Amounts are whole cents. Every function may be repeated after a crash: what has been done is not done again. Errors carry a `code`, which is
 * all that is left of their class on the way back from another thread.
 */
import { all, connection, one, run, snapshot, transaction, type Connection, type Driver } from "./database.ts";

export interface Account {
  readonly id: string;
  /** In cents. */
  readonly balance: number;
  /** How many transfers have changed the account: of two accounts with one id, the one with the higher version is newer. */
  readonly version: number;
}

export interface Transfer {
  /** Chosen by who orders the transfer; an order with the same id is the same transfer. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** In cents, above zero. */
  readonly amount: number;
}

export type Refusal = "unknown_account" | "insufficient_funds" | "balance_limit";

/** A line of the journal; `seq` counts the transfers from 1. */
export type Entry = Transfer & { readonly seq: number } & (
    | { readonly state: "prepared" | "committed"; readonly reason: null }
    | { readonly state: "aborted"; readonly reason: Refusal }
  );

/** What became of a transfer, with both accounts as they are now. */
export type Outcome =
  | { readonly state: "committed"; readonly from: Account; readonly to: Account }
  | { readonly state: "aborted"; readonly reason: Refusal };

export interface Audit {
  readonly accounts: number;
  /** All balances together, in cents. */
  readonly total: number;
  /** What was paid in when the accounts were opened, in cents. Equal to `total`, or money was lost or made. */
  readonly paidIn: number;
  readonly prepared: number;
  readonly committed: number;
  readonly aborted: number;
  /** Accounts whose balance is not what their committed transfers make it. */
  readonly wrong: readonly { readonly id: string; readonly balance: number; readonly expected: number }[];
}

export type BankErrorCode = "BANK_BAD_ACCOUNT" | "BANK_BAD_TRANSFER" | "BANK_ACCOUNT_EXISTS" | "BANK_TRANSFER_CONFLICT";

/** Whether `error` was thrown by the bank, with this code if one is given. */
export function isBankError(error: unknown, code?: BankErrorCode): error is Error & { code: BankErrorCode } {
  const thrown = (error as { code?: unknown } | null)?.code;
  return error instanceof Error && (code === undefined ? String(thrown).startsWith("BANK_") : thrown === code);
}

function bankError(code: BankErrorCode, message: string): Error {
  return Object.assign(new Error(message), { code });
}

const SCHEMA = `
  CREATE TABLE account (
    id      TEXT PRIMARY KEY CHECK (id <> ''),
    paidIn  INTEGER NOT NULL CHECK (paidIn >= 0),
    balance INTEGER NOT NULL CHECK (balance BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER}),
    version INTEGER NOT NULL CHECK (version >= 0)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE transfer (
    seq    INTEGER PRIMARY KEY,
    id     TEXT NOT NULL UNIQUE CHECK (id <> ''),
    "from" TEXT NOT NULL,
    "to"   TEXT NOT NULL CHECK ("to" <> "from"),
    amount INTEGER NOT NULL CHECK (amount BETWEEN 1 AND ${Number.MAX_SAFE_INTEGER}),
    state  TEXT NOT NULL CHECK (state IN ('prepared', 'committed', 'aborted')),
    reason TEXT CHECK ((reason IS NOT NULL) = (state = 'aborted'))
  ) STRICT;
  CREATE INDEX transfer_prepared ON transfer (seq) WHERE state = 'prepared'`;

const bank = (path: string): Connection => connection(path, SCHEMA);

/** Opens the bank's file and makes it if there is none; its folder must exist. Returns what serves it. The other functions open the file themselves. */
export function openBank(path: string): { readonly driver: Driver; readonly sqlite: string } {
  const db = bank(path);
  return { driver: db.driver, sqlite: one<{ version: string }>(db, "SELECT sqlite_version() AS version")!.version };
}

/**
 * Opens an account with `paidIn` cents. Repeating it changes nothing, and returns the account as it is now.
 *
 * @throws Error `BANK_BAD_ACCOUNT`; `BANK_ACCOUNT_EXISTS` if it was opened with another amount
 */
export function createAccount(path: string, id: string, paidIn: number): Account {
  if (typeof id !== "string" || id === "" || !Number.isSafeInteger(paidIn) || paidIn < 0) {
    throw bankError(
      "BANK_BAD_ACCOUNT",
      `an account needs a name and whole cents from 0, not ${String(id)} and ${String(paidIn)}`,
    );
  }
  const db = bank(path);
  return transaction(db, () => {
    run(
      db,
      "INSERT INTO account (id, paidIn, balance, version) VALUES (?, ?, ?, 0) ON CONFLICT (id) DO NOTHING",
      id,
      paidIn,
      paidIn,
    );
    const opened = one<{ paidIn: number }>(db, "SELECT paidIn FROM account WHERE id = ?", id)!.paidIn;
    if (opened !== paidIn) {
      throw bankError(
        "BANK_ACCOUNT_EXISTS",
        `account ${id} was opened with ${opened} cents before; it cannot be opened with ${paidIn}`,
      );
    }
    return account(db, id)!;
  });
}

/** An account as it is now. */
export function loadAccount(path: string, id: string): Account | undefined {
  return account(bank(path), id);
}

/** All accounts, by id. */
export function listAccounts(path: string): Account[] {
  return all<Account>(bank(path), "SELECT id, balance, version FROM account ORDER BY id");
}

/**
 * Writes an order down and moves nothing yet: from now on {@link preparedTransfers} lists it until {@link recordTransfer} has carried it out. Returns its
 * line, which is another than "prepared" if it was carried out before.
 *
 * @throws Error `BANK_BAD_TRANSFER`; `BANK_TRANSFER_CONFLICT` if the id belongs to another transfer
 */
export function prepareTransfer(path: string, transfer: Transfer): Entry {
  check(transfer);
  const db = bank(path);
  return transaction(db, () => entryOf(db, transfer) ?? write(db, transfer));
}

/**
 * Carries a transfer out, prepared or not, in one transaction: both balances and the journal change, or nothing does. Repeating it changes nothing and
 * returns the same state; a refused transfer stays refused.
 *
 * @throws Error `BANK_BAD_TRANSFER`; `BANK_TRANSFER_CONFLICT` if the id belongs to another transfer
 */
export function recordTransfer(path: string, transfer: Transfer): Outcome {
  check(transfer);
  const db = bank(path);
  return transaction(db, () => {
    const { id, from, to, amount } = transfer;
    const entry = entryOf(db, transfer) ?? write(db, transfer);
    if (entry.state === "aborted") return { state: "aborted", reason: entry.reason };
    if (entry.state === "prepared") {
      const reason = refusal(account(db, from), account(db, to), amount);
      if (reason !== undefined) {
        run(db, "UPDATE transfer SET state = 'aborted', reason = ? WHERE id = ?", reason, id);
        return { state: "aborted", reason };
      }
      const move = "UPDATE account SET balance = balance + ?, version = version + 1 WHERE id = ?";
      run(db, move, -amount, from);
      run(db, move, amount, to);
      run(db, "UPDATE transfer SET state = 'committed' WHERE id = ?", id);
    }
    return { state: "committed", from: account(db, from)!, to: account(db, to)! };
  });
}

/** At most `limit` lines of the journal after the one with the number `after`, the oldest first. */
export function journal(path: string, after = 0, limit = 1_000): Entry[] {
  return all<Entry>(bank(path), "SELECT * FROM transfer WHERE seq > ? ORDER BY seq LIMIT ?", after, limit);
}

/** Orders that were written down and not carried out, the oldest first: what is to be done after a crash. */
export function preparedTransfers(path: string): Entry[] {
  return all<Entry>(bank(path), "SELECT * FROM transfer WHERE state = 'prepared' ORDER BY seq");
}

/** Adds everything up, and every balance again from the journal, all at one moment. */
export function audit(path: string): Audit {
  const db = bank(path);
  return snapshot(db, () => {
    const sums = one<Omit<Audit, "wrong">>(
      db,
      `SELECT count(*) AS accounts, coalesce(sum(balance), 0) AS total, coalesce(sum(paidIn), 0) AS paidIn,
         (SELECT count(*) FROM transfer WHERE state = 'prepared') AS prepared,
         (SELECT count(*) FROM transfer WHERE state = 'committed') AS committed,
         (SELECT count(*) FROM transfer WHERE state = 'aborted') AS aborted
       FROM account`,
    )!;
    const wrong = all<Audit["wrong"][number]>(
      db,
      `WITH change (id, cents) AS (
         SELECT "from", -amount FROM transfer WHERE state = 'committed' UNION ALL
         SELECT "to", amount FROM transfer WHERE state = 'committed' UNION ALL
         SELECT id, paidIn FROM account)
       SELECT account.id, balance, sum(cents) AS expected FROM account JOIN change USING (id)
       GROUP BY account.id HAVING balance <> expected ORDER BY account.id`,
    );
    return { ...sums, wrong };
  });
}

function check({ id, from, to, amount }: Transfer): void {
  const named = [id, from, to].every((name) => typeof name === "string" && name !== "");
  if (!named || from === to || !Number.isSafeInteger(amount) || amount <= 0) {
    throw bankError(
      "BANK_BAD_TRANSFER",
      `a transfer needs an id, two accounts and whole cents above 0, not ${JSON.stringify({ id, from, to, amount })}`,
    );
  }
}

function entryOf(db: Connection, transfer: Transfer): Entry | undefined {
  const entry = one<Entry>(db, "SELECT * FROM transfer WHERE id = ?", transfer.id);
  if (entry === undefined) return undefined;
  if (entry.from !== transfer.from || entry.to !== transfer.to || entry.amount !== transfer.amount) {
    throw bankError(
      "BANK_TRANSFER_CONFLICT",
      `transfer ${entry.id} is ${entry.amount} cents from ${entry.from} to ${entry.to}; the id cannot be used for another`,
    );
  }
  return entry;
}

function write(db: Connection, { id, from, to, amount }: Transfer): Entry {
  run(db, `INSERT INTO transfer (id, "from", "to", amount, state) VALUES (?, ?, ?, ?, 'prepared')`, id, from, to, amount);
  return one<Entry>(db, "SELECT * FROM transfer WHERE id = ?", id)!;
}

function account(db: Connection, id: string): Account | undefined {
  return one<Account>(db, "SELECT id, balance, version FROM account WHERE id = ?", id);
}

function refusal(from: Account | undefined, to: Account | undefined, amount: number): Refusal | undefined {
  if (from === undefined || to === undefined) return "unknown_account";
  if (from.balance < amount) return "insufficient_funds";
  return Number.isSafeInteger(to.balance + amount) ? undefined : "balance_limit";
}
