import assert from "node:assert/strict";
import fc from "fast-check";
import { type Capture, CaptureError, PcapWriter, readCapture } from "../../lib/pcap/mod.ts";
import {
  block,
  Bytes,
  classic,
  description,
  enhanced,
  join,
  obsolete,
  option,
  readerOf,
  section,
  simple,
} from "./capture_bytes.ts";

const A = Uint8Array.of(1, 2, 3, 4, 5);
const B = Uint8Array.of(9, 8, 7, 6);

function seen(capture: Capture) {
  return [...capture.packets()].map(({ timestamp, data, originalLength }) => ({
    timestamp,
    data: [...data],
    originalLength,
  }));
}

for (const little of [true, false]) {
  const order = little ? "little" : "big";
  for (const [magic, precision, perTick] of [[0xa1b2c3d4, "us", 1000n], [0xa1b23c4d, "ns", 1n]]) {
    Deno.test(`classic pcap with ${precision} in ${order}-endian order is read`, () => {
      const bytes = classic(
        [{ seconds: 7, ticks: 21, data: A }, { seconds: 8, ticks: 0, data: B, originalLength: 90 }],
        { little, magic: magic as number },
      );
      const capture = readCapture(readerOf(bytes, 3));
      assert.deepEqual(seen(capture), [
        {
          timestamp: 7_000_000_000n + 21n * (perTick as bigint),
          data: [...A],
          originalLength: 5,
        },
        { timestamp: 8_000_000_000n, data: [...B], originalLength: 90 },
      ]);
      assert.equal(capture.precision(), precision);
      assert.equal(capture.format, "pcap");
    });
  }

  Deno.test(`pcapng in ${order}-endian order gives enhanced, simple and obsolete packets`, () => {
    const bytes = join(
      section(little),
      description(little, { snapLength: 4 }),
      block(little, 0xbad, new Uint8Array(20)),
      enhanced(little, { data: A, ticks: 5_000_001n }),
      simple(little, B, 1500),
      obsolete(little, { data: A, ticks: 1n << 33n }),
    );
    const capture = readCapture(readerOf(bytes, 7));
    assert.deepEqual(seen(capture), [
      { timestamp: 5_000_001_000n, data: [...A], originalLength: 5 },
      { timestamp: 5_000_001_000n, data: [...B], originalLength: 1500 },
      { timestamp: (1n << 33n) * 1000n, data: [...A], originalLength: 5 },
    ]);
    assert.equal(capture.precision(), "us");
  });

  Deno.test(`an interface of pcapng in ${order}-endian order has its own clock`, () => {
    const nano = [...option(little, 9, [9]), ...option(little, 0, [])];
    const binary = [
      ...option(little, 2, [0x65, 0x74, 0x68]),
      ...option(little, 9, [0x80 | 10]),
      ...option(little, 14, [...new Bytes(little).u32(...(little ? [100, 0] : [0, 100])).done()]),
    ];
    const bytes = join(
      section(little),
      description(little, { options: nano }),
      description(little, { options: binary }),
      enhanced(little, { data: A, ticks: 77n, from: 0 }),
      enhanced(little, { data: B, ticks: 512n, from: 1 }),
    );
    const capture = readCapture(readerOf(bytes));
    assert.deepEqual(seen(capture).map((p) => p.timestamp), [77n, 100_500_000_000n]);
    assert.equal(capture.precision(), "ns");
  });
}

Deno.test("sections of different byte order may follow each other, each with its interfaces", () => {
  const bytes = join(
    ...[true, false].flatMap((little) => [
      section(little),
      description(little),
      enhanced(little, { data: little ? A : B, ticks: 1n }),
    ]),
  );
  assert.deepEqual(seen(readCapture(readerOf(bytes))).map((p) => p.data), [[...A], [...B]]);
});

Deno.test("an interface of the section before is no interface of this one", () => {
  const bytes = join(section(true), description(true), section(true), enhanced(true, { data: A }));
  assert.throws(() => seen(readCapture(readerOf(bytes))), /packet at byte 76 is of interface 0/);
});

Deno.test("another link type is refused by its name", () => {
  assert.throws(
    () => readCapture(readerOf(classic([], { linkType: 113 }))),
    /link type 113 \(Linux cooked capture\) at byte 20; only Ethernet/,
  );
  const ng = join(section(true), description(true, { linkType: 101 }), enhanced(true, { data: A }));
  assert.throws(() => seen(readCapture(readerOf(ng))), /link type 101 \(raw IP\) at byte 28/);
});

Deno.test("an interface of another link type does no harm while no packet is of it", () => {
  const bytes = join(
    section(true),
    description(true, { linkType: 101 }),
    description(true),
    enhanced(true, { data: A, from: 1 }),
  );
  assert.equal(seen(readCapture(readerOf(bytes))).length, 1);
});

Deno.test("a file that is cut off anywhere gives what stands before and names the byte", () => {
  const files = [
    classic([{ seconds: 1, ticks: 2, data: A }, { seconds: 2, ticks: 2, data: B }]),
    join(section(true), description(true), enhanced(true, { data: A }), simple(true, B)),
  ];
  for (const whole of files) {
    for (let length = 0; length < whole.length; length++) {
      const got: number[][] = [];
      const walk = () => {
        for (const p of readCapture(readerOf(whole.subarray(0, length))).packets()) {
          got.push([...p.data]);
        }
      };
      try {
        walk();
      } catch (error) {
        assert.ok(error instanceof CaptureError, String(error));
        if (length >= 4) assert.match(error.message, new RegExp(`cut off at byte ${length}`));
      }
      assert.deepEqual(got, [[...A], [...B]].slice(0, got.length));
      assert.ok(got.length < 2, `${length} of ${whole.length} bytes cannot hold both packets`);
    }
  }
});

Deno.test("a broken length is refused with its place", () => {
  const long = classic([{ seconds: 1, ticks: 2, data: A }]);
  new DataView(long.buffer).setUint32(32, 0x7fffffff, true);
  assert.throws(
    () => seen(readCapture(readerOf(long))),
    /packet at byte 24 claims 2147483647 captured bytes/,
  );
  const ng = join(section(true), description(true), enhanced(true, { data: A }));
  for (
    const [at, value, message] of [
      [28 + 4, 21, /block at byte 28 claims 21 bytes/],
      [28 + 4, 24, /block at byte 28 has 24 bytes before it/],
      [48 + 20, 200, /packet at byte 48 is longer than its block/],
    ] as const
  ) {
    const broken = ng.slice();
    new DataView(broken.buffer).setUint32(at, value, true);
    assert.throws(() => seen(readCapture(readerOf(broken))), message);
  }
});

Deno.test("an empty file and a file of another kind are refused", () => {
  assert.throws(() => readCapture(readerOf(new Uint8Array())), /The capture is empty/);
  assert.throws(() => readCapture(readerOf(new TextEncoder().encode("%PDF-1.4"))), /is no capture/);
  assert.throws(() => readCapture(readerOf(Uint8Array.of(0xa1, 0xb2))), /is no capture/);
});

Deno.test("what is written is read back with its times", () => {
  const packets = fc.array(
    fc.record({
      data: fc.uint8Array({ maxLength: 3000 }),
      timestamp: fc.bigInt({ min: 0n, max: 4_294_967_295_999_999_999n }),
    }),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(packets, fc.constantFrom("us" as const, "ns" as const), (given, precision) => {
      const parts: Uint8Array[] = [];
      const writer = new PcapWriter({
        writeSync(bytes) {
          const part = bytes.slice(0, 100_000);
          parts.push(part);
          return part.length;
        },
      }, precision);
      for (const { data, timestamp } of given) {
        writer.write({ data, timestamp, originalLength: data.length });
      }
      writer.flush();
      const tick = precision === "us" ? 1000n : 1n;
      const expected = given.map(({ data, timestamp }) => ({
        timestamp: timestamp - timestamp % tick,
        data: [...data],
        originalLength: data.length,
      }));
      const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of parts) {
        file.set(part, at);
        at += part.length;
      }
      const capture = readCapture(readerOf(file, 4096));
      assert.deepEqual(seen(capture), expected);
      assert.equal(capture.precision(), precision);
    }),
    { numRuns: 30 },
  );
});

Deno.test("whatever the bytes are, reading ends, with packets or a capture error", () => {
  const start = fc.constantFrom(
    new Uint8Array(),
    classic([{ seconds: 1, ticks: 2, data: A }]),
    classic([], { magic: 0xa1b23c4d, little: false }),
    join(section(true), description(true), enhanced(true, { data: A }), simple(true, B)),
    join(section(false), description(false, { options: option(false, 9, [0xff]) })),
  );
  const change = fc.array(fc.tuple(fc.nat(160), fc.nat(255)), { maxLength: 6 });
  fc.assert(
    fc.property(start, change, fc.uint8Array({ maxLength: 80 }), (begin, changes, rest) => {
      const bytes = join(begin, rest);
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      try {
        for (const packet of readCapture(readerOf(bytes, 11)).packets()) {
          assert.ok(packet.data.length <= bytes.length);
        }
      } catch (error) {
        assert.ok(error instanceof CaptureError, String((error as Error).stack));
      }
    }),
    { numRuns: 3000 },
  );
});
