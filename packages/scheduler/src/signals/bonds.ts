/**
 * HOT PATH (every call of a server). What a process has under one of its references: a monitor, an alias, or both. The reference leads to it,
 * so that neither an answer nor the end of a monitor needs a look-up.
 */
import { append, takeOut } from "../process/ring.ts";
import { Ref } from "../process/ref.ts";
import { rareOf, type Bond, type Process } from "../process/process.ts";
import type { Pid } from "../process/pid.ts";

/** Gives `p` a monitor of `target`, if there is one, and an alias, if a mode is given. `name` if the target is watched by name. */
export function bond(p: Process, ref: Ref, target: Pid | undefined, name: string | undefined, alias: Bond["alias"]): void {
  const rare = rareOf(p);
  const made: Bond = { owner: p, ref, target, name, alias, before: undefined!, after: undefined! };
  rare.bonds = append(rare.bonds, made);
  Ref.bind(ref, made);
  if (alias !== undefined) Ref.setOwner(ref, p.pid, alias === "replyDemonitor" || alias === "reply");
}

/** Ends whatever there is under a reference. */
export function unbond(ended: Bond): void {
  const rare = ended.owner.rare!; // it is there as long as its process has bonds
  rare.bonds = takeOut(rare.bonds, ended);
  Ref.bind(ended.ref, undefined);
}
