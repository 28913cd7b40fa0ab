import { STANDING_NAMES } from '../hosts/profile';
import { type DocumentNames, type NamePlace, placesOf } from './documentNames';

/** Why what stands at a place cannot have another name, as a sentence for the user; undefined where it can. */
export function refusalToRename(names: DocumentNames, symbol: NamePlace): string | undefined {
  const { name, kind } = symbol;
  const { profile, provided } = names.analysis.flow;
  const places = placesOf(names, symbol);
  const isDefined = places.some(({ use }) => use === 'definition');
  if (kind === 'function')
    return isDefined
      ? undefined
      : `${name} is no function of this document or of a library that it sources, so it cannot be renamed.`;
  if (symbol.scope === undefined && STANDING_NAMES.includes(name))
    return `${name} belongs to the shell or the session: under another name it would be another variable.`;
  if (symbol.scope === undefined && (profile.provides.has(name) || name === 'ARGUMENTS'))
    return `${name} comes from ${profile.title}: under another name it would be another variable.`;
  if (symbol.scope === undefined && provided.has(name))
    return `${name} comes from outside, as <!-- crossblock: provides --> says: under another name it would be another variable.`;
  return isDefined || places.some(({ use }) => use === 'key')
    ? undefined
    : `${name} is set neither by a block nor by a library here: it comes from the environment, where it keeps its name.`;
}

const KEYWORDS = new Set(
  'if then else elif fi case esac for select while until do done in function time coproc return exit'.split(
    ' ',
  ),
);

/** Why something cannot have a certain name. */
export function refusalOfName(names: DocumentNames, symbol: NamePlace, newName: string): string | undefined {
  const { kind, name, scope } = symbol;
  const pattern = kind === 'function' ? /^[A-Za-z_][\w.:-]*$/ : /^[A-Za-z_]\w*$/;
  if (!pattern.test(newName) || KEYWORDS.has(newName))
    return `${shorten(newName)} is no name of a ${kind}: it takes letters, digits and _, and begins with no digit.`;
  if (newName === name) return undefined;
  if (kind === 'variable' && STANDING_NAMES.includes(newName))
    return `${newName} belongs to the shell or the session: choose another name.`;
  const taken = [...names.own, ...names.inLibraries].find(
    place =>
      place.kind === kind &&
      place.name === newName &&
      (place.scope === scope || scope === undefined || place.scope === undefined),
  );
  if (taken === undefined) return undefined;
  const where = taken.library?.path.replace(/^.*\//, '') ?? lineOf(names, taken);
  return `${newName} is in use already (${where}): the two would become one ${kind}. Choose another name.`;
}

function lineOf({ analysis }: DocumentNames, { span }: NamePlace): string {
  return `line ${analysis.document.lineIndex.lineAt(span.start) + 1}`;
}

function shorten(text: string): string {
  const line = JSON.stringify(text);
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
}
