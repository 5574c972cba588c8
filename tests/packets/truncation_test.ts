import assert from "node:assert/strict";
import { simulate } from "../../ffi/mod.ts";
import { bytes, ethernet, extension, fragmentHeader, ipv4, ipv6, tcp, udp } from "./frame.ts";
import { tablesOf } from "./tables.ts";

const V4 = { from: "203.0.113.7", to: "90.1.2.3", sport: 40001, dport: 80 };
const V6 = { from: "2001:db8:77::7", to: "2002:5a01::3", sport: 40001, dport: 80 };
const DATA = bytes(1, 2, 3, 4, 5);

const FRAMES: [string, Uint8Array][] = [
  ["TCP over IPv4", ethernet(ipv4({ ...V4, protocol: 6 }, tcp(V4, DATA)))],
  [
    "UDP behind IPv4 options in a VLAN",
    ethernet(ipv4({ ...V4, protocol: 17, options: bytes(1, 1, 1, 0) }, udp(V4, DATA)), {
      vlans: [{ tag: 5 }],
    }),
  ],
  [
    "UDP behind IPv6 extension headers in QinQ",
    ethernet(
      ipv6(
        {
          ...V6,
          protocol: 17,
          extensions: [extension(0), fragmentHeader(0, false), extension(60)],
        },
        udp(V6, DATA),
      ),
      { vlans: [{ type: 0x88a8, tag: 5 }, { tag: 6 }] },
    ),
  ],
];

for (const [what, whole] of FRAMES) {
  Deno.test(`${what}: cut off at any byte, it is dropped for its length`, async () => {
    await using simulation = simulate();
    await simulation.commit(tablesOf([
      { prefix: "90.0.0.0/8", servers: ["10.0.0.1"] },
      { prefix: "2002::/16", servers: ["10.0.0.2"] },
    ]));
    const cut = Array.from(whole, (_, length) => whole.slice(0, length));
    const results = simulation.frames([...cut, whole]);
    assert.equal(results.at(-1)?.verdict, "forwarded");
    for (const [length, result] of results.slice(0, -1).entries()) {
      assert.equal(result.verdict, "drop_bad_length", `${length} of ${whole.length} bytes`);
      assert.equal(result.output, null);
    }
    assert.equal(simulation.tableUse().flows, 1, "a dropped packet is no flow");
  });
}
