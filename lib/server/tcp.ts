/**
 * The TCP listener, with TLS or without. A new certificate takes the place of the old one within milliseconds, and what
 * is under way goes on.
 *
 * @module
 */
import { formatEndpoint } from "../net.ts";
import type { Access } from "./access.ts";
import { type Certificate, readCertificate, type TlsFiles } from "./certificate.ts";
import { enter } from "./door.ts";
import type { Handler } from "./guard.ts";
import { attempt, ListenError } from "./listen_error.ts";
import { isLoopback, tcpPlace } from "./place.ts";

type Server = Deno.HttpServer<Deno.NetAddr>;

/** Where to listen, and how. */
export interface TcpOptions {
  hostname: string;
  /** 0: any free one. */
  port: number;
  /** Null: none, which only loopback may be without. */
  tls?: TlsFiles | null;
  /** Everybody needs a token, on loopback, too. */
  requireToken?: boolean;
}

/** What listeners have in common. */
export interface Common {
  signal: AbortSignal;
  onListen: () => void;
  onError: (error: unknown) => Response;
}

/** The port of a server that just stopped is free again after some milliseconds. */
const AGAIN_MS = 5;
const AGAIN_MOST = 200;

/** The listener. */
export class TcpListener {
  readonly #options: TcpOptions;
  readonly #common: Common;
  readonly #access: Access;
  readonly #handler: Handler;
  readonly #ending = new Set<Server>();
  #server: Server;
  #tried: string;
  #certificate: Certificate | null;

  /** @throws {ListenError} @throws {CertificateError} */
  constructor(options: TcpOptions, common: Common, access: Access, handler: Handler) {
    const { hostname, port, tls = null } = options;
    if (tls === null && !isLoopback(hostname)) {
      throw new ListenError(`cannot listen at ${formatEndpoint(hostname, port)} without TLS`);
    }
    this.#options = options;
    this.#common = common;
    this.#access = access;
    this.#handler = handler;
    this.#certificate = tls && readCertificate(tls);
    this.#tried = textOf(this.#certificate);
    this.#server = this.#serve(port, this.#certificate);
  }

  /** `http://127.0.0.1:8480` with the port that was really taken. */
  get url(): string {
    const scheme = this.#certificate === null ? "http" : "https";
    return `${scheme}://${formatEndpoint(this.#options.hostname, this.port)}`;
  }

  get port(): number {
    return this.#server.addr.port;
  }

  /** Null: there is none. */
  get expires(): Date | null {
    return this.#certificate?.expires ?? null;
  }

  /** The servers that are still there. */
  get servers(): Server[] {
    return [this.#server, ...this.#ending];
  }

  /**
   * Takes the certificate from its files if it changed since it was tried last.
   *
   * @returns Whether there is a new one.
   * @throws {CertificateError} The old one goes on. @throws {ListenError}
   */
  async reload(): Promise<boolean> {
    const { tls = null } = this.#options;
    if (tls === null) return false;
    const certificate = this.#readChanged(tls);
    if (certificate === null) return false;
    const { port } = this;
    this.#end(this.#server);
    this.#server = await this.#again(port, certificate);
    this.#certificate = certificate;
    return true;
  }

  #readChanged(tls: TlsFiles): Certificate | null {
    const text = [tls.cert, tls.key].map((path) => {
      try {
        return Deno.readTextFileSync(path);
      } catch {
        return "";
      }
    }).join();
    if (text === this.#tried) return null;
    this.#tried = text;
    return readCertificate(tls);
  }

  #end(server: Server): void {
    this.#ending.add(server);
    void server.shutdown().finally(() => this.#ending.delete(server));
  }

  async #again(port: number, certificate: Certificate): Promise<Server> {
    for (let time = 1;; time++) {
      try {
        return this.#serve(port, certificate);
      } catch (error) {
        if (time === AGAIN_MOST) throw error;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }

  #serve(port: number, certificate: Certificate | null): Server {
    const { hostname, requireToken = false } = this.#options;
    const place = tcpPlace(hostname, certificate, requireToken);
    const tls = certificate === null ? {} : { cert: certificate.cert, key: certificate.key };
    return attempt(formatEndpoint(hostname, port), () =>
      Deno.serve(
        { ...this.#common, hostname, port, ...tls },
        (request, { remoteAddr }) =>
          enter(request, remoteAddr.hostname, place, this.#access, this.#handler),
      ));
  }
}

function textOf(certificate: Certificate | null): string {
  return certificate === null ? "" : [certificate.cert, certificate.key].join();
}
