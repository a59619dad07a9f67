/** Supervision trees as a test sees them: snapshots, and what has changed between two. */
import { isPid, monitor, self, send, TIMEOUT, type Pid } from "@agner/vm";
import { formatTerm } from "@agner/vm/report";
import { REPLY } from "../gen/call.ts";
import { describeActivity } from "../gen/describe.ts";
import type { ChildInfo } from "../supervisor/types.ts";
import { awaited, patience, waited } from "./patience.ts";
import { failed } from "./show.ts";

/** A process of a tree. */
export interface TreeNode {
  /** As its supervisor knows it; undefined for the root, and for children that have no ids. */
  readonly id: unknown;
  /** Ids from the root on, joined by "/"; empty for the root. A child without an id stands there with its pid. */
  readonly path: string;
  /** undefined: it does not run. */
  readonly pid: Pid | "restarting" | undefined;
  readonly type: "worker" | "supervisor";
  /** In start order; empty for workers. */
  readonly children: readonly TreeNode[];
}

/** What has become of the processes of a tree, by their paths. */
export interface TreeDifference {
  /** Run as before, but as other processes. */
  readonly restarted: readonly string[];
  /** Do not run any more. */
  readonly stopped: readonly string[];
  /** Did not run before. */
  readonly started: readonly string[];
  readonly unchanged: readonly string[];
  /** Wait for a restart. */
  readonly waiting: readonly string[];
}

/** The tree below a supervisor. */
export function treeOf(pid: Pid): TreeNode {
  return { id: undefined, path: "", pid, type: "supervisor", children: childrenOf(pid, "") };
}

function childrenOf(supervisor: Pid, path: string): TreeNode[] {
  return infosOf(supervisor).map(({ id, pid, type }) => {
    const step = typeof id === "string" ? id : id === undefined && isPid(pid) ? pid.toString() : formatTerm(id);
    const own = path === "" ? step : `${path}/${step}`;
    const children = type === "supervisor" && isPid(pid) ? childrenOf(pid, own) : [];
    return { id, path: own, pid, type, children };
  });
}

function infosOf(supervisor: Pid): ChildInfo[] {
  const ref = monitor(supervisor, REPLY);
  send(supervisor, { type: "$call", pid: self(), ref, name: "whichChildren", args: [] });
  const time = patience("tree", {});
  const answer = awaited(ref, time);
  if (answer === TIMEOUT)
    throw failed(
      `tree: the supervisor ${supervisor.toString()} did not say ${waited(time)} which children it has: ${describeActivity(supervisor)}`,
    );
  if (answer.type === "DOWN") return []; // it has ended
  return (answer.value.value as ChildInfo[]).toReversed();
}

/** All nodes by their paths, supervisors before their children. */
export function nodesOf(tree: TreeNode): Map<string, TreeNode> {
  const nodes = new Map<string, TreeNode>();
  const add = (node: TreeNode): void => {
    nodes.set(node.path, node);
    for (const child of node.children) add(child);
  };
  add(tree);
  return nodes;
}

/** What has become of the nodes of `before`. */
export function differenceOf(before: Map<string, TreeNode>, after: Map<string, TreeNode>): TreeDifference {
  const paths = (wanted: (was: TreeNode["pid"], is: TreeNode["pid"]) => boolean): string[] =>
    [...new Set([...before.keys(), ...after.keys()])].filter((path) => wanted(before.get(path)?.pid, after.get(path)?.pid));
  return {
    restarted: paths((was, is) => isPid(was) && isPid(is) && was !== is),
    stopped: paths((was, is) => isPid(was) && !isPid(is) && is !== "restarting"),
    started: paths((was, is) => !isPid(was) && isPid(is)),
    unchanged: paths((was, is) => isPid(was) && was === is),
    waiting: paths((_was, is) => is === "restarting"),
  };
}

/** A tree as text, one process a line. */
export function showTree({ children, type }: TreeNode, root: string): string {
  return [`${root} (${type})`, ...linesOf(children, "")].join("\n");
}

function linesOf(nodes: readonly TreeNode[], indent: string): string[] {
  return nodes.flatMap(({ path, pid, type, children }, index) => {
    const last = index === nodes.length - 1;
    const state = pid === undefined ? ", does not run" : pid === "restarting" ? ", waits for a restart" : "";
    const step = path.slice(path.lastIndexOf("/") + 1);
    return [`${indent}${last ? "└─" : "├─"} ${step} (${type}${state})`, ...linesOf(children, `${indent}${last ? "   " : "│  "}`)];
  });
}
