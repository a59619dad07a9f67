/** The same text compiled and run at one quota. */
import { readFileSync } from "node:fs";
import * as fs from "node:fs/promises";
import path from "node:path";
import url, { pathToFileURL } from "node:url";
import util from "node:util";
import vm from "node:vm";
import { parse } from "acorn";
import { compile, compileBuiltins, type CompileResult } from "@agner/compiler";
import { settle, type Realm } from "./host.ts";
import { failed, type Outcome } from "./outcome.ts";
import { harnessScript, type Job } from "./plain.ts";
import { Planner, type Sources } from "./planner.ts";
import type { Boundary, Inside } from "./realm.ts";
import { MAIN } from "./variants.ts";

/** Slices after which a process is taken to be without end: no test needs near as many reductions. */
const LIMIT = 2_000_000;

export class Compiler {
  readonly #realmScript: vm.Script;
  readonly #builtins = compileBuiltins();
  readonly #plainHarness: ReadonlySet<string>;
  readonly #harness = new Map<string, CompileResult>();
  readonly #scripts = new Map<string, vm.Script>();

  /** `plainHarness`: names of harness files that are run as they are. */
  constructor(realmBundle: string, plainHarness: readonly string[]) {
    this.#realmScript = new vm.Script(readFileSync(realmBundle, "utf8"), { filename: "realm.js" });
    this.#plainHarness = new Set(plainHarness);
  }

  /** To be called between tests: what one has compiled is of no use to the next. */
  forget(): void {
    this.#scripts.clear();
  }

  /** `quota`: that of the process which runs the function that the test is wrapped in; a test that is not wrapped runs in native mode. */
  async run(job: Job, sources: Sources, realm: Realm, quota: number): Promise<Outcome | undefined> {
    const planner = new Planner(sources, this.#builtins.siteCount);
    const inside = this.#enter(realm, planner);
    for (const file of job.harness) {
      if (this.#plainHarness.has(path.basename(file))) harnessScript(file).runInContext(realm.context);
      else await inside.install([planner.image(pathToFileURL(file).href, this.#harnessModule(file), [])]);
    }
    try {
      await inside.install(planner.plan(job.url));
      const main = inside.namespace(job.url)[MAIN] as (() => void) | undefined;
      if (main !== undefined && job.text.includes(`export function ${MAIN}`)) inside.run(main, quota, LIMIT);
    } catch (e) {
      return failed(isLoading(e) ? "early" : "runtime", e);
    }
    if (job.async) await settle(() => realm.printed.length > 0);
    return undefined;
  }

  #enter(realm: Realm, planner: Planner): Inside {
    const boundary: Boundary = {
      builtins: this.#builtins,
      plan(href) {
        try {
          return planner.plan(href);
        } catch (e) {
          const { code, message } = e as { code?: string; message: string };
          return { code: code ?? "AGNER_MODULE_NOT_FOUND", message };
        }
      },
    };
    const scripts = this.#scripts;
    const shim = {
      Script: class {
        readonly #code: string;
        readonly #options: { filename: string };
        constructor(code: string, options: { filename: string }) {
          this.#code = code;
          this.#options = options;
        }
        runInThisContext(): unknown {
          let script = scripts.get(this.#code);
          if (script === undefined) scripts.set(this.#code, (script = new vm.Script(this.#code, this.#options)));
          return script.runInContext(realm.context);
        }
      },
    };
    const modules = { "node:vm": shim, "node:util": util, "node:path": path, "node:url": url, "node:fs/promises": fs };
    const start = this.#realmScript.runInContext(realm.context) as (...given: unknown[]) => void;
    start(boundary, modules, URL, { prototype: {} }, {}, {}, ...Array.from({ length: 4 }, () => () => {}));
    return boundary.enter!;
  }

  /** A harness file as a module that puts what it declares where a script would. */
  #harnessModule(file: string): CompileResult {
    let result = this.#harness.get(file);
    if (result === undefined) {
      const text = readFileSync(file, "utf8");
      const globals = declaredNames(text).map(
        (name) => `Object.defineProperty(globalThis, "${name}", { value: ${name}, writable: true, enumerable: true });\n`,
      );
      this.#harness.set(file, (result = compile(`${text}\n${globals.join("")}`, { filename: file, loader: "js" })));
    }
    return result;
  }
}

function isLoading(e: unknown): boolean {
  return ["AGNER_COMPILE", "AGNER_NO_EXPORT"].includes((e as { code?: string } | null | undefined)?.code ?? "");
}

function declaredNames(text: string): string[] {
  return parse(text, { ecmaVersion: "latest", sourceType: "script" }).body.flatMap((s) => {
    if (s.type === "FunctionDeclaration" || s.type === "ClassDeclaration") return [s.id.name];
    if (s.type !== "VariableDeclaration") return [];
    return s.declarations.map((d) => {
      if (d.id.type !== "Identifier") throw new Error("a harness file declares a pattern");
      return d.id.name;
    });
  });
}
