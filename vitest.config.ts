import { defineConfig, type TestProjectConfiguration } from "vitest/config";

const NOT_OURS = ["**/node_modules/**", "**/dist/**"];
const OTP = "packages/otp/src/**/*.test.ts";
/** Tests that start programs of their own, which choose their cores. */
const PROGRAMS = "packages/otp/src/**/*.program.test.ts";

/** The tests of the OTP library run on one core and on two: callers, servers and supervisors share a core, or do not. */
function otpOn(cores: number): TestProjectConfiguration {
  return {
    extends: true,
    test: {
      name: `otp on ${cores}`,
      include: [OTP],
      exclude: [...NOT_OURS, PROGRAMS],
      env: { AGNER_TEST_CORES: String(cores), AGNER_LOG: "none" },
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "all",
          include: [
            "packages/*/src/**/*.test.ts",
            "benchmarks/**/*.test.ts",
            "scripts/**/*.test.ts",
            "examples/**/*.test.ts",
            "docs/**/*.test.ts",
          ],
          exclude: [...NOT_OURS, "packages/otp/src/**/!(*.program).test.ts"],
        },
      },
      otpOn(1),
      otpOn(2),
    ],
    // Forks, not threads: a test may boot a VM, which starts worker threads of its own and may end its process.
    pool: "forks",
    // Two at a time: each test file may itself keep every core busy.
    maxWorkers: 2,
    maxConcurrency: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    watch: false,
    // What is built runs as Node runs it; worker threads load the same files.
    server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
    passWithNoTests: true,
  },
});
