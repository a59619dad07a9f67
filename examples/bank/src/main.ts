/**
 * A bank under chaos: `agner run main.ts [--accounts N] [--clients N] [--transfers N] [--kill-every-ms N] [--seed N] [--file PATH] [--progress]`.
 * Accounts are servers, transfers are processes, and while clients move money somebody kills both. At the end the books must be right to the cent.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { application, logger, type SupervisorEvent } from "@agner/otp";
import { dirty, schedulers, sleep } from "@agner/vm";
import { Auditor, isConserved } from "./auditor.ts";
import { bank } from "./bank.ts";
import { createAccount, listAccounts, openBank } from "./store.ts";
import { allSettled } from "./transfers.ts";
import { accountName, balanceOf, day, type Plan } from "./workload.ts";

const PAID_IN = 100_000;

// Kills are what this program is about: nobody wants to read of each.
logger.addFilter("kills on purpose", ({ report }) =>
  (report as SupervisorEvent | undefined)?.type === "supervisor" && (report as SupervisorEvent).reason === "killed"
    ? "stop"
    : "ignore",
);

export function main(...args: string[]): number {
  const { values } = parseArgs({
    args,
    options: {
      accounts: { type: "string", default: "50" },
      clients: { type: "string", default: "8" },
      transfers: { type: "string", default: "50" },
      "kill-every-ms": { type: "string", default: "10" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      file: { type: "string" },
      progress: { type: "boolean", default: false },
    },
  });
  const folder = values.file === undefined ? mkdtempSync(join(tmpdir(), "agner-bank-")) : undefined;
  const plan: Plan = {
    path: values.file ?? join(folder!, "bank.db"),
    accounts: whole("accounts", values.accounts, 2),
    clients: whole("clients", values.clients, 1),
    transfers: whole("transfers", values.transfers, 0),
    killEveryMs: whole("kill-every-ms", values["kill-every-ms"], 0),
    seed: whole("seed", values.seed, 0),
    progress: values.progress,
  };
  try {
    return run(plan);
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`--${name} must be a whole number from ${least}, not ${text}`);
}

/** How long a server that was killed last may take to be there again, and one that was told of a transfer to have heard it. */
const CALM_MS = 5_000;

/** The accounts whose servers do not say what the store says, even after a while. */
function staleServers(path: string): string[] {
  const until = performance.now() + CALM_MS;
  for (;;) {
    const stale = dirty(listAccounts, path).filter(({ id, balance }) => balanceOf(id) !== balance);
    if (stale.length === 0 || performance.now() > until) return stale.map(({ id }) => id);
    sleep(10);
  }
}

function run(plan: Plan): number {
  const { driver, sqlite } = dirty(openBank, plan.path);
  for (let i = 0; i < plan.accounts; i++) dirty(createAccount, plan.path, accountName(i), PAID_IN);
  application.start(bank, { args: [plan.path] });
  console.log(
    `${plan.accounts} accounts, ${plan.clients} clients, ${schedulers()} cores, SQLite ${sqlite} (${driver}), seed ${plan.seed}`,
  );
  const begun = performance.now();
  const { committed, refused, answers, killed } = day(plan);
  const seconds = (performance.now() - begun) / 1_000;
  allSettled(); // also what was ordered before this day
  const { audits, alarms, books } = Auditor.ref("auditor").report();
  const stale = staleServers(plan.path);
  const right = isConserved(books) && alarms.length === 0 && books.prepared === 0 && stale.length === 0;
  console.log(
    `${committed} transfers, ${refused} refused, in ${seconds.toFixed(1)} s; ${killed} processes killed meanwhile; ${answers} balances asked for`,
  );
  console.log(
    `${audits} audits, ${alarms.length} alarms; paid in ${books.paidIn}, now ${books.total} cents; ${stale.length} servers that are out of date`,
  );
  console.log(right ? "money is conserved" : "MONEY WAS LOST OR MADE");
  application.stop(bank);
  return right ? 0 : 1;
}
