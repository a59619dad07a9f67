/** Running other programs, and finding those that the workspace has installed. */
import "./node-version.js";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { constants } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The workspace root, an absolute path. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** A step that failed for a reason that has been told in full: scripts print the message, without a stack, and exit with 1. */
export class StepError extends Error {}

/**
 * The JavaScript file behind an installed package's command, to be run with `process.execPath`.
 * @param {string} packageName
 * @param {string} command
 */
export function binOf(packageName, command = packageName) {
  const folder = join(ROOT, "node_modules", packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return join(folder, typeof bin === "string" ? bin : bin[command]);
}

/**
 * Runs a program to its end with its output kept back; a failure throws a {@link StepError} that shows it.
 * @param {string} what the step's name, for the error
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, hint?: string }} [options] `hint`: what to do about a failure, printed last
 * @returns {string} what it wrote to standard output
 */
export function capture(what, file, args, options = {}) {
  const result = spawnSync(file, args, {
    cwd: options.cwd || ROOT,
    env: options.env || process.env,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    // npx and npm are .cmd files on Windows, which only a shell starts.
    shell: process.platform === "win32" && file !== process.execPath,
  });
  if (result.status === 0) return result.stdout;
  const reason = result.error ? result.error.message : `exit code ${result.status === null ? result.signal : result.status}`;
  throw new StepError(
    [`${what} failed (${reason}).`, result.stdout, result.stderr, options.hint].filter(Boolean).join("\n").trimEnd(),
  );
}

/**
 * Runs a Node.js program in the foreground: it has the terminal, the signals are its own, and its exit code is returned (128 + n after signal n).
 * @param {string[]} args Node.js arguments: the file, then its own
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, node?: string }} [options]
 * @returns {Promise<number>}
 */
export function foreground(args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(options.node || process.execPath, args, {
      cwd: options.cwd || process.cwd(),
      env: options.env || process.env,
      stdio: "inherit",
    });
    // A terminal sends Ctrl-C to both; a supervisor signals this process alone. Either way the child decides how to end.
    const ignore = () => {};
    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    process.on("SIGINT", ignore);
    process.on("SIGTERM", forward);
    process.on("SIGHUP", forward);
    const release = () => {
      process.off("SIGINT", ignore);
      process.off("SIGTERM", forward);
      process.off("SIGHUP", forward);
    };
    child.on("error", (error) => {
      release();
      reject(error);
    });
    child.on("exit", (code, signal) => {
      release();
      resolve(code === null ? 128 + (signal ? constants.signals[signal] : 0) : code);
    });
  });
}

/**
 * Whether the module is the program that was started, and not imported.
 * @param {string} moduleUrl `import.meta.url`
 */
export function isProgram(moduleUrl) {
  const started = process.argv[1];
  // Started through a symbolic link, argv has the link and the module the real path; Node.js adds a missing ".js" to the module only.
  const path = started && join(realpathSync(dirname(started)), basename(started, ".js"));
  return path === fileURLToPath(moduleUrl).replace(/\.js$/, "");
}

/**
 * Runs a script's body: `--help` or `-h` as the first argument prints the help; a {@link StepError} becomes a message and exit code 1.
 * Not to be awaited: versions of Node.js that are too old could not even read a top-level await.
 * @param {string | undefined} help without one, `--help` is an argument like any other
 * @param {(args: string[]) => number | void | Promise<number | void>} body returns the exit code
 */
export async function script(help, body) {
  const args = process.argv.slice(2);
  if (help && (args[0] === "--help" || args[0] === "-h")) {
    process.stdout.write(help.trim() + "\n");
    return;
  }
  try {
    process.exitCode = (await body(args)) || 0;
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    process.stderr.write(error.message + "\n");
    process.exitCode = 1;
  }
}
