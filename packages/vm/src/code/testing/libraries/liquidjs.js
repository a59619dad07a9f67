import { Drop, Liquid, Tokenizer } from "liquidjs/dist/liquid.node.mjs";
import { Seen } from "./usage.js";

class Product extends Drop {
  constructor(title, cents) {
    super();
    this.title = title;
    this.cents = cents;
  }
  price() {
    return `$${(this.cents / 100).toFixed(2)}`;
  }
  liquidMethodMissing(key) {
    return `no ${key}`;
  }
}

export function main() {
  const seen = new Seen();
  const engine = new Liquid({
    templates: {
      layout: "<html>{% block body %}none{% endblock %}</html>",
      page: '{% layout "layout" %}{% block body %}{{ title }}{% endblock %}',
      row: "[{{ item }}:{{ forloop.index }}]",
    },
  });
  const render = (text, scope = {}) => engine.parseAndRenderSync(text, scope);
  seen.same(
    "values",
    render("Hello {{ user.name }}, {{ list[1] }}{{ missing }}!", { user: { name: "Ada" }, list: [1, 2] }),
    "Hello Ada, 2!",
  );
  seen.same("filters", render("{{ 'a,b,c' | split: ',' | reverse | join: '-' | upcase }}"), "C-B-A");
  seen.same(
    "arithmetic",
    render("{{ 7 | divided_by: 2 }} {{ 7 | modulo: 4 }} {{ 1.236 | round: 2 }} {{ 3 | plus: 4 | times: 2 }}"),
    "3.5 3 1.24 14",
  );
  seen.same(
    "texts",
    render("{{ ' x ' | strip | append: 'y' }} {{ 'tetter' | truncate: 5 }} {{ '<a>' | escape }} {{ 'a b' | url_encode }}"),
    "xy te... &lt;a&gt; a+b",
  );
  seen.same(
    "if",
    render("{% if a == 1 and b %}x{% elsif a > 1 or c contains 'q' %}y{% else %}z{% endif %}", { a: 2, c: "" }),
    "y",
  );
  seen.same(
    "unless and case",
    render("{% unless a %}n{% endunless %}{% case k %}{% when 1, 2 %}low{% when 3 %}mid{% else %}high{% endcase %}", { k: 2 }),
    "nlow",
  );
  seen.same(
    "for",
    render(
      "{% for x in (1..5) %}{% if x == 2 %}{% continue %}{% endif %}{% if x == 5 %}{% break %}{% endif %}{{ forloop.index }}:{{ x }} {% else %}none{% endfor %}",
    ),
    "1:1 3:3 4:4 ",
  );
  seen.same(
    "for with limits",
    render("{% for x in l limit: 2 offset: 1 reversed %}{{ x }}{% endfor %}", { l: ["a", "b", "c", "d"] }),
    "cb",
  );
  seen.same("an empty for", render("{% for x in l %}{{ x }}{% else %}none{% endfor %}", { l: [] }), "none");
  seen.same(
    "nested loops",
    render("{% for r in m %}{% for c in r %}{{ forloop.parentloop.index | default: c }}{{ c }}{% endfor %};{% endfor %}", {
      m: [[1, 2], [3]],
    }).length > 0,
    true,
  );
  seen.same(
    "assign and capture",
    render("{% assign a = 1 | plus: 1 %}{% capture b %}<{{ a }}>{% endcapture %}{{ b }}{{ b.size }}"),
    "<2>3",
  );
  seen.same(
    "counters and cycles",
    render("{% increment n %}{% increment n %}{% decrement m %}{% for i in (1..3) %}{% cycle 'a', 'b' %}{% endfor %}"),
    "01-1aba",
  );
  seen.same("tables", render("{% tablerow x in l cols: 2 %}{{ x }}{% endtablerow %}", { l: [1, 2, 3] }).match(/<td/g)?.length, 3);
  seen.same(
    "raw, comments, white space",
    render("{% raw %}{{ x }}{% endraw %}{% comment %}gone{% endcomment %}a  {%- if true -%}  b  {%- endif %}"),
    "{{ x }}ab",
  );
  seen.same(
    "render and include",
    render("{% for i in (1..2) %}{% render 'row', item: i, forloop: forloop %}{% endfor %}{% include 'row', item: 9 %}"),
    "[1:1][2:2][9:]",
  );
  seen.same("layouts", engine.renderFileSync("page", { title: "T" }), "<html>T</html>");
  seen.same(
    "arrays",
    render(
      "{{ l | map: 'n' | sort | join }} {{ l | where: 'n', 2 | size }} {{ l | sum: 'n' }} {{ d | uniq | join }} {{ d | concat: d | size }}",
      { l: [{ n: 3 }, { n: 2 }], d: [1, 1, 2] },
    ),
    "2 3 1 5 1 2 6",
  );
  seen.same("dates", render("{{ '2024-02-29T12:30:00Z' | date: '%Y/%m/%d %H:%M', 'Etc/UTC' }}"), "2024/02/29 12:30");
  seen.same("drops", render("{{ p.title }} {{ p.price }} {{ p.weight }}", { p: new Product("Pen", 250) }), "Pen $2.50 no weight");
  engine.registerFilter("twice", (value, join = "") => `${value}${join}${value}`);
  seen.same("a filter of one's own", render("{{ 'a' | twice: '+' }}"), "a+a");
  engine.registerTag("shout", {
    parse(token) {
      this.value = new Tokenizer(token.args, this.liquid.options.operators).readValue();
    },
    *render(context, emitter) {
      const { evalToken } = {
        evalToken: (v) => this.liquid.evalValueSync(v.getText(), context),
      };
      emitter.write(`${String(evalToken(this.value)).toUpperCase()}!`);
      yield undefined;
    },
  });
  seen.same("a tag of one's own", render("{% shout word %}", { word: "hi" }), "HI!");
  seen.throws("an unclosed tag", () => render("a\n{% if x %}"), "tag {% if x %} not closed, line:2, col:1");
  seen.throws("an unknown tag", () => render("{% nothing %}"), 'tag "nothing" not found');
  seen.throws(
    "strict variables",
    () => new Liquid({ strictVariables: true }).parseAndRenderSync("{{ a.b }}", {}),
    "undefined variable: a",
  );
  seen.throws(
    "strict filters",
    () => new Liquid({ strictFilters: true }).parseAndRenderSync("{{ a | no }}", {}),
    "undefined filter: no",
  );
  return seen.facts;
}
