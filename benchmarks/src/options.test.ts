import { describe, expect, test } from "vitest";
import { parseComparisonOptions, parseOptions, UsageError } from "./options.ts";
import { WORKLOADS } from "./workloads/workloads.ts";

const defaults = { cores: 3, peers: ["erlang"], json: "results.json" };
const parse = (...args: string[]) => parseOptions(args, defaults);

test("without options, everything is measured at every core count", () => {
  expect(parse()).toEqual({
    only: WORKLOADS.map((each) => each.id),
    cores: [1, 2, 3],
    peers: ["erlang"],
    peersOnly: false,
    rounds: 3,
    json: "results.json",
    html: undefined,
    help: false,
  });
});

test("--only keeps the order of the workloads", () => {
  expect(parse("--only", "spawn-parallel,ping-pong").only).toEqual(["ping-pong", "spawn-parallel"]);
});

test("--cores takes counts and ranges", () => {
  expect(parse("--cores", "4,1-2,2").cores).toEqual([1, 2, 4]);
});

test("--peers none compares with nobody", () => {
  expect(parse("--peers", "none").peers).toEqual([]);
});

test("--rounds, --json, --html, --peers-only and --help", () => {
  expect(parse("--rounds", "2", "--json", "x.json", "--html", "x.html", "--peers-only", "-h")).toMatchObject({
    rounds: 2,
    json: "x.json",
    html: "x.html",
    peersOnly: true,
    help: true,
  });
});

test("a comparison of commits takes what tells what to run, and nothing else", () => {
  const both = { cores: 2, json: "c.json" };
  expect(parseComparisonOptions(["--only", "ring", "--rounds", "3"], both)).toMatchObject({
    only: ["ring"],
    rounds: 3,
    cores: [1, 2],
  });
  for (const args of [["--peers", "go"], ["--peers-only"], ["--html", "x"], ["-h"]]) {
    expect(() => parseComparisonOptions(args, both)).toThrow(/is no option of a comparison/);
  }
});

describe("what cannot be done is a usage error that names it", () => {
  test.each([
    [["--only", "pingpong"], /no program "pingpong"; there are: ping-pong, ring/],
    [["--peers", "pony"], /no peer "pony"; there are: erlang/],
    [["--cores", "0"], /--cores: 0 is not a positive whole number/],
    [["--cores", "1-2-3"], /--cores: 1-2-3/],
    [["--cores", ""], /--cores: nothing/],
    [["--rounds", "many"], /--rounds: many/],
    [["--round", "1"], /--round/],
    [["ring"], /ring/],
  ])("%j", (args, message) => {
    expect(() => parse(...args)).toThrow(UsageError);
    expect(() => parse(...args)).toThrow(message);
  });
});
