/** A configuration to begin with: it runs as it is, and shows what may stand in it. */
export const SKELETON =
  `# Guideway's configuration. What each field means: docs/configuration.md; "guideway doctor" looks whether the
# machine fits it.
#
# This file is the truth at every start of the service. What is changed while it runs (guideway vip add …, the
# console, REST) goes on until then: write it here, too, or print all of it with "guideway revision show".
# After a change of this file: guideway apply /etc/guideway/guideway.yaml --dry-run, then without --dry-run.
#
# Lines that begin with "#" and no space, or with two, are YAML: take the "#" away.

# Threads that poll the interfaces and forward.
workers: 1

# The node's own address: outer source of tunnels.
#conf:
#  ip4_src_address: 192.0.2.10

# "af_packet:eth1" shares an interface with the kernel. "pci:0000:01:00.0" takes a whole card and is the fastest:
# "guideway nic list" tells addresses, "guideway nic bind ADDRESS" hands one over. Without next_hop the kernel's
# routes and neighbours tell where packets leave.
#interfaces:
#  net0:
#    device: af_packet:eth1

# Packets to the prefix go to the servers, each flow to one of them. A health check keeps new flows away from
# servers that are down.
#vips:
#  - prefix: 198.51.100.10/32
#    protocol: tcp
#    port: 80
#    encap: gre4
#    health: { type: http, path: /healthz }
#    servers:
#      - { address: 10.0.0.1, weight: 100 }
#      - { address: 10.0.0.2, weight: 100 }
`;
