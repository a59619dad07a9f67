/** The bank's supervision tree. */
import { application, supervisor } from "@agner/otp";
import { dirty } from "@agner/vm";
import { AccountServers, Directory, OpenAccounts } from "./accounts.ts";
import { Auditor } from "./auditor.ts";
import { openBank } from "./store.ts";
import { ResumeTransfers, Settlers } from "./transfers.ts";

/** What stands later needs what stands before it, so when one of them is lost those after it are started again: rest_for_one. */
export const Bank = supervisor({
  strategy: "rest_for_one",
  intensity: 5,
  periodMs: 1_000,
  children: (path: string) => [
    Directory.child(),
    AccountServers.child(undefined, { name: "accounts" }),
    OpenAccounts.child(path),
    Settlers.child(undefined, { name: "settlers" }),
    ResumeTransfers.child(path),
    Auditor.child(path, { name: "auditor" }),
  ],
});

/** The bank on the file that its argument names. */
export const bank = application({
  name: "bank",
  start: (path) => {
    dirty(openBank, path!);
    return Bank.startLink(path!);
  },
});
