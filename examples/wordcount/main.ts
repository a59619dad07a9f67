/**
 * Counts the words of many files on all cores: a process per file, spread by work stealing, counts merged up a tree of processes.
 *
 *     agner run examples/wordcount/main.ts [PATH…]
 */
import { readFileSync } from "node:fs";
import {
  monitor,
  receive,
  register,
  self,
  send,
  spawn,
  spawnLink,
  statistics,
  TIMEOUT,
  whereis,
  type Down,
  type Pid,
} from "@agner/vm";
import { addFile, emptyTally, merge, top, type Tally } from "./count.ts";
import { findFiles } from "./files.ts";
import { bar, columns, seconds } from "./show.ts";

/** How many children a process of the tree has at most. */
const FAN_OUT = 8;
const TOP = 20;

/** A leaf: counts one file, and tells its parent. */
function countFile(parent: Pid, path: string): void {
  const tally = emptyTally();
  try {
    addFile(tally, path, readFileSync(path));
  } catch (e) {
    tally.skipped.push({ path, why: (e as Error).message });
  }
  send(parent, tally);
  const progress = whereis("progress");
  if (progress !== undefined) send(progress, tally.bytes);
}

/** A node: spawns its children, and merges what they send into one tally for its parent. */
function countAll(parent: Pid, paths: string[]): void {
  const share = Math.max(1, Math.ceil(paths.length / FAN_OUT));
  let children = 0;
  for (let from = 0; from < paths.length; from += share) {
    const part = paths.slice(from, from + share);
    if (part.length === 1) spawnLink(countFile, self(), part[0]!);
    else spawnLink(countAll, self(), part);
    children++;
  }
  const sum = emptyTally();
  for (; children > 0; children--) merge(sum, receive<Tally>());
  send(parent, sum);
}

/** Redraws a line with what was counted so far, a few times a second. */
function showProgress(total: number): void {
  let files = 0;
  let bytes = 0;
  for (;;) {
    const drawAt = Date.now() + 100;
    for (;;) {
      const counted = receive<number | "stop">(undefined, Math.max(0, drawAt - Date.now()));
      if (counted === TIMEOUT) break;
      if (counted === "stop") {
        process.stderr.write("\r\x1b[K");
        return;
      }
      files++;
      bytes += counted;
      if (Date.now() >= drawAt) break;
    }
    process.stderr.write(`\r\x1b[K${bar(files / total)} ${files} of ${total} files, ${(bytes / 1e6).toFixed(1)} MB`);
  }
}

export function main(...paths: string[]): number {
  const byDefault = paths.length === 0;
  const { files, unreadable } = findFiles(
    byDefault ? ["node_modules"] : paths,
    (name) => !byDefault || /\.(?:md|d\.[cm]?ts)$/i.test(name),
  );
  for (const { path, why } of unreadable) console.error(`skipped ${path}: ${why}`);
  if (files.length === 0) {
    console.error("there is nothing to count; name files or folders: npm start -- PATH…");
    return 1;
  }
  const start = performance.now();
  const progress = process.stderr.isTTY ? spawnNamed(files.length) : undefined;
  spawnLink(countAll, self(), files);
  const tally = receive<Tally>((m): m is Tally => typeof m === "object");
  const took = (performance.now() - start) / 1000;
  if (progress !== undefined) {
    const gone = monitor(progress);
    send(progress, "stop");
    receive((m: Partial<Down>) => m.ref === gone); // the line is clear before anything else is printed
  }
  report(tally, took);
  return 0;
}

function spawnNamed(total: number): Pid {
  const pid = spawn(showProgress, total);
  register("progress", pid);
  return pid;
}

function report(tally: Tally, took: number): void {
  for (const { path, why } of tally.skipped) console.error(`skipped ${path}: ${why}`);
  console.log(`The ${TOP} most frequent words\n`);
  console.log(
    columns(
      ["word", "count"],
      top(tally, TOP).map(([word, count]) => [word, String(count)]),
    ),
  );
  console.log("\nThe cores\n");
  console.log(
    columns(
      ["core", "processes", "steals", "messages", "busy"],
      statistics().map((s) => [
        String(s.scheduler),
        String(s.spawns + s.steals - s.migrations),
        String(s.steals),
        String(s.messagesIn),
        `${(s.busyShare * 100).toFixed(0)} %`,
      ]),
    ),
  );
  const rate = `${Math.round(tally.files / took)} files/s, ${(tally.bytes / 1e6 / took).toFixed(1)} MB/s`;
  const words = `${tally.words.toLocaleString("en")} words, ${tally.counts.size.toLocaleString("en")} different ones`;
  console.log(
    `\n${tally.files.toLocaleString("en")} files, ${(tally.bytes / 1e6).toFixed(1)} MB, ${words}, in ${seconds(took)}: ${rate}`,
  );
}
