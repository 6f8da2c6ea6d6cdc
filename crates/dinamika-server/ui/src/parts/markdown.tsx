/** The little of Markdown that notes need: headings, lists, paragraphs, bold. */

import type { ComponentChildren } from "preact";

export function Markdown({ text }: { text: string }) {
  const blocks = text.trim().split(/\n\s*\n/);
  return (
    <div class="prose">
      {blocks.map((block, at) => (
        <Block key={at} text={block.trim()} />
      ))}
    </div>
  );
}

function Block({ text }: { text: string }) {
  const heading = /^#+\s+(.*)$/.exec(text);
  if (heading !== null) return <h3>{heading[1]}</h3>;
  const lines = text.split("\n");
  if (lines.every((line) => /^\s*[-*]\s/.test(line))) {
    return (
      <ul>
        {lines.map((line) => (
          <li key={line}>{inline(line.replace(/^\s*[-*]\s+/, ""))}</li>
        ))}
      </ul>
    );
  }
  return <p>{inline(lines.join(" "))}</p>;
}

function inline(text: string): ComponentChildren[] {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`)/).map((part, at) => {
    if (part.startsWith("**")) return <strong key={at}>{part.slice(2, -2)}</strong>;
    return part.startsWith("`") ? <code key={at}>{part.slice(1, -1)}</code> : part;
  });
}
