/**
 * The load of the service, the same for every version of it:
 *
 *     node client.js PORTS WARMUPS REPEATS CONNECTIONS REQUESTS LINES
 *
 * PORTS are separated by commas and have their turns. On each connection one request is under way at a time; each connection is a session, a new one
 * in every pass. Prints {"ops":…,"ns":…,"checksum":…}: what the sessions' orders cost, as the last answers say.
 */
import { connect } from "node:net";

const MODULUS = 1_000_000_007;

const [ports = "", ...numbers] = process.argv.slice(2);
const [warmups = 0, repeats = 1, connections = 1, requests = 1, lines = 1] = numbers.map(Number);

/**
 * A request as it goes over the wire.
 * @param {string} session
 * @param {number} number
 */
function requestText(session, number) {
  const order = Array.from({ length: lines }, (_, i) => ({
    sku: `A-${1_000 + i}`,
    quantity: 1 + ((number + i) % 5),
    price: 100 + i,
  }));
  const body = JSON.stringify({ session, lines: order });
  return `POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/**
 * Asks so often as one session, and returns what the last answer says that its orders cost.
 * @param {import("node:net").Socket} socket
 * @param {string} session
 * @returns {Promise<number>}
 */
function ask(socket, session) {
  return new Promise((resolve, reject) => {
    let answered = 0;
    let text = "";
    const next = () => socket.write(requestText(session, answered));
    /** @param {string} chunk */
    const read = (chunk) => {
      text += chunk;
      const head = text.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
      if (text.length < head + 4 + length) return;
      if (!text.startsWith("HTTP/1.1 200")) return reject(new Error(text));
      answered += 1;
      const { count, total } = JSON.parse(text.slice(head + 4));
      if (count !== answered) return reject(new Error(`answer ${answered} of ${session} counts ${count}`));
      text = "";
      if (answered < requests) return next();
      socket.off("data", read).off("close", lost);
      resolve(total);
    };
    const lost = () => reject(new Error(`the connection of ${session} was closed after ${answered} answers`));
    if (socket.destroyed) return lost();
    socket.on("data", read).once("close", lost);
    next();
  });
}

const all = await Promise.all(
  Array.from({ length: connections }, async (_, i) => {
    const each = ports.split(",");
    const socket = connect(Number(each[i % each.length]), "127.0.0.1")
      .setNoDelay()
      .setEncoding("utf8");
    await new Promise((resolve) => socket.once("connect", resolve));
    return socket;
  }),
);

/** @param {number} number */
async function pass(number) {
  const totals = await Promise.all(all.map((socket, i) => ask(socket, `session ${number} ${i}`)));
  return totals.reduce((sum, total) => sum + total, 0);
}

for (let i = 0; i < warmups; i++) await pass(-1 - i);
const start = performance.now();
let checksum = 0;
for (let i = 0; i < repeats; i++) checksum = (checksum + (await pass(i))) % MODULUS;
const ns = Math.round((performance.now() - start) * 1e6);
for (const socket of all) socket.destroy();
console.log(JSON.stringify({ ops: repeats * connections * requests, ns, checksum }));
