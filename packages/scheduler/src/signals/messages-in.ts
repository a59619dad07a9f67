/**
 * Messages from other threads.
 */
import { receiverOf } from "./aliases.ts";
import { setSendTo } from "./exit.ts";
import { deliver, send } from "./message.ts";
import { onSignal, readPid, readRef, receiveFor, sendMessageSignal } from "./remote.ts";
import * as wire from "./wire.ts";

onSignal(wire.MESSAGE, (reader) => {
  const to = readPid(reader);
  const message = reader.term();
  receiveFor(
    to,
    (p) => deliver(p, message),
    () => sendMessageSignal(to, message),
    () => {},
  );
});

onSignal(wire.ALIAS, (reader) => {
  const alias = readRef(reader);
  const message = reader.term();
  const p = receiverOf(alias);
  if (p !== undefined) deliver(p, message);
});

setSendTo(send);
