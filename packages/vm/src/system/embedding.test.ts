/** The VM from ordinary Node code, as API.md shows it. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, test } from "vitest";
import type * as AppModule from "./fixtures/app.ts";
import { AgnerError, BadTermError, boot, isPid, NoProcError, type VM } from "@agner/vm";

const APP = new URL("./fixtures/app.ts", import.meta.url);
type App = typeof AppModule;

let vm: VM | undefined;
afterEach(async () => {
  await vm?.stop();
  vm = undefined;
});

async function start(cores = 2): Promise<VM> {
  return (vm = await boot({ cores }));
}

describe("boot, load, run, spawn", () => {
  test("run returns what the function returns", async () => {
    await using own = await boot({ cores: 2 });
    const app = await own.load<App>(APP);
    expect(await own.run(app.fib, 20)).toBe(6765);
    expect(own.statistics()).toHaveLength(2);
  });

  test("run throws what the function throws, with the stack of the TypeScript source", async () => {
    const app = await (await start()).load<App>(APP);
    const error = await vm!.run(app.fail, "on purpose").catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toBe("on purpose");
    expect((error as Error).stack).toMatch(/at fail \(.*app\.ts:\d+:\d+\)/);
  });

  test("an exit is an AGNER_EXIT error with the reason", async () => {
    const app = await (await start()).load<App>(APP);
    const error = await vm!.run(app.leave, { why: "tired" }).catch((e: unknown) => e);
    expect(AgnerError.is(error) && error.code).toBe("AGNER_EXIT");
    expect((error as { reason: unknown }).reason).toEqual({ why: "tired" });
  });

  test("messages both ways, by pid and by name", async () => {
    const app = await (await start()).load<App>(APP);
    const inbox = vm!.inbox();
    const pid = await vm!.spawn(app.echoAs, "echo");
    expect(isPid(pid)).toBe(true);
    while (vm!.whereis("echo") === undefined) await new Promise(setImmediate);
    expect(vm!.whereis("echo")).toBe(pid);
    vm!.send("echo", [inbox.pid, 1]);
    vm!.send(pid, [inbox.pid, 2]);
    const got: unknown[] = [];
    for await (const message of inbox) if (got.push(message) === 2) break;
    expect(got).toEqual([1, 2]);
    const down = vm!.monitor(pid);
    vm!.exit(pid, "kill");
    expect((await down).reason).toBe("killed");
    expect((await vm!.monitor("echo")).reason).toBe("noproc");
  });

  test("a signal ends the wait and the process", async () => {
    const app = await (await start()).load<App>(APP);
    const controller = new AbortController();
    const running = vm!.run({ signal: controller.signal }, app.spin);
    controller.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    expect(await vm!.run(app.fib, 10)).toBe(55);
    const inbox = vm!.inbox();
    await expect(inbox.receive({ signal: AbortSignal.timeout(5) })).rejects.toThrow(/timeout/);
  });

  test("a signal that nobody else holds fires though memory is collected", async () => {
    setFlagsFromString("--expose-gc");
    const collecting = setInterval(runInNewContext("gc") as () => void, 10);
    try {
      const app = await (await start()).load<App>(APP);
      await expect(vm!.run({ signal: AbortSignal.timeout(300) }, app.spin)).rejects.toThrow(/timeout/);
    } finally {
      clearInterval(collecting);
    }
  });

  test("a crash is reported", async () => {
    const app = await (await start()).load<App>(APP);
    const reported = new Promise<{ reason: unknown; initialCall: string }>((resolve) => vm!.on("crash", resolve));
    await vm!.spawn(app.fail, "seen");
    const report = await reported;
    expect((report.reason as Error).message).toBe("seen");
    expect(report.initialCall).toMatch(/^fail \(file:.*app\.ts:\d+:\d+\)$/);
  });
});

describe("errors", () => {
  test.each([
    [{ cores: 0 }, "boot: cores must be a whole number from 1 to 1000, not 0"],
    [{ cores: 1.5 }, "boot: cores must be a whole number from 1 to 1000, not 1.5"],
  ])("boot(%o)", async (options, message) => {
    await expect(boot(options)).rejects.toMatchObject({ code: "AGNER_BAD_ARGUMENT", message });
  });

  test("one VM at a time, and after it the next", async () => {
    await start(1);
    await expect(boot()).rejects.toMatchObject({ code: "AGNER_ALREADY_BOOTED" });
    await vm!.stop();
    const app = await (await start(1)).load<App>(APP);
    expect(await vm!.run(app.fib, 5)).toBe(5);
  });

  test("a stopped VM says so", async () => {
    const app = await (await start(1)).load<App>(APP);
    const spinning = vm!.run(app.spin);
    await Promise.all([vm!.stop(), expect(spinning).rejects.toMatchObject({ code: "AGNER_STOPPED" })]);
    expect(() => vm!.send("x", 1)).toThrow("the VM was stopped");
  });

  test("a missing module, export or name", async () => {
    await start(1);
    await expect(vm!.load(new URL("./fixtures/ap.ts", import.meta.url))).rejects.toMatchObject({
      code: "AGNER_MODULE_NOT_FOUND",
    });
    const app = await vm!.load<App>(APP);
    expect(() => (app as unknown as Record<string, unknown>)["fob"]).toThrow(/has no export "fob"; it exports .*fib/);
    expect(() => vm!.send("nobody", 1)).toThrow(NoProcError);
    await expect(vm!.run((() => 1) as never)).rejects.toMatchObject({ code: "AGNER_BAD_ARGUMENT" });
    expect(() => (app.fib as unknown as () => void)()).toThrow(
      "fib runs inside the VM: call it with vm.run(app.fib, …) or vm.spawn(app.fib, …)",
    );
  });

  test("an argument that is no term", async () => {
    const app = await (await start(1)).load<App>(APP);
    await expect(vm!.run(app.fib, (() => 1) as never)).rejects.toSatisfy(BadTermError.is);
    expect(await vm!.run(app.fib, 6)).toBe(8);
  });
});
