/**
 * The one place where the product meets the packet library.
 *
 * @module
 */
export {
  again,
  decap,
  hangUp,
  imageLayout,
  inheritNothing,
  loadLibrary,
  notify,
  openDataplane,
  readNeighbours,
  readRoutes,
  resolveNeighbours,
  resume,
  simulate,
} from "../ffi/mod.ts";
