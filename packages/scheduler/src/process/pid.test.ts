import { afterEach, expect, test } from "vitest";
import { forgetPid, forgetPids, internPid, newestPid, newPid, Pid } from "./pid.ts";

afterEach(forgetPids);

test("the Pid of a process that has ended is kept only where another thread may send it back", () => {
  const own = newPid(3, 1);
  expect(internPid(3, 1)).toBe(own);
  forgetPid(own);
  expect(newestPid(3)).toBeUndefined();
  const known = newPid(3, 2);
  Pid.publish(known);
  forgetPid(known);
  expect(internPid(3, 2)).toBe(known);
  const next = newPid(3, 3);
  forgetPid(known);
  expect([internPid(3, 3), internPid(3, 2)]).toEqual([next, known]);
});
