import assert from "node:assert/strict";
import { CertificateError, readCertificate } from "../../lib/server/certificate.ts";
import { certificateFiles, EXPIRED } from "../tools/tls.ts";

const { cert, key } = certificateFiles("one");

Deno.test("a certificate is for its names and no others", () => {
  const certificate = readCertificate({ cert, key });
  for (const name of ["localhost", "lb.example", "LB.example", "a.wild.example"]) {
    assert.ok(certificate.covers(name));
  }
  for (
    const name of [
      "evil.example",
      "",
      "example",
      "x.lb.example",
      "wild.example",
      "a.b.wild.example",
    ]
  ) {
    assert.ok(!certificate.covers(name), name);
  }
  assert.ok(certificate.expires > new Date("2100-01-01"));
});

const other = certificateFiles("two");
const WRONG: [sentence: string, files: { cert: string; key: string }, message: RegExp][] = [
  [
    "no file",
    { cert: "/nowhere/a.crt", key },
    /^\/nowhere\/a\.crt: cannot be read: it is not there$/,
  ],
  ["no key file", { cert, key: "/nowhere/a.key" }, /^\/nowhere\/a\.key: cannot be read/],
  ["a folder", { cert: "/tmp", key }, /^\/tmp: cannot be read: Is a directory/],
  ["a key for a certificate", { cert: key, key }, /one\.key: no certificate in PEM form$/],
  ["a certificate for a key", { cert, key: cert }, /one\.crt: no private key without a passphrase/],
  ["another's key", { cert, key: other.key }, /two\.key: not the private key of .*one\.crt$/],
  ["an expired one", { cert: EXPIRED, key }, /expired\.crt: .* expired at 2021-01-01T00:00:00/],
];

for (const [sentence, files, message] of WRONG) {
  Deno.test(`refused with the file's name: ${sentence}`, () => {
    assert.throws(
      () => readCertificate(files),
      (error) => error instanceof CertificateError && message.test(error.message),
    );
  });
}

Deno.test("a certificate of the future is refused", () => {
  assert.throws(
    () => readCertificate({ cert, key }, new Date("2020-01-01")),
    /one\.crt: the certificate is not valid before 20/,
  );
});
