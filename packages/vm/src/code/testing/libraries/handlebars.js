import Handlebars from "handlebars";
import { Seen } from "./usage.js";

const PAGE = `{{#each orders as |order i|}}
{{i}}: {{> line order}}{{else}}none
{{/each}}
{{#if total}}{{money total}}{{/if}} {{{raw}}} {{raw}} {{#with (first orders)}}{{id}}{{/with}}`;

export function main() {
  const seen = new Seen();
  const own = Handlebars.create();
  own.registerHelper("money", (value) => `${value.toFixed(2)} EUR`);
  own.registerHelper("first", (list) => list[0]);
  own.registerPartial("line", "{{id}}{{#unless paid}} (open){{/unless}}\n");
  const page = own.compile(PAGE);
  const orders = [
    { id: "a", paid: true },
    { id: "b", paid: false },
  ];
  seen.same("page", page({ orders, total: 12.5, raw: "<b>" }), "0: a\n1: b (open)\n12.50 EUR <b> &lt;b&gt; a");
  seen.same("parsed", own.parse("{{foo.bar 1}}").body[0].path.original, "foo.bar");
  seen.same("precompiled", own.precompile("{{x}}").includes("lookupProperty"), true);
  seen.throws("no helper", () => own.compile("{{missing 1}}")({}), 'Missing helper: "missing"');
  seen.throws("a fault", () => own.compile("{{#if}}")({}), "Parse error on line 1");
  return seen.facts;
}
