/** A day at the bank: clients who move money at random, and somebody who kills processes meanwhile. */
import { task } from "@agner/otp";
import { exit, receive, self, send, spawnLink, TIMEOUT, type Pid } from "@agner/vm";
import { AccountServers, accountOf } from "./accounts.ts";
import { random } from "./random.ts";
import { Settlers, transfer } from "./transfers.ts";

/** How much is to happen. */
export interface Plan {
  readonly path: string;
  readonly accounts: number;
  readonly clients: number;
  /** Transfers of each client. */
  readonly transfers: number;
  /** Mean milliseconds between two kills; 0 for none. */
  readonly killEveryMs: number;
  readonly seed: number;
  /** Whether each client tells of every tenth transfer. */
  readonly progress: boolean;
}

export interface Day {
  readonly committed: number;
  readonly refused: number;
  readonly killed: number;
  /** Answers of account servers to the clients' questions. */
  readonly answers: number;
}

export function accountName(i: number): string {
  return `account-${i}`;
}

/** Runs the plan to its end. */
export function day(plan: Plan): Day {
  const chaos = plan.killEveryMs > 0 ? spawnLink(kill, plan, self()) : undefined;
  const clients = Array.from({ length: plan.clients }, (_, i) => task.async(client, plan, i));
  const done = clients.map((each) => task.await(each, Infinity));
  let killed = 0;
  if (chaos !== undefined) {
    send(chaos, "stop");
    killed = receive<{ killed: number }>((m: any) => m?.killed !== undefined).killed;
  }
  return {
    committed: sum(done.map(({ committed }) => committed)),
    refused: sum(done.map(({ refused }) => refused)),
    answers: sum(done.map(({ answers }) => answers)),
    killed,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

/** A client asks for a balance, moves up to half of it to somebody else, and begins again. */
function client(plan: Plan, number: number): Omit<Day, "killed"> {
  const next = random(plan.seed + number);
  let committed = 0;
  let refused = 0;
  let answers = 0;
  for (let i = 0; i < plan.transfers; i++) {
    const from = next(plan.accounts);
    const to = (from + 1 + next(plan.accounts - 1)) % plan.accounts;
    const balance = balanceOf(accountName(from));
    if (balance !== undefined) answers++;
    const order = {
      id: `${plan.seed}-${number}-${i}`,
      from: accountName(from),
      to: accountName(to),
      amount: 1 + next(Math.max(1, Math.floor((balance ?? 100) / 2))),
    };
    if (transfer(plan.path, order).state === "committed") committed++;
    else refused++;
    if (plan.progress && i % 10 === 9) console.log(`client ${number}: ${i + 1} transfers`);
  }
  return { committed, refused, answers };
}

/** The balance as the account's server knows it; undefined if the server is just being started again. */
export function balanceOf(id: string): number | undefined {
  try {
    return accountOf(id).balance();
  } catch {
    return undefined;
  }
}

/** Kills account servers and settlers at random until it is told to stop. */
function kill(plan: Plan, parent: Pid): void {
  const next = random(plan.seed - 1);
  let killed = 0;
  while (receive((m) => m === "stop", next(2 * plan.killEveryMs + 1)) === TIMEOUT) {
    const supervisor = next(2) === 0 ? AccountServers.ref("accounts") : Settlers.ref("settlers");
    const running = supervisor.whichChildren().flatMap(({ pid }) => (typeof pid === "object" ? [pid] : []));
    const victim = running[next(Math.max(1, running.length))];
    if (victim === undefined) continue;
    exit(victim, "kill");
    killed++;
  }
  send(parent, { killed });
}
