/** Reads what can be checked in Markdown: code blocks and links. */

/**
 * @typedef {{ language: string, flags: string[], line: number, text: string }} CodeBlock `line` is the 1-based line of the first line of code
 * @typedef {{ target: string, line: number }} Link
 */

/**
 * The fenced code blocks. The first word after the fence is the language, the others are flags, such as `run`.
 * @param {string} markdown
 * @returns {CodeBlock[]}
 */
export function codeBlocks(markdown) {
  /** @type {CodeBlock[]} */
  const blocks = [];
  /** @type {{ fence: string, block: CodeBlock, lines: string[] } | undefined} */
  let open;
  for (const [index, line] of markdown.split("\n").entries()) {
    if (open) {
      if (line.trim() === open.fence) {
        open.block.text = open.lines.join("\n") + "\n";
        blocks.push(open.block);
        open = undefined;
      } else open.lines.push(line);
      continue;
    }
    const [, fence, info = ""] = /^(`{3,})(.*)$/.exec(line) || [];
    if (!fence) continue;
    const [language = "", ...flags] = info.trim().split(/\s+/);
    open = { fence, block: { language, flags, line: index + 2, text: "" }, lines: [] };
  }
  return blocks;
}

/**
 * Links and images that point into the repository: neither to another site nor within the page. An anchor is cut off.
 * @param {string} markdown
 * @returns {Link[]}
 */
export function relativeLinks(markdown) {
  const prose = markdown
    .replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1\s*$/gm, (block) => block.replace(/[^\n]/g, ""))
    .replace(/`[^`\n]*`/g, "");
  return prose.split("\n").flatMap((line, index) =>
    [...line.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)]
      .map((match) => (match[1] || "").replace(/#.*$/, ""))
      .filter((target) => target !== "" && !/^[a-z][a-z0-9+.-]*:/i.test(target))
      .map((target) => ({ target, line: index + 1 })),
  );
}

/**
 * Tests that a page names: a link to a test file, and behind it the beginnings of titles in quotation marks, separated by commas.
 * @param {string} markdown
 * @returns {{ target: string, titles: string[], line: number }[]}
 */
export function namedTests(markdown) {
  return markdown.split("\n").flatMap((line, index) =>
    [...line.matchAll(/\]\(([^)\s]+\.test\.ts)\)((?:,? "(?:[^"\\]|\\.)*")*)/g)].map(([, target = "", titles = ""]) => ({
      target,
      titles: [...titles.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, title = ""]) => title.replaceAll('\\"', '"')),
      line: index + 1,
    })),
  );
}
