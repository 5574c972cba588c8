/**
 * The words that may follow `guideway`, in the groups that its help shows.
 *
 * @module
 */
import type { Command } from "./mod.ts";

/** What the file of a verb exports. */
export interface Verb {
  /**
   * Hangs the verb, its options and its action on the program.
   *
   * @param tree The whole command line, with the verb loaded that the words name.
   */
  register(program: Command, tree: (words: string[]) => Promise<Command>): void;
}

/** A verb before it is loaded. */
export interface VerbEntry {
  name: string;
  summary: string;
  load: () => Promise<Verb>;
}

/** Verbs that belong together. */
export interface Group {
  title: string;
  verbs: VerbEntry[];
}

export const GROUPS: Group[] = [
  {
    title: "What runs",
    verbs: [
      { name: "status", summary: "the program, its interfaces", load: () => import("./status.ts") },
      {
        name: "top",
        summary: "all of it, live on the whole terminal",
        load: () => import("./top.ts"),
      },
      {
        name: "counters",
        summary: "packets, bytes and drops",
        load: () => import("./counters.ts"),
      },
      { name: "history", summary: "how it went", load: () => import("./history.ts") },
      { name: "flows", summary: "remembered flows", load: () => import("./flows.ts") },
      {
        name: "health",
        summary: "which servers are down, and why",
        load: () => import("./health.ts"),
      },
      {
        name: "trace",
        summary: "where a packet would go, and why",
        load: () => import("./trace.ts"),
      },
      { name: "neighbours", summary: "where packets leave", load: () => import("./neighbours.ts") },
      { name: "events", summary: "what happens, as it happens", load: () => import("./events.ts") },
      {
        name: "audit",
        summary: "who changed what, when, from where",
        load: () => import("./audit.ts"),
      },
    ],
  },
  {
    title: "What is to run",
    verbs: [
      {
        name: "vip",
        summary: "list, show, add, change and remove VIPs",
        load: () => import("./vip.ts"),
      },
      {
        name: "server",
        summary: "list, add, weigh, drain and remove servers",
        load: () => import("./server.ts"),
      },
      {
        name: "conf",
        summary: "settings of the whole; interfaces",
        load: () => import("./conf.ts"),
      },
      {
        name: "interface",
        summary: "settings of the whole; interfaces",
        load: () => import("./interface.ts"),
      },
      { name: "apply", summary: "send a whole configuration", load: () => import("./apply.ts") },
      {
        name: "revision",
        summary: "what ran before, and the way back",
        load: () => import("./revision.ts"),
      },
      { name: "token", summary: "who may ask from elsewhere", load: () => import("./token.ts") },
      {
        name: "backup",
        summary: "the store in one file, and back",
        load: () => import("./backup.ts"),
      },
      {
        name: "restore",
        summary: "the store in one file, and back",
        load: () => import("./restore.ts"),
      },
    ],
  },
  {
    title: "Coming from VPP or ipvsadm",
    verbs: [
      { name: "lb", summary: "VPP's lines: VIPs and servers", load: () => import("./lb.ts") },
      { name: "show", summary: "VPP's lines: what runs", load: () => import("./show.ts") },
      { name: "set", summary: "VPP's lines: interfaces", load: () => import("./set.ts") },
      { name: "test", summary: "VPP's lines: forget flows", load: () => import("./test.ts") },
      {
        name: "exec",
        summary: "VPP's lines of a file, all or nothing",
        load: () => import("./exec.ts"),
      },
      { name: "shell", summary: "a prompt for VPP's lines", load: () => import("./shell.ts") },
      {
        name: "import",
        summary: "a configuration from VPP or ipvsadm",
        load: () => import("./import.ts"),
      },
    ],
  },
  {
    title: "Programs",
    verbs: [
      { name: "run", summary: "the load balancer itself", load: () => import("./run.ts") },
      {
        name: "service",
        summary: "systemd's service; another version of it",
        load: () => import("./service.ts"),
      },
      {
        name: "upgrade",
        summary: "systemd's service; another version of it",
        load: () => import("./upgrade.ts"),
      },
      { name: "doctor", summary: "does this machine fit", load: () => import("./doctor.ts") },
      { name: "nic", summary: "network cards and their drivers", load: () => import("./nic.ts") },
      {
        name: "decap",
        summary: "take tunnels apart on a server",
        load: () => import("./decap.ts"),
      },
      {
        name: "replay",
        summary: "send a capture through the packet steps",
        load: () => import("./replay.ts"),
      },
      { name: "bench", summary: "measure the packet steps", load: () => import("./bench.ts") },
      {
        name: "demo",
        summary: "real traffic in network namespaces",
        load: () => import("./demo.ts"),
      },
      {
        name: "completions",
        summary: "Tab in bash, zsh and fish",
        load: () => import("./completions.ts"),
      },
    ],
  },
];

export const VERBS: VerbEntry[] = GROUPS.flatMap(({ verbs }) => verbs);
