import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const client = fileURLToPath(new URL("client.js", import.meta.url));

/**
 * Loads a service from a process of its own.
 * @param {readonly number[]} ports where it listens
 * @param {readonly string[]} args warm-ups, repeats, connections, requests of each, lines of an order
 * @returns {Promise<{ ops: number, ns: number, checksum: number }>}
 */
export function load(ports, args) {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [client, ports.join(","), ...args], (error, output, errors) => {
      if (error) reject(new Error(`the load failed: ${error.message}\n${errors}`));
      else resolve(JSON.parse(output));
    });
  });
}

/**
 * How many orders a load makes in all.
 * @param {readonly string[]} args as those of {@link load}
 */
export function ordersIn(args) {
  const [warmups = 0, repeats = 0, connections = 0, requests = 0] = args.map(Number);
  return (warmups + repeats) * connections * requests;
}
