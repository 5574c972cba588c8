import type { InterfaceStatus } from "../../lib/change.ts";
import { short } from "../(static)/format.js";

/** The network ports and their links. */
export function Interfaces({ interfaces }: { interfaces: InterfaceStatus[] }) {
  if (interfaces.length === 0) return null;
  return (
    <section>
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
          </tr>
        </thead>
        <tbody>
          {interfaces.map((port) => (
            <tr key={port.name}>
              <th scope="row">{port.name}</th>
              <td>
                <span class={`state ${port.link_up ? "active" : "lost"}`}>{linkText(port)}</span>
              </td>
              <td>{port.device}</td>
              <td class="number">{port.mac}</td>
              <td class="right number" data-label="MTU">{port.mtu}</td>
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
