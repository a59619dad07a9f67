/** What must compile of event managers and handlers, and what must not; the type checker is the test. */
import {
  eventHandler,
  genEvent,
  noreply,
  removeHandler,
  reply,
  stop,
  swapHandler,
  withHibernate,
  type Swapped,
} from "../../index.ts";

interface Alarm {
  readonly id: string;
  readonly level: number;
}
export const Alarms = genEvent<Alarm>();
export const Count = eventHandler({
  init: (start: number) => start,
  event: (n, alarm: Alarm) => (alarm.level > 3 ? removeHandler() : noreply(n + 1)),
  calls: {
    get: (n) => reply(n, n),
    add: (n, by: number) => reply(n + by, n + by, { hibernate: true }),
    end: (n) => (n > 3 ? removeHandler("bye") : reply("stays", n)),
    swap: (n) => swapHandler("swapped", n, List, undefined, 1n),
  },
  terminate: (n, _reason) => n,
});
export const List = eventHandler({
  init: (_none?: undefined, swapped?: Swapped<number>) =>
    swapped?.term === 0 ? stop("empty") : withHibernate([swapped?.term ?? 0]),
  event: (list, alarm: { readonly level: number }) => noreply([...list, alarm.level]),
});
export const Any = eventHandler({ init: () => ({ seen: 0 }), event: ({ seen }) => noreply({ seen: seen + 1 }) });
export const Other = eventHandler({ init: () => 0, event: (n, text: string) => noreply(n + text.length) });

const alarms = Alarms.startLink({ name: "alarms" });
alarms.notify({ id: "fan", level: 1 });
// @ts-expect-error not an event
alarms.notify("fan");
alarms.addHandler(Count, 1);
alarms.addHandler([Count, "second"], 1);
alarms.addHandler(List);
alarms.addHandler(Any);
// @ts-expect-error missing argument
alarms.addHandler(Count);
// @ts-expect-error wrong argument
alarms.addHandler(Count, "1");
// @ts-expect-error wrong argument of a handler with an id
alarms.addHandler([Count, 1], "1");
// @ts-expect-error a handler of other events
alarms.addHandler(Other);
// @ts-expect-error no handler
alarms.addHandler({});
alarms.swapHandler(Count, "why", List);
// @ts-expect-error wrong argument of the new handler
alarms.swapHandler(List, "why", Count, "x");
const n: number = alarms.call(Count, "get");
const m: number = alarms.call([Count, 1], "add", 2);
const s: string = alarms.call(Count, "end");
const b: bigint = alarms.call(Count, "swap");
// @ts-expect-error unknown call
alarms.call(Count, "nope");
// @ts-expect-error wrong argument of a call
alarms.call(Count, "add", "x");
// @ts-expect-error a handler without calls
alarms.call(Any, "get");
const left: number = alarms.deleteHandler(Count, "why");
const nothing: undefined = alarms.deleteHandler(Any);
const id = alarms.sendRequest(Count, "get");
const response = genEvent.receiveResponse(id);
if (typeof response === "object" && "reply" in response) {
  const r: number = response.reply;
  void r;
}
// @ts-expect-error a handler needs event
eventHandler({ init: () => 1 });
// @ts-expect-error wrong state
eventHandler({ init: () => 1, event: (_n) => noreply("x") });
// @ts-expect-error a call has to answer
eventHandler({ init: () => 1, event: (n) => noreply(n), calls: { later: (n) => noreply(n) } });
// @ts-expect-error a call has to answer when it removes its handler, too
eventHandler({ init: () => 1, event: (n) => noreply(n), calls: { end: () => removeHandler() } });
// @ts-expect-error nobody waits for an answer to an event
eventHandler({ init: () => 1, event: () => removeHandler("x") });
// @ts-expect-error a stop of the manager is no matter of a handler
eventHandler({ init: () => 1, event: (n) => stop("x", n) });
void [n, m, s, b, left, nothing];
