import { Lexer, Marked, marked, Parser, Renderer } from "marked";
import { Seen } from "./usage.js";

const PAGE = `# Title *with* emphasis

A paragraph with **strong _nested_ text**, \`code\`, a [link](https://example.com "to see") and
![an image](a.png)  
A hard break, ~~gone~~ and <em>HTML</em>.

- one
- two
  1. inner
  2. more

- [x] done
- [ ] open

> A quotation
> > and one in it

| left | right |
| :--- | ---: |
| 1    | \`2\` |

\`\`\`js
const x = 1 < 2;
\`\`\`

    indented

***

[reference]: <https://example.org> 'Its title'
See [reference] and https://example.net & so on.
`;

const HTML = `<h1>Title <em>with</em> emphasis</h1>
<p>A paragraph with <strong>strong <em>nested</em> text</strong>, <code>code</code>, a <a href="https://example.com" title="to see">link</a> and
<img src="a.png" alt="an image"><br>A hard break, <del>gone</del> and <em>HTML</em>.</p>`;

export function main() {
  const seen = new Seen();
  const html = marked.parse(PAGE);
  seen.same("the beginning of a page", html.slice(0, HTML.length), HTML);
  seen.same("a nested list", html.includes("<li><p>two</p>\n<ol>\n<li>inner</li>\n<li>more</li>\n</ol>\n</li>"), true);
  seen.same("a task", html.includes('<input checked="" disabled="" type="checkbox"> done'), true);
  seen.same(
    "quotations",
    html.includes("<blockquote>\n<p>A quotation</p>\n<blockquote>\n<p>and one in it</p>\n</blockquote>\n</blockquote>"),
    true,
  );
  seen.same("a table", html.includes('<th align="left">left</th>\n<th align="right">right</th>'), true);
  seen.same("fenced code", html.includes('<pre><code class="language-js">const x = 1 &lt; 2;\n</code></pre>'), true);
  seen.same("indented code", html.includes("<pre><code>indented\n</code></pre>"), true);
  seen.same("a reference", html.includes('<a href="https://example.org" title="Its title">reference</a>'), true);
  seen.same("a bare address", html.includes('<a href="https://example.net">https://example.net</a> &amp; so on.'), true);
  seen.same("all of it", html, html);

  seen.same("inline", marked.parseInline("*a* `b`"), "<em>a</em> <code>b</code>");
  seen.same("without GFM", marked.parse("~~a~~", { gfm: false }), "<p>~~a~~</p>\n");
  seen.same("breaks", marked.parse("a\nb", { breaks: true }), "<p>a<br>b</p>\n");
  const tokens = marked.lexer("## Head\n\ntext");
  seen.same(
    "tokens",
    tokens.map((token) => token.type),
    ["heading", "space", "paragraph"],
  );
  seen.same("from tokens", marked.parser(tokens), "<h2>Head</h2>\n<p>text</p>\n");
  seen.same(
    "inline tokens",
    Lexer.lexInline("a **b**").map((token) => token.type),
    ["text", "strong"],
  );
  seen.same("a parser", Parser.parseInline(Lexer.lexInline("a **b**")), "a <strong>b</strong>");

  const loud = new Marked({
    renderer: {
      heading({ tokens: inner, depth }) {
        return `<h${depth} class="loud">${this.parser.parseInline(inner).toUpperCase()}</h${depth}>`;
      },
      codespan: () => false,
    },
  });
  seen.same("a renderer of one's own", loud.parse("# hi\n`a`"), '<h1 class="loud">HI</h1><p><code>a</code></p>\n');
  class Counting extends Renderer {
    paragraphs = 0;
    paragraph(token) {
      return `${++this.paragraphs}:${super.paragraph(token)}`;
    }
  }
  seen.same(
    "a renderer that extends theirs",
    Parser.parse(Lexer.lex("a\n\nb"), { renderer: new Counting() }),
    "1:<p>a</p>\n2:<p>b</p>\n",
  );
  const links = [];
  const walked = new Marked({
    walkTokens: (token) => {
      if (token.type === "link") links.push(token.href);
    },
  });
  walked.parse("[a](b) [c](d)");
  seen.same("walkTokens", links, ["b", "d"]);
  const extended = new Marked({
    extensions: [
      {
        name: "mention",
        level: "inline",
        start: (text) => text.indexOf("@"),
        tokenizer(text) {
          const found = /^@(\w+)/.exec(text);
          return found === null ? undefined : { type: "mention", raw: found[0], user: found[1] };
        },
        renderer: (token) => `<a href="/users/${token.user}">${token.raw}</a>`,
      },
    ],
  });
  seen.same("an extension", extended.parse("hello @ada!"), '<p>hello <a href="/users/ada">@ada</a>!</p>\n');
  const hooked = new Marked({
    hooks: { preprocess: (text) => text.replace("x", "y"), postprocess: (text) => text.trim() },
  });
  seen.same("hooks", hooked.parse("x"), "<p>y</p>");
  seen.throws("what is no text", () => marked.parse(undefined), "input parameter is undefined");
  return seen.facts;
}
