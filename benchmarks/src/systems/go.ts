import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { System } from "./system.ts";

const sources = fileURLToPath(new URL("../../peers/go", import.meta.url));

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
    "spawn-parallel",
    "idle-process-bytes",
    "server-call-small",
    "busy-call-latency",
    "timer-latency",
    "fork-join-fib",
  ],
  leftOut: {
    "nothing ends a goroutine from outside, or starts it anew": ["restart-storm-rate", "restart-storm-latency"],
    "what is large is shared, and not copied": ["large-message-latency"],
  },
  parallel: true,
  remarks: {
    counting: "a channel has a bound: the sender waits while 1,024 messages are under way",
    "cross-flood": "each goroutine has a thread to itself, for none can be pinned to a core; 1,024 messages can be under way",
    "cross-ping-pong": "each goroutine has a thread to itself, for none can be pinned to a core",
  },
  missing: () => {
    folder ??= mkdtempSync(join(tmpdir(), "agner-bench-go-"));
    // Without cgo no C compiler is needed.
    const env = { ...process.env, CGO_ENABLED: "0" };
    const built = spawnSync("go", ["build", "-o", join(folder, "bench"), "."], { cwd: sources, env, encoding: "utf8" });
    if (built.error) return "go is not installed (Debian, Ubuntu: apt-get install golang-go; macOS: brew install go)";
    return built.status === 0 ? undefined : `go build failed: ${built.stdout}${built.stderr}`;
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
