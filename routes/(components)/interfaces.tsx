import type { InterfaceStatus } from "../../lib/status.ts";
import { dropped } from "../../lib/counter_names.ts";
import { short } from "./format.ts";
import { Rate, Value } from "./cell.tsx";

/** The network ports and their links. */
export function Interfaces({ interfaces }: { interfaces: InterfaceStatus[] }) {
  if (interfaces.length === 0) return null;
  return (
    <section class="card">
      <div class="head">
        <h2>Interfaces</h2>
      </div>
      <table class="interfaces">
        <thead>
          <tr>
            <th>Name</th>
            <th>Link</th>
            <th>Device</th>
            <th>MAC address</th>
            <th class="right">MTU</th>
            <th class="right">Received/s</th>
            <th class="right">Sent/s</th>
            <th class="right">Dropped</th>
          </tr>
        </thead>
        <tbody>
          {interfaces.map((port) => (
            <tr key={port.name}>
              <th scope="row">{port.name}</th>
              <td>
                <span class={`state ${port.link_up ? "active" : "lost"}`}>{linkText(port)}</span>
              </td>
              <td>
                {port.device}
                {port.snat.length === 0
                  ? null
                  : <span class="narrow">snat {port.snat.join(", ")}</span>}
              </td>
              <td class="number">{port.mac}</td>
              <td class="right number" data-label="MTU">{port.mtu}</td>
              <td class="right" data-label="Received/s">
                <Rate name={`interface/${port.name}/rx_packets`} />
              </td>
              <td class="right" data-label="Sent/s">
                <Rate name={`interface/${port.name}/tx_packets`} />
              </td>
              <td class="right" data-label="Dropped">
                <Value name={`interface/${port.name}/drops`} value={dropped(port.counters)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function linkText({ link_up, link_mbps }: InterfaceStatus): string {
  if (!link_up) return "down";
  return link_mbps === 0 ? "up" : `up, ${short(link_mbps * 1e6)}bit/s`;
}
