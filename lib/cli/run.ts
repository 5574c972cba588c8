import type { Command } from "./mod.ts";
import { addExamples } from "./examples.ts";
import { type Config, parseConfigText } from "../config.ts";
import { log, type LogFormat, startLog, usualFormat } from "../log.ts";
import { NetError, parseEndpoint } from "../net.ts";
import { defaultSocket, defaultStateDirectory } from "../paths.ts";
import type { TlsFiles } from "../server/certificate.ts";
import { RefusedError } from "../refused.ts";
import { isLoopback } from "../server/place.ts";
import { CommandError, EXIT, usageError } from "./exit.ts";
import { readText } from "./files.ts";
import { untilSignal } from "./signals.ts";

/** `guideway run`: the load balancer itself, until SIGINT or SIGTERM. */
export function register(program: Command): void {
  const run = program.command("run")
    .description("Run the load balancer until SIGINT or SIGTERM.")
    .option(
      "--config <file>",
      "the truth at every start; without it the last stored revision goes on",
    )
    .option("--state <dir>", "where revisions are stored", defaultStateDirectory())
    .option(
      "--listen <address:port>",
      "for REST and the page; beyond loopback with TLS and tokens",
      "127.0.0.1:8480",
    )
    .option(
      "--flow-memory <dir>",
      "where established connections outlive the program, in a tmpfs; none: they end with it " +
        "(default: a folder in /dev/shm for each --state)",
    )
    .option("--tls-cert <file>", "certificate for --listen, PEM, with its chain")
    .option("--tls-key <file>", "its private key, PEM")
    .option("--require-token", "whoever asks over TCP needs a token, on loopback too")
    .option("--socket <path>", "unix socket for the command line (or GUIDEWAY_SOCKET)")
    .option("--log-format <format>", "text, json, or auto: text on a terminal", "auto")
    .action(async (options) => {
      const tls = readTls(options);
      const { hostname, port } = readListen(options.listen, tls !== null);
      const socket = options.socket ?? defaultSocket(options.state);
      const format = readFormat(options.logFormat);
      const config = options.config === undefined
        ? {}
        : { config: readConfig(await readText(options.config), options.config) };
      startLog({ format });
      // Only now: the packet library is no business of a command with wrong words.
      const { serve } = await import("../serve.ts");
      const requireToken = options.requireToken ?? false;
      const place = {
        hostname,
        port,
        tls,
        socket,
        requireToken,
        stateDirectory: options.state,
        flowMemory: readFlowMemory(options.flowMemory),
      };
      let code: number;
      try {
        code = await untilSignal((signal) => serve({ ...place, ...config }, signal));
      } catch (error) {
        // Who reads text reads the sentence on stderr.
        if (format === "json") log("failed", { error });
        throw error;
      }
      if (code !== EXIT.done) throw new CommandError("", code);
    });
  addExamples(run, [
    "run --config guideway.yaml",
    "run --state ./state --socket ./guideway.sock --listen 127.0.0.1:0",
  ]);
}

function readFormat(word: string): LogFormat {
  if (word === "auto") return usualFormat();
  if (word === "text" || word === "json") return word;
  throw usageError(`--log-format: ${word} is none of text, json, auto`);
}

/** A file that is no configuration does not keep the last good one from running. */
function readConfig(text: string, name: string): Config | RefusedError {
  try {
    return parseConfigText(text, name);
  } catch (error) {
    if (error instanceof RefusedError) return error;
    throw error;
  }
}

/** Reads `--listen`. @throws {CommandError} wrong usage, also for what is not loopback without TLS */
export function readListen(text: string, tls: boolean): { hostname: string; port: number } {
  try {
    const { address, port } = parseEndpoint(text.replace(/^localhost:/i, "127.0.0.1:"));
    if (tls || isLoopback(address.text)) return { hostname: address.text, port };
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    throw usageError(`--listen: ${error.message}`);
  }
  throw usageError(
    `--listen: ${text} is not a loopback address; add --tls-cert FILE and --tls-key FILE, and give ` +
      "tokens to those who may: guideway token add NAME --scope read",
  );
}

/** Null: none; undefined: the usual one. @throws {CommandError} wrong usage */
function readFlowMemory(text: string | undefined): string | null | undefined {
  if (text === "") throw usageError("--flow-memory: give a folder, or none");
  return text === "none" ? null : text;
}

/** @throws {CommandError} wrong usage where one is missing */
export function readTls(options: { tlsCert?: string; tlsKey?: string }): TlsFiles | null {
  const { tlsCert: cert, tlsKey: key } = options;
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert !== undefined) throw usageError("--tls-cert needs --tls-key FILE beside it");
  if (key !== undefined) throw usageError("--tls-key needs --tls-cert FILE beside it");
  return null;
}
