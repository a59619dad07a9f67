/** How error messages call what cannot be called: as V8 does, without the arguments of calls in it. */

const CHAIN = /^[\w$.?#[\]]+(?:\(\.\.\.\)[\w$.?#[\]]*)*$/;

/** A chain of properties and calls with `(...)` for arguments; other source text as it is, if it is short and no function. */
export function shortText(source: string): string {
  const chain = withoutArguments(source)?.replace(/\s*(\??\.)\s*/g, "$1");
  const text = chain !== undefined && CHAIN.test(chain) ? chain : source;
  return text.length > 60 || /\n|=>|^\(?(?:async\s+)?function\b/.test(text) ? "(intermediate value)" : text;
}

/** Undefined where it does not add up: a quotation mark or a parenthesis stands in a regular expression or a comment. */
function withoutArguments(source: string): string | undefined {
  let text = "";
  let depth = 0;
  for (let i = 0; i < source.length; i++) {
    const c = source[i]!;
    if (c === '"' || c === "'" || c === "`") {
      const start = i;
      do if (source[i] === "\\") i++;
      while (++i < source.length && source[i] !== c);
      if (i >= source.length) return undefined;
      if (depth === 0) text += source.slice(start, i + 1);
    } else if (c === "(" && (depth > 0 || /[\w$)\].]/.test(source[i - 1] ?? ""))) {
      if (depth++ === 0) text = `${text.replace(/\?\.$/, "")}(...)`;
    } else if (c === ")" && depth > 0) depth--;
    else if (depth === 0) text += c;
  }
  return depth === 0 ? text : undefined;
}
