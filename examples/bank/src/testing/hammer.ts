/**
 * Programs for the store's tests:
 *
 *     agner run hammer.ts transfers BANK CLIENTS ROUNDS    clients that order the same transfers as each other; prints "ID STATE" when the store has answered
 *     agner run hammer.ts die BANK                         the program is killed when one balance of a transfer has changed and the other has not
 */
import { threadId } from "node:worker_threads";
import { dirty, receive, self, send, spawnLink, type Pid } from "@agner/vm";
import { connection } from "../database.ts";
import { openBank, recordTransfer, type Outcome, type Transfer } from "../store.ts";

export const ACCOUNTS = 5;

/** The transfer with the number `n`: whoever orders it, it is the same. */
export function numbered(n: number): Transfer {
  const from = n % ACCOUNTS;
  const to = (from + 1 + (n % (ACCOUNTS - 1))) % ACCOUNTS;
  return { id: `transfer ${n}`, from: `account ${from}`, to: `account ${to}`, amount: 1 + ((n * 37) % 150) };
}

/** For `dirty`: carries a transfer out, and says on which thread. */
export function transferHere(path: string, transfer: Transfer): { thread: number; state: Outcome["state"] } {
  return { thread: threadId, state: recordTransfer(path, transfer).state };
}

/** Orders all transfers; tells its parent which threads have answered. */
function client(parent: Pid, path: string, first: number, rounds: number): void {
  const threads = new Set<number>();
  for (let i = 0; i < rounds; i++) {
    const transfer = numbered((first + i) % rounds);
    const { thread, state } = dirty(transferHere, path, transfer);
    threads.add(thread);
    console.log(`${transfer.id} ${state}`);
  }
  send(parent, threads);
}

/** For `dirty`: kills the program within a transfer. */
export function dieWithin(path: string, transfer: Transfer): void {
  openBank(path);
  const { db } = connection(path, "");
  db.function("die", () => {
    process.kill(process.pid, "SIGKILL");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    return null;
  });
  db.exec(`CREATE TEMP TRIGGER die BEFORE UPDATE ON account WHEN new.id = '${transfer.to}' BEGIN SELECT die(); END`);
  recordTransfer(path, transfer);
}

export function main(what: string, path: string, clients = "1", rounds = "1"): void {
  if (what === "die") dirty(dieWithin, path, numbered(0));
  const threads = new Set<number>();
  // The pool starts its second thread while the first is busy already: all is repeated until both have had a part.
  while (threads.size < 2) {
    for (let c = 0; c < Number(clients); c++) spawnLink(client, self(), path, c, Number(rounds));
    for (let c = 0; c < Number(clients); c++) for (const thread of receive<Set<number>>()) threads.add(thread);
  }
}
