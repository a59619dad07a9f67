/** A hundred items of about a hundred bytes, which go into one call of `server-call-10kb`. */
export function items() {
  const name = "a name that has some eighty characters, as the names of many things have that are sold".slice(0, 80);
  return Array.from({ length: 100 }, (_, id) => ({ id, name, quantity: id + 1 }));
}

/** @typedef {ReturnType<typeof items>} Items */

/**
 * How many there are of all items.
 * @param {Items} all
 */
export function quantityOf(all) {
  return all.reduce((sum, { quantity }) => sum + quantity, 0);
}
