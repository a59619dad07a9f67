/** Where in a state something stands: the steps from a root, remembered while the state is walked, and told only if something cannot move. */
import { captureName } from "./variables.ts";

export const Step = {
  /** One of the roots, by its number. */
  ROOT: 0,
  PROPERTY: 1,
  ELEMENT: 2,
  MAP_KEY: 3,
  /** By its key. */
  MAP_VALUE: 4,
  MEMBER: 5,
  /** What a closure has captured, by {@link captureStep}. */
  CAPTURE: 6,
  /** Of an object of the VM's own. */
  PART: 7,
  CLASS: 8,
  PROTOTYPE: 9,
} as const;

const MOST_CAPTURES = 4_096;

/** The step to the capture with that index of a closure with that entry site. */
export function captureStep(site: number, index: number): number {
  return site * MOST_CAPTURES + index;
}

function captureText(step: number): string {
  const name = captureName(Math.floor(step / MOST_CAPTURES), step % MOST_CAPTURES);
  return name === undefined ? "(captured)" : `(captured ${name})`;
}

/** A longer path is shown by its first and last steps. */
const SHOWN_STEPS = 24;

export class Trail {
  /** The object whose content is walked, as a number that {@link enter} gave; -1 for the roots. */
  owner = -1;
  kind: number = Step.ROOT;
  step: unknown = 0;
  private readonly owners: number[] = [];
  private readonly kinds: number[] = [];
  private readonly steps: unknown[] = [];

  /** Remembers the place of an object that was met; the result is its number. */
  enter(): number {
    this.kinds.push(this.kind);
    this.steps.push(this.step);
    return this.owners.push(this.owner) - 1;
  }

  /** The number of the root that leads to the present place, and the path from there. */
  here(): { root: number; path: string } {
    const texts: string[] = [];
    let { owner, kind, step } = this;
    while (kind !== Step.ROOT) {
      texts.unshift(textOf(kind, step));
      kind = this.kinds[owner]!;
      step = this.steps[owner];
      owner = this.owners[owner]!;
    }
    const half = SHOWN_STEPS / 2;
    const shown = texts.length <= SHOWN_STEPS ? texts : [...texts.slice(0, half), "…", ...texts.slice(-half)];
    return { root: step as number, path: shown.join("") };
  }
}

function textOf(kind: number, step: unknown): string {
  switch (kind) {
    case Step.PROPERTY:
      if (typeof step === "symbol") return `[${String(step)}]`;
      return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(step as string) ? `.${step as string}` : `[${JSON.stringify(step)}]`;
    case Step.ELEMENT:
      return `[${step as number}]`;
    case Step.MAP_KEY:
      return "(Map key)";
    case Step.MAP_VALUE:
      return typeof step === "string" ? `(Map value of ${JSON.stringify(step)})` : "(Map value)";
    case Step.MEMBER:
      return "(Set member)";
    case Step.CAPTURE:
      return captureText(step as number);
    case Step.CLASS:
      return "(class)";
    case Step.PROTOTYPE:
      return "(prototype)";
    default:
      return "";
  }
}
