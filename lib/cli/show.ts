import type { Command } from "./mod.ts";
import { registerLine } from "./vpp_line.ts";

/** `guideway show …`: VPP's line of that name. */
export function register(program: Command): void {
  registerLine(program, {
    name: "show",
    description: "VPP's lines that begin with show.",
    examples: [
      "show lb",
      "show lb vips verbose",
      "show node counters",
    ],
  });
}
