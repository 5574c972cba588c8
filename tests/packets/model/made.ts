/**
 * Room for the frames that a burst makes besides its own: so many, and so many bytes.
 *
 * @module
 */
const MOST = 512;
const BYTES = 1 << 19;

export class Made {
  #frames = 0;
  #used = 0;

  clear(): void {
    this.#frames = this.#used = 0;
  }

  /** Whether there is room for frames of these lengths, which is then taken. */
  take(lengths: number[]): boolean {
    const frames = this.#frames + lengths.length;
    let used = this.#used;
    for (const length of lengths) {
      if (length > BYTES - used) return false;
      used += Math.ceil(length / 8) * 8;
    }
    if (frames > MOST) return false;
    [this.#frames, this.#used] = [frames, used];
    return true;
  }
}
