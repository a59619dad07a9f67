import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PROGRAMS } from "../workloads/workloads.ts";
import type { System } from "./system.ts";

const sources = fileURLToPath(new URL("../../peers/erlang", import.meta.url));

const SHARED = "its texts are binaries of more than 64 bytes, which are shared between processes, not copied";
const RESTARTS =
  "a supervisor of OTP 25 lists all restarts of its period and goes through them at each: the more of them a period sees, the slower each is";

let folder: string | undefined;

/** Erlang/OTP, with as many schedulers as Agner has, each bound to a core where the programs pin their processes. */
export const erlang: System = {
  id: "erlang",
  runtime: "BEAM",
  lacks: [],
  programs: PROGRAMS.filter((program) => program !== "json-service"),
  leftOut: { "Erlang/OTP 25 has neither JSON nor SQLite": ["json-service"] },
  remarks: {
    "copy-binary": "binaries of more than 64 bytes are shared between processes, not copied",
    "server-call-10kb": SHARED,
    ehb: SHARED,
    serialmsg: SHARED,
    "restart-storm-rate": RESTARTS,
    "restart-storm-latency": RESTARTS,
  },
  parallel: true,
  missing: () => {
    folder ??= mkdtempSync(join(tmpdir(), "agner-bench-erlang-"));
    const modules = readdirSync(sources).filter((name) => name.endsWith(".erl"));
    const compiled = spawnSync("erlc", ["-o", folder, ...modules], { cwd: sources, encoding: "utf8" });
    if (compiled.error || spawnSync("erl", ["-version"]).error) {
      return "erl and erlc are not installed (Debian, Ubuntu: apt-get install erlang-nox; macOS: brew install erlang)";
    }
    if (compiled.status !== 0) throw new Error(`erlc failed: ${compiled.stdout}${compiled.stderr}`);
    return undefined;
  },
  version: () => {
    const text = '"Erlang/OTP ~s, erts ~s, ~s"';
    const values = "[erlang:system_info(otp_release), erlang:system_info(version), erlang:system_info(emu_flavor)]";
    return spawnSync("erl", ["-noinput", "-eval", `io:format(${text}, ${values}), halt().`], { encoding: "utf8" }).stdout;
  },
  command: (program, args, cores) => ({
    file: "erl",
    // +sbt db binds schedulers to cores, where processes are pinned to schedulers: Agner's threads are bound to none. +P makes room for the processes, +Bd lets Ctrl-C end the program.
    args: `+S ${cores}:${cores} ${program.startsWith("cross-") ? "+sbt db " : ""}+P 10000000 +Bd -noinput -run bench main ${program}`
      .split(" ")
      .concat(args, ["-pa", folder ?? "."]),
    env: { ERL_CRASH_DUMP_SECONDS: "0" },
  }),
  dispose: () => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    folder = undefined;
  },
};
