/** What is to be said of workers that stand still; null: none does. */
export function stuckWords(workers: readonly number[]): string | null {
  if (workers.length === 0) return null;
  const [stand, their] = workers.length === 1 ? ["stands", "its"] : ["stand", "their"];
  return `Worker ${workers.join(", ")} ${stand} still: packets of ${their} queues are lost`;
}
