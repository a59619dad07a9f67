/**
 * Messages from other threads.
 */
import { local } from "../local.ts";
import type { Pid } from "../process/pid.ts";
import { setSendTo } from "./exit.ts";
import { deliverMessage, deliverToAlias, send } from "./message.ts";
import { ARRIVED, NOBODY, PROMISED, type Origin } from "./origin.ts";
import { onSignal, readPid, readRef, receiveFor, sendAliasAs, sendAliasTo, sendMessageAs, sendMessageTo } from "./remote.ts";
import * as wire from "./wire.ts";

onSignal(wire.MESSAGE, (reader) => {
  const to = readPid(reader);
  const message = reader.term();
  receiveFor(
    to,
    (p) => deliverMessage(p, message, ARRIVED),
    (thread) => sendMessageTo(thread, to, message),
    () => {},
  );
});

onSignal(wire.ALIAS, (reader) => {
  const owner = readPid(reader);
  const alias = readRef(reader);
  const message = reader.term();
  receiveFor(
    owner,
    () => deliverToAlias(alias, message, ARRIVED),
    (thread) => sendAliasTo(thread, owner, alias, message),
    () => {},
  );
});

onSignal(wire.MESSAGE_AS, (reader) => {
  const to = readPid(reader);
  const message = reader.term();
  const origin = reader.u32();
  receiveFor(
    to,
    (p) => {
      deliverMessage(p, message, originOf(origin));
      giveUpPlace(to, origin);
    },
    (thread) => sendMessageAs(thread, to, message, origin),
    () => {},
  );
});

onSignal(wire.ALIAS_AS, (reader) => {
  const owner = readPid(reader);
  const alias = readRef(reader);
  const message = reader.term();
  const origin = reader.u32();
  receiveFor(
    owner,
    () => {
      deliverToAlias(alias, message, originOf(origin));
      giveUpPlace(owner, origin);
    },
    (thread) => sendAliasAs(thread, owner, alias, message, origin),
    () => {},
  );
});

/** What an origin that has travelled means where it arrives. */
function originOf(origin: number): Origin {
  return origin === NOBODY || origin === PROMISED ? origin : ARRIVED;
}

/** A message for which there was a place has arrived, and counts itself, wherever it is. */
function giveUpPlace(pid: Pid, origin: number): void {
  if (originOf(origin) === ARRIVED) local.bounds.add(pid.slot, origin, -1);
}

setSendTo(send);
