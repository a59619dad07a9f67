/** Ids of children and handlers as keys of a map. An id is a term, and every copy of a term is a new object: ids that look the same are the same. */
import { termKey } from "./term-key.ts";

/** The key of an id; itself where it is, or contains, what is no data, such as a client. */
export function keyOf(id: unknown): unknown {
  try {
    return termKey(id);
  } catch {
    return id;
  }
}
