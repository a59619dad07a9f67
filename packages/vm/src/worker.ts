/**
 * The entry of a scheduler thread: joins the VM's shared memory, starts the scheduler, and takes modules from the main thread.
 */
import { workerData, type MessagePort } from "node:worker_threads";
import { expose, wrap } from "comlink";
import {
  activityWords,
  addKeepers,
  bringNews,
  decodeTerm,
  DEFAULT_QUOTA,
  excuseStuck,
  flushAll,
  internPid,
  limitHeap,
  joinScheduler,
  partWith,
  setCrashHook,
  setDescriptions,
  setExportResolver,
  setScripts,
  setTermHost,
  setTraceHook,
  setVariableNames,
  exportPid,
  startTurns,
  publishAll,
  takeStock,
  type SharedMemory,
} from "@agner/scheduler";
import { OUT_OF_MEMORY } from "./schedulers/heap.ts";
import * as clientSupport from "./client-support.ts";
import { setMainControl, type MainControl, type ThreadControl } from "./control.ts";
import { threadRuntime } from "./code/runtime.ts";
import { ModuleTable } from "./code/module.ts";
import { namespaceOf } from "./code/namespace.ts";
import type { BuiltinModules } from "@agner/compiler/runtime";
import { unpackImages, type PackedImage } from "./code/parts.ts";
import { installStackTraces } from "./code/stack.ts";
import { setModuleTable } from "./code/thread-table.ts";
import { encodeError } from "./dirty/terms.ts";
import { endpointOf } from "./endpoint.ts";
import { ENTRY_POINT, entryPointOf } from "./entry-point.ts";
import { haltNow } from "./halt.ts";
import * as vmNamespace from "./index.ts";
import { installOutput } from "./output.ts";
import { crashReportOf } from "./report/crash-report.ts";
import { reportUnhandledRejections } from "./rejections.ts";
import * as reportNamespace from "./report/index.ts";
import { announceCrash, setReporter } from "./report/reporter.ts";
import { installInput } from "./input.ts";
import * as testingNamespace from "./testing.ts";
import { findTest, processTestNamespace, vitestNamespace } from "./test-registry.ts";

/** What the main thread hands to a scheduler thread. */
export interface WorkerStart {
  readonly memory: SharedMemory;
  readonly thread: number;
  readonly ports: ReadonlyMap<number, MessagePort>;
  readonly control: MessagePort;
  readonly argv: readonly string[];
  readonly quota: number | undefined;
  readonly forceMoves: boolean;
  /** What of the heap may be in use, in MB. */
  readonly heapMb: number;
  /** The compiled equivalents of built-ins; their sites come first. */
  readonly builtins: BuiltinModules;
  /** Whether test files are loaded, which import vitest. */
  readonly testing: boolean;
  /** URL prefixes of the VM's own files. */
  readonly internal: readonly string[];
  /** A variable of the environment that was for Node. */
  readonly hidden: string | undefined;
  /** Whether a debugger may listen. */
  readonly debugging: boolean;
  /** Slot and serial of the inbox to which crash reports go. */
  readonly reporter: readonly [slot: number, serial: number];
  /** How often each scheduler has been lost. */
  readonly generations: readonly number[];
}

const start = workerData as WorkerStart;

installOutput();
installInput();
reportUnhandledRejections();
process.argv = [...start.argv];
if (start.hidden !== undefined) delete process.env[start.hidden];
const exitThread = process.exit.bind(process);
let ending = false;
// After an uncaught error, Node ends the thread by this function too, behind the event "exit"; a halt then would overtake the error on its way to the main thread.
process.exit = ((code?: number | string | null) =>
  ending ? exitThread(code) : haltNow(Number(code ?? process.exitCode ?? 0) & 0xff)) as typeof process.exit;

// Before the control port is opened: a message that came during the import would find nobody.
const namespaces: Record<string, object> = {
  "@agner/vm": namespaceOf(vmNamespace),
  "@agner/vm/client-support": namespaceOf(clientSupport),
  "@agner/vm/report": namespaceOf(reportNamespace),
  "@agner/vm/testing": namespaceOf(testingNamespace),
};
if (start.testing) Object.assign(namespaces, { "@agner/vm/vitest": processTestNamespace, vitest: await vitestNamespace() });

joinScheduler({
  memory: start.memory,
  thread: start.thread,
  ports: start.ports,
  quota: start.quota ?? DEFAULT_QUOTA,
  generations: start.generations,
  forceMoves: start.forceMoves,
});

limitHeap(start.heapMb * 2 ** 20, () => {
  throw Object.assign(new Error(`more than ${start.heapMb} MB are in use`), { code: OUT_OF_MEMORY });
});

const endpoint = endpointOf(start.control);
const main = wrap<MainControl>(endpoint);
setMainControl(main);

const table = new ModuleTable(threadRuntime(start.builtins, { ...vmNamespace, ...testingNamespace }), namespaces, {
  onDynamicImport: async (url) => {
    const error = await main.load(url);
    if (error !== undefined) throw decodeTerm(error);
  },
  debugging: start.debugging,
  onNative: (url, namespace) => {
    if (url.startsWith("node:")) addKeepers(namespace);
  },
});
setModuleTable(table);
const traces = installStackTraces({ table, internal: start.internal });
setTraceHook(traces.attachCallers);

setScripts(
  (script) => table.positions.has(script),
  (script, line, column) => {
    const place = table.mapPosition(script, line, column);
    return place === undefined ? undefined : `${place.url}:${place.line}:${place.column}`;
  },
);

setTermHost({
  functionRef: (fn) => table.functionRef(fn),
  resolveFunction: (module, index) => table.resolveFunction(module, index),
  definitionRef: (value) => table.exportOf(value),
  resolveDefinition: (module, name) => table.resolveExport(module, name),
  valueRef: (value) => table.valueRef(value),
  resolveValue: (module, name) => table.resolveValue(module, name),
  pidExported: exportPid,
});
setExportResolver((url, name) => {
  if (name === ENTRY_POINT) return entryPointOf(url, table.namespace(url));
  return findTest(name) ?? (table.resolveExport(url, name) as Function);
});
const describeSite = (site: number): string | undefined => {
  const place = table.sites.describe(site);
  return place === undefined
    ? undefined
    : `${place.functionName || "an anonymous function"} (${place.url}:${place.line}:${place.column})`;
};
setVariableNames({
  site: describeSite,
  slot: (site, slot) => table.sites.variableAt(site, slot),
  capture: (site, index) => table.sites.captureAt(site, index),
});
setDescriptions(describeSite, (fn) => {
  const info = table.info(fn as Function);
  return info === undefined ? undefined : `${info.name || "an anonymous function"} (${info.url}:${info.line}:${info.column})`;
});

setReporter(internPid(...start.reporter));
setCrashHook((p, reason) => announceCrash(crashReportOf(p, reason)));

const control: ThreadControl = {
  install: async (images: readonly PackedImage[]) => {
    excuseStuck(true);
    try {
      await table.install(unpackImages(images));
      return undefined;
    } catch (e) {
      return encodeError(e);
    } finally {
      excuseStuck(false);
    }
  },
  start: async () => startTurns(),
  partWith: async (lost, generation, port) => partWith(lost, generation, port),
  takeStock: async () => takeStock(),
  publishAll,
  bringNews: async (lost) => bringNews(lost),
  activity: activityWords,
  checkEntryPoint: async (url) => {
    try {
      entryPointOf(url, table.namespace(url));
      return undefined;
    } catch (e) {
      return encodeError(e);
    }
  },
};
expose(control, endpoint);
start.control.ref(); // a pending Atomics.waitAsync alone would not keep the thread alive
process.on("exit", () => {
  ending = true;
  flushAll();
});
