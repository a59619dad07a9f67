import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("what looks through all globals loads none of Node's HTTP", () => {
  const url = new URL("../../dist/state/late-globals.js", import.meta.url);
  const program = `
    const { globalNames } = await import(${JSON.stringify(url.href)});
    for (const name of globalNames()) Object.getOwnPropertyDescriptor(globalThis, name);
    console.log(process.moduleLoadList.some((name) => /undici|NativeModule http/.test(name)), globalNames().includes("Array"));
  `;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
    cwd: fileURLToPath(new URL(".", import.meta.url)),
  });
  expect(stdout).toBe("false true\n");
});
