/**
 * What is to be done in shared memory when a thread was lost: one that will never touch it again. Every function here is called on one thread, the one that leads
 * the recovery; what the survivors do is in ../loss.ts. The order matters:
 *
 * 1. {@link beginLoss}, at once: nobody waits for a lock that the lost thread holds, or rings its bell. Its signals that were published stay in their rings,
 *    its processes in the directory.
 * 2. Every survivor parts with it: stops stealing and takes back what it offers, reads all that the lost thread has published to it, empties both rings of the
 *    pair (`resetRing`), and from then on makes processes for the successor (`Directory.setGeneration`). After this step nobody steals from the lost
 *    thread's board, nobody is hungry, and what the directory says of its processes changes no more.
 * 3. {@link endProcesses}: they end, those on its board too, and their names are free. Only now may anybody hear of their end.
 * 4. Every survivor notes whom it watches, is linked with or has asked that does not live any more, and who is to live with it and has not arrived.
 * 5. When all have done so, every survivor publishes all that it has written. What was noted was either lost, or news of it stands in a ring after this step.
 * 6. Every survivor reads its rings. For what is left of its notes no news will come: it was lost. It tells those concerned, and steals again.
 * 7. {@link endLoss}, then the successor starts: `Directory`, `Outbox`, `Inbox` and `StealableDeque` begin with what they find.
 */
import type { Directory } from "./directory.ts";
import { clearBoard } from "./deque.ts";
import { Control, controlWords, threadArea, ThreadWord, type SharedMemory } from "./layout.ts";
import type { NameTable } from "./names.ts";
import { endRest } from "./rest.ts";
import { resetRing } from "./ring.ts";
import { clearStatistics } from "./statistics.ts";

/** A process that ended because its thread was lost. */
export interface LostProcess {
  readonly slot: number;
  readonly serial: number;
  readonly name: string | undefined;
}

/** Step 1. `directory` and `names` are the caller's handles. */
export function beginLoss(memory: SharedMemory, lost: number, directory: Directory, names: NameTable): void {
  const words = controlWords(memory);
  const area = threadArea(lost);
  Atomics.store(words, area + ThreadWord.LOST, 1);
  Atomics.store(words, area + ThreadWord.ASLEEP, 0);
  names.repair(lost);
  directory.repair(lost);
  endRest(words, lost);
  clearStatistics(memory, lost);
}

/** Whether a thread was lost and its successor has not started. */
export function isLost(words: Int32Array, thread: number): boolean {
  return Atomics.load(words, threadArea(thread) + ThreadWord.LOST) === 1;
}

/**
 * Step 3: ends the processes of the thread that was lost, the one that had been lost `generation` times before. Returns how many there were, and of
 * those with a name and then the others the first `most`.
 */
export function endProcesses(
  memory: SharedMemory,
  lost: number,
  generation: number,
  directory: Directory,
  names: NameTable,
  most: number,
): { count: number; first: LostProcess[] } {
  const named: LostProcess[] = [];
  const nameless: LostProcess[] = [];
  const registered = new Map(names.entries().map(({ slot, serial, name }) => [`${slot}.${serial}`, name]));
  let count = 0;
  clearBoard(memory, lost); // in step 6 survivors steal again, and must not find who has ended
  directory.forEachOwned(
    lost,
    (slot, serial) => {
      count++;
      const name = registered.get(`${slot}.${serial}`);
      const some = name === undefined ? nameless : named;
      if (some.length < most) some.push({ slot, serial, name });
      directory.release(slot, serial);
    },
    generation,
  );
  freeNames(directory, names);
  return { count, first: [...named, ...nameless].slice(0, most) };
}

/**
 * Takes the names of processes that have ended out of the table: they count as free, but take room. Those of an earlier loss may be among them: the lock of the table may have been
 * held then by the thread that is lost now.
 */
function freeNames(directory: Directory, names: NameTable): void {
  for (const { name, slot, serial } of names.entries()) {
    if (!directory.isAlive(slot, serial)) names.unregister(name, slot, serial);
  }
}

/** Step 7. `others`: further threads that were lost and not recovered yet; between them and this one nobody else can empty the rings. */
export function endLoss(memory: SharedMemory, lost: number, others: Iterable<number>): void {
  const words = controlWords(memory);
  for (const other of others) {
    resetRing(memory, lost, other);
    resetRing(memory, other, lost);
  }
  Atomics.store(words, threadArea(lost) + ThreadWord.LOST, 0);
}

/** The lost thread may have counted as hungry. To be called while every survivor has said that it is not (between steps 2 and 5). */
export function clearHunger(memory: SharedMemory): void {
  Atomics.store(controlWords(memory), Control.HUNGRY, 0);
}
