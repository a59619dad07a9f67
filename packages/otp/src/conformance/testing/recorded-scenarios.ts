/** The scenarios of recorded/supervision.json, and what is written down of them. */
import { readFileSync } from "node:fs";
import type { AutoShutdown, Restart, Strategy } from "../../index.ts";
import type { Outcome } from "./children.ts";

/** A worker or a supervisor of a tree. */
export type Declaration = WorkerDeclaration | SupervisorDeclaration;

interface ChildDeclaration {
  readonly id: string;
  readonly restart: Restart;
  readonly shutdown: number | "infinity" | "brutal_kill";
  readonly significant?: boolean;
  /** How its start attempts end, counted over the whole scenario; further ones are ok. */
  readonly starts?: readonly Outcome[];
}

export interface WorkerDeclaration extends ChildDeclaration {
  readonly type?: never;
  readonly trapExit?: boolean;
  readonly onStop?: "hang";
}

export interface SupervisorDeclaration extends ChildDeclaration {
  readonly type: "supervisor";
  readonly strategy: Exclude<Strategy, "simple_one_for_one">;
  readonly intensity: number;
  readonly periodMs: number;
  readonly autoShutdown?: AutoShutdown;
  readonly children: readonly Declaration[];
}

/** What is done to the tree. */
export type Injection =
  | { readonly action: "application_start" | "application_stop" }
  | { readonly action: "stop" | "exit"; readonly process: string; readonly reason: unknown }
  | { readonly action: "start_child"; readonly supervisor: string; readonly child: Declaration }
  | {
      readonly action: "terminate_child" | "restart_child" | "delete_child";
      readonly supervisor: string;
      readonly child: string;
    };

/** Something that happened. */
export interface Happening {
  readonly process: string;
  readonly event: string;
  readonly reason?: unknown;
}

/** Happenings without an order between those of different branches. */
export interface Unordered {
  readonly unordered: true;
  readonly branches: readonly (readonly Happening[])[];
}

/** What came of an injection. */
export interface Effect {
  /** What a call returned. */
  readonly result?: unknown;
  readonly events: readonly (Happening | Unordered)[];
  /** The children of each supervisor that lives afterwards. */
  readonly children: Readonly<Record<string, { readonly running: readonly string[]; readonly stopped: readonly string[] }>>;
}

export interface Scenario {
  readonly name: string;
  readonly tree: SupervisorDeclaration;
  readonly steps: readonly (Effect & { readonly inject: Injection })[];
}

const recording = readFileSync(new URL("../recorded/supervision.json", import.meta.url), "utf8");

export const SCENARIOS: readonly Scenario[] = JSON.parse(recording).scenarios;

/** The scenario of a name. */
export function scenarioOf(name: string): Scenario {
  const scenario = SCENARIOS.find((each) => each.name === name);
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
  return scenario;
}

/** The same effect with the branches of each unordered group in one fixed order. */
export function comparable({ events, ...effect }: Effect): Effect {
  return { ...effect, events: events.map((event) => ("unordered" in event ? sorted(event) : event)) };
}

function sorted({ branches }: Unordered): Unordered {
  const keyed = branches.map((branch) => [JSON.stringify(branch), branch] as const);
  return { unordered: true, branches: keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, branch]) => branch) };
}
