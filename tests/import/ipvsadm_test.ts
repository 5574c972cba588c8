import assert from "node:assert/strict";
import { parseConfig } from "../../lib/config.ts";
import { importIpvsadm } from "../../lib/import/ipvsadm.ts";
import { formatNotes } from "../../lib/import/note.ts";

const SAVED = `-A -t 10.0.0.1:80 -s wlc -p 300 -M 255.255.255.0
-a -t 10.0.0.1:80 -r 192.168.1.1:80 -g -w 1
-a -t 10.0.0.1:80 -r 192.168.1.2:80 -g -w 3
-A -u [2001:db8::1]:53 -s rr -o
-a -u [2001:db8::1]:53 -r [2001:db8:1::1]:5353 -m -w 1000
-a -u [2001:db8::1]:53 -r [2001:db8:1::2]:5353 -m -w 500
-a -u [2001:db8::1]:53 -r [2001:db8:1::3]:5353 -m -w 1
-a -u [2001:db8::1]:53 -r [2001:db8:1::4]:5353 -m -w 0
-a -u [2001:db8::1]:53 -r [2001:db8:1::5]:53 -m -w 5
-A -f 1 -s mh
-a -f 1 -r 1.1.1.1 -g
-A -t 10.0.0.2:443 -s mh -b mh-port
-a -t 10.0.0.2:443 -r 192.168.1.1:443 -i -w 1 -x 100 -y 0 --tun-type gue --tun-port 5555 --tun-nocsum
-a -t 10.0.0.2:443 -r 192.168.1.2:443 -m -w 1
-A -t 10.0.0.4:80 -s mh
-a -t 10.0.0.4:80 -r 192.168.1.1:8080 -m
-A -t 10.0.0.5:0 -s mh -p
-a -t 10.0.0.5:0 -r 192.168.1.1:0 -i -w 100 --tun-type gre
-a -t 10.0.0.9:80 -r 192.168.1.1:80 -g
-A -t 10.0.0.1:80 -s wlc`;

const imported = () => importIpvsadm(SAVED, { ip4_src_address: "192.0.2.7" });

Deno.test("saved services become VIPs: -g and -i as tunnels, -m as NAT", () => {
  const { config } = imported();
  assert.deepEqual(parseConfig(structuredClone(config)), config);
  assert.equal(config.conf.ip4_src_address, "192.0.2.7");
  assert.equal(config.conf.gue_port, 5555);
  const usual = { new_len: 1024, src_ip_sticky: false, icmp_echo: "reply" };
  const one = (address: string, weight: number) => ({ address, weight });
  assert.deepEqual(config.vips, [
    {
      prefix: "10.0.0.1/32",
      protocol: "tcp",
      port: 80,
      encap: "ipip",
      ...usual,
      src_ip_sticky: true,
      servers: [one("192.168.1.1", 1), one("192.168.1.2", 3)],
    },
    {
      prefix: "2001:db8::1/128",
      protocol: "udp",
      port: 53,
      encap: "nat6",
      target_port: 5353,
      ...usual,
      servers: [
        one("2001:db8:1::1", 100),
        one("2001:db8:1::2", 50),
        one("2001:db8:1::3", 1),
        one("2001:db8:1::4", 0),
      ],
    },
    {
      prefix: "10.0.0.2/32",
      protocol: "tcp",
      port: 443,
      encap: "gue",
      ...usual,
      servers: [one("192.168.1.1", 1)],
    },
    {
      prefix: "10.0.0.4/32",
      protocol: "tcp",
      port: 80,
      encap: "nat4",
      target_port: 8080,
      ...usual,
      servers: [one("192.168.1.1", 1)],
    },
    {
      prefix: "10.0.0.5/32",
      encap: "gre4",
      ...usual,
      src_ip_sticky: true,
      servers: [one("192.168.1.1", 100)],
    },
  ]);
});

Deno.test("all that is not the same here is told at its line", () => {
  const text = formatNotes(imported().notes, "f");
  const rows: RegExp[] = [
    /^f:1: -s wlc: Guideway steers by Maglev tables/,
    /^f:1: -p 300: src_ip_sticky; a client is forgotten after conf\.timeout, not after 300 s$/,
    /^f:1: -M 255\.255\.255\.0: each client address is on its own$/,
    /^f:2: -g: .* taken as ipip; each server needs an ipip device/,
    /^f:4: -s rr: /,
    /^f:4: -o: one-packet scheduling/,
    /^f:4: weights to 1000 are scaled to 100/,
    /^f:9: left out: port 53, but the VIP's first server has 5353/,
    /^f:10: left out: firewall mark 1 has no address/,
    /^f:11: left out: firewall mark 1 has no address/,
    /^f:12: -b mh-port: /,
    /^f:13: -x 100: connections are not limited here$/,
    /^f:14: left out: nat4, but the VIP's first server is reached by gue$/,
    /^f:17: every port of tcp: the VIP is for every protocol$/,
    /^f:17: -p: .*, not after 360 s$/,
    /^f:19: left out: its service was not added$/,
    /^f:20: left out: this service is there already$/,
    /^f: no interface is in such a file/,
    /^f: write snat: \[nat4\] on the interface/,
    /^f: write snat: \[nat6\] on the interface/,
  ];
  const lines = text.split("\n");
  assert.equal(lines.length, rows.length, text);
  for (const [at, row] of rows.entries()) assert.match(lines[at]!, row);
});

Deno.test("many servers get a table that is long enough for them", () => {
  const servers = Array.from(
    { length: 60 },
    (_, at) => `-a -t 1.1.1.1:80 -r 10.0.0.${at + 1}:80 -i -w 1`,
  );
  const { config } = importIpvsadm(`-A -t 1.1.1.1:80 -s mh\n${servers.join("\n")}`);
  assert.equal(config.vips[0]?.new_len, 8192);
});

Deno.test("what cannot be read is left out with the reason", async (t) => {
  const rows: [string, RegExp][] = [
    ["constructor", /unknown word constructor$/],
    ["-C", /it adds neither a service nor a server$/],
    ["-A -s rr", /neither -t, -u nor -f tells the service$/],
    ["-A -t 10.0.0.1:99999", /not an address and port/],
    ["-A -t www:http", /not an address and port/],
    ["-A -t 1.1.1.1:80\n-a -t 1.1.1.1:80 -r 10.0.0.1:80 -w many", /-w many: not a whole number/],
    ["-A -t 1.1.1.1:80\n-a -t 1.1.1.1:80 -g", /-r with the server's address is missing$/],
    [
      "-A -t 1.1.1.1:80\n-a -t 1.1.1.1:80 -r 224.0.0.1:80 -g",
      /224\.0\.0\.1 is a multicast address/,
    ],
    ["-A -t 1.1.1.1:80\n-a -t 1.1.1.1:80 -r [2001::1]:80 -m", /nat6 needs an IPv6 VIP/],
  ];
  for (const [text, message] of rows) {
    await t.step(text.split("\n").at(-1)!, () => {
      const { config, notes } = importIpvsadm(text);
      assert.equal(config.vips.reduce((sum, { servers }) => sum + servers.length, 0), 0);
      const left = notes.find((note) => message.test(note.message));
      assert.match(left?.message ?? formatNotes(notes, "f"), /^left out: /);
    });
  }
});

Deno.test("long options and the command's own name are read, too", () => {
  const { config } = importIpvsadm(
    `ipvsadm --add-service --tcp-service 1.1.1.1:80 --scheduler mh --persistent
ipvsadm --add-server --tcp-service 1.1.1.1:80 --real-server 10.0.0.1:81 --masquerading --weight 9`,
  );
  const [vip] = config.vips;
  assert.deepEqual([vip?.encap, vip?.target_port, vip?.src_ip_sticky], ["nat4", 81, true]);
  assert.deepEqual(vip?.servers, [{ address: "10.0.0.1", weight: 9 }]);
});
