/**
 * A running program, without the way to it.
 *
 * @module
 */
import type { Controller } from "../../lib/controller.ts";
import type { Program } from "../../lib/vpp/run.ts";
import type { Watched } from "../../lib/vpp/show.ts";

/**
 * A controller as its clients see it, and how many flushes each replacement of the configuration had.
 *
 * @param before Happens before each replacement.
 */
export function programOf(
  controller: Controller,
  before: () => Promise<unknown> = async () => {},
): { program: Program; calls: number[] } {
  const calls: number[] = [];
  const program: Program = {
    ...watchedOf(controller),
    replaceConfig: async (config, { flush = [], ...options } = {}) => {
      calls.push(flush.length);
      await before();
      return await controller.apply({ kind: "replace", config, flushes: flush }, options);
    },
  };
  return { program, calls };
}

/** The same for who only looks. */
export function watchedOf(controller: Controller): Watched {
  return {
    config: () => Promise.resolve({ config: controller.config(), revision: controller.revision }),
    status: () => Promise.resolve(controller.status()),
    vips: () => Promise.resolve(controller.vips()),
    counters: () => Promise.resolve(controller.counters()),
    catalog: () => Promise.resolve(controller.catalog()),
  };
}
