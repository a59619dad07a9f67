import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dynamicSupervisor, genServer, reply } from "@agner/otp";
import { receive, schedulerId, schedulers, self, send, spawn, spawnOpt, wait, type Pid } from "@agner/vm";
import { load, ordersIn } from "../service/load.js";
import { answerText, readOrder, respond, SERVER_OPTIONS } from "../service/orders.js";
import { openStore } from "../service/store.js";

/** Writes the orders of all cores. */
export const Store = genServer({
  init: () => openStore(),
  calls: {
    insert: (store, session: string, number: number, amount: number, body: string) => {
      store.insert(session, number, amount, body);
      return reply(undefined, store);
    },
    count: (store) => reply(store.count(), store),
  },
  terminate: (store) => store.close(),
});

interface State {
  readonly id: string;
  readonly count: number;
  readonly total: number;
}

/** A session: counts its orders and what they cost, and has them written. */
export const Session = genServer({
  init: (id: string): State => ({ id, count: 0, total: 0 }),
  calls: {
    order: ({ id, count, total }, amount: number, body: string) => {
      const state = { id, count: count + 1, total: total + amount };
      Store.ref("store").insert(id, state.count, amount, body);
      return reply(state, state);
    },
  },
});

export const Sessions = dynamicSupervisor();

/** The sessions of this core's connections. */
const sessions = new Map<string, ReturnType<typeof Session.ref>>();

function sessionOf(id: string): ReturnType<typeof Session.ref> {
  const known = sessions.get(id);
  if (known !== undefined) return known;
  const pid = Sessions.ref("sessions").startChild(Session.child(id, { scheduler: schedulerId() }))!;
  const session = Session.ref(pid);
  sessions.set(id, session);
  return session;
}

/** Works one request out, in a process of its own on the core that has the socket. */
function handle(text: string, response: ServerResponse): void {
  const { session, amount, body } = readOrder(text);
  const { count, total } = sessionOf(session).order(amount, body);
  respond(response, answerText(session, count, total));
}

/** Serves a port of its own until it is told to stop. */
function listen(parent: Pid): void {
  const owner = self();
  const server = createServer(SERVER_OPTIONS, (request: IncomingMessage, response: ServerResponse) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (text += chunk));
    request.on("end", () => spawn(() => handle(text, response)));
  });
  server.listen(0, "127.0.0.1", () => send(owner, ["port", (server.address() as AddressInfo).port]));
  send(parent, receive<["port", number]>());
  receive((message) => message === "stop");
  server.closeAllConnections();
  server.close();
}

export function main(...args: string[]): void {
  const store = Store.startLink(undefined, { name: "store" });
  Sessions.startLink(undefined, { name: "sessions" });
  const listeners = Array.from({ length: schedulers() }, (_, scheduler) => spawnOpt({ scheduler }, listen, self()));
  const ports = listeners.map(() => receive<["port", number]>()[1]);
  const result = wait(load(ports, args));
  for (const pid of listeners) send(pid, "stop");
  if (store.count() !== ordersIn(args)) throw new Error(`the store has ${store.count()} orders`);
  genServer.stop(store);
  console.log(JSON.stringify({ program: "json-service", ...result }));
}
