import { parsePrefix } from "../../net.ts";
import { type Check, devicesOf, type Finding } from "../finding.ts";
import { ok } from "../finding.ts";

interface AddressAnswer {
  ifname?: string;
  addr_info?: { local?: string; prefixlen?: number }[];
}

/** Whether the kernel, which sees the same frames on `af_packet`, keeps from answering and forwarding them. */
export const forwarding: Check = async ({ machine, config }) => {
  const names = devicesOf(config).filter(({ driver }) => driver === "af_packet")
    .map(({ target }) => target);
  if (config === null || names.length === 0) return [];
  const found: Finding[] = [];
  for (const name of names) {
    for (const family of ["ipv4", "ipv6"]) {
      if (machine.number(`/proc/sys/net/${family}/conf/${name}/forwarding`) !== 1) continue;
      found.push({
        name: "forwarding",
        state: "warn",
        found: `the kernel forwards ${family === "ipv4" ? "IPv4" : "IPv6"} at ${name}`,
        why: "it sees the same frames, and sends those to VIPs on by its own routes, a second time",
        type: [`sysctl -w net.${family}.conf.${name}.forwarding=0`],
      });
    }
  }
  const answers = await machine.askJson<AddressAnswer>("ip", "-j", "addr");
  for (const { ifname = "", addr_info = [] } of answers) {
    for (const { local, prefixlen } of addr_info) {
      const vip = local === undefined
        ? undefined
        : config.vips.find((one) => covers(one.prefix, local));
      if (vip === undefined || vip.type === "nodeport") continue;
      found.push({
        name: "forwarding",
        state: "bad",
        found: `${local} at ${ifname} is an address of the VIP ${vip.prefix}`,
        why: "the kernel then answers the VIP's clients itself",
        type: [`ip addr del ${local}/${prefixlen} dev ${ifname}`],
      });
    }
  }
  return found.length > 0 ? found : [ok("forwarding", "the kernel leaves the VIPs alone")];
};

function covers(prefix: string, address: string): boolean {
  const { family, bytes, length } = parsePrefix(prefix);
  const other = parsePrefix(`${address}/${address.includes(":") ? 128 : 32}`);
  if (other.family !== family) return false;
  for (let bit = 0; bit < length; bit++) {
    const at = bit >> 3, mask = 0x80 >> (bit & 7);
    if (((bytes[at] ?? 0) & mask) !== ((other.bytes[at] ?? 0) & mask)) return false;
  }
  return true;
}
