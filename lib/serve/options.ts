import type { GivenConfig } from "../controller/start_config.ts";
import type { ListenOptions } from "../server.ts";

/** What `guideway run` is told. */
export interface ServeOptions extends ListenOptions {
  /** The truth at this start; without it, or where it cannot run, the newest stored revision goes on. */
  config?: GivenConfig;
  stateDirectory: string;
  /** Where established connections outlive the program; null: nowhere; a folder in /dev/shm unless given. */
  flowMemory?: string | null | undefined;
}
