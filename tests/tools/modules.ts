/**
 * Which module imports which, read from the source text.
 *
 * @module
 */

/** One import statement, static or dynamic. */
export interface Import {
  /** Path from the project's root: `lib/net.ts`. */
  from: string;
  /** Path from the project's root, or the name of a library: `hono`. */
  to: string;
  /** Gone at run time. */
  typeOnly: boolean;
}

const ROOT = new URL("../../", import.meta.url).pathname;

// A statement may span lines; comments and strings that look like one do not occur in this project.
const STATIC = /^(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;
const DYNAMIC = /\bimport\("([^"]+)"\)/g;

/** All files below the folders (or the files themselves) whose names end in one of `ends`. */
export async function sourceFiles(places: string[], ends: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const place of places) {
    const info = await Deno.stat(ROOT + place);
    if (info.isFile) {
      found.push(place);
      continue;
    }
    for await (const { name, isDirectory } of Deno.readDir(ROOT + place)) {
      const path = `${place}/${name}`;
      if (isDirectory) found.push(...await sourceFiles([path], ends));
      else if (ends.some((end) => name.endsWith(end))) found.push(path);
    }
  }
  return found.sort();
}

/** Text of a file of the project. */
export function readSource(path: string): Promise<string> {
  return Deno.readTextFile(ROOT + path);
}

function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

/** Imports of one module's text. */
export function importsOf(from: string, text: string): Import[] {
  const fixed = [...text.matchAll(STATIC)].map(([, type, to]) => ({
    from,
    to: resolve(from, to!),
    typeOnly: type !== undefined,
  }));
  const lazy = [...text.matchAll(DYNAMIC)].map(([, to]) => ({
    from,
    to: resolve(from, to!),
    typeOnly: false,
  }));
  return [...fixed, ...lazy];
}

/** All imports of the product's modules. */
export async function moduleGraph(places: string[]): Promise<Import[]> {
  const files = await sourceFiles(places, [".ts", ".tsx"]);
  const lists = await Promise.all(
    files.map(async (file) => importsOf(file, await readSource(file))),
  );
  return lists.flat();
}
