import { afterAll, beforeAll, expect, test } from "vitest";
import { local, startLocal } from "./local.ts";
import { createSharedMemory } from "./memory/layout.ts";
import { CALL, INFO } from "./process/frames.ts";
import { newPid, Pid } from "./process/pid.ts";
import { Process, RUNNING } from "./process/process.ts";
import { Ref } from "./process/ref.ts";
import { connect, disconnect } from "./signals/remote.ts";
import { spawnWith } from "./spawn.ts";
import { setTermHost } from "./terms/host.ts";

function child(): void {}

beforeAll(() => {
  startLocal(createSharedMemory({ schedulers: 2 }), 0);
  connect(new Map());
  setTermHost({
    functionRef: (fn) => (fn === child ? { module: 0, index: 0 } : undefined),
    resolveFunction: () => child,
    definitionRef: () => undefined,
    resolveDefinition: () => ({}),
    valueRef: () => undefined,
    resolveValue: () => undefined,
    pidExported: () => {},
  });
  Object.assign(child, { [CALL]: child, [INFO]: {} });
  const slot = local.directory.allocate(0);
  const parent = new Process(newPid(slot, local.directory.serialOf(slot)), child, null, null);
  parent.status = RUNNING;
  Pid.bind(parent.pid, parent);
  local.current = parent;
});

afterAll(() => {
  local.current = null;
  disconnect();
});

test("a process that was sent to another core leaves nothing here but its pid and the parent's half of a monitor", () => {
  const { pid, ref } = spawnWith("spawnOpt", { scheduler: 1, monitor: true }, child, [{ large: true }] as never);
  expect(Pid.local(pid)).toBeUndefined();
  expect(Ref.bond(ref!)?.target).toBe(pid);
  expect(Ref.watcher(ref!)).toBeUndefined();
});
