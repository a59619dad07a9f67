/**
 * Accounts as servers: each answers from memory, and takes what it knows from the store when it starts. A transfer is decided in the store, never here, so that a
 * server may crash at any moment: the next one reads what is true.
 */
import { dynamicSupervisor, genServer, ignore, noreply, registry, reply, stop } from "@agner/otp";
import { dirty } from "@agner/vm";
import { listAccounts, loadAccount, type Account } from "./store.ts";

/** Who serves which account. */
export const Directory = registry<string>({ keys: "unique" });

/** One account: where its data lies, and its name. */
export interface AccountKey {
  readonly path: string;
  readonly id: string;
}

export const AccountServer = genServer({
  // The name is taken before this runs: what `update` casts meanwhile waits in the mailbox, and the versions say which is newer.
  init: ({ path, id }: AccountKey) => dirty(loadAccount, path, id) ?? stop({ unknownAccount: id }),
  calls: {
    balance: (account) => reply(account.balance, account),
    account: (account) => reply(account, account),
  },
  casts: {
    update: (account, newer: Account) => noreply(newer.version > account.version ? newer : account),
  },
});

/** Restarts that the bank takes in a second before it gives up: many, since somebody kills accounts on purpose. */
const INTENSITY = 1_000;

/** The servers of all accounts, spread over the cores. */
export const AccountServers = dynamicSupervisor({ intensity: INTENSITY, periodMs: 1_000, placement: "spread" });

/** The client of an account's server. */
export function accountOf(id: string): ReturnType<typeof AccountServer.ref> {
  return AccountServer.ref(Directory.via(id));
}

/** Not a process but a step of the bank's start, which is repeated when the supervisor of the servers was restarted: a server for every account in the store. */
export const OpenAccounts = genServer({
  init: (path: string) => {
    for (const { id } of dirty(listAccounts, path)) if (Directory.whereis(id) === undefined) openAccount({ path, id });
    return ignore();
  },
});

function openAccount(key: AccountKey): void {
  AccountServers.ref("accounts").startChild(AccountServer.child(key, { name: Directory.via(key.id) }));
}
