/**
 * Transfers that survive the crash of whoever takes part: the client, the process that settles, either account's server.
 *
 * 1. The order is written down (`prepareTransfer`): from then on it will be settled, whatever ends.
 * 2. A process of its own settles it (`recordTransfer`): one transaction moves both balances and marks the order. If it is killed it is started again, and
 *    repeating changes nothing.
 * 3. Both accounts' servers are told what they are now, and the client what became of its order.
 */
import { dynamicSupervisor, genServer, ignore, noreply, stop, withContinue } from "@agner/otp";
import { alias, dirty, receiveSince, send, sleep, TIMEOUT, unalias, type Ref } from "@agner/vm";
import { accountOf } from "./accounts.ts";
import { prepareTransfer, preparedTransfers, recordTransfer, type Account, type Outcome, type Transfer } from "./store.ts";

interface Settlement {
  readonly path: string;
  readonly order: Transfer;
  /** Where the outcome goes; undefined for an order that is settled at the start of the bank. */
  readonly client: Ref | undefined;
}

/** Settles one order, and ends. */
export const Settler = genServer({
  init: (settlement: Settlement) => withContinue(settlement, "settle"),
  continue: ({ path, order, client }, _: "settle") => {
    const outcome = dirty(recordTransfer, path, order);
    if (outcome.state === "committed") {
      tell(outcome.from);
      tell(outcome.to);
    }
    if (client !== undefined) send(client, { ref: client, outcome });
    return stop("normal", { path, order, client });
  },
  info: (settlement) => noreply(settlement),
});

/** A server that does not run now reads the store when it starts. */
function tell(account: Account): void {
  accountOf(account.id).cast.update(account);
}

/** The processes that settle orders; a killed one is started again. */
export const Settlers = dynamicSupervisor({ intensity: 1_000, periodMs: 1_000, placement: "spread" });

/** How long a client waits before it asks again: the supervisor of the settlers may have been restarted, and its children are lost then. */
const PATIENCE_MS = 5_000;

/**
 * Moves money from one account to another; returns when that is certain. Ordering the same transfer again returns the same outcome.
 *
 * @throws Error `BANK_BAD_TRANSFER`, `BANK_TRANSFER_CONFLICT`
 */
export function transfer(path: string, order: Transfer): Outcome {
  dirty(prepareTransfer, path, order);
  const client = alias();
  try {
    for (;;) {
      settle({ path, order, client });
      const answer = receiveSince<{ outcome: Outcome }>(client, undefined, PATIENCE_MS);
      if (answer !== TIMEOUT) return answer.outcome;
    }
  } finally {
    unalias(client);
  }
}

/** A step of the bank's start, and of a restart of the settlers: settles what was ordered and is not settled yet. */
export const ResumeTransfers = genServer({
  init: (path: string) => {
    for (const { id, from, to, amount } of dirty(preparedTransfers, path))
      settle({ path, order: { id, from, to, amount }, client: undefined });
    return ignore();
  },
});

/** Returns when nothing is being settled any more. */
export function allSettled(): void {
  while (Settlers.ref("settlers").whichChildren().length > 0) sleep(10);
}

function settle(settlement: Settlement): void {
  Settlers.ref("settlers").startChild(Settler.child(settlement, { restart: "transient" }));
}
