/** A sentence, in which words between backquotes are code. */
export function Words({ text }: { text: string }) {
  const parts = text.split("`");
  return <>{parts.map((part, i) => i % 2 === 0 ? part : <code key={i}>{part}</code>)}</>;
}
