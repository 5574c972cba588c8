/**
 * The text of the systemd unit. Each setting stands below the reason for it.
 *
 * @module
 */
import { nameIn, type ServiceOptions } from "./place.ts";

/** Seconds without a sign of life after which systemd starts the program anew. */
const WATCHDOG_S = 30;

/** By this section, which systemd passes over, `service uninstall` knows what was installed. */
export const OWN_SECTION = "X-Guideway";

/** The unit's text. */
export function unitText(options: ServiceOptions): string {
  return [head(), unit(), service(options), sandbox(options), end(options)].join("\n\n") + "\n";
}

function head(): string {
  return `# Written by "guideway service install". Change it by "systemctl edit guideway": what stands here is
# written anew by the next install.`;
}

function unit(): string {
  return `[Unit]
Description=Guideway, a layer-4 load balancer
# Interfaces and routes are there first, as far as the machine's network has them at start.
Wants=network-online.target
After=network-online.target systemd-modules-load.service
# Who fails five times in a minute has a reason that another start does not mend.
StartLimitIntervalSec=60
StartLimitBurst=5`;
}

function service(options: ServiceOptions): string {
  const source = options.command.length > 1;
  return `[Service]
# Started is: the workers forward by the tables. Until then, and by a program that hangs, the time runs out.
Type=notify
TimeoutStartSec=90
TimeoutStopSec=15
# The program is silent when a worker stands still, or it does not answer itself any more.
WatchdogSec=${WATCHDOG_S}
ExecStart=${execLine(options)}
${
    options.tls === null
      ? ""
      : `# Takes a renewed certificate, as it does by itself within 30 seconds.
ExecReload=/bin/kill -HUP $MAINPID
`
  }Restart=on-failure
# Packets wait for it.
RestartSec=100ms
# Wrong words (2) and a configuration that is refused (4) are the same at the next start.
RestartPreventExitStatus=2 4
# When memory is short, forwarding is what the machine is for.
OOMScoreAdjust=-900
LimitNOFILE=65536
# Memory that network cards and AF_XDP reach must stay where it is.
LimitMEMLOCK=infinity
# Logs are JSON lines in the journal: journalctl -u guideway -o cat
SyslogIdentifier=guideway${
    source
      ? "\n# What deno made of the sources is kept here.\nCacheDirectory=guideway\nEnvironment=" +
        "DENO_DIR=/var/cache/guideway DENO_NO_UPDATE_CHECK=1"
      : ""
  }`;
}

function execLine({ command, config, state, listen, tls, requireToken }: ServiceOptions): string {
  const words = [...command, "run", ...config === null ? [] : ["--config", config]];
  words.push("--state", state, "--listen", listen);
  if (tls !== null) words.push("--tls-cert", tls.cert, "--tls-key", tls.key);
  if (requireToken) words.push("--require-token");
  return words.map((one, at) => word(one, at === 0)).join(" ");
}

/** A word as systemd reads it: no specifier, one word, and no variable, which the first is never taken for. */
function word(text: string, first = false): string {
  const whole = text.replaceAll("%", "%%");
  const plain = first ? whole : whole.replaceAll("$", "$$$$");
  return /^[\w./:%$@+,=[\]-]+$/.test(plain) ? plain : `"${plain.replace(/["\\]/g, "\\$&")}"`;
}

function sandbox(options: ServiceOptions): string {
  const { command, config, tls } = options;
  const paths = [...command.filter((one) => one.startsWith("/")), options.state];
  if (config !== null) paths.push(config);
  if (tls !== null) paths.push(tls.cert, tls.key);
  const under = (...folders: string[]) =>
    paths.some((path) => folders.some((folder) => path.startsWith(`${folder}/`)));
  return `${folders(options)}
# Nothing else can be written but /dev (cards, hugepages, flows that outlive the program in /dev/shm), /proc and
# this: AF_XDP keeps its programs there.
ProtectSystem=strict
ReadWritePaths=-/sys/fs/bpf
# Homes are ${
    under("/home", "/root") ? "read: files of this service lie there" : "no business of it"
  }.
ProtectHome=${under("/home", "/root") ? "read-only" : "yes"}
PrivateTmp=${under("/tmp", "/var/tmp") ? "no" : "yes"}
# Cards are driven through these; everything else in /dev is closed. PrivateDevices would close these, too.
DevicePolicy=closed
DeviceAllow=/dev/vfio/vfio rw
DeviceAllow=char-vfio rw
DeviceAllow=char-uio rw
DeviceAllow=char-infiniband_verbs rw
DeviceAllow=/dev/net/tun rw
# NET_RAW: af_packet. NET_ADMIN: tap, af_xdp, offloads, neighbours. IPC_LOCK: memory for cards. BPF and, on kernels
# before 5.8, SYS_ADMIN: af_xdp; SYS_ADMIN also for cards without IOMMU, which must know physical addresses.
CapabilityBoundingSet=${capabilities(options).join(" ")}
NoNewPrivileges=yes
# UNIX: the command line's socket, memif. INET: REST, health checks. NETLINK: routes and neighbours.
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK AF_PACKET AF_XDP
# bpf is af_xdp's, @pkey guards compiled JavaScript. What is missing fails, and is logged; it does not kill.
SystemCallFilter=@system-service @pkey bpf
SystemCallErrorNumber=EPERM
SystemCallArchitectures=native
# It is no business of a load balancer to change these. /sys and /proc/sys stay readable: cards are found there.
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
LockPersonality=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
# Left out on purpose. MemoryDenyWriteExecute: JavaScript is compiled while it runs. PrivateNetwork, PrivateUsers: it is
# about this machine's network. User=: the files of vfio and hugepages are root's.`;
}

/** What it may write: where systemd makes the folder, it is said so. */
function folders({ state }: ServiceOptions): string {
  const name = nameIn("/var/lib", state);
  const kept = name === null ? `ReadWritePaths=${word(state)}` : `StateDirectory=${word(name)}
StateDirectoryMode=0700`;
  return `# What it keeps: revisions, tokens, the audit log. The unix socket is in /run/guideway.
${kept}
RuntimeDirectory=guideway
RuntimeDirectoryMode=0700
UMask=0077`;
}

function capabilities({ listen }: ServiceOptions): string[] {
  const port = Number(listen.slice(listen.lastIndexOf(":") + 1));
  return [
    ...["CAP_NET_RAW", "CAP_NET_ADMIN", "CAP_IPC_LOCK", "CAP_BPF", "CAP_SYS_ADMIN"],
    ...port < 1024 ? ["CAP_NET_BIND_SERVICE"] : [],
  ];
}

function end({ config, state }: ServiceOptions): string {
  return `[Install]
WantedBy=multi-user.target

# For "guideway service uninstall".
[${OWN_SECTION}]
Config=${config ?? ""}
State=${state}`;
}

/** What an installed unit says of its files; null: it is none of ours. */
export function readUnit(text: string): { config: string | null; state: string } | null {
  const [, own] = text.split(`\n[${OWN_SECTION}]\n`);
  if (own === undefined) return null;
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(own)?.[1] || null;
  const state = value("State");
  return state === null ? null : { config: value("Config"), state };
}

/** The executable that an installed unit of ours starts; null: it is none of ours, or runs from source. */
export function programOf(text: string): string | null {
  if (readUnit(text) === null) return null;
  const line = /^ExecStart=(.*)$/m.exec(text)?.[1] ?? "";
  const [, quoted, plain] = /^(?:"((?:[^"\\]|\\.)*)"|(\S+)) run /.exec(line) ?? [];
  const word = quoted?.replace(/\\(["\\])/g, "$1") ?? plain;
  const program = word?.replaceAll("%%", "%");
  return program === undefined || /^deno$|\/deno$/.test(program) ? null : program;
}
