import { expect } from "vitest";
import { processTest } from "@agner/vm/vitest";
import { schedulers, self, send, spawnMonitor, spawnOpt, type Pid } from "@agner/vm";
import { P } from "ts-pattern";
import { genServer, supervisor } from "../index.ts";
import { logger } from "../logger/index.ts";
import { thrown } from "../conformance/testing/watch.ts";
import { captureLogs, expectDown, expectMessage, superviseForTest } from "./index.ts";

export const Falling = genServer({
  init: () => 0,
  casts: {
    fall: () => {
      throw new Error("fell");
    },
  },
});

export const Root = supervisor({
  strategy: "one_for_one",
  children: () => [Falling.child(undefined, { id: "a", name: "falling", scheduler: schedulers() - 1 })],
});

processTest("what supervisors and servers report", () => {
  const logs = captureLogs();
  const root = superviseForTest(Root);
  logs.expectNone();
  const pid = root.path("a");
  root.change(() => Falling.ref("falling").cast.fall());
  root.expectRestarted("a");
  const { report, level } = logs.expect({ type: "supervisor", event: "child_terminated", offender: { id: "a" } });
  expect(level).toBe("error");
  expect(report).toMatchObject({ reason: expect.objectContaining({ message: "fell" }) });
  logs.expect({ type: "crash", pid });
  expect(logs.all().map((event) => (event.report as { type: string }).type)).toEqual(
    expect.arrayContaining(["terminated", "crash", "supervisor"]),
  );
  root.stop();
  logs.restore();
});

processTest("reports of progress, with a level of one's own", () => {
  const before = logger.level();
  const handlers = logger.handlers();
  const logs = captureLogs({ level: "all" });
  const root = superviseForTest(Root);
  logs.expect({ type: "progress", started: { id: "a" } });
  root.stop();
  logs.restore();
  expect(logger.level()).toBe(before);
  expect(logger.handlers()).toEqual(handlers);
});

function talk(text: string): void {
  logger.warning(text, { order: 17 });
}

processTest("what programs say, on any core, and what was not said", () => {
  const logs = captureLogs();
  for (let scheduler = 0; scheduler < schedulers(); scheduler++) spawnOpt({ scheduler }, talk, `on ${scheduler}`);
  logger.error({ nested: () => 1 }, "no term");
  const { fields } = logs.expect({ level: "warning", message: `on ${schedulers() - 1}` });
  expect(fields).toEqual({ order: 17 });
  logs.expect({ message: "no term" });
  logs.expectNone({ level: P.union("critical", "alert") });
  expect(thrown(() => logs.expect({ level: "alert" })).message).toMatch(
    /^logs\.expect: nothing that matches \{ level: 'alert' \} was logged; \d messages came to the log:\n[^]* \{ level: 'warning', message: 'on 0', fields: \{ order: 17 \} \}/,
  );
  expect(thrown(() => logs.expectNone({ level: "warning" })).message).toMatch(/^logs\.expectNone: /);
  expect(thrown(() => captureLogs()).code).toBe("AGNER_CAPTURING");
  logs.restore();
  expect(thrown(() => logs.all()).message).toMatch(/was restored/);
});

function forgetful(test: Pid): void {
  captureLogs({ level: "all" });
  send(test, "capturing");
}

processTest("a capture ends with the test that began it", () => {
  const before = logger.level();
  const [, ref] = spawnMonitor(forgetful, self());
  expectMessage("capturing");
  expectDown(ref);
  captureLogs().restore();
  expect(logger.level()).toBe(before);
});
