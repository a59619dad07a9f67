import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "benchmarks/**/*.test.ts",
      "scripts/**/*.test.ts",
      "examples/**/*.test.ts",
      "docs/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // Forks, not threads: a test may boot a VM, which starts worker threads of its own and may end its process.
    pool: "forks",
    // Two at a time: each test file may itself keep every core busy.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    watch: false,
    // What is built runs as Node runs it; worker threads load the same files.
    server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
    passWithNoTests: true,
  },
});
