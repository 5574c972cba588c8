import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { whole } from "../../routes/(components)/format.ts";
import { live } from "../routes/browser.ts";
import { rootTest, until } from "./lab.ts";
import { consoleTest } from "./lab_console.ts";
import { goTo, logIn } from "./lab_operator.ts";
import { server } from "./lab_links.ts";
import { type Site, withSite } from "./lab_site.ts";

const ADDRESS = "90.0.0.1";
/** More than the ring of a queue holds. */
const SENT = 12_000;
const SOCKETS = 4;

const received = async (site: Site) => {
  const { interfaces } = await site.api.interfaces();
  return interfaces.map(({ missed, counters }) => ({ missed, rx: counters.rx_packets ?? 0 }));
};

/** Sends more than there is room for, to port 9 of the address, while the program has no processor. */
async function flood(site: Site): Promise<void> {
  const { pid } = site.guideway;
  Deno.kill(pid, "SIGSTOP");
  try {
    const program = new URL("./udp_sender.ts", import.meta.url).pathname;
    const words = ["run", "--allow-all", "--unstable-net", "--quiet", program];
    const args = [ADDRESS, "9", `${SENT}`, "20000", `${SOCKETS}`];
    const { code, stderr } = await site.net.run("client", Deno.execPath(), ...words, ...args);
    assert.equal(code, 0, stderr);
  } finally {
    Deno.kill(pid, "SIGCONT");
  }
}

rootTest(
  "what comes while a queue is full is counted as missed, and every packet is found",
  async () => {
    await withSite({
      config: {
        workers: 2,
        vips: [{ prefix: `${ADDRESS}/32`, encap: "gre4", servers: [{ address: server(1).ip4 }] }],
      },
      servers: 1,
      server: () => ({ places: [`tcp ${ADDRESS} 80`], vips: [ADDRESS], tunnel: true }),
    }, async (site) => {
      const before = (await received(site))[0]!;
      await flood(site);
      const now = await until("all packets", 10, async () => {
        const [client] = await received(site);
        return client!.rx - before.rx + client!.missed >= SENT ? client : null;
      });
      assert.ok(now.missed > SENT / 10, `${now.missed} missed`);
      // And no more than others that came by the way: neighbours are asked for.
      assert.ok(now.rx - before.rx + now.missed < SENT + 100, JSON.stringify({ before, now }));
      const { workers } = await site.api.counters();
      // A full ring's packets go to no other worker: each flow is remembered by one.
      const flows = workers.reduce((sum, { counters }) => sum + (counters.first_packet ?? 0), 0);
      assert.equal(flows, SOCKETS);
    });
  },
);

consoleTest("the console shows what was missed as it happens", { vips: [] }, async (desk, step) => {
  const page = await desk.window({ viewport: { width: 1440, height: 900 } });
  await logIn(page, await desk.token("ann"));
  await goTo(page, "Interfaces");
  await live(page);
  const cell = page.getByRole("row", { name: /^client/ }).locator("[data-label=Missed]");
  assert.equal(await cell.innerText(), "0");
  await step("by number and colour, without a look at the page anew", async () => {
    const quiet = await colourOf(cell);
    await flood(desk.site);
    const { missed } = await until("missed packets", 10, async () => {
      const [client] = await received(desk.site);
      return client!.missed > SENT / 10 ? client : null;
    });
    await cell.getByText(whole(missed), { exact: true }).waitFor({ timeout: 5000 });
    assert.notEqual(await colourOf(cell), quiet);
  });
  assert.deepEqual(desk.complaints, []);
});

async function colourOf(cell: Locator): Promise<string> {
  return await cell.locator("span").evaluate((span) => getComputedStyle(span).color);
}
