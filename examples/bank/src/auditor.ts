/** The auditor: looks at the books again and again, and raises the alarm if money was lost or made. */
import { genServer, logger, noreply, reply, withContinue } from "@agner/otp";
import { dirty, TIMEOUT } from "@agner/vm";
import { audit, type Audit } from "./store.ts";

interface State {
  readonly path: string;
  /** How often the books were right, and what was wrong. */
  readonly audits: number;
  readonly alarms: readonly Audit[];
}

/** Milliseconds between two looks. */
const PAUSE_MS = 100;

export const Auditor = genServer({
  init: (path: string) => withContinue<State>({ path, audits: 0, alarms: [] }, "look"),
  continue: (state, _: "look") => noreply(look(state), { timeout: PAUSE_MS }),
  calls: {
    /** Looks once more, and tells what all looks have found. */
    report: (state) => {
      const now = look(state);
      return reply({ audits: now.audits, alarms: now.alarms, books: dirty(audit, now.path) }, now, { timeout: PAUSE_MS });
    },
  },
  info: (state, message) => noreply(message === TIMEOUT ? look(state) : state, { timeout: PAUSE_MS }),
});

function look(state: State): State {
  const books = dirty(audit, state.path);
  if (isConserved(books)) return { ...state, audits: state.audits + 1 };
  logger.alert("the books are wrong", { books });
  return { ...state, audits: state.audits + 1, alarms: [...state.alarms, books] };
}

/** Whether no money was lost or made. */
export function isConserved({ total, paidIn, wrong }: Audit): boolean {
  return total === paidIn && wrong.length === 0;
}
