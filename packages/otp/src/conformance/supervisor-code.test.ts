/** Group J: a supervisor's code changes, and what sys sees of it (J28, J32). */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { exit, processFlag, processInfo, type Pid } from "@agner/vm";
import { genServer, ignore, reply, supervisor, sys, type ChildSpec, type SupervisorInit } from "../index.ts";
import { Any, childrenAt, end, journal, nextStarted, Script, Simple, startWorker } from "./testing/children.ts";
import { at, PLACES } from "./testing/place.ts";
import { endOf, exitFrom, settled, taken, thrown, until } from "./testing/watch.ts";

/** Holds what the init of a supervisor returns: to change it is to change the supervisor's code. */
export const Source = genServer({
  init: (init: unknown) => init,
  calls: { get: (init) => reply(init, init), put: (_init, next: unknown) => reply("ok", next) },
});

/** A supervisor that is what a source says at the time. */
export const Changing = supervisor({
  init: (source: { get(): unknown }): SupervisorInit => {
    const init = source.get();
    return init === "ignore" ? (ignore() as never) : (init as SupervisorInit);
  },
});

function changing(init: SupervisorInit) {
  const source = Source.startLink(init);
  const sup = Changing.startLink(source as never);
  return { sup, change: (next: unknown) => (source.put(next), changeCode(sup)) };
}

function changeCode(sup: { readonly pid: Pid }): void {
  sys.suspend(sup);
  try {
    sys.changeCode(sup, undefined, 1, undefined);
  } finally {
    sys.resume(sup);
  }
}

for (const place of PLACES) {
  // code_change, code_change_map
  processTest(`J28 a code change replaces flags and specifications, and leaves alone what runs (${place})`, () => {
    processFlag("trapExit", true);
    const child = childrenAt(place);
    const { sup, change } = changing({ intensity: 10, children: [child("a"), child("b"), child("c")] });
    const [a, b, c] = [nextStarted("a"), nextStarted("b"), nextStarted("c")];
    change({
      strategy: "one_for_all",
      intensity: 1,
      children: [child("new"), child("c", { shutdown: 1 }), child("a", { restart: "transient" })],
    });
    expect(sup.whichChildren().map(({ id, pid }) => [id, pid])).toEqual([
      ["b", b],
      ["a", a],
      ["c", c],
      ["new", undefined],
    ]);
    expect(sup.childSpec("a").restart).toBe("transient");
    expect(sup.childSpec("c").shutdown).toBe(1);
    exit(a, "crash");
    nextStarted("b");
    settled();
    expect(journal(taken())).toEqual(["+new", "+c", "+a"]);
    change("ignore");
    expect(sup.countChildren()).toMatchObject({ specs: 4, active: 4 });
    sup.terminateChild("new");
    exit(sup.restartChild("new")!, "crash");
    expect(exitFrom(sup.pid).reason).toBe("shutdown");
  });

  // code_change_simple, code_change_simple_map
  processTest(`J28 simple_one_for_one: later starts follow the new specification (${place})`, () => {
    const child = childrenAt(place);
    const init = (spec: ChildSpec): SupervisorInit => ({ strategy: "simple_one_for_one", children: [spec] });
    const { sup, change } = changing(init(child("s", { restart: "transient" })));
    const simple = Simple.ref(sup.pid);
    const old = simple.startChild() as Pid;
    change(init(child("t", { restart: "temporary", shutdown: 1 })));
    expect(simple.childSpec("t")).toMatchObject({ restart: "temporary", shutdown: 1 });
    simple.startChild();
    nextStarted("s");
    nextStarted("t");
    exit(old, "crash");
    endOf(old);
    settled();
    expect(sup.countChildren()).toMatchObject({ specs: 1, active: 1 });
    const twoSpecs = { strategy: "simple_one_for_one", children: [child("a"), child("b")] };
    expect(thrown(() => change(twoSpecs)).message).toContain("exactly one");
    expect(thrown(() => change({ children: [] })).message).toContain("cannot become one_for_one");
    expect(simple.childSpec("t").restart).toBe("temporary");
  });

  // significant_upgrade_*
  processTest(`J28 J29 significance that a code change brings counts for children that run (${place})`, () => {
    processFlag("trapExit", true);
    const child = childrenAt(place);
    const spec = (significant: boolean, id: string) => child(id, { restart: "transient", significant });
    const { sup, change } = changing({ children: [spec(false, "a"), spec(false, "b"), spec(false, "c")] });
    const [a, b, c] = [nextStarted("a"), nextStarted("b"), nextStarted("c")];
    change({ autoShutdown: "all_significant", children: [spec(true, "a"), spec(true, "b"), spec(false, "c")] });
    end(a, "normal");
    end(c, "normal");
    endOf(a);
    endOf(c);
    settled();
    expect(sup.countChildren().active).toBe(1);
    const bad = { autoShutdown: "never", children: [spec(true, "a")] };
    expect(thrown(() => change(bad)).message).toContain("autoShutdown is never");
    end(b, "normal");
    expect(exitFrom(sup.pid).reason).toBe("shutdown");
  });

  processTest(`J28 significance that a code change takes away does not count (${place})`, () => {
    const child = childrenAt(place);
    const spec = (significant: boolean) => child("a", { restart: "temporary", significant });
    const { sup, change } = changing({ autoShutdown: "any_significant", children: [spec(true)] });
    change({ autoShutdown: "never", children: [spec(false)] });
    const a = nextStarted("a");
    end(a, "normal");
    endOf(a);
    settled();
    expect(sup.countChildren()).toMatchObject({ specs: 0, active: 0 });
  });

  // code_change: bad flags and specifications
  processTest(`J28 a code change that is none leaves all as it was (${place})`, () => {
    const child = childrenAt(place);
    const { sup, change } = changing({ children: [child("a")] });
    const a = nextStarted("a");
    for (const bad of [{ intensity: -1, children: [] }, { children: [{ id: 1 }] }, "nonsense"])
      expect(thrown(() => change(bad)).code).toBe("AGNER_CALLBACK_FAILED");
    expect(sup.whichChildren()).toMatchObject([{ id: "a", pid: a }]);
  });

  // get_callback_module
  processTest(`sys shows a supervisor, suspends it, and changes its flags (${place})`, () => {
    const child = childrenAt(place);
    const sup = Any.start({ children: [child("a")] }, { name: `shown ${place}`, ...at(place) });
    const a = nextStarted("a");
    expect(sys.getState(sup)).toMatchObject({
      strategy: "one_for_one",
      intensity: 1,
      periodMs: 5_000,
      autoShutdown: "never",
      children: [{ id: "a", pid: a, restart: "permanent", shutdown: 5_000, type: "worker", significant: false }],
      restarts: [],
    });
    expect(sys.getStatus(sup)).toMatchObject({
      behaviour: "supervisor",
      module: "Any",
      name: `shown ${place}`,
      status: "running",
    });
    sys.replaceState(sup, raise);
    sys.suspend(sup);
    exit(a, "crash");
    endOf(a);
    expect(sys.getStatus(sup).status).toBe("suspended");
    sys.resume(sup);
    exit(nextStarted("a"), "crash");
    nextStarted("a");
    expect(sys.getState(sup)).toMatchObject({ intensity: 2, restarts: [{ id: "a" }, { id: "a" }] });
    sys.terminate(sup, "enough");
    expect(["enough", "noproc"]).toContain(endOf(sup.pid));
  });
}

export function raise(state: { readonly intensity: number }): object {
  return { ...state, intensity: state.intensity + 1 };
}

// hibernation after the start
processTest("J32 a supervisor with children of its own hibernates after its start, one with many of a kind does not", () => {
  const script = Script.startLink({});
  const child = childrenAt("same core");
  const staticSup = Any.startLink({ children: [child("a", { script })] });
  const simple = Simple.startLink({ children: [{ id: "s", start: [startWorker] }] });
  until(() => processInfo(staticSup.pid)!.status === "waiting" && processInfo(simple.pid)!.status === "waiting");
  expect(processInfo(staticSup.pid)!.currentFunction).toContain("hibernate");
  expect(processInfo(simple.pid)!.currentFunction).not.toContain("hibernate");
});
