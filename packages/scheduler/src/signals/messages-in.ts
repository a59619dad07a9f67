/**
 * Messages from other threads.
 */
import { receiverOf } from "./aliases.ts";
import { setSendTo } from "./exit.ts";
import { deliver, send } from "./message.ts";
import { onSignal, readPid, readRef, receiveFor, sendAliasTo, sendMessageTo } from "./remote.ts";
import * as wire from "./wire.ts";

onSignal(wire.MESSAGE, (reader) => {
  const to = readPid(reader);
  const message = reader.term();
  receiveFor(
    to,
    (p) => deliver(p, message),
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
    () => {
      const p = receiverOf(alias);
      if (p !== undefined) deliver(p, message);
    },
    (thread) => sendAliasTo(thread, owner, alias, message),
    () => {},
  );
});

setSendTo(send);
