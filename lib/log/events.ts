/**
 * All that the log tells. An event keeps its name from version to version: whoever reads the log by a program looks for
 * it. `docs/log.md` lists the fields of each; a test compares.
 *
 * @module
 */

/** How much an event matters. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** By name: how much it matters, and a sentence for people. */
export const LOG_EVENTS = {
  start: ["info", "starting"],
  revision_resumed: ["info", "the last stored revision goes on"],
  config_empty: [
    "warning",
    "no configuration was stored yet: starting with an empty one; send one with guideway apply FILE",
  ],
  config_fallback: ["error", "the wanted configuration cannot run; another one does"],
  early: ["info", "packets flow by what the process before had committed"],
  early_refused: ["info", "packets wait until the program is loaded"],
  early_undone: ["warning", "another number of workers or another bus is wanted: starting again"],
  image_not_kept: ["warning", "the next start will not forward at once"],
  flows_kept: ["info", "established connections go on"],
  flows_refused: ["warning", "established connections of the last start cannot be used"],
  flows_not_kept: ["warning", "established connections will end with the program"],
  crashed: ["error", "the program crashed before this start"],
  crash_unread: ["warning", "a report of a crash cannot be read"],
  ready: ["info", "packets flow"],
  no_token: [
    "warning",
    "nobody has a token yet: make one with guideway token add NAME --scope admin",
  ],
  stopping: ["info", "stopping"],
  stopped: ["info", "stopped"],
  failed: ["error", "cannot go on"],

  upgrade_started: ["info", "another executable is to take this program's place"],
  upgrade_done: ["info", "the other executable took this program's place"],
  upgrade_failed: ["error", "an upgrade failed; this program goes on"],
  back_delayed: [
    "warning",
    "what ran before an upgrade that failed cannot run yet; it is tried again",
  ],

  change: ["info", "a change runs"],
  change_refused: ["warning", "a change was refused; nothing changed"],
  change_failed: ["error", "a change failed"],
  denied: ["warning", "somebody was turned away"],
  login_failed: ["warning", "somebody could not log in"],
  token_added: ["info", "a token was made"],
  token_revoked: ["info", "a token was revoked"],

  server_down: ["warning", "a server is down"],
  server_up: ["info", "a server is up"],
  servers_more: ["warning", "more servers went down or came up"],
  next_hop_lost: ["warning", "no next hop"],
  next_hop_found: ["info", "next hop found"],
  next_hops_more: ["info", "the same for more servers"],
  next_hops_unsure: ["error", "the next hops stay as they were"],
  next_hops_sure: ["info", "the kernel can be asked again"],
  path_mtu: ["info", "a router told of a narrower path"],

  drop_started: ["warning", "packets are dropped"],
  drop_stopped: ["info", "packets are no longer dropped"],

  interface_opened: ["info", "an interface is open"],
  interface_closed: ["info", "an interface was closed"],
  interface_unusable: ["warning", "an interface cannot be used"],
  interface_back: ["info", "an interface was made anew, and is opened again"],
  interface_not_closed: ["warning", "cannot close an interface"],
  link_up: ["info", "the link is up"],
  link_down: ["warning", "the link is down"],

  worker_stuck: ["error", "a worker makes no progress"],
  worker_moves: ["info", "a worker makes progress again"],
  not_answering: ["error", "the program's own socket does not answer"],
  answering: ["info", "the program's own socket answers again"],
  notify_failed: ["warning", "the service manager cannot be told"],

  store_not_opened: ["error", "cannot open the store; the program goes on without"],
  store_damaged: ["error", "the damaged store is set aside; what could be read of it goes on"],
  revision_added: ["warning", "the newest revision was missing in the store; it is added"],
  store_failed: ["error", "cannot store the configuration; it runs all the same"],
  store_back: ["info", "the store can be written again"],
  graphs_not_stored: ["warning", "graphs are not stored"],
  audit_failed: ["error", "cannot write the audit log"],
  audit_back: ["info", "the audit log can be written again"],
  token_use_not_stored: ["warning", "cannot store when a token was used"],

  certificate_taken: ["info", "a new certificate is served"],
  certificate_kept: ["error", "the old certificate goes on"],

  tables_not_refreshed: ["error", "cannot refresh the tables"],
  servers_not_left_out: ["error", "cannot leave out servers that are down"],
  request_failed: ["error", "a request failed"],
  clients_cut_off: ["warning", "clients were cut off that did not end their requests in time"],
  no_scripts: ["warning", "pages go without scripts"],

  suppressed: ["warning", "more of the same were not told"],
} as const satisfies Record<string, readonly [LogLevel, string]>;

/** The name of an event. */
export type LogEvent = keyof typeof LOG_EVENTS;
