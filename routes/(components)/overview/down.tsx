import type { ServersView } from "../../../lib/question.ts";
import { whole } from "../format.ts";
import { vipHref } from "../links.ts";

/** Servers that no packet can be sent to, and why. */
export function Down({ servers, cursor, all }: ServersView & { all: number }) {
  const wanted = servers.filter(({ state }) => state !== "removed");
  return (
    <section class="card" id="down" data-region>
      <div class="head">
        <h2>Servers down</h2>
        <p>{wanted.length === 0 ? null : `${whole(wanted.length)}${cursor ? "+" : ""}`}</p>
      </div>
      {wanted.length === 0
        ? (
          <p class="under">
            {all === 0 ? "There is no server yet." : `None of ${whole(all)}: all can be reached.`}
          </p>
        )
        : (
          <table class="short">
            <thead>
              <tr>
                <th scope="col">Server</th>
                <th scope="col">VIP</th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {wanted.map(({ vip, address, reason }) => (
                <tr key={`${vip} ${address}`} data-row>
                  <th scope="row">
                    <span class="state lost">{address}</span>
                  </th>
                  <td>
                    <a href={vipHref(vip)}>{vip}</a>
                  </td>
                  <td class="reason">{reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
    </section>
  );
}
