import { dropped } from "../../lib/counter_names.ts";
import type { InterfaceStatus } from "../../lib/status.ts";
import { Rate, Value } from "./cell.tsx";
import { short } from "./format.ts";
import { interfaceEditHref } from "./links.ts";

/** The network ports: their links, and what comes and goes. */
export function Interfaces(
  { interfaces, edit }: { interfaces: InterfaceStatus[]; edit: boolean },
) {
  return (
    <section class="card">
      <table class="interfaces">
        <thead>
          <tr>
            <th scope="col">Interface</th>
            <th scope="col">Link</th>
            <th scope="col">Device</th>
            <th scope="col">MAC address</th>
            <th scope="col" class="right">MTU</th>
            <th scope="col" class="right">Received/s</th>
            <th scope="col" class="right">bit/s</th>
            <th scope="col" class="right">Sent/s</th>
            <th scope="col" class="right">bit/s</th>
            <th scope="col" class="right" title="Came while its queues were full">Missed</th>
            <th scope="col" class="right">Dropped</th>
          </tr>
        </thead>
        <tbody>{interfaces.map((port) => <Row key={port.name} port={port} edit={edit} />)}</tbody>
      </table>
    </section>
  );
}

function Row({ port, edit }: { port: InterfaceStatus; edit: boolean }) {
  const { name, link_up, device, driver, mac, mtu, missed, snat, counters } = port;
  const owner = `interface/${name}`;
  return (
    <tr>
      <th scope="row">{edit ? <a href={interfaceEditHref(name)}>{name}</a> : name}</th>
      <td>
        <span class={`state ${link_up ? "active" : "lost"}`}>{linkText(port)}</span>
      </td>
      <td data-label="Device">
        {device} <span class="muted">{driver}</span>
        {snat.length === 0 ? null : (
          <span
            class="narrow"
            title="What such servers send, coming in here, leaves from their VIP"
          >
            snat {snat.join(", ")}
          </span>
        )}
      </td>
      <td class="number" data-label="MAC address">{mac}</td>
      <td class="right number" data-label="MTU">{mtu}</td>
      <td class="right" data-label="Received/s">
        <Rate name={`${owner}/rx_packets`} />
      </td>
      <td class="right" data-label="Received, bit/s">
        <Rate name={`${owner}/rx_bytes`} bits />
      </td>
      <td class="right" data-label="Sent/s">
        <Rate name={`${owner}/tx_packets`} />
      </td>
      <td class="right" data-label="Sent, bit/s">
        <Rate name={`${owner}/tx_bytes`} bits />
      </td>
      <td
        class="right loss"
        data-quiet={String(missed === 0)}
        data-label="Missed"
        title="Packets that came while its queues were full, since it is open; not all drivers count them"
      >
        <Value name={`${owner}/missed`} value={missed} />
      </td>
      <td class="right" data-label="Dropped">
        <Value name={`${owner}/drops`} value={dropped(counters)} />
      </td>
    </tr>
  );
}

function linkText({ link_up, link_mbps }: InterfaceStatus): string {
  if (!link_up) return "down";
  return link_mbps === 0 ? "up" : `up, ${short(link_mbps * 1e6)}bit/s`;
}
