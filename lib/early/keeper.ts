/**
 * Keeps the last committed image for the next process, a moment behind the commits.
 *
 * @module
 */
import { log } from "../log.ts";
import { imagePath, type LastImage, writeImage } from "./last_image.ts";

/** How often the file is touched while the process lives, milliseconds. */
const ALIVE_MS = 5000;
/** Of commits that come faster only the last one is written. */
const PAUSE_MS = 50;
/** At most one part in this many of the time goes into it. */
const REST = 3;

/** Writes one image at a time. */
export class ImageKeeper implements AsyncDisposable {
  readonly #folder: string;
  readonly #alive: ReturnType<typeof setInterval>;
  #next: LastImage | null = null;
  #writing: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failing = false;

  /** @param folder Of the flow tables, which this process has. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#alive = setInterval(() => this.#touch(), ALIVE_MS);
    Deno.unrefTimer(this.#alive);
  }

  /** To be called behind each commit, before slots.json changes again. */
  keep(image: LastImage): void {
    this.#next = image;
    if (this.#writing === null && this.#timer === undefined) this.#begin();
  }

  /** Writes what is still to be written. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#alive);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    await this.#write();
  }

  #begin(): void {
    const began = performance.now();
    this.#writing = this.#write().then(() => {
      this.#writing = null;
      const pause = Math.max(PAUSE_MS, (performance.now() - began) * REST);
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        if (this.#next !== null) this.#begin();
      }, pause);
      Deno.unrefTimer(this.#timer);
    });
  }

  /** What cannot be written costs the next start some time, no more. */
  async #write(): Promise<void> {
    const image = this.#next;
    this.#next = null;
    if (image === null) return;
    try {
      await writeImage(this.#folder, image);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) log("image_not_kept", { folder: this.#folder, error });
      this.#failing = true;
    }
  }

  /** A file that nobody touches is of a process that ended. */
  #touch(): void {
    const now = new Date();
    Deno.utime(imagePath(this.#folder), now, now).catch(() => {});
  }
}
