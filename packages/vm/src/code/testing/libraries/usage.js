/** What the usage programs of libraries check with; compiled with them. */

/** What was seen so far, in order: the same plain and compiled. */
export class Seen {
  facts = [];

  /** `actual` must be `expected`, both as JSON. */
  same(what, actual, expected) {
    const got = JSON.stringify(actual) ?? "undefined";
    const wanted = JSON.stringify(expected) ?? "undefined";
    if (got !== wanted) throw new Error(`${what}: expected ${wanted}, got ${got}`);
    this.facts.push(`${what}: ${got}`);
  }

  /** `action` must throw an error whose message holds `part`. */
  throws(what, action, part) {
    let message;
    try {
      action();
      message = "nothing";
    } catch (e) {
      message = e.message;
    }
    if (!message.includes(part)) throw new Error(`${what}: expected an error with ${part}, got ${message}`);
    this.facts.push(`${what}: ${message}`);
  }
}
