import { html, parse, parseFragment, serialize, serializeOuter, defaultTreeAdapter } from "parse5";
import { Seen } from "./usage.js";

function outline(node, depth = 0) {
  const children = "childNodes" in node ? node.childNodes.map((child) => outline(child, depth + 1)).join("") : "";
  return `${" ".repeat(depth)}${node.nodeName}\n${children}`;
}

function find(node, name) {
  if (node.nodeName === name) return node;
  if (!("childNodes" in node)) return undefined;
  for (const child of node.childNodes) {
    const found = find(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function main() {
  const seen = new Seen();
  const page = parse("<!DOCTYPE html><title>Hi &amp; bye</title><p class=a id='b'>One<p>Two &copy; &notit; &#x1F600;<br>three");
  seen.same(
    "a page as a tree",
    outline(page),
    "#document\n #documentType\n html\n  head\n   title\n    #text\n  body\n   p\n    #text\n   p\n    #text\n    br\n    #text\n",
  );
  seen.same(
    "a page as text",
    serialize(page),
    '<!DOCTYPE html><html><head><title>Hi &amp; bye</title></head><body><p class="a" id="b">One</p><p>Two © ¬it; 😀<br>three</p></body></html>',
  );
  seen.same("attributes", find(page, "p")?.attrs, [
    { name: "class", value: "a" },
    { name: "id", value: "b" },
  ]);
  const through = (text) => serialize(parseFragment(text));
  seen.same("misnested formatting", through("<b>1<i>2</b>3</i>4"), "<b>1<i>2</i></b><i>3</i>4");
  seen.same("the adoption agency", through("<a>1<p>2<a>3</p>4"), "<a>1</a><p><a>2</a><a>3</a></p><a>4</a>");
  seen.same(
    "what a table does not take",
    through("<table>x<tr><td>1<td>2</table>"),
    "x<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
  );
  seen.same("lists", through("<ul><li>1<li>2<ul><li>3</ul></ul>"), "<ul><li>1</li><li>2<ul><li>3</li></ul></li></ul>");
  seen.same(
    "raw text",
    through("<script>a < b && '</p>'</script><style>x > y</style>"),
    "<script>a < b && '</p>'</script><style>x > y</style>",
  );
  seen.same("text areas", through("<textarea>\n<b>&lt;</b></textarea>"), "<textarea>&lt;b&gt;&lt;&lt;/b&gt;</textarea>");
  seen.same("comments", through("a<!-- b --><!c>d<!-->e"), "a<!-- b --><!--c-->d<!---->e");
  seen.same(
    "foreign content",
    through("<svg viewbox='0 0 1 1'><foreignobject><p>x</p></foreignobject><path/></svg>"),
    '<svg viewBox="0 0 1 1"><foreignObject><p>x</p></foreignObject><path></path></svg>',
  );
  seen.same("mathematics", through("<math><mi definitionurl=a>x"), '<math><mi definitionURL="a">x</mi></math>');
  seen.same("entities", through("&lt;&gt;&quot;&nbsp;&hellip;&Aacute;&ampx"), '&lt;&gt;"&nbsp;…Á&amp;x');
  seen.same("templates", through("<template><tr><td>1</template>"), "<template><tr><td>1</td></tr></template>");
  seen.same(
    "forms and options",
    through("<form><select><option>1<option selected>2</select><form>x</form>"),
    '<form><select><option>1</option><option selected="">2</option></select>x</form>',
  );
  const errors = [];
  parse("<p a a=1><div/></q>&#0;", {
    onParseError: (error) => errors.push(`${error.code}:${error.startLine}:${error.startCol}`),
  });
  seen.same("errors", errors, [
    "duplicate-attribute:1:7",
    "missing-doctype:1:1",
    "non-void-html-element-start-tag-with-trailing-solidus:1:10",
    "null-character-reference:1:24",
  ]);
  const located = parseFragment("<p>\n <b>x</b></p>", { sourceCodeLocationInfo: true });
  const { startLine, startCol, endOffset } = find(located, "b").sourceCodeLocation;
  seen.same("places", [startLine, startCol, endOffset], [2, 2, 13]);
  seen.same(
    "a fragment in a context",
    serialize(parseFragment(find(parse("<table><tr>"), "tr"), "<td>1<p>2", {})),
    "<td>1<p>2</p></td>",
  );
  const made = defaultTreeAdapter.createElement("p", html.NS.HTML, [{ name: "title", value: '"<' }]);
  defaultTreeAdapter.insertText(made, "a & b");
  seen.same("a tree that was made by hand", serializeOuter(made), '<p title="&quot;&lt;">a &amp; b</p>');
  let deep = "";
  for (let i = 0; i < 40; i++) deep += `<div class="c${i}"><span>text ${i}</span>`;
  seen.same("a deep tree", through(deep), `${deep}${"</div>".repeat(40)}`);
  return seen.facts;
}
