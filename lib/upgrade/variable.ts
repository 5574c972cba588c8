/** Names to a new process where the one whose place it is to take waits for it, and forwards until then. */
export const HANDOVER = "GUIDEWAY_HANDOVER";
