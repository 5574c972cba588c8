import type { NeighboursView, NeighbourView } from "../../lib/question.ts";
import { ListPages } from "./list_pages.tsx";
import { Search } from "./search.tsx";

interface NeighboursProps {
  view: NeighboursView;
  search: string;
  /** The page's own address with its question. */
  url: URL;
}

/** Where packets leave: to each server, and back to clients; first those that nothing can be sent to. */
export function Neighbours({ view, search, url }: NeighboursProps) {
  const { neighbours, ...place } = view;
  return (
    <section class="card" id="neighbours">
      <div class="head">
        <h2>Neighbours</h2>
        <p>Where packets leave: to servers, and back to clients</p>
        <Search
          action="/interfaces#neighbours"
          search={search}
          label="Search neighbours"
          placeholder="10.0.0.1, net0, 02:00:…"
        />
      </div>
      <div id="next-hops" data-region>
        {neighbours.length === 0
          ? (
            <p class="under">
              {search === ""
                ? "No server, and so no next hop, is there yet."
                : `No neighbour holds “${search}”.`}
            </p>
          )
          : <Table neighbours={neighbours} />}
        <div class="under pages-below">
          <ListPages
            place={place}
            shown={neighbours.length}
            url={url}
            what="neighbours"
            at="neighbours"
          />
        </div>
      </div>
    </section>
  );
}

function Table({ neighbours }: { neighbours: NeighbourView[] }) {
  return (
    <table class="neighbours">
      <thead>
        <tr>
          <th scope="col">To</th>
          <th scope="col">For</th>
          <th scope="col">Leaves at</th>
          <th scope="col">Next hop</th>
          <th scope="col" class="right">MTU</th>
          <th scope="col">Why not</th>
        </tr>
      </thead>
      <tbody>{neighbours.map((one) => <Row key={one.address} {...one} />)}</tbody>
    </table>
  );
}

function Row({ address, for: whom, interface: port, mac, station, mtu, reason }: NeighbourView) {
  return (
    <tr>
      <th scope="row">
        <span class={`state ${mac === null ? "lost" : "active"}`}>{address}</span>
      </th>
      <td data-label="For">{whom === "clients" ? "way back to clients" : "server"}</td>
      <td data-label="Leaves at">{port ?? "nowhere"}</td>
      <td class="number" data-label="Next hop">
        {mac ?? "–"}{" "}
        {station === null || station === address ? null : <span class="muted">of {station}</span>}
      </td>
      <td class="right number" data-label="MTU">{mtu ?? "–"}</td>
      <td class={mac === null ? "reason" : "muted"}>{reason}</td>
    </tr>
  );
}
