/** Exit reasons in sentences. */
import { formatReason as format } from "@agner/vm/report";

/** A reason in one line. */
export function formatReason(reason: unknown): string {
  return reason instanceof Error ? `${reason.name}: ${reason.message}` : format(reason);
}
