import { lockFolder, Store } from "../store.ts";

/** The state folder: one process at a time has it. */
export interface Held extends Disposable {
  store: Store;
}

/** Takes the folder and opens the store. @throws {StoreError} when another program has it, or it is no store */
export function hold(folder: string): Held {
  using held = new DisposableStack();
  held.use(lockFolder(folder));
  const store = held.use(Store.openAnyway(folder));
  const all = held.move();
  return { store, [Symbol.dispose]: () => all.dispose() };
}
