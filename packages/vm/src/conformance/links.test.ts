/** Group A, last part: links (A37 to A44). */
import { expect } from "vitest";
import {
  exit,
  isAlive,
  link,
  processFlag,
  processInfo,
  receive,
  self,
  send,
  spawnMonitor,
  unlink,
  yieldNow,
  type Pid,
} from "@agner/vm";
import { processTest } from "@agner/vm/vitest";
import { ALL_PLACES, PLACES, spawnAt, spawnLinkAt, spawnMonitorAt, type Place } from "./testing/place.ts";
import {
  clock,
  codeOf,
  downOf,
  exitFrom,
  exitWith,
  holding,
  kill,
  nothing,
  numbers,
  park,
  reasonOf,
  settled,
  spinUntil,
  taken,
  until,
} from "./testing/watch.ts";

function linksOf(pid: Pid): readonly Pid[] {
  return processInfo(pid)!.links;
}

for (const place of PLACES) {
  // links and dist_links
  processTest(`A37: links are bidirectional, one at most for a pair, none with oneself (${place})`, () => {
    processFlag("trapExit", true);
    const me = self();
    link(me);
    expect(linksOf(me)).toEqual([]);
    const pid = spawnAt(place, park);
    link(pid);
    link(pid);
    expect([linksOf(me), linksOf(pid)]).toEqual([[pid], [me]]);
    unlink(pid);
    expect([linksOf(me), linksOf(pid)]).toEqual([[], []]);
    link(pid);
    const spawned = spawnLinkAt(place, park);
    link(spawned);
    expect([linksOf(me), linksOf(pid), linksOf(spawned)]).toEqual([[pid, spawned], [me], [me]]);
    exit(pid, "stop");
    expect(exitFrom(pid).reason).toBe("stop");
    expect(linksOf(me)).toEqual([spawned]);
    unlink(spawned);
    kill(spawned);
    expect(taken()).toEqual([]);
  });

  // link_to_dead
  processTest(`A38: linking with a dead process is an error, or a message to a process that traps exits (${place})`, () => {
    const [pid, ref] = spawnMonitorAt(place, nothing);
    downOf(ref);
    expect(codeOf(() => link(pid))).toBe("AGNER_NOPROC");
    expect(linksOf(self())).toEqual([]);
    processFlag("trapExit", true);
    link(pid);
    expect(taken()).toEqual([{ type: "EXIT", from: pid, reason: "noproc" }]);
    expect(linksOf(self())).toEqual([]);
  });

  processTest(`A39: a link with a process that ends meanwhile brings its reason or "noproc", once (${place})`, () => {
    processFlag("trapExit", true);
    for (let round = 0; round < 150; round++) {
      const pid = spawnAt(place, endsSoon, round % 20);
      link(pid);
      expect(["bye", "noproc"]).toContain(exitFrom(pid).reason);
      settled();
      expect(taken()).toEqual([]);
      expect(linksOf(self())).toEqual([]);
    }
  });

  processTest(`A40: unlink does nothing where there is no link, or no process (${place})`, () => {
    const pid = spawnAt(place, park);
    unlink(pid);
    kill(pid);
    unlink(pid);
    unlink(self());
    settled();
    expect(taken()).toEqual([]);
  });

  // otp_5772_link and otp_5772_dist_link
  processTest(`A41: after unlink no exit signal comes through the link (${place})`, () => {
    processFlag("trapExit", true);
    for (let round = 0; round < 200; round++) {
      const pid = spawnLinkAt(place, endsSoon, round % 20);
      for (let i = 0; i < round % 7; i++) yieldNow();
      unlink(pid);
      const before = taken();
      expect(before.length === 0 || before.length === 1).toBe(true);
      settled();
      until(() => !isAlive(pid));
      settled();
      expect(taken()).toEqual([]);
    }
  });

  processTest(`A41: a process that does not trap exits is safe once unlink has returned (${place})`, () => {
    const reasons: unknown[] = [];
    for (let round = 0; round < 200; round++) {
      const [, ref] = spawnMonitor(unlinker, self(), place, round % 12, round % 5 === 0);
      const reason = reasonOf(ref);
      expect([reason, ...taken()]).toEqual(reason === "safe" ? ["safe", "unlinked"] : ["bye"]);
      reasons.push(reason);
    }
    expect(reasons).toContain("safe");
  });

  processTest(`A41: an EXIT that is in the mailbox already stays there (${place})`, () => {
    processFlag("trapExit", true);
    const pid = spawnLinkAt(place, exitWith, "bye");
    until(() => processInfo()!.mailboxLength === 1);
    unlink(pid);
    expect(taken()).toEqual([{ type: "EXIT", from: pid, reason: "bye" }]);
  });
}

processTest("A41: an exit signal that is on its way when unlink is called is dropped", () => {
  processFlag("trapExit", true);
  for (let rounds = 0, ms = 2; rounds < 10;) {
    const at = clock() + ms;
    const pid = spawnLinkAt("other core", spinUntil, at);
    settled();
    let early: unknown[] = [];
    holding(() => {
      spinUntil(at + 0.5); // it ends meanwhile
      early = taken();
      unlink(pid);
    });
    settled();
    expect(taken()).toEqual([]);
    if (early.length === 0) rounds++;
    else ms = Math.min(2 * ms, 100); // where all is slow it takes longer to begin
  }
});

function endsSoon(yields: number): void {
  for (let i = 0; i < yields; i++) yieldNow();
  exit("bye");
}

/** Unlinks its child after a while, says so, and waits for the child's end, which must not touch it. */
function unlinker(observer: Pid, place: Place, yields: number, waits: boolean): void {
  const pid = waits ? spawnLinkAt(place, endsAfterMessage) : spawnLinkAt(place, endsSoon, 6);
  for (let i = 0; i < yields; i++) yieldNow();
  unlink(pid);
  send(pid, "end");
  send(observer, "unlinked");
  until(() => !isAlive(pid));
  settled();
  exit("safe");
}

/** Ends with `"bye"` when it gets a message. */
function endsAfterMessage(): void {
  receive();
  exit("bye");
}

type Step = "link" | "unlink";

/** Links and unlinks its peer as it is told, at a given moment, while neither of them can hear of what the other does. */
function linker(): void {
  for (;;) {
    const [from, peer, at, steps] = receive<[Pid, Pid, number, readonly Step[]]>();
    spinUntil(at);
    holding(() => {
      spinUntil(at + 0.5);
      for (const step of steps) {
        if (step === "link") link(peer);
        else unlink(peer);
      }
      spinUntil(at + 0.8);
    });
    send(from, "done");
  }
}

/** Lets two processes on two cores, linked or not, take their steps at the same time; how many links each has at the end. */
function cross(linked: boolean, a: readonly Step[], b: readonly Step[]): [number, number] {
  const [left, right] = [spawnAt("same core", linker), spawnAt("other core", linker)];
  if (linked) {
    send(left, [self(), right, 0, ["link"]]);
    receive();
    settled();
  }
  const at = clock() + 1.5;
  send(right, [self(), left, at, b]);
  send(left, [self(), right, at, a]);
  receive();
  receive();
  settled();
  settled();
  const ends: [number, number] = [linksOf(left).length, linksOf(right).length];
  kill(left);
  kill(right);
  return ends;
}

// The outcomes were compared with those of OTP 25, where two processes took the same steps at the same time 20,000 times.
processTest("A42: a link that crosses an unlink leaves both sides unlinked", () => {
  for (let round = 0; round < 40; round++) {
    const [a, b] = cross(true, ["unlink"], ["unlink", "link"]);
    expect(a).toBe(b);
    const [c, d] = cross(true, ["unlink", "link"], ["unlink"]);
    expect(c).toBe(d);
  }
});

processTest("A42: a new link from the unlinking side makes the link active again", () => {
  for (let round = 0; round < 40; round++) {
    expect(cross(true, ["unlink", "link"], [])).toEqual([1, 1]);
    expect(cross(true, ["unlink", "link"], ["link"])).toEqual([1, 1]);
  }
});

processTest("A42: where both sides unlink and link again, they are linked", () => {
  for (let round = 0; round < 60; round++) {
    expect(cross(true, ["unlink", "link"], ["unlink", "link"])).toEqual([1, 1]);
    expect(cross(false, ["link", "unlink", "link"], ["link", "unlink", "link"])).toEqual([1, 1]);
  }
});

processTest("A42: whatever crosses, both sides agree in the end", () => {
  let seed = Math.floor(Math.random() * 2 ** 32);
  console.log(`A42: seed ${seed}`);
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const steps = (): Step[] => numbers(random(8)).map(() => (random(2) === 0 ? "link" : "unlink"));
  for (let round = 0; round < 150; round++) {
    const [linked, a, b] = [random(2) === 0, steps(), steps()];
    const [left, right] = cross(linked, a, b);
    expect({ linked, a, b, left, right }).toEqual({ linked, a, b, left, right: left });
  }
});

/** Unlinks its child, tells it to go on, and ends. */
function leavingParent(place: Place, observer: Pid): void {
  const child = spawnLinkAt(place, orphan, self(), observer);
  unlink(child);
  send(child, "go");
  exit("the parent's reason");
}

function orphan(parent: Pid, observer: Pid): void {
  processFlag("trapExit", true);
  receive((message) => message === "go");
  link(parent);
  send(observer, exitFrom(parent).reason);
  settled();
  send(observer, taken());
}

for (const place of PLACES) {
  // unlink_exit
  processTest(`A42: linking again with a parent that has unlinked and ends brings "noproc" or its reason (${place})`, () => {
    for (let round = 0; round < 150; round++) {
      spawnAt(PLACES[round % 2]!, leavingParent, place, self());
      expect(["noproc", "the parent's reason"]).toContain(receive());
      expect(receive()).toEqual([]);
    }
  });
}

for (const place of ALL_PLACES) {
  processTest(`A44: one EXIT for a link, and then it is gone on both sides (${place})`, () => {
    processFlag("trapExit", true);
    for (let round = 0; round < 100; round++) {
      const pid = spawnLinkAt(place, park);
      link(pid);
      exit(pid, "stop");
      expect(exitFrom(pid).reason).toBe("stop");
      exit(pid, "stop");
      expect(linksOf(self())).toEqual([]);
    }
    settled();
    expect(taken()).toEqual([]);
  });
}
