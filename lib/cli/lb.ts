import type { Command } from "./mod.ts";
import { registerLine } from "./vpp_line.ts";

/** `guideway lb …`: VPP's line of that name. */
export function register(program: Command): void {
  registerLine(program, {
    name: "lb",
    description: "VPP's lines that begin with lb: settings, VIPs, servers, ways back.",
    examples: [
      "lb conf ip4-src-address 192.0.2.1 timeout 40",
      "lb vip 91.0.0.0/8 encap gre4 new_len 1024",
      "lb as 90.0.0.0/8 10.0.0.1 10.0.0.2 weight 50",
      "lb flush vip 90.0.0.0/8",
    ],
  });
}
