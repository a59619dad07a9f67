/**
 * The wire format: MessagePack, with one-byte record tokens where MessagePack has the small positive numbers from 64, and extension types of our own.
 * docs/terms.md has the table. A marker is a `fixext 1` whose content belongs to the term that follows it.
 */
export const Wire = {
  FIXEXT1: 0xd4,
  FIXEXT8: 0xd7,
  EXT8: 0xc7,
  EXT32: 0xc9,
  /** First of the 64 record tokens. */
  RECORD: 0x40,
  /** Two bytes with the number of a record above 63 follow. MessagePack never uses this byte. */
  FAR_RECORD: 0xc1,
} as const;

/** Extension types. Markers are followed by one term, others hold what they say. */
export const Extension = {
  /** `fixext 1`. */
  UNDEFINED: 0x00,
  /** Marker and 16-bit number, then the array of keys, then the values. */
  DEFINE_RECORD: 0x72,
  /** `fixext 8`: slot, serial. */
  PID: 0x50,
  /** `ext 8` of 12 bytes: scheduler, id as a double; of 20 with slot and serial of the process that it is an alias of. */
  REF: 0x52,
  /** `ext 32`: hexadecimal digits, with a sign. */
  BIGINT: 0x49,
  /** `ext 32`: UTF-16 units, for a string with a lone surrogate. */
  UTF16: 0x55,
  /** `fixext 8`: milliseconds as a double. */
  DATE: 0x44,
  /** Markers before a string, the key. */
  SYMBOL: 0x59,
  /** Markers before source and flags, module and index, module and name. */
  REGEXP: 0x58,
  FUNCTION: 0x46,
  DEFINITION: 0x47,
  /** Marker with the class's number, before the index of the binary among those that come beside the stream. */
  ATTACHED: 0x41,
  /** The same for shared memory, before its index, name, offset and length in bytes. */
  SHARED: 0x5a,
  /** Marker with the class's number, before `bin`. */
  BINARY: 0x42,
  /** Marker before any term. */
  LITERAL: 0x4c,
  /** Markers before an array of the parts (parts.ts). */
  KEYED: 0x4b,
  NULL_PROTOTYPE: 0x4e,
  MAP: 0x4d,
  SET: 0x53,
  ERROR: 0x45,
  STAND_IN: 0x43,
} as const;
