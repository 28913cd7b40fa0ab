import { entryOf } from '../table';
import type { Span } from '../text';
import type { Lowering } from './lowering';
import { allSteps, type FlowStep, type Read, type Value } from './script';
import { IDENTIFIER, literalText, makeRead } from './words';

/**
 * Reads by child processes: a program that is handed as text, and that finds the shell's exported names in its environment.
 * They are lost like any other read, where the name was exported in another block.
 */
export function childReads(
  lowering: Lowering,
  name: string | undefined,
  words: readonly Value[],
): FlowStep[] {
  if (name === undefined) return [];
  if (name === 'printenv') return words.flatMap(word => named(literalText(word), word));
  if (/^(?:bash|sh|zsh|dash)$/.test(name)) return shellProgram(lowering, words);
  if (name === 'envsubst')
    return words.flatMap(word =>
      word.text.startsWith("'") ? templateReads(word.text, word.span.start) : [],
    );
  const pattern = entryOf(ENVIRONMENT_OF, name);
  if (pattern === undefined) return [];
  return words.flatMap(word =>
    [...word.text.matchAll(pattern)].flatMap(match => named(match[1] ?? match[2], word)),
  );
}

/** How a program's text names a variable of its environment. */
const ENVIRONMENT_OF: Readonly<Record<string, RegExp>> = {
  jq: /(?:\$ENV\.|\benv\.)([A-Za-z_]\w*)/g,
  python: /os\.(?:environ(?:\.get\(|\[)|getenv\()\s*["']([A-Za-z_]\w*)/g,
  python3: /os\.(?:environ(?:\.get\(|\[)|getenv\()\s*["']([A-Za-z_]\w*)/g,
  node: /process\.env\.([A-Za-z_]\w*)/g,
  awk: /ENVIRON\[["']([A-Za-z_]\w*)/g,
  perl: /\$ENV\{["']?([A-Za-z_]\w*)/g,
};

function named(name: string | undefined, word: Value): Read[] {
  return name === undefined || !IDENTIFIER.test(name) ? [] : [childRead(name, word.span)];
}

function childRead(name: string, span: Span): Read {
  return { ...makeRead(name, span, 'none'), reader: 'child' };
}

/**
 * The names in a text that `envsubst` fills in from its environment.
 * @param offset where the text begins: the spans are moved there
 */
export function templateReads(text: string, offset: number): readonly Read[] {
  return [...text.matchAll(/\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g)].map(match => {
    const start = offset + match.index;
    return childRead((match[1] ?? match[2])!, { start, end: start + match[0].length });
  });
}

/** `bash -c '… $X …'`: single quotes keep `$X` for the child. */
function shellProgram(lowering: Lowering, words: readonly Value[]): FlowStep[] {
  const index = words.findIndex(word => /^-\w*c$/.test(word.text));
  const program = index < 0 ? undefined : words[index + 1];
  if (program === undefined || !program.text.startsWith("'")) return [];
  const flow = lowering.nested(program.text.slice(1, -1), program.span.start + 1);
  const defined = new Set([...allSteps(flow)].flatMap(step => (step.kind === 'define' ? [step.name] : [])));
  return [...allSteps(flow)].flatMap(step =>
    step.kind === 'read' && !defined.has(step.name) ? [{ ...step, reader: 'child' as const }] : [],
  );
}
