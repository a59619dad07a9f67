/**
 * Constants of bundled modules. esbuild makes variables of them, of which V8 has to see at each use that nobody has changed them: with them as constants,
 * and those that other files import under a second name, messages take three quarters of the time (benchmarks: ping-pong, ring, spawn-parallel).
 */

/** What our own modules declare at their top level; those of others may rely on what a variable is before its declaration. */
const OWN = /^packages\/\w+\/dist\//;

/** @typedef {{ type: string, start: number, end: number, [key: string]: any }} Node */

/**
 * The text of a file that esbuild has bundled, not minified, with constants. What stands where in it stays there: source maps go on to hold.
 * @param {string} text
 * @param {{ body: Node[] }} program its syntax tree
 */
export function withConstants(text, program) {
  const declared = declarations(text, program.body);
  const written = new Set();
  addWritten(program.body, written);
  for (const name of written) declared.delete(name);
  const edits = [...declared].map(([name, start]) => ({ start, end: start + variable(name).length, text: `const ${name}=` }));
  for (const statement of program.body) {
    if (statement.type !== "ExportNamedDeclaration" || statement.source !== null) continue;
    edits.push({ ...statement, text: exportsOf(statement.specifiers, declared) });
  }
  let out = "";
  let from = 0;
  for (const edit of edits.sort((a, b) => a.start - b.start)) {
    out += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return out + text.slice(from);
}

/**
 * How esbuild writes a declaration: as long as `const name=`.
 * @param {string} name
 */
function variable(name) {
  return `var ${name} = `;
}

/**
 * What might be constants, by name, and where they are declared.
 * @param {string} text
 * @param {Node[]} body
 * @returns {Map<string, number>}
 */
function declarations(text, body) {
  const found = new Map();
  let own = false;
  let from = 0;
  for (const statement of body) {
    // A comment before the first statement of a module names its file.
    for (const [, file] of text.slice(from, statement.start).matchAll(/^\/\/ (\S+)$/gm)) own = OWN.test(String(file));
    from = statement.end;
    if (statement.type !== "VariableDeclaration" || statement.kind !== "var" || statement.declarations.length !== 1) continue;
    const { id, init } = statement.declarations[0];
    if (id.type !== "Identifier" || init === null) continue;
    const once = own && !found.has(id.name) && text.startsWith(variable(id.name), statement.start);
    found.set(id.name, once ? statement.start : -1);
  }
  return new Map([...found].filter(([, start]) => start >= 0));
}

/**
 * Adds all names to which something is assigned anywhere, whatever they mean there.
 * @param {Node | Node[] | unknown} node
 * @param {Set<string>} written
 */
function addWritten(node, written) {
  if (typeof node !== "object" || node === null) return;
  if (Array.isArray(node)) {
    for (const each of node) addWritten(each, written);
    return;
  }
  const { type, left, argument } = /** @type {Node} */ (node);
  if (type === "AssignmentExpression" || type === "ForInStatement" || type === "ForOfStatement") addTargets(left, written);
  else if (type === "UpdateExpression") addTargets(argument, written);
  for (const value of Object.values(node)) addWritten(value, written);
}

/**
 * @param {Node | null} target of an assignment
 * @param {Set<string>} written
 */
function addTargets(target, written) {
  switch (target?.type) {
    case "Identifier":
      written.add(target.name);
      break;
    case "ObjectPattern":
      for (const property of target.properties) addTargets(property.value ?? property.argument, written);
      break;
    case "ArrayPattern":
      for (const element of target.elements) addTargets(element, written);
      break;
    case "AssignmentPattern":
      addTargets(target.left, written);
      break;
    case "RestElement":
      addTargets(target.argument, written);
  }
}

/**
 * Exports by second names: what is exported under its own V8 reads from a cell each time.
 * @param {Node[]} specifiers
 * @param {Map<string, unknown>} constants
 */
function exportsOf(specifiers, constants) {
  const names = specifiers.map(({ local, exported }) => ({ local: local.name, as: exported.name ?? exported.raw }));
  const constant = names.filter(({ local }) => constants.has(local));
  const seconds = [...new Set(constant.map(({ local }) => local))].map((local) => `const ${local}$exported = ${local};\n`);
  const list = names.map(({ local, as }) => `${constants.has(local) ? `${local}$exported` : local} as ${as}`);
  return `${seconds.join("")}export { ${list.join(", ")} };`;
}
