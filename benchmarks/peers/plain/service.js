import { createServer } from "node:http";
import { load, ordersIn } from "../../service/load.js";
import { answerText, readOrder, respond, SERVER_OPTIONS } from "../../service/orders.js";
import { openStore } from "../../service/store.js";

/** @import { AddressInfo } from "node:net" */
/** @import { Program } from "../measure.js" */

/**
 * The HTTP service in one thread, with a map of sessions.
 * @type {Program}
 */
export async function jsonService({ warmups, repeats, sizes }) {
  const store = openStore();
  /** @type {Map<string, { count: number, total: number }>} */
  const sessions = new Map();
  /** @param {string} text */
  const handle = (text) => {
    const { session, amount, body } = readOrder(text);
    const known = sessions.get(session) ?? { count: 0, total: 0 };
    const state = { count: known.count + 1, total: known.total + amount };
    sessions.set(session, state);
    store.insert(session, state.count, amount, body);
    return answerText(session, state.count, state.total);
  };
  const server = createServer(SERVER_OPTIONS, (request, response) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk) => (text += chunk));
    request.on("end", () => respond(response, handle(text)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const args = [warmups, repeats, ...sizes].map(String);
  const result = await load([/** @type {AddressInfo} */ (server.address()).port], args);
  server.closeAllConnections();
  server.close();
  if (store.count() !== ordersIn(args)) throw new Error(`the store has ${store.count()} orders`);
  store.close();
  return result;
}
