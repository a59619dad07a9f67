/** Instead of the table of JavaScript's own objects by name: only processes that move need it, and it is made anew in each realm. */

export function addIntrinsics(): void {}

export function intrinsicName(): undefined {}

export function intrinsic(): never {
  throw new Error("no process moves here");
}
