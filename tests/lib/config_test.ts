import assert from "node:assert/strict";
import { parseConfig } from "../../lib/config.ts";
import { refused, sound, vip } from "./configs.ts";

Deno.test("defaults are filled in", () => {
  assert.deepEqual(parseConfig({}), {
    conf: {
      gue_port: 6080,
      buckets: 65536,
      timeout: 40,
      hash_key: "677569646577617920666c6f776b6579",
    },
    workers: 1,
    interfaces: {},
    vips: [],
  });
  const { vips } = parseConfig(sound());
  assert.deepEqual(vips[0], {
    prefix: "90.0.0.0/8",
    encap: "gre4",
    new_len: 1024,
    src_ip_sticky: false,
    icmp_echo: "reply",
    servers: [{ address: "10.0.0.1", weight: 100 }, { address: "10.0.0.2", weight: 100 }],
  });
});

Deno.test("addresses, prefixes, devices and MACs become canonical", () => {
  const config = parseConfig({
    conf: { ip6_src_address: "2001:DB8:0::10", hash_key: "AA".repeat(16) },
    interfaces: { net0: { device: "pci:0A:00.1", next_hop: { mac: "02-AA-00-00-00-01" } } },
    vips: [{ prefix: "2002:0::/16", encap: "gre6", servers: [{ address: "2001:DB8::0:1" }] }],
  });
  assert.equal(config.conf.ip6_src_address, "2001:db8::10");
  assert.equal(config.conf.hash_key, "aa".repeat(16));
  assert.deepEqual(config.interfaces.net0, {
    device: "pci:0000:0a:00.1",
    next_hop: { mac: "02:aa:00:00:00:01" },
    snat: [],
  });
  assert.equal(config.vips[0]?.prefix, "2002::/16");
  assert.equal(config.vips[0]?.servers[0]?.address, "2001:db8::1");
});

Deno.test("problems of shape and problems between the fields come together", () => {
  const input = vip({
    wieght: 1,
    protocol: "udp",
    servers: [{ address: "::1" }, { address: "x" }],
  });
  const paths = refused(() => parseConfig(input)).problems.map(({ path }) => path).sort();
  assert.deepEqual(paths, [
    "vips[0].port",
    "vips[0].servers[0].address",
    "vips[0].servers[1].address",
    "vips[0].wieght",
  ]);
});

Deno.test("an interface's snat is a set: each once, in one order", () => {
  const snat = ["nat6", "nat4", "nat6"];
  const { interfaces } = parseConfig({ interfaces: { a: { device: "null", snat } } });
  assert.deepEqual(interfaces.a?.snat, ["nat4", "nat6"]);
});
