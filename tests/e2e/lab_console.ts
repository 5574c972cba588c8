/**
 * A site whose console is open to a desk:
 *
 *     desk ── mgmt Guideway
 *
 * The link is none of those that carry traffic. The desk has the console by TLS alone, and with tokens that are made at
 * Guideway's machine.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { selfCommand } from "../../lib/demo/child.ts";
import { certificateFiles } from "../tools/tls.ts";
import { ignore as noBrowser } from "../routes/browser.ts";
import { ROOT } from "./lab.ts";
import { launchIn } from "./lab_browser.ts";
import { server, type SiteOptions } from "./lab_links.ts";
import { Site } from "./lab_site.ts";

/** A host of its own certificate. */
const NAME = "lb.example";
const MGMT = { gw: "198.18.0.1", desk: "198.18.0.2" };
const PORT = 8443;
export const CONSOLE = `https://${NAME}:${PORT}`;

/** The VIP of all tests of the console, and where the client finds it. */
export const ADDRESS = "90.0.0.1";
export const VIP = `${ADDRESS}/32 tcp/80`;
export const PLACE = `${ADDRESS} 80`;
export const VIP_PATH = `/vips/${encodeURIComponent(VIP)}`;

const SERVERS = 4;
/** Addresses of all servers; those behind the VIP are for the test to choose. */
export const ADDRESSES = Array.from({ length: SERVERS }, (_, at) => server(at + 1).ip4);
/** Where each of them serves. */
export const SERVER_PORT = 8080;

/** The VIP as a configuration has it. */
export function vipOf(servers: readonly string[]) {
  return {
    prefix: `${ADDRESS}/32`,
    protocol: "tcp",
    port: 80,
    encap: "nat4",
    target_port: SERVER_PORT,
    servers: servers.map((address) => ({ address })),
  };
}

function optionsOf(config: SiteOptions["config"]): SiteOptions {
  const { cert, key } = certificateFiles("one");
  return {
    config,
    servers: SERVERS,
    server: (n) => ({ places: [`lines ${server(n).ip4} ${SERVER_PORT}`] }),
    hosts: ["desk"],
    run: ["--listen", `${MGMT.gw}:${PORT}`, "--tls-cert", cert, "--tls-key", key],
    prepare: async (net) => {
      await net.link(
        { host: "gw", device: "mgmt", addresses: [`${MGMT.gw}/24`] },
        { host: "desk", device: "eth0", addresses: [`${MGMT.desk}/24`] },
      );
      await net.ip("router", `route replace ${ADDRESS}/32 via 192.0.2.10`);
    },
  };
}

/** The site, and a browser at the desk. */
export class Desk {
  readonly site: Site;
  /** What pages complained about. */
  readonly complaints: string[] = [];
  readonly #browser: Browser;
  readonly #pages: Page[] = [];

  constructor(site: Site, browser: Browser) {
    this.site = site;
    this.#browser = browser;
  }

  /** Makes a token as one who sits at Guideway's machine does; its secret. */
  async token(name: string, scope = "admin"): Promise<string> {
    const words = ["token", "add", name, "--scope", scope, "--socket", this.site.socket];
    const { code, stdout, stderr } = await this.site.net.run(
      "gw",
      ...selfCommand(words) as [string, ...string[]],
    );
    assert.equal(code, 0, stderr);
    return stdout.trim();
  }

  /** A window of a browser that nobody used before. */
  async window(options: BrowserContextOptions = {}): Promise<Page> {
    // The certificate is its own root; what checks certificates is no part of the console.
    const context = await this.#browser.newContext({ ...options, ignoreHTTPSErrors: true });
    const page = await context.newPage();
    page.on("pageerror", ({ message }) => this.complaints.push(message));
    page.on("console", (message) => {
      if (/^(error|warning)$/.test(message.type())) this.complaints.push(message.text());
    });
    this.#pages.push(page);
    return page;
  }

  /** What all windows show. */
  async shown(): Promise<string> {
    const texts = this.#pages.filter((page) => !page.isClosed()).map(async (page) => {
      const text = await page.innerText("body", { timeout: 2000 }).catch(String);
      return `${page.url()}\n${text}`;
    });
    return (await Promise.all(texts)).join("\n\n");
  }
}

/** Each step stands on those before it: the first that fails is the last. */
export type Step = (name: string, act: () => Promise<void>) => Promise<void>;
type Story = (desk: Desk, step: Step) => Promise<void>;

/**
 * A test of the console under the real program, which begins with the configuration. Without root or a browser it is
 * skipped. When it fails it tells what stood in the windows.
 */
export function consoleTest(
  name: string,
  config: SiteOptions["config"],
  fn: Story,
): void {
  const lack = ROOT ? noBrowser ? " (skipped: needs chromium)" : "" : " (skipped: needs root)";
  Deno.test({ name: name + lack, ignore: lack !== "", fn: (t) => run(config, fn, t) });
}

async function run(
  config: SiteOptions["config"],
  fn: Story,
  t: Deno.TestContext,
): Promise<void> {
  await using site = await Site.open(optionsOf(config));
  const browser = await launchIn(site.net, "desk", { [NAME]: MGMT.gw });
  const desk = new Desk(site, browser);
  const step: Step = async (name, act) => {
    if (!await t.step(name, act)) throw new Error(`not so: ${name}`);
  };
  try {
    await Promise.race([fn(desk, step), site.net.failure]);
  } catch (error) {
    console.error(await desk.shown());
    throw error;
  } finally {
    await browser.close();
  }
}
