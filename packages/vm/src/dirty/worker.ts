/**
 * A thread of the dirty pool: finds a function by module and export name, runs it, and returns its result as bytes. No process runs here.
 */
import { decodeTerm, encodeTerm, transfersOf } from "@agner/scheduler";
import { move, transferableSymbol, valueSymbol } from "piscina";
import * as clientSupport from "../client-support.ts";
import type { DirtyTarget } from "../control.ts";
import { unpackImages } from "../code/parts.ts";
import { threadRuntime } from "../code/runtime.ts";
import { ModuleTable } from "../code/module.ts";
import * as vmNamespace from "../index.ts";
import { installOutput } from "../output.ts";
import * as reportNamespace from "../report/index.ts";
import type { DirtyReply, DirtyTask } from "./pool.ts";
import { encodeError } from "./terms.ts";
import * as testingNamespace from "../testing.ts";

installOutput();

const table = new ModuleTable(
  threadRuntime(undefined, vmNamespace),
  {
    "@agner/vm": vmNamespace,
    "@agner/vm/client-support": clientSupport,
    "@agner/vm/report": reportNamespace,
    "@agner/vm/testing": testingNamespace,
  },
  { onDynamicImport: async () => {} },
);

/** Runs one task; piscina calls the default export. */
// oxlint-disable-next-line import/no-default-export
export default async function run(task: DirtyTask): Promise<unknown> {
  const reply = await answer(task);
  return reply === "images" ? reply : move({ [transferableSymbol]: transfersOf(reply.value), [valueSymbol]: reply } as never);
}

async function answer({ call, compiled, images }: DirtyTask): Promise<DirtyReply> {
  try {
    if (compiled && images !== undefined) await table.install(unpackImages(images.filter(({ image }) => !table.has(image.url))));
    if (compiled && !table.has(call.target.module)) return "images";
    const fn = compiled ? table.resolveExport(call.target.module, call.target.name) : await importExport(call.target);
    const value: unknown = await (fn as (...args: unknown[]) => unknown)(...(decodeTerm(call.args) as unknown[]));
    return { value: encodeTerm(value), threw: false };
  } catch (e) {
    return { value: encodeError(e), threw: true };
  }
}

async function importExport({ module, name }: DirtyTarget): Promise<unknown> {
  const namespace: unknown = await import(module);
  const path = name.startsWith("default.") ? ["default", name.slice("default.".length)] : [name];
  return path.reduce((value, key) => (value as Record<string, unknown>)[key], namespace);
}
