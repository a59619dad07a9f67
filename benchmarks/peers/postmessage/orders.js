/**
 * An order of eight fields, among them a customer and two lines.
 * @param {number} id
 */
export function order(id) {
  return {
    id,
    customer: { name: "Ada Lovelace", city: "London", points: id % 100 },
    lines: [
      { sku: "A-1000", quantity: 2, price: 1_250 },
      { sku: "B-2000", quantity: 1, price: id % 1_000 },
    ],
    currency: "EUR",
    total: 2_500 + (id % 1_000),
    paid: true,
    placedAt: 1_700_000_000 + id,
    note: "leave it at the door",
  };
}
