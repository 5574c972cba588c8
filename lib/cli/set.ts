import type { Command } from "./mod.ts";
import { registerLine } from "./vpp_line.ts";

/** `guideway set …`: VPP's line of that name. */
export function register(program: Command): void {
  registerLine(program, {
    name: "set",
    description: "VPP's lines that begin with set: ways back of nat servers.",
    examples: [
      "set interface nat4 in net0",
      "set interface nat6 in net0 del",
    ],
  });
}
