import assert from "node:assert/strict";
import { formatConfig, parseConfig, parseConfigText } from "../../lib/config.ts";
import { formatNotes } from "../../lib/import/note.ts";
import { importVpp } from "../../lib/import/vpp.ts";
import { EXAMPLES } from "../vpp/examples.ts";
import { run } from "../vpp/lines.ts";

const STARTUP = `unix {
  nodaemon
  exec /etc/vpp/lb.exec
}
cpu { main-core 1 corelist-workers 2-3,18 }
dpdk {
  no-pci
  dev default { num-rx-queues 2 }
  dev 0000:02:00.0 {
    name eth0
  }
  dev 0000:0b:00.1
  dev nonsense
}
plugins { plugin default { disable } plugin lb_plugin.so { enable } }
comment { the lines }
create host-interface name eth1
create interface af_xdp host-if eth2 name xdp0
create tap id 3 host-if-name tap9
create memif socket id 1 filename /run/memif.sock
create interface memif id 2 socket-id 1 slave
create loopback interface
set interface state host-eth1 up
set interface ip address host-eth1 192.0.2.1/24
ip route add 0.0.0.0/0 via 192.0.2.254
lb conf ip4-src-address 192.0.2.1 buckets 1024
lb vip 90.0.0.0/8 encap gre4 new_len 1024
lb as 90.0.0.0/8 10.0.0.1 10.0.0.2
lb vip 1.2.3.4/32 encap l3dsr
lb as 1.2.3.4/32 10.0.0.1
lb vip 1.2.3.5/32 port 65616
lb set interface nat4 in TenGigabitEthernetb/0/1
set interface nat4 in memif1/2
lb set interface nat4 in GigabitEthernet9/0/0
lb flush vip 90.0.0.0/8
show lb vips
nat44 enable`;

Deno.test("a startup file becomes a configuration, and each line that has no place in it is told", () => {
  const { config, notes } = importVpp(STARTUP);
  assert.deepEqual(parseConfig(structuredClone(config)), config);
  assert.equal(config.workers, 3);
  assert.deepEqual(config.interfaces, {
    "eth0": { device: "pci:0000:02:00.0", snat: [] },
    "pci-0000-0b-00.1": { device: "pci:0000:0b:00.1", snat: ["nat4"] },
    "host-eth1": { device: "af_packet:eth1", snat: [] },
    "xdp0": { device: "af_xdp:eth2", snat: [] },
    "tap3": { device: "tap:tap9", snat: [] },
    "memif1-2": { device: "memif:/run/memif.sock", snat: ["nat4"] },
  });
  assert.deepEqual(config.vips.map(({ prefix, servers }) => [prefix, servers.length]), [
    ["90.0.0.0/8", 2],
  ]);
  const places = formatNotes(notes, "f").split("\n").map((line) => line.split(": left out: "));
  assert.deepEqual(places, [
    ["f:1", "unix { … }: it has no counterpart; import /etc/vpp/lb.exec, too"],
    ["f:5", "cpu { … }: the program chooses its cores itself; workers: 3"],
    ["f:6", "dpdk { dev default { … } }: it has no counterpart"],
    ["f:6", 'dpdk { dev nonsense }: not a PCI address: "nonsense"; write it like 0000:01:00.0'],
    ["f:6", "dpdk { no-pci }: it has no counterpart"],
    ["f:15", "plugins { … }: it has no counterpart"],
    ["f:22", "create loopback interface: there is no device of that kind"],
    ["f:23", "set interface state host-eth1 up: an interface of the configuration is up"],
    [
      "f:24",
      "set interface ip address host-eth1 192.0.2.1/24: addresses are the kernel's: " +
      "ip address add A/LEN dev DEVICE",
    ],
    [
      "f:25",
      "ip route add 0.0.0.0/0 via 192.0.2.254: next hops come from the kernel's routes: " +
      "ip route add PREFIX via GATEWAY",
    ],
    ["f:29", "1.2.3.4/32 dscp: is missing; the servers of an l3dsr VIP know it by 0 to 63"],
    ["f:30", "no VIP 1.2.3.4/32; there is 90.0.0.0/8"],
    ["f:31", 'lb vip 1.2.3.5/32 port 65616: port: not a whole number from 0 to 65535: "65616"'],
    [
      "f:34",
      "no interface GigabitEthernet9/0/0; there is eth0, pci-0000-0b-00.1, host-eth1, xdp0, tap3, " +
      "memif1-2",
    ],
    ["f:35", "lb flush vip 90.0.0.0/8: a new program remembers no flows"],
    ["f:36", "show lb vips: it changes nothing"],
    ["f:37", "nat44 enable: it has no counterpart"],
  ]);
});

Deno.test("the example lines of the plugin's documentation are taken over whole", () => {
  const { config, notes } = importVpp(`create host-interface name net0\n${EXAMPLES}`);
  assert.equal(config.vips.length, 7);
  assert.deepEqual(config.vips, run(EXAMPLES).config.vips, "as exec takes them");
  assert.deepEqual(parseConfigText(formatConfig(config), "f"), config);
  assert.deepEqual(notes, [
    { line: 17, message: "left out: lb flush vip 90.0.0.0/8: a new program remembers no flows" },
    { line: 16, message: "left out: no interface net0; there is host-net0" },
  ]);
});

Deno.test("a stand-in is no address that is a VIP", () => {
  const script =
    "lb vip 192.0.2.1/32 encap gre4\nlb vip 192.0.2.2/32 protocol tcp port 80 encap gre4";
  const { config } = importVpp(script);
  assert.equal(config.conf.ip4_src_address, "192.0.2.3");
  assert.equal(config.vips.length, 2);
});

Deno.test("a source that the script does not give is a stand-in, unless somebody knows it", () => {
  const script = "create host-interface name eth1\nlb vip 90.0.0.0/8\nlb vip 91.0.0.0/8 encap gre6";
  const { config, notes } = importVpp(script);
  assert.equal(config.conf.ip4_src_address, "192.0.2.1");
  assert.equal(config.conf.ip6_src_address, "2001:db8::1");
  assert.match(formatNotes(notes, "f"), /^f: conf\.ip4_src_address is 192\.0\.2\.1, a stand-in;/);
  const known = importVpp(script, { ip4_src_address: "10.1.1.1", ip6_src_address: "2001::1" });
  assert.equal(known.config.conf.ip6_src_address, "2001::1");
  assert.deepEqual(known.notes, []);
});

Deno.test("interfaces that cannot be are left out with the reason", () => {
  const script = `create host-interface name eth1
create host-interface name eth1
create host-interface name far-too-long-a-name
create interface memif id 0 socket-id 7
create host-interface`;
  const { config, notes } = importVpp(script);
  assert.deepEqual(Object.keys(config.interfaces), ["host-eth1"]);
  assert.deepEqual(notes.map(({ line }) => line), [2, 3, 4, 5]);
  assert.match(notes[0]!.message, /host-eth1 is af_packet:eth1 already$/);
});

Deno.test("a section that does not end is read to the end, and an empty file is told", () => {
  assert.deepEqual(importVpp("dpdk { dev 0000:02:00.0").config.interfaces, {
    "pci-0000-02-00.0": { device: "pci:0000:02:00.0", snat: [] },
  });
  const { config, notes } = importVpp("");
  assert.deepEqual(config, parseConfig({}));
  assert.match(notes[0]!.message, /^no interface was found/);
});
