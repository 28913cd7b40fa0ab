import { fileURLToPath } from 'node:url';
import { escapeForDisplay } from '../../inspector/display';
import type { StateClaim, StateFileView, StateFileWarning } from '../../inspector/types';
import { shownPath } from '../displayPath';

const WARNINGS: Readonly<Record<StateFileWarning, string>> = {
  worldWritable: 'everyone may change it',
  otherOwner: 'it belongs to another user',
  symbolicLink: 'it is a symbolic link and is not followed',
  predictableName: 'its name is known beforehand, where everyone may make files',
};

/** A file with its values, a line each. All texts of a view are escaped already. */
export function formatFile(file: StateFileView, folder: string): string {
  return [
    `${shownFile(file)}  ${factsOf(file)}`,
    ...usesOf(file.claims, folder).map(use => `  ${use}`),
    ...file.warnings.map(warning => `  warning: ${WARNINGS[warning]}`),
    ...file.remarks.map(remark => `  note: ${remark}`),
    ...file.values.map(({ name, text }) => `  ${name === '' ? text : `${name} = ${text}`}`),
    ...(file.moreValues > 0 ? [`  and ${file.moreValues} more values`] : []),
  ]
    .map(line => `${line}\n`)
    .join('');
}

/** The path as it may be shown. */
export function shownFile({ directory, name }: Pick<StateFileView, 'directory' | 'name'>): string {
  return `${directory}/${name}`;
}

function factsOf(file: StateFileView): string {
  return [
    file.format ?? file.kind,
    `${file.size} bytes`,
    file.mode.toString(8).padStart(3, '0'),
    ...(file.own ? [] : [`user ${file.owner}`]),
    `changed ${new Date(file.modified).toISOString().replace(/\.\d+Z$/, 'Z')}`,
    ...(file.stale === undefined ? [] : ['stale']),
  ].join(', ');
}

function usesOf(claims: readonly StateClaim[], folder: string): readonly string[] {
  const uses = claims.map(({ uri, line, access }) => {
    const verb = access === 'write' ? 'written' : 'loaded';
    return `${verb} by ${shownPath(fileURLToPath(uri), folder)}:${line + 1}`;
  });
  return [...new Set(uses)];
}

/** A file as plain data for other programs: names and values are escaped as they are in the text. */
export function toJson(file: StateFileView): unknown {
  const { directory, name, kind, format, size, mode, owner, own, stale, warnings, remarks, claims } = file;
  return {
    path: shownFile({ directory, name }),
    kind,
    format: format ?? null,
    size,
    mode: mode.toString(8).padStart(3, '0'),
    owner,
    own,
    modified: new Date(file.modified).toISOString(),
    stale: stale ?? null,
    warnings,
    remarks,
    uses: claims.map(({ uri, line, block, access }) => ({
      file: escapeForDisplay(fileURLToPath(uri)),
      line: line + 1,
      block,
      access,
    })),
    values: file.values.map(({ name: value, text, masked, literal }) => ({
      name: value,
      text,
      masked,
      literal,
    })),
    moreValues: file.moreValues,
  };
}
