#!/usr/bin/env node
import "./node-version.js";
import { join } from "node:path";
import { bootstrap } from "./bootstrap.js";
import { foreground, ROOT, script } from "./command.js";

script(undefined, (args) => {
  bootstrap();
  return foreground([join(ROOT, "benchmarks/dist/compiled/main.js"), ...args], { cwd: process.env.INIT_CWD || process.cwd() });
});
