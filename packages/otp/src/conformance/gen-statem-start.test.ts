/** Group H: how state machines start, by which names they are found, and how they are stopped (H2). */
import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { definition, isAlive, makeRef, processFlag, receive, register, self, whereis, type Pid } from "@agner/vm";
import { procLib, StartError } from "../index.ts";
import { at, PLACES, type Place } from "./testing/place.ts";
import { machineIn, MODES, nameOf, type Begin, type Mode } from "./testing/statem.ts";
import { endOf, exitFrom, numbers, reasonOf, taken, thrown } from "./testing/watch.ts";

type AnyClient = ReturnType<ReturnType<typeof machineIn>["ref"]>;

function comes(message: unknown): void {
  expect(receive(undefined, 5_000)).toEqual(message);
}

function checkState(machine: AnyClient, state: string): void {
  expect(nameOf(machine.get().state)).toBe(state);
}

/** A conversation by casts. */
function converse(machine: AnyClient): void {
  machine.cast.alive(self());
  comes("yes");
  checkState(machine, "idle");
  machine.cast.connect(self());
  comes("accept");
  checkState(machine, "waitForConfirmation");
  const tag = makeRef();
  machine.cast.ping(self(), tag);
  machine.cast.confirm();
  comes({ pong: tag });
  checkState(machine, "connected");
  for (const _ of numbers(3)) {
    const ref = makeRef();
    machine.cast.msg(self(), ref);
    comes({ ack: ref });
  }
  machine.cast.disconnect();
  checkState(machine, "idle");
}

/** A conversation by calls. */
function converseInCalls(machine: AnyClient): void {
  expect(machine.alive()).toBe("yes");
  expect(machine.connect()).toBe("accept");
  checkState(machine, "waitForConfirmation");
  const tag = makeRef();
  machine.cast.ping(self(), tag);
  expect(machine.confirm()).toBe("yes");
  comes({ pong: tag });
  const ref = makeRef();
  expect(machine.msg(ref)).toEqual({ ack: ref });
  expect(machine.disconnect()).toBe("yes");
  checkState(machine, "idle");
  expect(machine.timeout(20)).toBe("ok");
  checkState(machine, "idle");
}

function stopIt(machine: AnyClient): void {
  const { pid } = machine;
  expect(machine.stop()).toBe("stopped");
  endOf(pid);
  expect(thrown(() => machine.alive()).code).toBe("AGNER_NOPROC");
}

function failing(mode: Mode, place: Place, begin: Begin): StartError {
  const error = thrown(() => machineIn(mode).startLink(begin, { name: "failing machine", ...at(place) }));
  expect(StartError.is(error)).toBe(true);
  expect(whereis("failing machine")).toBeUndefined();
  return error;
}

/** A registry whose keys are registered names with something in front. */
export const Prefixed = definition({
  registerName: (key: unknown): boolean => claim(`via ${String(key)}`),
  unregisterName: (_key: unknown): void => {},
  whereisName: (key: unknown): Pid | undefined => whereis(`via ${String(key)}`),
});

function claim(name: string): boolean {
  if (whereis(name) !== undefined) return false;
  register(name);
  return true;
}

for (const mode of MODES) {
  for (const place of PLACES) {
    // start1, start3
    processTest(`H2: a machine that init starts is there at once, linked or not (${mode}, ${place})`, () => {
      for (const start of ["start", "startLink"] as const) {
        const machine = machineIn(mode)[start](undefined, at(place));
        converse(machine);
        converseInCalls(machine);
        stopIt(machine);
      }
      expect(taken()).toEqual([]);
    });

    // start4
    processTest(`H2: init returns ignore(): nothing is started (${mode}, ${place})`, () => {
      processFlag("trapExit", true);
      expect(machineIn(mode).start({ how: "ignore" }, at(place))).toBeUndefined();
      expect(machineIn(mode).startLink({ how: "ignore" }, { name: "ignored machine", ...at(place) })).toBeUndefined();
      expect(whereis("ignored machine")).toBeUndefined();
      expect(taken()).toEqual([]);
    });

    // start2
    processTest(`H2: a start that takes too long fails with "timeout" (${mode}, ${place})`, () => {
      const options = { timeout: 10, name: "slow machine", ...at(place) };
      expect(reasonOf(() => machineIn(mode).start({ how: "slow" }, options))).toBe("timeout");
      expect(whereis("slow machine")).toBeUndefined();
    });

    // start5a, start5b, start6, loop_start_fail
    processTest(
      `H2: init stops, exits, throws or errs: the start fails with that, and leaves nothing behind (${mode}, ${place})`,
      () => {
        processFlag("trapExit", true);
        for (const _ of numbers(5)) {
          expect(failing(mode, place, { how: "stop", reason: "stopped" }).reason).toBe("stopped");
          expect(failing(mode, place, { how: "stop", reason: "shutdown" }).reason).toBe("shutdown");
          expect(failing(mode, place, { how: "exit", reason: { left: 1 } }).reason).toEqual({ left: 1 });
          expect(failing(mode, place, { how: "throw", reason: "thrown" }).reason).toBe("thrown");
          const { reason } = failing(mode, place, { how: "error", message: "no init" });
          expect(reason).toBeInstanceOf(TypeError);
          expect(failing(mode, place, { how: "bad", value: { ok: "idle" } }).reason).toEqual({
            badReturnFromInit: { ok: "idle" },
          });
        }
        expect(taken()).toEqual([]);
      },
    );

    // start7, start8, start9, start11
    processTest(`H2: a machine with a name is found by it, and is the only one (${mode}, ${place})`, () => {
      const Machine = machineIn(mode);
      const machine = Machine.startLink(undefined, { name: "my machine", ...at(place) });
      const { pid } = machine;
      for (const start of ["start", "startLink"] as const) {
        expect(reasonOf(() => Machine[start](undefined, { name: "my machine" }))).toEqual({ alreadyStarted: pid });
      }
      const byName = Machine.ref("my machine");
      expect(byName.pid).toBe(pid);
      converse(machine);
      converse(byName);
      converseInCalls(byName);
      stopIt(byName);
      const again = Machine.start(undefined, { name: "my machine", ...at(place) });
      stopIt(again);
      expect(taken()).toEqual([]);
    });

    // start10, start12
    processTest(`H2: a machine whose name is in a registry (${mode}, ${place})`, () => {
      const Machine = machineIn(mode);
      const name = { via: Prefixed, key: `${mode} ${place}` };
      const machine = Machine.startLink(undefined, { name, ...at(place) });
      expect(reasonOf(() => Machine.startLink(undefined, { name, ...at(place) }))).toEqual({ alreadyStarted: machine.pid });
      converse(Machine.ref(name));
      converseInCalls(Machine.ref(name));
      stopIt(Machine.ref(name));
    });

    // stop1 to stop7
    processTest(`H2: machines are stopped from outside, by whatever they are found by (${mode}, ${place})`, () => {
      const Machine = machineIn(mode);
      for (const reason of ["normal", "other_reason"]) {
        const machine = Machine.start({ how: "data", data: { tell: self() } }, { name: "to stop", ...at(place) });
        const { pid } = machine;
        procLib.stop(reason === "normal" ? "to stop" : pid, reason);
        expect(isAlive(pid)).toBe(false);
        expect(receive()).toMatchObject({ terminate: reason });
        expect(thrown(() => procLib.stop(pid)).code).toBe("AGNER_NOPROC");
      }
      const machine = Machine.start(undefined, at(place));
      expect(thrown(() => procLib.stop(machine, "other_reason", -1)).code).toBe("AGNER_BAD_ARGUMENT");
      expect(isAlive(machine.pid)).toBe(true);
      procLib.stop(machine);
      expect(isAlive(machine.pid)).toBe(false);
    });

    // shutdown
    processTest(`H3: a machine that stops with { shutdown } says so to those linked with it (${mode}, ${place})`, () => {
      processFlag("trapExit", true);
      const machine = machineIn(mode).startLink(undefined, at(place));
      const { pid } = machine;
      converse(machine);
      expect(machine.stopWith({ shutdown: "reason" })).toBe("stopped");
      expect(exitFrom(pid).reason).toEqual({ shutdown: "reason" });
      expect(reasonOf(() => machine.alive())).toBe("noproc");
      expect(taken()).toEqual([]);
    });
  }
}
