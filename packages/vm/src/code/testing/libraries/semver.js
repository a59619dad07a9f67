import semver, { coerce, SemVer } from "semver";
import { valid } from "semver";
import Range from "semver/classes/range.js";
import * as all from "semver";
import { Seen } from "./usage.js";

export function main() {
  const seen = new Seen();
  seen.same("names", Object.keys(all).sort().length > 40, true);
  seen.same("one instance", [all.default === semver, semver.SemVer === SemVer, semver.Range === Range], [true, true, true]);
  seen.same("valid", [valid("v1.2.3-beta.1+5"), valid("1.2"), semver.clean("  =v1.2.3  ")], ["1.2.3-beta.1", null, "1.2.3"]);
  seen.same("sorted", ["1.10.0", "1.9.3", "1.0.0-rc.1", "1.0.0", "1.0.0-alpha"].sort(semver.compare), [
    "1.0.0-alpha",
    "1.0.0-rc.1",
    "1.0.0",
    "1.9.3",
    "1.10.0",
  ]);
  seen.same(
    "inc",
    ["major", "minor", "patch", "prerelease"].map((part) => semver.inc("1.2.3", part)),
    ["2.0.0", "1.3.0", "1.2.4", "1.2.4-0"],
  );
  for (const [range, inside, outside] of [
    ["^1.2.3", "1.9.0", "2.0.0"],
    ["~1.2.3", "1.2.9", "1.3.0"],
    [">=1 <3 || 5.x", "5.6.7", "4.0.0"],
    ["1.2 - 1.4", "1.4.9", "1.5.0"],
  ])
    seen.same(range, [semver.satisfies(inside, range), semver.satisfies(outside, range)], [true, false]);
  seen.same("range", new Range("^0.2.3 || >=2").range, ">=0.2.3 <0.3.0-0||>=2.0.0");
  seen.same("most", semver.maxSatisfying(["1.2.3", "1.4.0", "2.0.0"], "1"), "1.4.0");
  seen.same("coerced", coerce("version 4.5 of it").version, "4.5.0");
  seen.same("intersects", semver.intersects("^1.2", "<1.3"), true);
  seen.same("subset", semver.subset("~1.2.3", "^1.2"), true);
  seen.throws("no version", () => new SemVer("1.2"), "Invalid Version: 1.2");
  return seen.facts;
}
