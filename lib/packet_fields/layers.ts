/**
 * Which layer an Ethernet type or a protocol number stands for.
 *
 * @module
 */
import { arp, ethernet, tag } from "./ethernet.ts";
import { icmp4, icmp6 } from "./icmp.ts";
import { ip4 } from "./ip4.ts";
import { authentication, fragment, ip6, optionHeader, routing } from "./ip6.ts";
import { tcp, udp } from "./transport.ts";
import { gre } from "./tunnels.ts";
import type { Layer, Next } from "./walk.ts";

/** Null where that is not known. */
export function layerOf(next: Next): Layer | null {
  return ("ether" in next ? BY_TYPE[next.ether] : BY_PROTOCOL[next.protocol]) ?? null;
}

const BY_TYPE: Record<number, Layer> = {
  0x0800: ip4,
  0x0806: arp,
  0x6558: ethernet,
  0x8100: (walk) => tag(walk, "802.1Q"),
  0x86dd: ip6,
  0x88a8: (walk) => tag(walk, "802.1ad"),
};

const BY_PROTOCOL: Record<number, Layer> = {
  0: (walk) => optionHeader(walk, "IPv6 hop-by-hop options"),
  1: icmp4,
  4: inside(ip4),
  6: tcp,
  17: udp,
  41: inside(ip6),
  43: routing,
  44: fragment,
  47: gre,
  51: authentication,
  58: icmp6,
  60: (walk) => optionHeader(walk, "IPv6 destination options"),
};

function inside(layer: Layer): Layer {
  return (walk) => {
    walk.goInside();
    return layer(walk);
  };
}
