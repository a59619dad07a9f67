/** What must compile of servers and their clients, and what must not; the type checker is the test. */
import { genServer, noreply, reply, ignore, withContinue, stop } from "../../index.ts";
export const C = genServer({
  init: (start: number) => start,
  calls: { get: (n) => reply(n, n), add: (n, by: number) => reply(n + by, n + by), end: (n) => stop("normal", n, "bye") },
  casts: { reset: (_n) => noreply(0) },
});
const c = C.startLink(1);
const five: number = c.add(5);
// @ts-expect-error wrong argument
c.add("x");
// @ts-expect-error unknown call
c.nope();
// @ts-expect-error missing argument
C.startLink();
// @ts-expect-error wrong state
genServer({ init: () => 1, calls: { get: (n: number) => reply(n, "x") } });
// @ts-expect-error reserved
genServer({ init: () => 1, calls: { cast: (n) => reply(n, n) } });
// @ts-expect-error reserved
genServer({ init: () => 1, calls: { then: (n) => reply(n, n) } });
const D = genServer({
  init: () => ({ a: 1, list: [] as string[] }),
  calls: { put: (s, x: string) => reply(s.list.length, { ...s, list: [...s.list, x] }) },
});
const d = D.startLink();
const k: number = d.put("x");
D.startLink(undefined, { name: "d" });
const E = genServer({
  init: (x: number) => (x > 1 ? ignore() : withContinue({ x }, "go")),
  continue: (s, _v: string) => noreply(s),
  calls: { x: (s) => reply(s.x, s) },
});
const e = E.startLink(1);
// @ts-expect-error possibly undefined
e.x();
const F = genServer({
  init: (x?: { a: number }) => x ?? { a: 0 },
  calls: {
    a: (s) => {
      if (s.a > 1) return stop("x", s);
      return reply(s.a, s);
    },
  },
});
const fa: number = F.startLink().a();
type State = { tag: "a" } | { tag: "b"; n: number };
const G = genServer({
  init: (): State => ({ tag: "a" }),
  calls: { go: (s) => (s.tag === "a" ? reply(1, { tag: "b", n: 1 }) : reply(2, { tag: "a" })) },
});
const g: number = G.startLink().go();
c.cast.reset();
// @ts-expect-error unknown cast
c.cast.nope();
void [five, k, e, fa, g];
const double: number = (() => {
  const response = genServer.receiveResponse(genServer.sendRequest(c, "add", 1), 10);
  return typeof response === "object" && "reply" in response ? response.reply : 0;
})();
// @ts-expect-error wrong argument
genServer.sendRequest(c, "add", "x");
// @ts-expect-error unknown call
genServer.sendRequest(c, "nope");
const sums: number[] = genServer.multiCall([c, c], "add", [1]).replies.map(([, value]) => value);
// @ts-expect-error missing argument
genServer.multiCall([c], "add", []);
const untyped: unknown = genServer.call("counter", "add", [5], { timeout: 1 });
const byName: readonly [dest: string, value: unknown][] = genServer.multiCall(["a", "b"], "get").replies;
const watched: number = C.startMonitor(1)[0].get();
// @ts-expect-error possibly undefined
void E.startMonitor(1)[0];
void [double, sums, untyped, byName, watched];
