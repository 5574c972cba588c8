/**
 * What a part of a page cannot show is told in its place, and the rest of the page stands.
 *
 * @module
 */
import { RequestError } from "../../lib/client/transport.ts";

/** Why there is no answer. */
export interface NoAnswer {
  problem: string;
}

/** An answer, or why REST has none: a store that cannot be read, above all. */
export async function answerOr<T>(asked: Promise<T>): Promise<T | NoAnswer> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof RequestError) return { problem: error.message };
    throw error;
  }
}
