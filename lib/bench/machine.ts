/**
 * What a benchmark ran on.
 *
 * @module
 */

/** What kind of pages the tables lie in. */
export type Memory = "hugepages" | "transparent hugepages" | "ordinary pages";

/** As the kernel names it. */
export function cpuModel(): string {
  const line = /^model name\s*:\s*(.*)$/m.exec(readProc("/proc/cpuinfo"));
  return line?.[1] ?? `unknown ${Deno.build.arch}`;
}

/** What the kernel gave this process, whose only large memory is the simulation's. */
export function memoryKind(): Memory {
  const rollup = readProc("/proc/self/smaps_rollup");
  const kilobytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s*(\\d+) kB`, "m").exec(rollup)?.[1] ?? 0);
  if (kilobytes("Private_Hugetlb") > 0) return "hugepages";
  return kilobytes("AnonHugePages") > 0 ? "transparent hugepages" : "ordinary pages";
}

function readProc(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
