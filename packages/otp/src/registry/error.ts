/** The error of a registry's operations. */
import { AgnerError } from "@agner/vm";

/** `AGNER_REGISTRY`: a registry refused; `reason` is `{ alreadyRegistered: pid }`, or `"already_locked"`. */
export class RegistryError extends AgnerError {
  declare readonly reason: unknown;
  constructor(message: string, reason: unknown) {
    super("AGNER_REGISTRY", message, { details: { reason } });
  }
  static override is(e: unknown): e is RegistryError {
    return AgnerError.is(e) && e.name === "RegistryError";
  }
}
Object.defineProperty(RegistryError.prototype, "name", { value: "RegistryError", writable: true, configurable: true });
