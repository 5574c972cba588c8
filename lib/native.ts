/**
 * The one place where the product meets the packet library.
 *
 * @module
 */
export {
  again,
  decap,
  imageLayout,
  loadLibrary,
  notify,
  openDataplane,
  resume,
  simulate,
} from "../ffi/mod.ts";
