/**
 * The border between TypeScript and the C library: opening a data plane, making a simulation, asking the kernel.
 * Nothing is loaded before one of them is called.
 *
 * @module
 */
export { decap, type Decapsulation } from "./decap.ts";
export { encodeImage } from "./image.ts";
export { type Library, libraryPath, loadLibrary } from "./library.ts";
export { readNeighbours, readRoutes, resolveNeighbours } from "./kernel.ts";
export { hangUp } from "./hang_up.ts";
export { inheritNothing } from "./inherit.ts";
export { notify } from "./notify.ts";
export { again } from "./again.ts";
export { imageLayout, resume } from "./resume.ts";
export { openDataplane, type OpenOptions } from "./real.ts";
export { simulate, type SimulationHandle } from "./simulation.ts";
