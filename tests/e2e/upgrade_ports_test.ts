/** Ports that two processes cannot have at once, and what a port changes at its interface. */
import assert from "node:assert/strict";
import { connectTo } from "../../lib/connect.ts";
import { selfCommand } from "../../lib/demo/child.ts";
import { guideway } from "../cli/program.ts";
import { rootTest, until } from "./lab.ts";
import { Net } from "./lab_net.ts";
import { changed, executable } from "./lab_upgrade.ts";

const configOf = (folder: string) => ({
  workers: 2,
  conf: { ip4_src_address: "192.0.2.10" },
  interfaces: {
    shared: { device: "af_packet:eth1" },
    made: { device: "tap:gwt0", next_hop: { mac: "02:00:00:00:00:01" } },
    listening: { device: `memif:${folder}/memif.sock`, next_hop: { mac: "02:00:00:00:00:01" } },
    nothing: { device: "null" },
  },
  vips: [{ prefix: "90.0.0.0/8", servers: [{ address: "10.0.0.1" }] }],
});

rootTest(
  "ports of every kind change hands, forth and back, and merging is left as it was",
  async (t) => {
    await using net = await Net.open(["gw", "peer"]);
    await net.link({ host: "gw", device: "eth1" }, { host: "peer", device: "eth1" });
    await net.shell("gw", "ethtool -K eth1 gro on");
    const merges = async (state: "on" | "off") => {
      await until(`merging ${state}`, 5, async () => {
        const text = await net.shell("gw", "ethtool -k eth1");
        return text.includes(`generic-receive-offload: ${state}`);
      });
    };
    const socket = `${net.folder}/gw.sock`;
    await Deno.writeTextFile(`${net.folder}/config.json`, JSON.stringify(configOf(net.folder)));
    const words = ["--config", `${net.folder}/config.json`, "--state", `${net.folder}/state`];
    const more = ["--flow-memory", "none", "--listen", "127.0.0.1:0"];
    const program = net.start(
      "Guideway",
      "gw",
      selfCommand(["run", ...words, "--socket", socket, ...more]),
    );
    using api = connectTo({ socket });
    const opened = async () => {
      const { interfaces } = await api.status();
      return interfaces.map(({ name, driver }) => `${name} ${driver}`);
    };
    await until("the program", 20, () => opened().catch(() => null));
    const before = await opened();
    assert.deepEqual(before, [
      "shared net_af_packet",
      "made net_tap",
      "listening net_memif",
      "nothing net_null",
    ]);
    await merges("off");

    for (const time of ["first", "second"]) {
      await t.step(`the ${time} upgrade`, async () => {
        const file = await executable(net.folder);
        const { code, stderr } = await guideway(["upgrade", file, "--socket", socket]);
        assert.equal(code, 0, stderr + program.words);
        assert.deepEqual(await opened(), before);
        assert.match(await net.shell("gw", "ip link show gwt0"), /gwt0/);
        await merges("off");
      });
    }
    await t.step("one that fails", async () => {
      const file = await changed(net.folder, "dies", {
        "lib/serve/progress.ts": (text) =>
          text.replace(/(\): Promise<void> \{\n)/, "$1Deno.exit(9);"),
      });
      const { code, stderr } = await guideway(["upgrade", file, "--socket", socket]);
      assert.equal(code, 1, stderr + program.words);
      assert.match(stderr, /it ended with code 9/);
      assert.deepEqual(await opened(), before, program.words);
      await merges("off");
    });
    await t.step("one that fails, and leaves a port taken for a second", async () => {
      // As a tun device: nobody opens it as a tap.
      const take = "ip link del gwt0; ip tuntap add dev gwt0 mode tun; " +
        "setsid sh -c 'sleep 1; ip tuntap del dev gwt0 mode tun' > /dev/null 2>&1 &";
      const file = await changed(net.folder, "takes", {
        "lib/serve/progress.ts": (text) =>
          text.replace(
            /(\): Promise<void> \{\n)/,
            `$1await new Deno.Command("sh", {args: ["-c", ${JSON.stringify(take)}]}).output();` +
              "Deno.exit(9);",
          ),
      });
      const { code, stderr } = await guideway(["upgrade", file, "--socket", socket]);
      assert.equal(code, 1, stderr + program.words);
      assert.deepEqual(await opened(), before, program.words);
      assert.match(program.words, /"event":"back_delayed".*gwt0/);
      assert.doesNotMatch(program.words, /"event":"config_fallback"/);
    });
    await program.stop();
    await merges("on");
    assert.match(program.words, /"event":"stopped"/);
  },
);
