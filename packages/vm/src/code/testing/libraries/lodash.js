import _ from "lodash";
import { Seen } from "./usage.js";

const PEOPLE = [
  { name: "Ada", age: 36, tags: ["a", "b"] },
  { name: "Joe", age: 62, tags: [] },
  { name: "Robert", age: 36, tags: ["b"] },
];

export function main() {
  const seen = new Seen();
  seen.same("chunk", _.chunk([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]]);
  seen.same(
    "grouped",
    _.mapValues(_.groupBy(PEOPLE, "age"), (group) => _.map(group, "name")),
    {
      36: ["Ada", "Robert"],
      62: ["Joe"],
    },
  );
  seen.same("sorted", _.map(_.orderBy(PEOPLE, ["age", "name"], ["desc", "asc"]), "name"), ["Joe", "Ada", "Robert"]);
  const chained = _(PEOPLE)
    .filter((person) => person.tags.length > 0)
    .flatMap("tags")
    .uniq()
    .map(_.toUpper)
    .value();
  seen.same("chained", chained, ["A", "B"]);
  seen.same("merged", _.merge({ a: { b: 1 }, c: [1] }, { a: { d: 2 }, c: [3, 4] }), { a: { b: 1, d: 2 }, c: [3, 4] });
  const deep = { a: [{ b: new Date(0), c: new Map([[1, new Set([2])]]) }] };
  const copy = _.cloneDeep(deep);
  seen.same("cloned", [_.isEqual(copy, deep), copy.a[0].c === deep.a[0].c], [true, false]);
  seen.same("paths", [_.get(deep, "a[0].x.y", "none"), _.set({}, "p.q[1]", 5)], ["none", { p: { q: [null, 5] } }]);
  seen.same(
    "texts",
    [_.camelCase("Foo bar-baz"), _.kebabCase("fooBar"), _.startCase("--foo-bar--"), _.padStart("7", 3, "0")],
    ["fooBarBaz", "foo-bar", "Foo Bar", "007"],
  );
  seen.same("template", _.template("<% for (const x of xs) { %>[<%- x %>]<% } %>")({ xs: ["<", 1] }), "[&lt;][1]");
  const add = _.curry((a, b, c) => a + b + c);
  seen.same("curried", [add(1)(2)(3), add(1, 2)(3), _.partial(add, 1, _, 3)(2)], [6, 6, 6]);
  let calls = 0;
  const slow = _.memoize((n) => (calls++, n * n));
  seen.same("memoized", [slow(4), slow(4), calls], [16, 16, 1]);
  seen.same("flow", _.flow([_.sum, (n) => n / 2])([1, 2, 3]), 3);
  seen.same("sums", [_.sumBy(PEOPLE, "age"), _.maxBy(PEOPLE, "age").name, _.range(0, 10, 3)], [134, "Joe", [0, 3, 6, 9]]);
  seen.same(
    "differences",
    [_.xor([1, 2], [2, 3]), _.intersectionBy([1.2, 2.5], [2.1], Math.floor), _.zip(["a", "b"], [1, 2])],
    [
      [1, 3],
      [2.5],
      [
        ["a", 1],
        ["b", 2],
      ],
    ],
  );
  seen.same(
    "kinds",
    [_.isPlainObject(Object.create(null)), _.isArguments([]), _.isNaN(NaN), _.isElement({})],
    [true, false, true, false],
  );
  return seen.facts;
}
