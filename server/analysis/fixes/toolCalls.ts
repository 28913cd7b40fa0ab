import type { AnalysedBlock } from '../flow/documentFlow';

/** `Read("$FILE")`, `Task(`: what an agent does with a tool of its own, written where a command would stand. */
const TOOL_CALL = /^(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*[A-Z]\w*\((?![ \t]*\))/;

/** Whether a block is no shell, so that nothing is put above its lines. */
export function isNoShell({ script, block: { text } }: AnalysedBlock): boolean {
  return script.hasErrors || TOOL_CALL.test(text);
}
