/** The command line, and the environment that stands for it where the arguments belong to the app. */
import { parseArgs } from "node:util";
import { AgnerError } from "@agner/scheduler/errors";
import { nearest } from "../code/nearest.ts";

/** Options of a run; see `agner run --help`. */
export interface RunOptions {
  /** How many schedulers; as many as there are cores where it is not given. */
  readonly cores?: number;
  /** Most that the heap of one scheduler may hold, in MB. */
  readonly heapMb?: number;
  /** From how many milliseconds on a scheduler that is stuck is reported; Infinity for never. */
  readonly longScheduleMs?: number;
  /** From how many milliseconds on it is replaced; Infinity for never. */
  readonly stuckLimitMs?: number;
  readonly stats: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** What is compiled, and where that goes; see `agner compile --help`. */
export interface CompileRequest {
  readonly module: string;
  /** Default standard output. */
  readonly out?: string;
  readonly map: boolean;
  readonly json: boolean;
}

export type Command =
  | { readonly kind: "help"; readonly topic: "agner" | "run" | "compile" }
  | ({ readonly kind: "compile" } & CompileRequest)
  | { readonly kind: "version" }
  | { readonly kind: "run"; readonly module: string; readonly args: readonly string[]; readonly options: RunOptions };

/** Below the least there is no room to work; a larger number than the most is a slip of the finger, such as bytes. */
const LEAST_HEAP_MB = 32;
const MOST_HEAP_MB = 2 ** 20;

/** The watchdog does not look more often; what takes longer than a timer of Node does is never. */
const LEAST_LONG_SCHEDULE_MS = 10;
const LEAST_STUCK_LIMIT_MS = 100;
const MOST_MS = 2 ** 31 - 1;

/** More schedulers than any machine has cores; a larger number is a slip of the finger. */
const MOST_CORES = 256;

const OPTIONS = {
  cores: { type: "string" },
  heap: { type: "string" },
  "long-schedule": { type: "string" },
  "stuck-limit": { type: "string" },
  stats: { type: "boolean" },
  json: { type: "boolean" },
  quiet: { type: "boolean" },
} as const;

type OptionName = keyof typeof OPTIONS;

const COMPILE_OPTIONS = {
  out: { type: "string" },
  map: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

const COMMANDS = ["run", "compile"];
const HINT = "see: agner --help";
const RUN_HINT = "see: agner run --help";
const COMPILE_HINT = "see: agner compile --help";

/**
 * Understands the arguments after `agner`.
 *
 * @throws AgnerError `AGNER_USAGE`
 * @example
 * parseCommand(["run", "app.ts", "--cores", "2", "hello"]); // main("hello") on two cores
 */
export function parseCommand(argv: readonly string[]): Command {
  const [first, ...rest] = argv;
  if (first === "--help" || first === "-h" || first === "help")
    return { kind: "help", topic: rest[0] === "run" || rest[0] === "compile" ? rest[0] : "agner" };
  if (first === "--version" || first === "-v") return { kind: "version" };
  if (first === "run") return parseRun(rest);
  if (first === "compile") return parseCompile(rest);
  if (first === undefined) throw usage("no command given", HINT);
  if (first.startsWith("-")) throw usage(`unknown option ${first}${suggestion(first, ["--help", "--version"])}`, HINT);
  if (/[./\\]/.test(first)) throw usage(`unknown command ${JSON.stringify(first)}; to run a module: agner run ${first}`, HINT);
  throw usage(`unknown command ${JSON.stringify(first)}${suggestion(first, COMMANDS)}`, HINT);
}

/**
 * Agner's options may stand before and after the module, up to `--`. The first other argument is the module; what follows and is no option
 * of Agner's is the app's, in its order.
 */
function parseRun(argv: readonly string[]): Command {
  const { tokens } = parseArgs({ args: [...argv], options: OPTIONS, strict: false, allowPositionals: true, tokens: true });
  const given: Partial<Record<OptionName, string | true>> = {};
  const args: string[] = [];
  let module: string | undefined;
  let lastIndex = -1;
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "option" && Object.hasOwn(OPTIONS, token.name) && token.rawName.startsWith("--")) {
      given[token.name as OptionName] = optionValue(token.name as OptionName, token.value);
      continue;
    }
    if (token.index === lastIndex) continue; // `-abc` is three options, and one argument of the app
    lastIndex = token.index;
    const text = argv[token.index]!;
    if (module !== undefined) args.push(text);
    else if (token.kind === "positional") module = text;
    else if (text === "--help" || text === "-h") return { kind: "help", topic: "run" };
    else
      throw usage(
        `unknown option ${text}${suggestion(
          text,
          Object.keys(OPTIONS).map((name) => `--${name}`),
        )}; options of the app stand after its module`,
        RUN_HINT,
      );
  }
  if (module === undefined) throw usage("no module given: agner run <module> [args…]", RUN_HINT);
  return { kind: "run", module, args, options: toOptions(given, (name) => `--${name}`) };
}

function parseCompile(argv: readonly string[]): Command {
  const { tokens } = parseArgs({
    args: [...argv],
    options: COMPILE_OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const modules: string[] = [];
  let out: string | undefined;
  const on = new Set<string>();
  for (const token of tokens) {
    if (token.kind === "positional") modules.push(token.value);
    if (token.kind !== "option") continue;
    const { name, rawName, value } = token;
    if (!Object.hasOwn(COMPILE_OPTIONS, name)) {
      const known = Object.keys(COMPILE_OPTIONS).map((option) => `--${option}`);
      throw usage(`unknown option ${rawName}${suggestion(rawName, known)}`, COMPILE_HINT);
    }
    if (name === "out") {
      if (value === undefined || value === "") throw usage("--out needs a value", COMPILE_HINT);
      out = value;
      continue;
    }
    if (value !== undefined) throw usage(`--${name} takes no value, but was given ${JSON.stringify(value)}`, COMPILE_HINT);
    on.add(name);
  }
  if (on.has("help")) return { kind: "help", topic: "compile" };
  const [module, second] = modules;
  if (module === undefined) throw usage("no module given: agner compile <module>", COMPILE_HINT);
  if (second !== undefined)
    throw usage(`one module is compiled at a time, and ${JSON.stringify(second)} is a second`, COMPILE_HINT);
  return { kind: "compile", module, ...(out === undefined ? {} : { out }), map: on.has("map"), json: on.has("json") };
}

function optionValue(name: OptionName, value: string | undefined): string | true {
  if (OPTIONS[name].type === "boolean") {
    if (value !== undefined) throw usage(`--${name} takes no value, but was given ${JSON.stringify(value)}`, RUN_HINT);
    return true;
  }
  if (value === undefined) throw usage(`--${name} needs a value`, RUN_HINT);
  return value;
}

/**
 * Options from `AGNER_CORES`, `AGNER_HEAP`, `AGNER_LONG_SCHEDULE`, `AGNER_STUCK_LIMIT`, `AGNER_STATS`, `AGNER_JSON` and `AGNER_QUIET`; `1` or `true` switches one on, `0`, `false` or nothing does not.
 *
 * @throws AgnerError `AGNER_USAGE`
 */
export function optionsFromEnvironment(env: Readonly<Record<string, string | undefined>>): RunOptions {
  const given: Partial<Record<OptionName, string | true>> = {};
  for (const name of Object.keys(OPTIONS) as OptionName[]) {
    const variable = variableOf(name);
    const value = env[variable];
    if (value === undefined || value === "") continue;
    if (OPTIONS[name].type === "string") given[name] = value;
    else if (value === "1" || value === "true") given[name] = true;
    else if (value !== "0" && value !== "false") throw usage(`${variable} must be 1 or 0, not ${JSON.stringify(value)}`);
  }
  return toOptions(given, variableOf);
}

function variableOf(name: OptionName): string {
  return `AGNER_${name.toUpperCase().replaceAll("-", "_")}`;
}

function toOptions(given: Partial<Record<OptionName, string | true>>, shown: (name: OptionName) => string): RunOptions {
  const { cores, heap, "long-schedule": long, "stuck-limit": stuck, stats, json, quiet } = given;
  return {
    ...(cores === undefined ? {} : { cores: toNumber(cores as string, shown("cores"), 1, MOST_CORES, "") }),
    ...(heap === undefined ? {} : { heapMb: toNumber(heap as string, shown("heap"), LEAST_HEAP_MB, MOST_HEAP_MB, " of MB") }),
    ...(long === undefined ? {} : { longScheduleMs: toMs(long as string, shown("long-schedule"), LEAST_LONG_SCHEDULE_MS) }),
    ...(stuck === undefined ? {} : { stuckLimitMs: toMs(stuck as string, shown("stuck-limit"), LEAST_STUCK_LIMIT_MS) }),
    stats: stats !== undefined,
    json: json !== undefined,
    quiet: quiet !== undefined,
  };
}

function toNumber(text: string, shown: string, least: number, most: number, unit: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : -1;
  if (number < least || number > most)
    throw usage(`${shown} must be a whole number${unit} from ${least} to ${most}, not ${JSON.stringify(text)}`);
  return number;
}

/** 0 stands for never. */
function toMs(text: string, shown: string, least: number): number {
  if (text === "0") return Infinity;
  return toNumber(text, shown, least, MOST_MS, " of milliseconds");
}

function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? "" : `; did you mean ${near}?`;
}

function usage(message: string, hint?: string): AgnerError {
  return new AgnerError("AGNER_USAGE", hint === undefined ? message : `${message} (${hint})`);
}
