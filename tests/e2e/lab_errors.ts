/**
 * What ICMP errors do at a client: a refused datagram, a path whose MTU was learned.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Net } from "./lab_net.ts";
import type { Site } from "./lab_site.ts";

/** Some MB. */
const BYTES = 4_000_000;

/** As it stands in a URL. */
export function host(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

/** Sends a datagram and waits for an answer; the shell's words about what came of it. */
export async function refusal(site: Site, address: string, port: number): Promise<string> {
  const script = `exec 3<>/dev/udp/${address}/${port}; echo hello >&3; read -r -t 5 line <&3`;
  const { stderr } = await site.net.run("client", "bash", "-c", script);
  return stderr;
}

/** The MTU that a host's kernel has learned of the way to an address; undefined: none. */
export async function pathMtu(
  net: Net,
  host: string,
  address: string,
  from?: string,
): Promise<number | undefined> {
  const words = from === undefined ? address : `${address} from ${from}`;
  const [route] = JSON.parse(await net.shell(host, `ip -json route get ${words}`));
  return route.metrics?.[0]?.mtu;
}

/** Uploads a large file with curl; the server got every byte of it. */
export async function assertUpload(site: Site, address: string): Promise<void> {
  const bytes = new Uint8Array(BYTES);
  for (let at = 0; at < bytes.length; at += 65_536) {
    crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  }
  const path = `${site.net.folder}/upload`;
  await Deno.writeFile(path, bytes);
  // Without a pause for "100 Continue".
  const got = await site.curl(
    `http://${host(address)}/`,
    "--upload-file",
    path,
    "--header",
    "Expect:",
  );
  assert.equal(got, `${bytes.length} ${createHash("sha256").update(bytes).digest("hex")}`);
}

/** Downloads as much with curl. */
export async function assertDownload(site: Site, address: string): Promise<void> {
  const options = ["--output", "/dev/null", "--write-out", "%{size_download}"];
  const got = await site.curl(`http://${host(address)}/${BYTES}`, ...options);
  assert.equal(Number(got), BYTES);
}

/** Addresses of the stations that traceroute hears of, with UDP to a port that is closed. */
export async function stations(site: Site, address: string, port: number): Promise<string[]> {
  const words = ["-n", "-q", "1", "-w", "5", "-m", "5", "-U", "-p", `${port}`, address];
  const { stdout } = await site.net.run("client", "traceroute", ...words);
  return stdout.trim().split("\n").slice(1).map((line) => line.trim().split(/\s+/)[1]!);
}
