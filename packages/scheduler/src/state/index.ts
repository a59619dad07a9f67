/** What the packages above tell the codec of processes' state. */
export { Constants } from "./constants.ts";
export { addIntrinsics } from "./intrinsics.ts";
export { globalNames } from "./late-globals.ts";
export { addStateKind, type StateKind } from "./kinds.ts";
export { PRIVATE, type PrivateMembers } from "./private.ts";
export { setVariableNames, type VariableNames } from "./variables.ts";
