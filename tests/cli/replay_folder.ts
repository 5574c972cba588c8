/**
 * A folder with a configuration and a capture for `guideway replay`.
 *
 * @module
 */
import { join } from "node:path";
import { type Capture, readCapture } from "../../lib/pcap/mod.ts";
import { ethernet, frame } from "../packets/frame.ts";
import { PROGRAM, WORDS } from "../tools/self.ts";

/** Two VIPs, one of them by port. */
export const CONFIG = `
conf: { ip4_src_address: 192.0.2.10, ip6_src_address: "2001:db8::10", timeout: 40 }
interfaces:
  net0: { device: "null", next_hop: { mac: "02:00:00:00:00:77" } }
vips:
  - prefix: 90.0.0.0/8
    encap: gre4
    new_len: 256
    servers: [ { address: 10.0.0.1 }, { address: 10.0.0.2 } ]
  - prefix: 2002::/16
    protocol: tcp
    port: 80
    encap: gre6
    servers: [ { address: "2001:db8:1::1" } ]
`;
/** Three frames that are forwarded, an ARP, and one to another port. */
export const IN = [
  frame({ from: "203.0.113.7", to: "90.1.2.3", sport: 4001, dport: 80 }),
  ethernet(new Uint8Array(28), { type: 0x0806 }),
  frame({ from: "2001:db8:77::7", to: "2002::3", sport: 4001, dport: 80 }),
  frame({ from: "2001:db8:77::7", to: "2002::3", sport: 4001, dport: 81 }),
  frame({ from: "203.0.113.7", to: "90.1.2.3", sport: 4001, dport: 80, protocol: "udp" }),
];

/** What a run of the program left. */
export interface Ran {
  code: number;
  stdout: Uint8Array;
  stderr: string;
}

/** Runs `guideway replay`. */
export async function run(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  const { code, stdout, stderr } = await new Deno.Command(PROGRAM, {
    args: [...WORDS, "replay", ...args],
    env,
    stdin: "null",
  }).output();
  return { code, stdout, stderr: new TextDecoder().decode(stderr) };
}

/** A folder with a configuration, and a function that replays a capture there. */
export async function inFolder(
  act: (folder: string, replay: (input: Uint8Array, more?: string[]) => Promise<Ran>) => unknown,
  config = CONFIG,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, "guideway.yaml"), config);
    await act(folder, async (input, more = []) => {
      await Deno.writeFile(join(folder, "in.pcap"), input);
      const paths = ["--config", "guideway.yaml", "--in", "in.pcap", "--out", "out.pcap"];
      const named = paths.map((word) => word.includes(".") ? join(folder, word) : word);
      return await run([...named, ...more]);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Reads a capture whole. */
export function read(
  path: string,
): { capture: Capture; packets: { data: Uint8Array; timestamp: bigint }[] } {
  using file = Deno.openSync(path);
  const capture = readCapture(file);
  return { capture, packets: [...capture.packets()] };
}

/** A packet of a classic capture. */
export const at = (seconds: number, data: Uint8Array, ticks = 0) => ({ seconds, ticks, data });
