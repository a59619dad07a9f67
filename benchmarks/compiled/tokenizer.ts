const SOURCE = "let alpha = (12 + beta_7) * 3 - gamma / 45; if (x < 10) { y = foo(z, 1); }\n".repeat(200);

interface Token {
  type: "number" | "word" | "sign";
  text: string;
  start: number;
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

function isWord(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95 || isDigit(c);
}

function next(source: string, at: number): Token | null {
  let start = at;
  while (start < source.length && source.charCodeAt(start) <= 32) start++;
  if (start >= source.length) return null;
  const c = source.charCodeAt(start);
  let end = start + 1;
  if (isDigit(c)) {
    while (isDigit(source.charCodeAt(end))) end++;
    return { type: "number", text: source.slice(start, end), start };
  }
  if (isWord(c)) {
    while (isWord(source.charCodeAt(end))) end++;
    return { type: "word", text: source.slice(start, end), start };
  }
  return { type: "sign", text: source.slice(start, end), start };
}

export function main(): number {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    const token = next(SOURCE, at);
    if (token === null) break;
    tokens.push(token);
    at = token.start + token.text.length;
  }
  let sum = 0;
  for (const token of tokens) sum += token.type === "word" ? token.text.length : 1;
  return sum;
}
