import assert from "node:assert/strict";
import { join } from "node:path";
import { classic } from "../packets/capture_bytes.ts";
import { frame } from "../packets/frame.ts";
import { at, IN, inFolder, read } from "./replay_folder.ts";

/** A tool of Wireshark; null where it is not installed. */
async function tool(name: string, args: string[]): Promise<string | null> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(name, { args, stdin: "null" }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

Deno.test("tshark sees right GRE with right checksums", async (t) => {
  await inFolder(async (folder, replay) => {
    const frames = ["90.1.2.3", "2002::3"].flatMap((to) =>
      Array.from({ length: 20 }, (_, i) =>
        frame({
          from: to.includes(":") ? "2001:db8:77::7" : "203.0.113.7",
          to,
          sport: 4000 + i,
          dport: 80,
          payload: new Uint8Array(i * 67).fill(i),
        }))
    );
    await replay(classic(frames.map((data, i) => at(1, data, i))));
    const fields = ["ip.checksum.status", "ip.src", "ip.ttl", "ipv6.src", "ipv6.hlim", "gre.proto"];
    const checks = ["tcp.checksum.status", "gre.flags_and_version", "_ws.malformed"];
    const output = await tool("tshark", [
      "-r",
      join(folder, "out.pcap"),
      ...["-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE"],
      ...["-T", "fields", "-E", "separator=|"],
      ...[...fields, ...checks].flatMap((field) => ["-e", field]),
    ]);
    if (output === null) {
      await t.step({ name: "skipped: tshark is not installed", ignore: true, fn: () => {} });
      return;
    }
    const lines = output.trimEnd().split("\n");
    assert.deepEqual(
      new Set(lines),
      new Set([
        "1,1|192.0.2.10,203.0.113.7|64,64|||0x0800|1|0x0000|",
        "|||2001:db8::10,2001:db8:77::7|64,64|0x86dd|1|0x0000|",
      ]),
    );
    assert.equal(lines.length, 40);
  });
});

Deno.test("captures that Wireshark's editcap writes are read", async (t) => {
  await inFolder(async (folder) => {
    const input = join(folder, "in.pcap");
    await Deno.writeFile(input, classic(IN.map((data, i) => at(5 + i, data, 123))));
    for (const format of ["pcapng", "nsecpcap", "pcap"]) {
      const output = join(folder, `in.${format}`);
      if (await tool("editcap", ["-F", format, input, output]) === null) {
        await t.step({ name: "skipped: editcap is not installed", ignore: true, fn: () => {} });
        return;
      }
      const packets = read(output).packets;
      assert.deepEqual(packets.map(({ data }) => data), IN);
      assert.deepEqual(
        packets.map(({ timestamp }) => timestamp),
        IN.map((_, i) => BigInt(5 + i) * 1_000_000_000n + 123_000n),
      );
    }
  });
});
