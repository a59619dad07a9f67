/** Programs that tests start and whose whole outcome they look at. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { dist } from "./dist.ts";

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  /** Null if a signal ended the program. */
  readonly code: number | null;
}

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Written to standard input, which then ends. */
  readonly input?: string;
  /** Sends the program a signal as soon as it has printed the text; several in turn. */
  readonly signal?: SignalAfter | readonly SignalAfter[];
}

interface SignalAfter {
  readonly after: string;
  readonly name: NodeJS.Signals;
}

/**
 * Runs Node with `args` to its end. The environment has no options of Agner, but for how processes are preempted and moved, and no wish for colours but those given; and on a
 * busy machine nobody is told of what the machine is to blame for.
 */
export async function node(
  args: readonly string[],
  { env = {}, cwd, input = "", signal }: ProgramOptions = {},
): Promise<Outcome> {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:AGNER_(?!QUOTA$|MOVE$)|FORCE_COLOR$|NO_COLOR$|NODE_OPTIONS$)/.test(name),
    ),
  );
  const child = spawn(process.execPath, args, {
    env: { ...inherited, AGNER_LONG_SCHEDULE: "0", ...env },
    ...(cwd === undefined ? {} : { cwd }),
    stdio: "pipe",
  });
  let stdout = "";
  let stderr = "";
  const signals = signal === undefined ? [] : [signal].flat();
  const sendSignals = (): void => {
    const next = signals[0];
    if (next === undefined || !`${stdout}${stderr}`.includes(next.after)) return;
    signals.shift();
    child.kill(next.name);
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    sendSignals();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    sendSignals();
  });
  child.stdin.on("error", () => {}).end(input); // a program may end without reading
  const [code] = (await once(child, "close")) as [number | null];
  return { stdout, stderr, code };
}

/** Runs the command `agner`. */
export function agner(args: readonly string[], options?: ProgramOptions): Promise<Outcome> {
  return node([dist("cli/main.js"), ...args], options);
}
