/**
 * What starts `guideway` in a test: the source, or the executable that `GUIDEWAY_EXE` names.
 *
 * @module
 */
import { selfCommand } from "../../lib/demo/child.ts";

/** The program, and the words that go before guideway's own. */
export const [PROGRAM = "", ...WORDS] = selfCommand([]);
