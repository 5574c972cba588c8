/**
 * Which of the kernel's interfaces nobody must take away without thinking: the one of the SSH session, and those of the
 * default routes, also below bonds, bridges and VLANs.
 *
 * @module
 */
import type { Machine } from "../machine.ts";

interface RouteAnswer {
  dev?: string;
  nexthops?: { dev?: string }[];
}

interface AddressAnswer {
  ifname?: string;
  addr_info?: { local?: string }[];
}

/** Why interfaces are needed, by their names. @param ssh `SSH_CONNECTION`; null: there is no such session. */
export async function usersOf(
  machine: Machine,
  ssh: string | null,
): Promise<ReadonlyMap<string, string[]>> {
  const users = new Map<string, string[]>();
  const add = (name: string, why: string) => {
    for (const one of [name, ...lowerOf(machine, name)]) {
      const all = users.get(one) ?? [];
      if (!all.includes(why)) users.set(one, [...all, why]);
    }
  };
  for (const family of ["-4", "-6"]) {
    const words = ["ip", "-j", family, "route", "show", "default"];
    for (const dev of devicesOf(await machine.askJson(...words))) add(dev, "default route");
  }
  for (const dev of defaultDevices(machine)) add(dev, "default route");
  for (const dev of await sshDevices(machine, ssh)) add(dev, "SSH session");
  return users;
}

/** What the kernel itself lists, also where there is no `ip`. */
function defaultDevices(machine: Machine): string[] {
  const rows = (file: string) =>
    (machine.read(file) ?? "").split("\n").map((line) => line.trim().split(/\s+/));
  const four = rows("/proc/net/route").filter(([, to, , , , , , mask]) =>
    to === "00000000" && mask === "00000000"
  ).map(([dev]) => dev);
  const six = rows("/proc/net/ipv6_route").filter(([to, length]) =>
    length === "00" && /^0{32}$/.test(to ?? "")
  ).map((words) => words.at(-1));
  return [...four, ...six].filter((dev) => dev !== undefined && dev !== "lo") as string[];
}

/** @param ssh `CLIENT PORT SERVER PORT` */
async function sshDevices(machine: Machine, ssh: string | null): Promise<string[]> {
  const [client, , server] = (ssh ?? "").split(" ").map((one) => one.replace(/%.*$/, ""));
  if (!client || !server) return [];
  const routes = devicesOf(await machine.askJson("ip", "-j", "route", "get", client));
  const addresses = await machine.askJson<AddressAnswer>("ip", "-j", "addr");
  const own = addresses.filter(({ addr_info = [] }) =>
    addr_info.some(({ local }) => local === server)
  ).flatMap(({ ifname }) => ifname ?? []);
  return [...new Set([...routes, ...own])];
}

function devicesOf(answers: RouteAnswer[]): string[] {
  return answers.flatMap(({ dev, nexthops = [] }) =>
    [dev, ...nexthops.map((hop) => hop.dev)].filter((one) => one !== undefined)
  );
}

/** What is below a bond, a bridge or a VLAN, all the way down. */
function lowerOf(machine: Machine, name: string): string[] {
  return machine.list(`/sys/class/net/${name}`).filter((one) => one.startsWith("lower_"))
    .map((one) => one.slice("lower_".length))
    .flatMap((one) => [one, ...lowerOf(machine, one)]);
}

/**
 * `SSH_CONNECTION` of this session. sudo takes it out of the environment: then a program above this one still has it.
 */
export function sshConnection(machine: Machine): string | null {
  const own = Deno.env.get("SSH_CONNECTION");
  if (own) return own;
  for (let pid = machine.here ? Deno.ppid : 0; pid > 1; pid = parentOf(machine, pid)) {
    const variables = machine.read(`/proc/${pid}/environ`)?.split("\0") ?? [];
    const found = variables.find((one) => one.startsWith("SSH_CONNECTION="));
    if (found !== undefined) return found.slice("SSH_CONNECTION=".length);
  }
  return null;
}

function parentOf(machine: Machine, pid: number): number {
  // After the name in brackets, which may hold anything: state, parent.
  const stat = machine.read(`/proc/${pid}/stat`) ?? "";
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? 0);
}
