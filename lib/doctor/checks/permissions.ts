import type { Device } from "../../config/device.ts";
import { type Check, devicesOf } from "../finding.ts";
import { ok } from "../finding.ts";

/** Bits of the kernel's capabilities. */
const CAPABILITIES = { net_admin: 12, net_raw: 13, ipc_lock: 14, sys_admin: 21 } as const;
type Capability = keyof typeof CAPABILITIES;

/** What each kind of device needs. */
const NEEDS: Record<Device["driver"], Capability[]> = {
  af_packet: ["net_raw", "net_admin"],
  af_xdp: ["net_admin", "net_raw", "sys_admin", "ipc_lock"],
  tap: ["net_admin"],
  memif: [],
  pci: ["ipc_lock"],
  null: [],
};

/** Whether whoever runs this may do what the program does. */
export const permissions: Check = ({ machine, config }) => {
  const status = machine.read("/proc/self/status") ?? "";
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1];
  if (effective === undefined) return [];
  const bits = BigInt(`0x${effective}`);
  const kinds = config === null
    ? ["af_packet" as const]
    : devicesOf(config).map(({ driver }) => driver);
  const needed = [...new Set(kinds.flatMap((kind) => NEEDS[kind]))];
  const missing = needed.filter((one) => (bits >> BigInt(CAPABILITIES[one]) & 1n) === 0n);
  if (missing.length === 0) return [ok("permissions", "all that the program needs")];
  return [{
    name: "permissions",
    state: "warn",
    found: `missing here: ${missing.map((one) => `CAP_${one.toUpperCase()}`).join(", ")}`,
    why: "the program cannot open such interfaces as this user; as a service it can",
    type: ["sudo guideway service install", "sudo guideway doctor   # sees all that there is"],
  }];
};
