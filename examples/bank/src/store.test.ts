/** The store as one thread sees it, then under several threads and programs at once, and under programs that are killed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connection } from "./database.ts";
import {
  audit,
  createAccount,
  isBankError,
  journal,
  listAccounts,
  loadAccount,
  openBank,
  prepareTransfer,
  preparedTransfers,
  recordTransfer,
  type BankErrorCode,
} from "./store.ts";
import { ACCOUNTS, numbered } from "./testing/hammer.ts";

const AGNER = fileURLToPath(new URL("../../../packages/vm/dist/cli/main.js", import.meta.url));
const HAMMER = fileURLToPath(new URL("./testing/hammer.ts", import.meta.url));

let folder = "";
let path = "";
let banks = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "agner-bank-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  path = join(folder, `${++banks}.db`);
  openBank(path);
});

/** The code of the bank's error that `body` throws. */
function codeOf(body: () => unknown): BankErrorCode | undefined {
  try {
    body();
  } catch (e) {
    if (isBankError(e)) return e.code;
    throw e;
  }
  return undefined;
}

test("the driver is Node's own where there is one", () => {
  const driver = process.getBuiltinModule("node:sqlite") === undefined ? "@photostructure/sqlite" : "node:sqlite";
  expect(openBank(path)).toEqual({ driver, sqlite: expect.stringMatching(/^3\.\d+\.\d+$/) });
});

describe("accounts", () => {
  test("opening one twice is opening it once", () => {
    expect(createAccount(path, "ann", 500)).toEqual({ id: "ann", balance: 500, version: 0 });
    createAccount(path, "bob", 0);
    recordTransfer(path, { id: "1", from: "ann", to: "bob", amount: 200 });
    expect(createAccount(path, "ann", 500)).toEqual({ id: "ann", balance: 300, version: 1 });
    expect(codeOf(() => createAccount(path, "ann", 501))).toBe("BANK_ACCOUNT_EXISTS");
    expect(listAccounts(path)).toEqual([
      { id: "ann", balance: 300, version: 1 },
      { id: "bob", balance: 200, version: 1 },
    ]);
    expect(loadAccount(path, "eve")).toBeUndefined();
  });

  test.each([
    ["", 1],
    ["ann", -1],
    ["ann", 0.5],
    ["ann", Number.NaN],
    ["ann", 2 ** 53],
  ])("no account %j with %d cents", (id, cents) => {
    expect(codeOf(() => createAccount(path, id, cents))).toBe("BANK_BAD_ACCOUNT");
    expect(listAccounts(path)).toEqual([]);
  });
});

describe("a transfer", () => {
  beforeEach(() => {
    createAccount(path, "ann", 500);
    createAccount(path, "bob", 100);
  });

  test("moves its amount once, however often it is ordered", () => {
    const order = { id: "rent", from: "ann", to: "bob", amount: 450 };
    const outcome = {
      state: "committed",
      from: { id: "ann", balance: 50, version: 1 },
      to: { id: "bob", balance: 550, version: 1 },
    };
    expect(recordTransfer(path, order)).toEqual(outcome);
    expect(recordTransfer(path, order)).toEqual(outcome);
    expect(prepareTransfer(path, order)).toMatchObject({ state: "committed" });
    expect(journal(path)).toEqual([{ seq: 1, ...order, state: "committed", reason: null }]);
    expect(audit(path)).toEqual({ accounts: 2, total: 600, paidIn: 600, prepared: 0, committed: 1, aborted: 0, wrong: [] });
  });

  test("that is repeated tells the balances of now", () => {
    recordTransfer(path, { id: "1", from: "ann", to: "bob", amount: 100 });
    recordTransfer(path, { id: "2", from: "bob", to: "ann", amount: 150 });
    expect(recordTransfer(path, { id: "1", from: "ann", to: "bob", amount: 100 })).toEqual({
      state: "committed",
      from: { id: "ann", balance: 550, version: 2 },
      to: { id: "bob", balance: 50, version: 2 },
    });
  });

  test("may be prepared first: then it is on the list until it is carried out", () => {
    const order = { id: "later", from: "ann", to: "bob", amount: 1 };
    const entry = { seq: 1, ...order, state: "prepared", reason: null };
    expect(prepareTransfer(path, order)).toEqual(entry);
    expect(prepareTransfer(path, order)).toEqual(entry);
    expect(preparedTransfers(path)).toEqual([entry]);
    expect(audit(path)).toMatchObject({ total: 600, prepared: 1, committed: 0 });
    expect(loadAccount(path, "ann")).toEqual({ id: "ann", balance: 500, version: 0 });
    for (const { id, from, to, amount } of preparedTransfers(path)) recordTransfer(path, { id, from, to, amount });
    expect(preparedTransfers(path)).toEqual([]);
    expect(journal(path)).toEqual([{ ...entry, state: "committed" }]);
  });

  test("that is refused stays refused, also when there is money later", () => {
    const order = { id: "1", from: "bob", to: "ann", amount: 101 };
    const refused = { state: "aborted", reason: "insufficient_funds" };
    expect(recordTransfer(path, order)).toEqual(refused);
    recordTransfer(path, { id: "2", from: "ann", to: "bob", amount: 300 });
    expect(recordTransfer(path, order)).toEqual(refused);
    expect(recordTransfer(path, { ...order, id: "3" })).toMatchObject({ state: "committed" });
    expect(journal(path).map(({ id, state }) => [id, state])).toEqual([
      ["1", "aborted"],
      ["2", "committed"],
      ["3", "committed"],
    ]);
    expect(journal(path, 1, 1)).toMatchObject([{ id: "2" }]);
  });

  test("needs both accounts, and room in the second", () => {
    createAccount(path, "full", Number.MAX_SAFE_INTEGER - 2);
    const refusals = [
      { from: "ann", to: "eve", amount: 1 },
      { from: "eve", to: "ann", amount: 1 },
      { from: "ann", to: "full", amount: 3 },
    ].map((order, i) => recordTransfer(path, { id: String(i), ...order }));
    expect(refusals).toEqual(
      ["unknown_account", "unknown_account", "balance_limit"].map((reason) => ({ state: "aborted", reason })),
    );
    expect(recordTransfer(path, { id: "fits", from: "ann", to: "full", amount: 2 })).toMatchObject({
      to: { balance: Number.MAX_SAFE_INTEGER },
    });
  });

  test.each([
    { id: "" },
    { from: "" },
    { to: "" },
    { to: "ann" },
    { amount: 0 },
    { amount: -5 },
    { amount: 1.5 },
    { amount: Number.POSITIVE_INFINITY },
  ])("is no transfer with %j", (change) => {
    const order = { id: "1", from: "ann", to: "bob", amount: 1, ...change };
    expect(codeOf(() => recordTransfer(path, order))).toBe("BANK_BAD_TRANSFER");
    expect(codeOf(() => prepareTransfer(path, order))).toBe("BANK_BAD_TRANSFER");
    expect(journal(path)).toEqual([]);
  });

  test.each([{ from: "eve" }, { to: "eve" }, { amount: 2 }])("cannot use the id of another: %j", (change) => {
    const order = { id: "1", from: "ann", to: "bob", amount: 1 };
    prepareTransfer(path, order);
    expect(codeOf(() => recordTransfer(path, { ...order, ...change }))).toBe("BANK_TRANSFER_CONFLICT");
    expect(codeOf(() => prepareTransfer(path, { ...order, ...change }))).toBe("BANK_TRANSFER_CONFLICT");
    expect(journal(path)).toEqual([{ seq: 1, ...order, state: "prepared", reason: null }]);
  });

  test("that fails half-way has changed nothing", () => {
    const { db } = connection(path, "");
    db.exec(
      "CREATE TEMP TRIGGER fail BEFORE UPDATE ON account WHEN new.id = 'bob' BEGIN SELECT RAISE(ABORT, 'the disk is gone'); END",
    );
    const order = { id: "1", from: "ann", to: "bob", amount: 50 };
    expect(() => recordTransfer(path, order)).toThrow("the disk is gone");
    expect(audit(path)).toMatchObject({ total: 600, prepared: 0, committed: 0, wrong: [] });
    expect(loadAccount(path, "ann")).toEqual({ id: "ann", balance: 500, version: 0 });
    db.exec("DROP TRIGGER fail");
    expect(recordTransfer(path, order)).toMatchObject({ state: "committed" });
  });
});

test("the tables themselves refuse what the bank may not hold", () => {
  createAccount(path, "ann", 5);
  prepareTransfer(path, { id: "1", from: "ann", to: "bob", amount: 1 });
  const { db } = connection(path, "");
  for (const change of [
    "UPDATE account SET balance = -1",
    "UPDATE account SET balance = 0.5",
    "UPDATE account SET id = ''",
    "UPDATE transfer SET amount = 0",
    `UPDATE transfer SET "to" = 'ann'`,
    "UPDATE transfer SET state = 'lost'",
    "UPDATE transfer SET state = 'aborted'",
    "UPDATE transfer SET reason = 'none'",
    `INSERT INTO transfer SELECT 9, id, "from", "to", amount, state, reason FROM transfer`,
  ]) {
    expect(() => db.exec(change)).toThrow(/constraint failed|cannot store REAL/);
  }
});

test("an audit finds money that no transfer has moved", () => {
  for (const id of ["ann", "bob", "eve"]) createAccount(path, id, 100);
  recordTransfer(path, { id: "1", from: "ann", to: "bob", amount: 30 });
  connection(path, "").db.exec("UPDATE account SET balance = balance + 5 WHERE id = 'bob'");
  expect(audit(path)).toMatchObject({ total: 305, paidIn: 300, wrong: [{ id: "bob", balance: 135, expected: 130 }] });
});

test("who reads does not wait for who writes", () => {
  createAccount(path, "ann", 100);
  const { db } = connection(`${folder}/./${banks}.db`, ""); // another spelling, so a second connection
  db.exec("BEGIN IMMEDIATE; UPDATE account SET balance = 0");
  expect(audit(path)).toMatchObject({ total: 100, wrong: [] });
  expect(loadAccount(path, "ann")).toMatchObject({ balance: 100 });
  db.exec("ROLLBACK");
});

test("any orders, repeated in any order, leave the balances of a simple model", () => {
  const name = fc.constantFrom("ann", "bob", "eve", "nobody");
  const order = fc
    .record({ n: fc.nat(12), from: name, to: name, amount: fc.integer({ min: 1, max: 120 }), prepare: fc.boolean() })
    .filter(({ from, to }) => from !== to);
  fc.assert(
    fc.property(fc.array(order, { maxLength: 40 }), (orders) => {
      const bank = join(folder, `${++banks}.db`);
      const model = new Map(["ann", "bob", "eve"].map((id) => [id, 100]));
      for (const [id, cents] of model) createAccount(bank, id, cents);
      const seen = new Map<string, { from: string; to: string; amount: number; state: string }>();
      for (const { n, prepare, ...what } of orders) {
        const id = String(n);
        const known = seen.get(id);
        const { from, to, amount } = known ?? what; // an id always means the same transfer
        const entry = known ?? { from, to, amount, state: "prepared" };
        seen.set(id, entry);
        if (!prepare && entry.state === "prepared") {
          const funds = model.get(from);
          const possible = funds !== undefined && model.has(to) && funds >= amount;
          entry.state = possible ? "committed" : "aborted";
          if (possible) model.set(from, funds - amount).set(to, model.get(to)! + amount);
        }
        const { state } = (prepare ? prepareTransfer : recordTransfer)(bank, { id, from, to, amount });
        expect(state).toBe(entry.state);
      }
      expect(new Map(listAccounts(bank).map(({ id, balance }) => [id, balance]))).toEqual(model);
      expect(new Map(journal(bank).map(({ id, from, to, amount, state }) => [id, { from, to, amount, state }]))).toEqual(seen);
      expect(audit(bank)).toMatchObject({ total: 300, paidIn: 300, wrong: [] });
    }),
    { numRuns: 25 },
  );
});

interface Run {
  /** The state of each transfer that the program has told of. */
  readonly told: Map<string, Set<string>>;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: string | null;
}

/** Runs a program of hammer.ts to its end, or until it has printed `lines` lines: then it is killed. */
async function hammer(args: readonly string[], lines = Number.POSITIVE_INFINITY): Promise<Run> {
  const child = spawn(process.execPath, [AGNER, "run", HAMMER, ...args, "--cores", "2"], { stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const told: Run["told"] = new Map();
  let count = 0;
  createInterface(child.stdout).on("line", (line) => {
    const [, id, state] = /^(.*) (\w+)$/.exec(line)!;
    told.set(id!, (told.get(id!) ?? new Set()).add(state!));
    if (++count === lines) child.kill("SIGKILL");
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { told, stderr, code, signal };
}

/** Every transfer that a program was told of stands in the journal as it was told. */
function expectKept(runs: readonly Run[]): void {
  const states = new Map(journal(path, 0, 100_000).map(({ id, state }) => [id, state]));
  for (const { told } of runs) for (const [id, answers] of told) expect([id, [...answers]]).toEqual([id, [states.get(id)]]);
  expect(audit(path)).toMatchObject({ total: ACCOUNTS * 200, paidIn: ACCOUNTS * 200, wrong: [] });
}

describe("programs", () => {
  beforeEach(() => {
    for (let i = 0; i < ACCOUNTS; i++) createAccount(path, `account ${i}`, 200);
  });

  test("two at once, each with two threads at least, lose nothing and do nothing twice", async () => {
    const rounds = 150;
    const args = ["transfers", path, "4", String(rounds)];
    const runs = await Promise.all([hammer(args), hammer(args)]);
    expect(runs.map(({ stderr, code }) => [stderr, code])).toEqual([
      ["", 0],
      ["", 0],
    ]);
    expectKept(runs);
    const entries = journal(path);
    expect(entries.map(({ id }) => id).sort()).toEqual(Array.from({ length: rounds }, (_, n) => numbered(n).id).sort());
    expect(new Set(entries.map(({ state }) => state))).toEqual(new Set(["committed", "aborted"]));
    // Balances in the order of the journal were never below zero: nothing was decided on a balance that was out of date.
    const balances = new Map(Array.from({ length: ACCOUNTS }, (_, i) => [`account ${i}`, 200]));
    for (const { from, to, amount, state } of entries) {
      expect([state, balances.get(from)! >= amount]).toEqual([state, state === "committed"]);
      if (state === "committed") balances.set(from, balances.get(from)! - amount).set(to, balances.get(to)! + amount);
    }
    expect(new Map(listAccounts(path).map(({ id, balance }) => [id, balance]))).toEqual(balances);
  });

  test("that are killed at any time leave what they told of, and are repeated", async () => {
    const rounds = 100;
    const args = ["transfers", path, "4", String(rounds)];
    const runs: Run[] = [];
    for (const lines of [1, 17, 60]) {
      const run = await hammer(args, lines);
      expect(run.signal).toBe("SIGKILL");
      runs.push(run);
      expectKept(runs);
    }
    runs.push(await hammer(args));
    expectKept(runs);
    expect(journal(path)).toHaveLength(rounds);
  });

  test("one that is killed between the two balances has moved nothing", async () => {
    const order = numbered(0);
    prepareTransfer(path, order);
    expect((await hammer(["die", path])).signal).toBe("SIGKILL");
    expect(preparedTransfers(path)).toMatchObject([order]);
    expect(new Set(listAccounts(path).map(({ balance, version }) => `${balance} ${version}`))).toEqual(new Set(["200 0"]));
    expect(recordTransfer(path, order)).toMatchObject({ state: "committed", from: { balance: 199 }, to: { balance: 201 } });
  });

  test("several that open a new bank at once all find it", async () => {
    path = join(folder, `${++banks}.db`);
    const runs = await Promise.all([1, 2, 3].map(() => hammer(["transfers", path, "4", "1"])));
    expect(runs.map(({ stderr, code }) => [stderr, code])).toEqual([
      ["", 0],
      ["", 0],
      ["", 0],
    ]);
    expect(journal(path)).toMatchObject([{ state: "aborted", reason: "unknown_account" }]);
  });
});
