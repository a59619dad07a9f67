import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { load, ordersIn } from "../service/load.js";
import { answerText, readOrder, respond, SERVER_OPTIONS } from "../service/orders.js";
import { openStore } from "../service/store.js";

/** What the load makes of a service that handles requests so. */
async function loaded(handle: (body: string, response: Parameters<RequestListener>[1]) => void, args: string[]) {
  const server = createServer(SERVER_OPTIONS, (request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () => handle(text, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await load([(server.address() as AddressInfo).port], args);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test("the load asks as often as it is told, and adds up what the sessions were told last", async () => {
  const totals = new Map<string, { count: number; total: number }>();
  const args = ["1", "2", "2", "3", "1"];
  const result = await loaded((body, response) => {
    const { session, amount } = readOrder(body);
    const { count, total } = totals.get(session) ?? { count: 0, total: 0 };
    totals.set(session, { count: count + 1, total: total + amount });
    respond(response, answerText(session, count + 1, total + amount));
  }, args);
  // Lines of one, two and three articles at 100, in two sessions of each of three passes, of which the first does not count.
  expect(totals.size).toBe(6);
  expect([...totals.values()]).toEqual(Array.from({ length: 6 }, () => ({ count: 3, total: 600 })));
  expect(result).toMatchObject({ ops: 12, checksum: 4 * 600 });
  expect(ordersIn(args)).toBe(18);
});

test("a connection that the service closes is an error that says so", async () => {
  const result = loaded(
    (body, response) => {
      response.setHeader("connection", "close");
      respond(response, answerText(readOrder(body).session, 1, 0));
    },
    ["0", "1", "1", "2", "1"],
  );
  await expect(result).rejects.toThrow(/closed after 1 answers/);
});

test("an answer that lost count is an error", async () => {
  const result = loaded(
    (body, response) => respond(response, answerText(readOrder(body).session, 7, 0)),
    ["0", "1", "1", "2", "1"],
  );
  await expect(result).rejects.toThrow(/answer 1 of session 0 0 counts 7/);
});

test("a server of the service keeps connections that have nothing to do", () => {
  const server = createServer(SERVER_OPTIONS);
  expect(server.keepAliveTimeout).toBe(0);
});

test("orders are read with what they cost, and refused where they are none", () => {
  const line = { sku: "A-1000", quantity: 2, price: 5 };
  expect(readOrder(JSON.stringify({ session: "s", lines: [line, line] }))).toMatchObject({ session: "s", amount: 20 });
  expect(() => readOrder(JSON.stringify({ session: "s", lines: [{ ...line, quantity: 0 }] }))).toThrow(/no line: A-1000/);
  expect(() => readOrder(JSON.stringify({ session: "s", lines: [{ ...line, sku: "x" }] }))).toThrow(/no article: x/);
  expect(() => readOrder("{}")).toThrow(/no order/);
});

test("the store has what was written", () => {
  const store = openStore();
  try {
    store.insert("s", 1, 20, "[]");
    store.insert("s", 2, 30, "[]");
    expect(store.count()).toBe(2);
  } finally {
    store.close();
  }
});
