import type { Status } from "../../lib/status.ts";

const EXAMPLE = `conf: { ip4_src_address: 192.0.2.10 }
interfaces:
  net0: { device: "af_packet:eth1" }
vips:
  - prefix: 90.0.0.0/8
    encap: gre4
    servers: [ { address: 10.0.0.1 }, { address: 10.0.0.2 } ]`;

/** What to do first, where there is no VIP. */
export function Empty({ status }: { status: Status }) {
  return (
    <section class="card blank">
      <h2>No VIP yet</h2>
      {status.interfaces.length === 0
        ? (
          <>
            <p>
              There is no interface either, so nothing can come in. First an interface, then, for
              tunnels, the node's own address in the <a href="/settings">settings</a>, then a VIP.
            </p>
            <p>
              <a class="button primary" href="/interfaces/new">New interface</a>
            </p>
            <p>Or write all of it to a file:</p>
          </>
        )
        : (
          <>
            <p>The interfaces are up, and no VIP says where packets go.</p>
            <p>
              <a class="button primary" href="/vips/new">New VIP</a>
            </p>
            <p>Or write a whole configuration to a file:</p>
          </>
        )}
      <pre tabindex={0}><code>{EXAMPLE}</code></pre>
      <p>
        Then <code>guideway apply FILE --dry-run</code> says what it would change, and{" "}
        <code>guideway apply FILE</code> changes it. This page shows it a second later.
      </p>
    </section>
  );
}
