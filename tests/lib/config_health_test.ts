import assert from "node:assert/strict";
import { parseConfig } from "../../lib/config.ts";
import { checkOf, checkText } from "../../lib/config/health.ts";
import { type Row, testRefusals, vip } from "./configs.ts";

const health = (fields: unknown, more: object = { port: 80 }) =>
  vip({ ...more, health: fields, servers: [] });

const at = (field: string) => `vips[0].health.${field}`;

const ROWS: Row[] = [
  ["no mapping", health("tcp"), "vips[0].health", /^expected a mapping of fields, not "tcp"$/],
  ["no type", health({ type: "ping" }), at("type"), /must be one of tcp, http, https, udp/],
  ["an unknown field", health({ intervall: 1 }), at("intervall"), /did you mean interval\?$/],
  [
    "no port for all ports",
    health({}, {}),
    at("port"),
    /^is missing; 90\.0\.0\.0\/8 is for all ports/,
  ],
  [
    "a path for tcp",
    health({ path: "/" }),
    at("path"),
    /^\/ goes with http, https only, not with tcp$/,
  ],
  [
    "statuses for udp",
    health({ type: "udp", send: "00", expect: "200" }),
    at("expect"),
    /^200 goes/,
  ],
  ["nothing to send", health({ type: "udp" }), at("send"), /^is missing; a udp check sends/],
  [
    "something to send by http",
    health({ type: "http", send: "00" }),
    at("send"),
    /^00 goes with udp/,
  ],
  ["half a byte", health({ type: "udp", send: "0" }), at("send"), /^not 1 to 512 bytes/],
  [
    "a path with a line's end",
    health({ type: "http", path: "/\r\nX: y" }),
    at("path"),
    /^not a path/,
  ],
  ["a path without /", health({ type: "http", path: "healthz" }), at("path"), /"healthz"/],
  [
    "a host with space",
    health({ type: "http", host: "a b" }),
    at("host"),
    /^not a host name: "a b"$/,
  ],
  [
    "no statuses",
    health({ type: "http", expect: "ok" }),
    at("expect"),
    /^not statuses of HTTP: "ok"/,
  ],
  [
    "statuses backwards",
    health({ type: "http", expect: "399-200" }),
    at("expect"),
    /^not statuses/,
  ],
  [
    "an interval with a unit",
    health({ interval: "2s" }),
    at("interval"),
    /^expected a number of seconds, not "2s"$/,
  ],
  [
    "an interval of nothing",
    health({ interval: 0 }),
    at("interval"),
    /^must be at least 0.1, not 0$/,
  ],
  ["half a rise", health({ rise: 0.5 }), at("rise"), /whole number/],
  [
    "a timeout beyond the interval",
    health({ timeout: 3 }),
    at("timeout"),
    /^3 seconds are longer than the interval of 2$/,
  ],
  ["another way down", health({ on_down: "drop" }), at("on_down"), /must be one of keep, flush/],
];

testRefusals(ROWS);

const tunnel = { conf: { ip4_src_address: "192.0.2.1" } };

function check(fields: object) {
  return checkOf(parseConfig({ ...tunnel, vips: [{ prefix: "90.0.0.0/8", ...fields }] }).vips[0]!)!;
}

Deno.test("a check of which nothing is said connects to the port that servers have", () => {
  const { type, port, interval, timeout, rise, fall } = check({ port: 80, health: {} });
  assert.deepEqual([type, port, interval, timeout, rise, fall], ["tcp", 80, 2, 1, 2, 3]);
  const nat = { prefix: "90.0.0.1/32", encap: "nat4", port: 80, target_port: 8080 };
  assert.equal(check({ ...nat, health: {} }).port, 8080);
  assert.equal(check({ ...nat, health: { port: 9000 } }).port, 9000);
});

Deno.test("what is left open follows from the type and from the interval", () => {
  const http = check({
    port: 80,
    health: { type: "http", interval: 0.5, expect: " 204, 300-399 " },
  });
  assert.deepEqual([http.path, http.host, http.expect, http.timeout], [
    "/",
    null,
    "204,300-399",
    0.5,
  ]);
  assert.equal(checkText(http), "http :80/");
});

Deno.test("a VIP without a check has none", () => {
  assert.equal(
    checkOf(parseConfig({ ...tunnel, vips: [{ prefix: "90.0.0.0/8" }] }).vips[0]!),
    null,
  );
});
