/** Colours that a caller has decided on, whatever standard output is. */
import { styleText } from "node:util";

export type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

/** `validateStream` is Node 22's: without it `styleText` would look at standard output, and reports go to standard error. */
const UNCONDITIONALLY = { validateStream: false };

export function paint(color: boolean): Paint {
  return color
    ? (format, text) => (styleText as (f: typeof format, t: string, o: object) => string)(format, text, UNCONDITIONALLY)
    : (_format, text) => text;
}
