/**
 * The Debian packages that a source checkout needs, and which of them are missing.
 *
 * @module
 */

/** What somebody is about to do; each needs all that the one before needs. */
export type Purpose = "build" | "demo" | "test";

// What each purpose adds. libc6-dev is named because gcc only recommends it.
const ADDS: Record<Purpose, string[]> = {
  build: ["gcc", "libc6-dev", "make", "pkg-config", "libdpdk-dev"],
  demo: ["iproute2", "ethtool"],
  test: [
    ...["clang", "libclang-rt-dev", "tshark", "chromium"],
    // Tab is pressed in real shells.
    ...["zsh", "fish"],
    // What the end-to-end tests run in their namespaces.
    ...["curl", "iputils-ping", "nftables", "traceroute"],
    // An old processor.
    "qemu-user",
  ],
};

const ORDER: Purpose[] = ["build", "demo", "test"];

/** All packages for the purpose. */
export function packagesFor(purpose: Purpose): string[] {
  return ORDER.slice(0, ORDER.indexOf(purpose) + 1).flatMap((p) => ADDS[p]);
}

/** Whether `name` is there, by itself or as `libclang-rt-14-dev` is for `libclang-rt-dev`. */
function present(name: string, installed: Set<string>): boolean {
  if (installed.has(name)) return true;
  const versioned = new RegExp(`^${name.replace(/-dev$/, "")}-[0-9]+-dev$`);
  return name === "libclang-rt-dev" && [...installed].some((one) => versioned.test(one));
}

/** Those of `names` that dpkg-query's `Package Status` lines do not list as installed. */
export function missingFrom(names: string[], listing: string): string[] {
  const installed = new Set<string>();
  for (const line of listing.split("\n")) {
    const [name, status] = line.split(" ");
    if (name && status === "installed") installed.add(name);
  }
  return names.filter((name) => !present(name, installed));
}

/** Those of `names` that are not installed. Asks dpkg once. */
export async function missingPackages(names: string[]): Promise<string[]> {
  // dpkg-query exits 1 when it does not know a name, and still lists the others.
  const { stdout } = await new Deno.Command("dpkg-query", {
    args: ["-W", "-f=${Package} ${db:Status-Status}\n", ...names, "libclang-rt-*-dev"],
    stderr: "null",
  }).output();
  return missingFrom(names, new TextDecoder().decode(stdout));
}
