/** What every version of the service does with a request. */

/**
 * @typedef {{ sku: string, quantity: number, price: number }} Line
 * @typedef {{ session: string, lines: Line[] }} Order
 * @typedef {{ session: string, amount: number, body: string }} Priced
 */

/** Connections stay open however long one waits for the others at the end of a pass. */
export const SERVER_OPTIONS = { keepAliveTimeout: 0 };

/**
 * Reads an order and works out what it costs. Throws an Error that says what is wrong with it.
 * @param {string} text JSON
 * @returns {Priced} with the body as it is kept
 */
export function readOrder(text) {
  const { session, lines } = /** @type {Order} */ (JSON.parse(text));
  if (typeof session !== "string" || !Array.isArray(lines)) throw new Error("no order");
  let amount = 0;
  const kept = lines.map(({ sku, quantity, price }) => {
    if (!/^[A-Z]-\d{4}$/.test(sku)) throw new Error(`no article: ${sku}`);
    if (!Number.isInteger(quantity) || quantity < 1 || !Number.isInteger(price)) throw new Error(`no line: ${sku}`);
    amount += quantity * price;
    return { sku, amount: quantity * price };
  });
  return { session, amount, body: JSON.stringify(kept) };
}

/**
 * The body of the answer.
 * @param {string} session
 * @param {number} count the session's orders so far
 * @param {number} total what they cost together
 */
export function answerText(session, count, total) {
  return JSON.stringify({ session, count, total });
}

/**
 * Answers a request.
 * @param {import("node:http").ServerResponse} response
 * @param {string} text
 */
export function respond(response, text) {
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) }).end(text);
}
