/**
 * `show lb`: the settings, and the use of the established-connections tables.
 *
 * @module
 */
import type { Config } from "../../config.ts";
import type { TableUse } from "../../dataplane.ts";

/** What is shown. */
export interface MainView {
  conf: Config["conf"];
  vips: number;
  servers: number;
  /** By worker. */
  tables: TableUse[];
}

/** The plugin's lines, without its hidden VIP and with the capacity that there is; ours stand behind each block. */
export function formatMain({ conf, vips, servers, tables }: MainView): string {
  const entropy = ([4, 6] as const).flatMap((family) => {
    const prefix = conf[`ip${family}_entropy`];
    return prefix === undefined ? [] : [` ip${family}-entropy: ${prefix}`];
  });
  return [
    `lb_main ip4-src-address: ${conf.ip4_src_address ?? "none"}`,
    ` ip6-src-address: ${conf.ip6_src_address ?? "none"}`,
    ` #vips: ${vips}`,
    ` #ass: ${servers}`,
    ...entropy,
    ` gue-port: ${conf.gue_port}`,
    ...tables.flatMap(({ buckets, capacity, flows }, worker) => [
      `core ${worker}`,
      `  timeout: ${conf.timeout}s`,
      `  usage: ${flows} / ${capacity}`,
      `  buckets: ${buckets}`,
    ]),
  ].join("\n");
}
