/** Names that say how far a run is: nobody does anything new any more; everybody ends. */
export const STOP = "chaos/stop";
export const END = "chaos/end";
