import type { Config } from "../../config.ts";
import type { Encap } from "../../dataplane.ts";
import { type Check, type Finding, ok } from "../finding.ts";

/** Bytes before the packet, by the outer family. */
const OUTER = { 4: 20, 6: 40 } as const;
/** What clients send at most, through the internet. */
const CLIENT_MTU = 1500;

/** Bytes that an encap adds on the way to a server. */
function overhead(encap: Encap, address: string): number {
  const ip = OUTER[address.includes(":") ? 6 : 4];
  switch (encap) {
    case "gre4":
      return 20 + 4;
    case "gre6":
      return 40 + 4;
    case "ipip":
      return ip;
    case "gue":
      return ip + 8;
    default:
      return 0;
  }
}

/** Whether a full packet of a client still fits when it is inside a tunnel. */
export const mtu: Check = ({ machine, config, hops }) => {
  if (config === null || hops === null) return [];
  const needed = new Map<string, { bytes: number; vip: string; encap: Encap }>();
  for (const { prefix, encap, servers } of config.vips) {
    for (const { address } of servers) {
      const name = hops.get(address)?.hop?.interface;
      const bytes = CLIENT_MTU + overhead(encap, address);
      if (name === undefined || bytes <= (needed.get(name)?.bytes ?? CLIENT_MTU)) continue;
      needed.set(name, { bytes, vip: prefix, encap });
    }
  }
  return [...needed].flatMap(([name, { bytes, vip, encap }]) => {
    const dev = kernelsName(config, name);
    const has = dev === null ? null : machine.number(`/sys/class/net/${dev}/mtu`);
    if (has === null) return [unknown(name, bytes, encap)];
    if (has >= bytes) return [ok("mtu", `${name} takes ${has} bytes; ${encap} needs ${bytes}`)];
    const finding: Finding = {
      name: "mtu",
      state: "warn",
      found:
        `${name} takes ${has} bytes; a packet of ${CLIENT_MTU} in ${encap} (${vip}) has ${bytes}`,
      why: "such packets are cut in two, or their senders told to send smaller ones",
      type: [
        `ip link set dev ${dev} mtu ${bytes}`,
        "the same on the switch and at the servers, or keep TCP small where clients come in:",
        `nft add rule inet filter forward tcp flags syn tcp option maxseg size set ${
          has - (bytes - CLIENT_MTU) - 40
        }`,
      ],
    };
    return [finding];
  });
};

function kernelsName(config: Config, name: string): string | null {
  const device = config.interfaces[name]?.device ?? "";
  return /^(af_packet|af_xdp|tap):(.*)$/.exec(device)?.[2] ?? null;
}

function unknown(name: string, bytes: number, encap: Encap): Finding {
  return {
    name: "mtu",
    state: "note",
    found: `the kernel does not know the MTU of ${name}; ${encap} needs ${bytes} bytes`,
    why: "larger packets are cut in two, or their senders told to send smaller ones",
    type: ["guideway status   # tells the MTU of each interface"],
  };
}
