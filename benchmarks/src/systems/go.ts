import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CLASSICS, PROCESSES, SERVER_CALLS } from "./groups.ts";
import type { System } from "./system.ts";

const sources = fileURLToPath(new URL("../../peers/go", import.meta.url));

const BOUND = "a channel has a bound: the sender waits while 1,024 messages are under way";
const PINNED =
  "each goroutine has a thread to itself (LockOSThread), for none can be pinned to a core: the cost is that of a hand-over between threads";
const UNPINNED = "caller and server are pinned to no core, and mostly take turns on one";

let folder: string | undefined;

/** Go, which computes on as many cores as Agner. */
export const go: System = {
  id: "go",
  runtime: "Go",
  lacks: ["copy", "isolate", "supervise"],
  programs: [
    "ping-pong",
    "ring",
    "counting",
    "cross-flood",
    "cross-ping-pong",
    "cross-order-flood",
    "fan-in",
    "fan-out",
    "big",
    "chameneos",
    ...PROCESSES,
    "monitor-storm",
    ...SERVER_CALLS,
    "timer-set-cancel",
    "timer-fire",
    "busy-call-latency",
    "mixed-load-latency",
    "timer-latency",
    "fork-join-fib",
    "fork-join-queens",
    "fork-join-mandelbrot",
    "unbalanced-tree",
    "ran",
    "parallel",
    ...CLASSICS,
  ],
  leftOut: {
    "nothing ends a goroutine from outside, links it to another, or starts it anew": [
      "link-storm",
      "exit-storm",
      "restart-storm-rate",
      "restart-storm-latency",
    ],
    "goroutines have no names": ["registered-send"],
    "a channel gives what came first: nothing is received by its contents": ["selective-receive-scan", "selective-receive-ref"],
    "what is large is shared, and not copied": ["copy-flat", "copy-nested", "copy-binary", "large-message-latency"],
    "its library has no SQLite": ["json-service"],
  },
  parallel: true,
  remarks: {
    counting: BOUND,
    "fan-in": BOUND,
    "fan-out": BOUND,
    "cross-flood": `${PINNED}; ${BOUND}`,
    "cross-ping-pong": PINNED,
    "cross-order-flood": `${PINNED}; ${BOUND}`,
    "busy-call-latency": UNPINNED,
    "mixed-load-latency": UNPINNED,
    "monitor-storm": "a goroutine tells of its end by closing a channel, and is not killed but told to end",
    "server-call-10kb": "the items are shared",
    "bounded-buffer": "the buffer is a channel",
    "sleeping-barber": "the waiting room is a channel",
  },
  missing: () => {
    folder ??= mkdtempSync(join(tmpdir(), "agner-bench-go-"));
    // Without cgo no C compiler is needed.
    const env = { ...process.env, CGO_ENABLED: "0" };
    const built = spawnSync("go", ["build", "-o", join(folder, "bench"), "."], { cwd: sources, env, encoding: "utf8" });
    if (built.error) return "go is not installed (Debian, Ubuntu: apt-get install golang-go; macOS: brew install go)";
    if (built.status !== 0) throw new Error(`go build failed: ${built.stdout}${built.stderr}`);
    return undefined;
  },
  version: () =>
    spawnSync("go", ["version"], { encoding: "utf8" })
      .stdout.trim()
      .replace(/^go version go/, "Go "),
  command: (program, args, cores) => ({
    file: join(folder ?? ".", "bench"),
    args: [program, ...args],
    env: { GOMAXPROCS: String(cores) },
  }),
  dispose: () => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    folder = undefined;
  },
};
