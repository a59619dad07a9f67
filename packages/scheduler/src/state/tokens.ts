/**
 * The format of a process's state: a stream of tokens, each a byte and what follows it. Unlike a term, a state is a graph. An object is written where
 * it is first met as a shell (what is needed to make it, empty) and gets the next number; later uses are `SEEN` with that number. What is in it, its
 * body, follows in the order of the shells, so that neither side recurses, and a circle is nothing special. A closure cannot be made before what it has
 * captured: it is announced (`CLOSURE`) ahead of the value that first uses it.
 */
export const Token = {
  UNDEFINED: 0,
  NULL: 1,
  TRUE: 2,
  FALSE: 3,
  /** Zigzag varint. */
  INTEGER: 4,
  DOUBLE: 5,
  STRING: 6,
  /** Hexadecimal digits with a sign, as a string. */
  BIGINT: 7,
  /** The number of what was met before. */
  SEEN: 8,
  /** In an array: no element. */
  HOLE: 9,
  REGISTERED_SYMBOL: 10,
  WELL_KNOWN_SYMBOL: 11,
  /** Module and index, of a function of the top level. */
  FUNCTION: 12,
  /** Module (a number, or a URL) and name of something of the top level of a module. */
  NAMED: 13,
  INTRINSIC: 14,
  PID: 15,
  REFERENCE: 16,
  /** URL of the module and name, of a definition that only its export names. */
  DEFINITION: 34,
  /** The number of a value that does not travel in the bytes. */
  BESIDE: 35,
  /** The definition, then bytes of a term. */
  STAND_IN: 17,
  /** Shells. */
  ARRAY: 18,
  PLAIN: 19,
  NULL_PROTOTYPE: 20,
  MAP: 21,
  SET: 22,
  DATE: 23,
  REGEXP: 24,
  /** The class follows. */
  ERROR: 25,
  /** The class, or the function that constructed it, follows. */
  INSTANCE: 26,
  /** The class follows, and bits that tell whose private members it has; their values begin its body. */
  PRIVATE_INSTANCE: 36,
  /** An object whose prototype is an object of the state, which its body begins with. */
  DERIVED: 27,
  /** The primitive follows. */
  BOXED: 28,
  ARRAY_BUFFER: 29,
  /** Number of the class, buffer, offset, length. */
  VIEW: 30,
  /** The name of a {@link StateKind}. */
  KIND: 31,
  /** Entry site, whether it is the version that only compiled code calls, and the captures. No value by itself. */
  CLOSURE: 32,
  /** An `arguments` object; elements follow in its body. */
  ARGUMENTS: 33,
  /** From here on whole numbers from 0. */
  SMALL: 64,
} as const;

/** Numbers below this are one byte. */
export const SMALL_NUMBERS = 256 - Token.SMALL;

/** What a body says of an object besides its parts. */
export const Body = {
  /** Properties follow. */
  PROPERTIES: 1,
  /** Not all of them are what assignment makes: each has a byte with its attributes. */
  ATTRIBUTES: 2,
  /** Nothing can be added to it. */
  CLOSED: 4,
  SEALED: 8,
  FROZEN: 16,
  LITERAL: 32,
} as const;

export const Attribute = { ENUMERABLE: 1, WRITABLE: 2, CONFIGURABLE: 4, ALL: 7 } as const;

/** How a key is written: new strings get numbers from {@link Key.FIRST} on. */
export const Key = { NEW: 0, SYMBOL: 1, FIRST: 2 } as const;
