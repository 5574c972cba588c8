/** `--watch` without seconds may stand before other words: `server list --watch 90.0.0.0/8`. */
export function spellOutWatch(args: string[]): string[] {
  return args.map((arg, at) => {
    const next = args[at + 1];
    const seconds = next === undefined || next.startsWith("-") || /^[\d.]+$/.test(next);
    return arg === "--watch" && !seconds ? "--watch=1" : arg;
  });
}
