/**
 * What calls under way were given. The runtime hands on a buffer's address and forgets the buffer, so that
 * the engine may take back memory that C still reads.
 */
const underWay = new Set<unknown[]>();

/** Makes a nonblocking call, and holds on to what it is given until it is over. */
export async function held<Given extends unknown[], Result>(
  call: (...given: Given) => Promise<Result>,
  ...given: Given
): Promise<Result> {
  underWay.add(given);
  try {
    return await call(...given);
  } finally {
    underWay.delete(given);
  }
}
