/** A supervisor under test: its tree, and what the end of a process does to it. */
import { exit, isAlive, isPid, monitor, receive, self, spawn, type Down, type Pid } from "@agner/vm";
import { formatTerm } from "@agner/vm/report";
import { badArgument } from "../errors.ts";
import { stopProcess } from "../gen/stop.ts";
import { LIMIT_MS, settle } from "./settle.ts";
import { failed } from "./show.ts";
import { differenceOf, nodesOf, showTree, treeOf, type TreeDifference, type TreeNode } from "./tree.ts";

/** A supervisor under test. */
export interface Harness<H> {
  /** The supervisor's own handle. */
  readonly handle: H;
  readonly pid: Pid;
  /** The whole tree, as it is now. */
  tree(): TreeNode;
  /** The whole tree as text without pids, for snapshots. */
  show(): string;
  /** The process at a path of child ids; none: the root. Throws `AGNER_EXPECTATION` if none runs there. */
  path(...ids: readonly unknown[]): Pid;
  /** Sends an exit signal to a process, waits for the VM to come to rest, and says what has become of the tree. */
  kill(target: Pid | string | readonly unknown[], reason?: unknown): TreeDifference;
  /** Does something, waits for the VM to come to rest, and says what has become of the tree. */
  change(action: () => void): TreeDifference;
  /** Fails unless the last `kill` or `change` has led to restarts at these paths, in any order, and nowhere else. */
  expectRestarted(...paths: readonly string[]): void;
  /** Fails unless the last `kill` or `change` has left the processes at these paths alone. */
  expectUnchanged(...paths: readonly string[]): void;
  /** Ends the supervisor and all that is below; returns when they have ended. */
  stop(): void;
}

/** A definition of a supervisor, as far as it is needed here. */
interface Supervised {
  start(...args: any[]): { readonly pid: Pid } | undefined;
}

/**
 * Starts a supervisor for the test, not linked with it. It is stopped by `stop()`, or else when the test's process has ended.
 *
 * @param args those of the definition's `start`: the argument, and options.
 * @throws {StartError} if it cannot be started.
 * @example
 * const shop = superviseForTest(Shop, { stock: 3 });
 * shop.kill("orders");
 * shop.expectRestarted("orders");
 * shop.expectUnchanged("stock");
 */
export function superviseForTest<D extends Supervised>(
  definition: D,
  ...args: Parameters<D["start"]>
): Harness<Exclude<ReturnType<D["start"]>, undefined>> {
  // The tree of the test before may still be on its way out, with names that are needed again.
  settle();
  const handle = definition.start(...args);
  if (handle === undefined) throw failed("superviseForTest: nothing was started, for the supervisor's init returned ignore()");
  spawn(guard, self(), handle.pid);
  return harness(handle as Exclude<ReturnType<D["start"]>, undefined>);
}

/** Stops a supervisor when its test has ended. */
function guard(test: Pid, supervisor: Pid): void {
  const end = monitor(test);
  monitor(supervisor);
  const { ref } = receive<Down>();
  if (ref === end && isAlive(supervisor)) stopProcess("superviseForTest", supervisor, "shutdown", Infinity);
}

/**
 * What {@link superviseForTest} returns, for a supervisor that runs already.
 *
 * @example
 * const shop = harness(Shop.ref("shop"));
 * expect(shop.show()).toMatchInlineSnapshot();
 */
export function harness<H extends { readonly pid: Pid }>(handle: H): Harness<H> {
  const { pid: root } = handle;
  if (!isPid(root)) throw badArgument("harness: the argument must be the handle of a supervisor");
  /** What was done last, and what it has led to. */
  let last: { readonly what: string; readonly difference: TreeDifference } | undefined;

  const observe = (what: string, before: Map<string, TreeNode>, action: () => void): TreeDifference => {
    action();
    settle();
    const difference = differenceOf(before, isAlive(root) ? nodesOf(treeOf(root)) : new Map<string, TreeNode>());
    last = { what, difference };
    return difference;
  };
  const check = (expectation: string, holds: (difference: TreeDifference) => boolean): void => {
    if (last === undefined) throw failed(`${expectation}: nothing was done yet; call kill or change first`);
    if (!holds(last.difference)) throw failed(`${expectation}: ${last.what}, ${describeDifference(last.difference)}`);
  };

  return {
    handle,
    pid: root,
    tree: () => treeOf(root),
    show: () => showTree(treeOf(root), "root"),
    path: (...ids: readonly unknown[]) => running(nodesOf(treeOf(root)), pathOf(ids)),
    kill: (target: Pid | string | readonly unknown[], reason: unknown = "kill") => {
      const before = nodesOf(treeOf(root));
      const pid = isPid(target) ? target : running(before, typeof target === "string" ? target : pathOf(target));
      const node = [...before.values()].find((each) => each.pid === pid);
      const what = `after ${node === undefined ? pid.toString() : name(node.path)} got the exit signal ${formatTerm(reason)}`;
      return observe(what, before, () => exit(pid, reason));
    },
    change: (action: () => void) => observe("after the change", nodesOf(treeOf(root)), action),
    expectRestarted: (...paths: readonly string[]) =>
      check(`expectRestarted(${list(paths)})`, ({ restarted }) => sorted(restarted) === sorted(paths)),
    expectUnchanged: (...paths: readonly string[]) =>
      check(`expectUnchanged(${list(paths)})`, ({ unchanged }) => paths.every((path) => unchanged.includes(path))),
    stop: () => {
      if (isAlive(root)) stopProcess("stop", root, "shutdown", LIMIT_MS);
      settle();
    },
  };
}

function pathOf(ids: readonly unknown[]): string {
  return ids.map((id) => (typeof id === "string" ? id : isPid(id) ? id.toString() : formatTerm(id))).join("/");
}

/** The pid of the process at a path. */
function running(nodes: Map<string, TreeNode>, path: string): Pid {
  const node = nodes.get(path);
  if (node !== undefined && isPid(node.pid)) return node.pid;
  const all = [...nodes.keys()].filter((each) => each !== "");
  if (node === undefined) throw failed(`the tree has no ${name(path)}; it has ${all.length === 0 ? "no children" : list(all)}`);
  throw failed(`${name(path)} does not run${node.pid === "restarting" ? " now: it waits for a restart" : ""}`);
}

function describeDifference({ restarted, stopped, started, unchanged, waiting }: TreeDifference): string {
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ["restarted", restarted],
    ["stopped", stopped],
    ["started", started],
    ["waiting for a restart", waiting],
    ["unchanged", unchanged],
  ];
  return parts.map(([what, paths]) => `${what}: ${paths.length === 0 ? "none" : list(paths)}`).join("; ");
}

function list(paths: readonly string[]): string {
  return paths.map(name).join(", ");
}

function name(path: string): string {
  return path === "" ? "the root" : JSON.stringify(path);
}

function sorted(paths: readonly string[]): string {
  return JSON.stringify([...paths].sort((a, b) => (a < b ? -1 : 1)));
}
