import { StateFiles } from '../channels/stateFiles';
import { STANDING_NAMES } from '../hosts/profile';
import { readShellScript } from '../shell/lowering';
import type { ShellParser } from '../shell/syntax';
import { NOTHING_AROUND } from './documentFlow';
import { interpretBlock } from './interpreter';

/**
 * The names that a hook of the host puts into the file whose assignments are made before each block. Nothing is executed.
 * @param hook the text of a shell script
 * @param environmentFile the variable that holds the file's path, e.g. `CLAUDE_ENV_FILE`
 */
export function namesFromHook(
  parser: ShellParser,
  hook: string,
  environmentFile: string,
): ReadonlySet<string> {
  const { flow } = readShellScript(parser, hook);
  const files = new StateFiles(() => false).asSeenBy(1);
  interpretBlock(flow, {
    ...NOTHING_AROUND,
    provided: new Set([...STANDING_NAMES, environmentFile]),
    affect: effect => files.affect(effect),
    content: path => files.content(path),
  });
  return new Set(files.load([{ kind: 'argument', name: environmentFile }])?.names.keys());
}
