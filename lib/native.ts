/**
 * The one place where the product meets the packet library.
 *
 * @module
 */
export { decap, loadLibrary, notify, openDataplane, simulate } from "../ffi/mod.ts";
