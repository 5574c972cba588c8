/**
 * What lists that come by page are asked with.
 *
 * @module
 */
import { z } from "../../../lib/http.ts";

const MOST = 10_000;

/** How many at most. */
export const pageLimit = z.string()
  .regex(/^\d{1,5}$/, { error: `write a whole number from 1 to ${MOST}` })
  .transform(Number)
  .refine((value) => value >= 1 && value <= MOST, { error: `write 1 to ${MOST}` })
  .optional()
  .openapi({ type: "integer", minimum: 1, maximum: MOST });
