/**
 * Says at once, and once, when Node.js is too old. Every script imports this file first; it and the files that a script imports
 * statically keep to syntax and modules that Node.js 14 can read, so that the message comes instead of a syntax error.
 */
const REQUIRED = { major: 20, minor: 19 };

/**
 * @param {string} version as in `process.versions.node`
 * @returns {string | undefined} what is wrong and what to do, or undefined when the version will do
 */
export function nodeVersionProblem(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > REQUIRED.major || (major === REQUIRED.major && minor >= REQUIRED.minor)) return undefined;
  return `Agner needs Node.js ${REQUIRED.major}.${REQUIRED.minor} or newer, and this is ${version}. Install a current one from https://nodejs.org and run the command again.`;
}

const problem = nodeVersionProblem(process.versions.node);
if (problem) {
  process.stderr.write(problem + "\n");
  process.exit(1);
}
