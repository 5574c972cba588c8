/**
 * The certificate and the private key that TLS is served with, from files.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";

/** They cannot be used; the message names the file. */
export class CertificateError extends Error {
  override readonly name = "CertificateError";
}

/** Where they are. */
export interface TlsFiles {
  cert: string;
  key: string;
}

/** A pair that was checked. */
export interface Certificate {
  /** PEM; the certificate may have those behind it that it was issued by. */
  cert: string;
  key: string;
  expires: Date;
  /** Whether it is for that name or address. */
  covers(name: string): boolean;
}

/** Reads and checks both. @throws {CertificateError} */
export function readCertificate(files: TlsFiles, now = new Date()): Certificate {
  const [cert, key] = [readFile(files.cert), readFile(files.key)];
  const parsed = parse(files.cert, "certificate", () => new X509Certificate(cert));
  const secret = parse(files.key, "private key without a passphrase", () => createPrivateKey(key));
  if (!spki(createPublicKey(secret as never)).equals(spki(parsed.publicKey))) {
    throw new CertificateError(
      `${files.key}: not the private key of the certificate ${files.cert}`,
    );
  }
  const [begins, expires] = [new Date(parsed.validFrom), new Date(parsed.validTo)];
  if (expires <= now) {
    throw new CertificateError(
      `${files.cert}: the certificate expired at ${expires.toISOString()}`,
    );
  }
  if (begins > now) {
    throw new CertificateError(
      `${files.cert}: the certificate is not valid before ${begins.toISOString()}`,
    );
  }
  return { cert, key, expires, covers: (name) => covers(parsed, name.toLowerCase()) };
}

/** Deno compares letter by letter, and does not know that `*.example` is for `a.example`. */
function covers(certificate: X509Certificate, name: string): boolean {
  const wild = name.replace(/^[^.*]+(?=\.)/, "*");
  return [name, wild].some((one) => certificate.checkHost(one) !== undefined);
}

function readFile(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "it is not there"
      : error instanceof Error
      ? error.message
      : error;
    throw new CertificateError(`${path}: cannot be read: ${reason}`);
  }
}

function parse<T>(path: string, what: string, act: () => T): T {
  try {
    return act();
  } catch {
    throw new CertificateError(`${path}: no ${what} in PEM form`);
  }
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" }) as Buffer;
}
