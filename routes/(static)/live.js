// Refreshes the numbers of the page once a second. A cell says what it shows:
//   data-key   owner and counter, such as `total/rx_packets`, `interface/net0/tx_bytes` or
//              `server/90.0.0.0/8/10.0.0.1/packets`
//   data-show  value, rate (per second), bits (per second), or share (of data-of)
// When VIPs, servers or their state changed, the whole page is fetched again in place.
import { NOTHING, percent, short, whole } from "./format.js";

const SECOND = 1000;
let before = null;

async function refresh() {
  try {
    const view = await fetchJson("/api/v1/counters");
    if (signatureOf(view) !== signatureOnPage()) await replacePage();
    const now = { at: Date.parse(view.at), values: flatten(view) };
    update(now, before);
    before = now;
    setState("live", "live");
  } catch {
    setState("lost", "no answer");
  } finally {
    // Not an interval: answers that take long must not pile up.
    setTimeout(refresh, SECOND);
  }
}

async function fetchJson(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(5 * SECOND) });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return await response.json();
}

async function replacePage() {
  const response = await fetch("/", { signal: AbortSignal.timeout(5 * SECOND) });
  if (!response.ok) throw new Error(`the page: ${response.status}`);
  const text = await response.text();
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("page");
  if (fresh) document.getElementById("page")?.replaceWith(fresh);
}

// The same words as routes/(components)/signature.ts writes into data-is.
function signatureOf(view) {
  const shown = Number(document.getElementById("vips")?.dataset.shown ?? 1);
  return view.vips.slice(0, shown).flatMap((vip) => [
    vipSignature(vip),
    ...vip.servers.map((server) =>
      [
        server.address,
        server.state,
        server.weight,
        server.slots,
        server.next_hop?.mac ?? server.reason,
      ].join(" ")
    ),
  ]).join("\n");
}

function vipSignature(vip) {
  const { type, target_port, node_port, dscp, src_ip_sticky, ttl, df, icmp_echo } = vip;
  const fields = [type, target_port, node_port, dscp, src_ip_sticky, ttl, df, icmp_echo];
  return [vip.name, vip.encap, vip.new_len, ...fields].join(" ");
}

function signatureOnPage() {
  return Array.from(document.querySelectorAll("[data-is]"), (row) => row.dataset.is).join("\n");
}

function flatten(view) {
  const values = new Map();
  const put = (owner, counters) => {
    for (const [name, value] of Object.entries(counters)) values.set(`${owner}/${name}`, value);
  };
  const sum = (servers, name) => servers.reduce((all, { counters }) => all + counters[name], 0);
  put("total", view.total);
  values.set("total/drops", dropped(view.total));
  for (const { name, counters } of view.interfaces) {
    put(`interface/${name}`, counters);
    values.set(`interface/${name}/drops`, dropped(counters));
  }
  for (const vip of view.vips) {
    put(`vip/${vip.name}`, vip.counters);
    values.set(`vip/${vip.name}/flows`, vip.flows);
    values.set(`vip/${vip.name}/new_flows`, sum(vip.servers, "new_flows"));
    for (const { address, counters } of vip.servers) {
      put(`server/${vip.name}/${address}`, counters);
    }
  }
  const servers = view.vips.flatMap((vip) => vip.servers);
  values.set("total/flows", sum(servers, "flows"));
  return values;
}

function dropped(counters) {
  const drops = Object.entries(counters).filter(([name]) => name.startsWith("drop_"));
  return drops.reduce((all, [, value]) => all + value, 0);
}

function update(now, old) {
  const seconds = old === null ? 0 : (now.at - old.at) / SECOND;
  for (const cell of document.querySelectorAll("[data-key]")) {
    const { key, show, of } = cell.dataset;
    const value = now.values.get(key) ?? 0;
    const past = old?.values.get(key);
    // A counter that went back began anew: no rate this once.
    const rate = past === undefined || seconds <= 0 || value < past
      ? null
      : (value - past) / seconds;
    if (cell.tagName === "rect") {
      const all = now.values.get(of) ?? 0;
      cell.setAttribute("width", String(all > 0 ? 100 * value / all : 0));
    } else {
      setText(cell, textOf(show, value, rate, now.values.get(of) ?? 0));
      cell.closest("[data-quiet]")?.setAttribute("data-quiet", String(value === 0));
    }
  }
}

function textOf(show, value, rate, all) {
  if (show === "value") return whole(value);
  if (show === "share") return percent(value, all);
  if (rate === null) return NOTHING;
  return short(show === "bits" ? rate * 8 : rate);
}

function setText(cell, text) {
  if (cell.textContent !== text) cell.textContent = text;
}

function setState(state, words) {
  const mark = document.getElementById("live");
  if (!mark) return;
  mark.dataset.state = state;
  setText(mark, words);
}

refresh();
