/** The run that the others are compared with: Node's own, of the same text as a module. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { settle, type Realm } from "./host.ts";
import { failed, type Outcome } from "./outcome.ts";
import { MAIN } from "./variants.ts";

export interface Job {
  readonly url: string;
  readonly text: string;
  /** Absolute paths of the harness files. */
  readonly harness: readonly string[];
  readonly async: boolean;
}

const scripts = new Map<string, vm.Script>();

/** A harness file as a script: compiled once, run in many realms. */
export function harnessScript(path: string): vm.Script {
  let script = scripts.get(path);
  if (script === undefined) scripts.set(path, (script = new vm.Script(readFileSync(path, "utf8"), { filename: path })));
  return script;
}

export async function runPlain(job: Job, realm: Realm): Promise<Outcome | undefined> {
  for (const path of job.harness) harnessScript(path).runInContext(realm.context);
  const loader = new Loader(realm.context);
  let module: vm.Module;
  try {
    module = loader.make(job.url, job.text);
    await loader.link(module);
  } catch (e) {
    return failed("early", e);
  }
  try {
    await loader.evaluate(module);
    const main = (module.namespace as Record<string, unknown>)[MAIN] as (() => void) | undefined;
    if (main !== undefined && job.text.includes(`export function ${MAIN}`)) main();
  } catch (e) {
    return failed("runtime", e);
  }
  if (job.async) await settle(() => realm.printed.length > 0);
  return undefined;
}

type Attributes = Record<string, string | undefined> | undefined;

/** The modules of one realm. */
class Loader {
  readonly #modules = new Map<string, vm.Module>();
  readonly #evaluations = new Map<vm.Module, Promise<void>>();
  readonly #context: vm.Context;
  #parse: ((text: string) => unknown) | undefined;

  constructor(context: vm.Context) {
    this.#context = context;
  }

  make(url: string, text: string): vm.Module {
    const module = new vm.SourceTextModule(text, {
      context: this.#context,
      identifier: url,
      initializeImportMeta: (meta) => void (meta.url = url),
      importModuleDynamically: (async (specifier: string, _script: unknown, attributes: Attributes) => {
        const found = this.load(specifier, url, attributes);
        await this.evaluate(found);
        return found;
      }) as never,
    });
    this.#modules.set(url, module);
    return module;
  }

  async link(module: vm.Module): Promise<void> {
    await module.link((specifier, parent, extra) => this.load(specifier, parent.identifier, extra.attributes));
  }

  /** A module that is being evaluated with another, which has imported it, is waited for. */
  evaluate(module: vm.Module): Promise<void> {
    let evaluation = this.#evaluations.get(module);
    if (evaluation === undefined) this.#evaluations.set(module, (evaluation = this.#evaluate(module)));
    return evaluation;
  }

  async #evaluate(module: vm.Module): Promise<void> {
    if (module.status === "unlinked") await this.link(module);
    for (let turn = 0; turn < 100 && (module.status === "linking" || module.status === "evaluating"); turn++)
      await new Promise((resolve) => setImmediate(resolve));
    await module.evaluate();
  }

  load(specifier: string, parent: string, attributes: Attributes): vm.Module {
    const { href } = new URL(specifier, parent);
    const known = this.#modules.get(href);
    if (known !== undefined) return known;
    const text = readFileSync(fileURLToPath(href), "utf8");
    return attributes?.["type"] === "json" ? this.#json(href, text) : this.make(href, text);
  }

  #json(url: string, text: string): vm.Module {
    this.#parse ??= vm.runInContext("JSON.parse", this.#context) as (text: string) => unknown;
    const value = this.#parse(text);
    const module = new vm.SyntheticModule(["default"], () => module.setExport("default", value), {
      context: this.#context,
      identifier: url,
    });
    this.#modules.set(url, module);
    return module;
  }
}
