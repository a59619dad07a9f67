/** Names for the words of the shared memory, as layout.ts gives them, and the places where races are meant. */
import {
  BOUNDS_ENTRY,
  BoardWord,
  bucketCount,
  boardSize,
  Control,
  DIRECTORY_ENTRY,
  NameWord,
  RingWord,
  ringSize,
  ThreadWord,
  threadArea,
  type SharedMemory,
} from "../../memory/layout.ts";
import { shadowOf, type Shadow } from "./shadow.ts";

type Namer = (at: number) => string;
const namers = new WeakMap<Shadow, Namer>();

/** The name of the place at so many bytes from the start of a buffer. */
export function wordName(shadow: Shadow, at: number): string {
  return namers.get(shadow)?.(at) ?? `buffer ${shadow.id}, byte ${at}`;
}

/** Gives a buffer's words a name of their own. */
export function nameWords(buffer: ArrayBufferLike, name: string): void {
  namers.set(shadowOf(buffer), (at) => `${name}[${at / 4}]`);
}

/** Makes the words of a VM's memory known. */
export function nameMemory(memory: SharedMemory): void {
  namers.set(shadowOf(memory.control), controlName);
  namers.set(shadowOf(memory.directory), (at) => {
    const word = at / 4;
    return `slot ${Math.floor(word / DIRECTORY_ENTRY)}'s ${word % DIRECTORY_ENTRY === 0 ? "owner" : "serial"}`;
  });
  namers.set(shadowOf(memory.bounds), (at) => {
    const word = at / 4;
    return `${word % BOUNDS_ENTRY === 0 ? "LIMIT" : "COUNT"} of slot ${Math.floor(word / BOUNDS_ENTRY)}`;
  });
  namers.set(shadowOf(memory.names), (at) => nameTableName(memory, at));
  namers.set(shadowOf(memory.rings), (at) => ringName(memory, at));
  namers.set(shadowOf(memory.boards), (at) => boardName(memory, at));
  const control = shadowOf(memory.control);
  for (let thread = 0; thread < memory.threads; thread++) {
    const at = threadArea(thread) * 4;
    // Counts that are true "about": one writer, and readers who take what they find.
    control.allow(at + ThreadWord.ALLOCATED * 4, at + ThreadWord.RELEASED * 4 + 4, 1);
    control.allow(at + ThreadWord.STATISTICS * 4, at + ThreadWord.REST * 4, 1);
  }
  const names = shadowOf(memory.names);
  const records = NameWord.BUCKETS + 2 * bucketCount(memory.maxNames);
  for (let record = 0; record < memory.maxNames; record++) {
    // A reader compares versions before and after; what it reads in between may be torn.
    const at = (records + record * NameWord.RECORD + NameWord.CHARACTERS) * 4;
    names.allow(at, at + (NameWord.RECORD - NameWord.CHARACTERS) * 4, 2);
  }
}

function keyOf(table: Readonly<Record<string, number>>, word: number): string {
  let best = "";
  let from = -1;
  for (const [key, value] of Object.entries(table)) {
    if (value <= word && value > from) {
      best = key;
      from = value;
    }
  }
  return word === from ? best : `${best}+${word - from}`;
}

function controlName(at: number): string {
  const word = at / 4;
  if (word < Control.THREADS) return keyOf(Control, word);
  const { SIZE, ...words } = ThreadWord;
  const thread = Math.floor((word - Control.THREADS) / SIZE);
  return `${keyOf(words, (word - Control.THREADS) % SIZE)} of ${thread}`;
}

function nameTableName(memory: SharedMemory, at: number): string {
  const word = Math.floor(at / 4);
  const buckets = bucketCount(memory.maxNames);
  if (word < NameWord.BUCKETS) return ["FREE", "USED", "COUNT"][word] ?? `names[${word}]`;
  if (word < NameWord.BUCKETS + buckets) return `bucket ${word - NameWord.BUCKETS}`;
  if (word < NameWord.BUCKETS + 2 * buckets) return `holders ${word - NameWord.BUCKETS - buckets}`;
  const inRecords = word - NameWord.BUCKETS - 2 * buckets;
  const record = Math.floor(inRecords / NameWord.RECORD);
  const inRecord = inRecords % NameWord.RECORD;
  const { VERSION, SLOT, SERIAL, HASH, LENGTH, NEXT, CHARACTERS } = NameWord;
  return `${keyOf({ VERSION, SLOT, SERIAL, HASH, LENGTH, NEXT, CHARACTERS }, inRecord)} of record ${record}`;
}

function ringName(memory: SharedMemory, at: number): string {
  const size = ringSize(memory.ringBytes);
  const ring = Math.floor(at / size);
  const pair = `${Math.floor(ring / memory.threads)}→${ring % memory.threads}`;
  const inRing = at % size;
  if (inRing >= RingWord.HEADER_BYTES) return `byte ${inRing - RingWord.HEADER_BYTES} of ${pair}`;
  const { HEAD, HANDLED, TAIL } = RingWord;
  return `${keyOf({ HEAD, HANDLED, TAIL }, inRing / 4)} of ${pair}`;
}

function boardName(memory: SharedMemory, at: number): string {
  const size = boardSize(memory.boardEntries, memory.boardBytes);
  const board = Math.floor(at / size);
  const word = Math.floor((at % size) / 4);
  if (word < BoardWord.ENTRIES) return `${keyOf({ TOP: BoardWord.TOP, BOTTOM: BoardWord.BOTTOM }, word)} of board ${board}`;
  const inEntries = word - BoardWord.ENTRIES;
  const entry = Math.floor(inEntries / BoardWord.ENTRY);
  if (entry >= memory.boardEntries)
    return `arena byte ${(at % size) - (BoardWord.ENTRIES + memory.boardEntries * BoardWord.ENTRY) * 4} of board ${board}`;
  const { STATE, OFFSET, LENGTH } = BoardWord;
  return `${keyOf({ STATE, OFFSET, LENGTH }, inEntries % BoardWord.ENTRY)} of entry ${entry}, board ${board}`;
}
