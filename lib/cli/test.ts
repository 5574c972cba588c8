import type { Command } from "./mod.ts";
import { registerLine } from "./vpp_line.ts";

/** `guideway test …`: VPP's line of that name. */
export function register(program: Command): void {
  registerLine(program, {
    name: "test",
    description: "VPP's lines that begin with test: forget all flows.",
    examples: [
      "test lb flowtable flush",
    ],
  });
}
