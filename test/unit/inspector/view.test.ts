import { describe, expect, test } from 'vitest';
import {
  fileDescription,
  fileTooltip,
  formatAge,
  formatMode,
  formatSize,
  valueLabel,
  valueTooltip,
  withoutLinks,
} from '../../../client/stateInspector/labels';
import { buildTree, findFile, parentsOf, type StateNode } from '../../../client/stateInspector/nodes';
import { SeenValues } from '../../../client/stateInspector/seenValues';
import type { StateClaim, StateFileView, StateValueView } from '../../../server/inspector/types';

function value(name: string, text: string, more: Partial<StateValueView> = {}): StateValueView {
  return { index: 0, name, text, masked: false, literal: true, ...more };
}

function file(name: string, more: Partial<StateFileView> = {}): StateFileView {
  return {
    id: `${name}.1.2`,
    pathKey: name,
    name,
    directory: '/tmp',
    kind: 'file',
    size: 12,
    modified: 0,
    mode: 0o600,
    owner: 1000,
    own: true,
    format: 'shell',
    values: [],
    moreValues: 0,
    remarks: [],
    warnings: [],
    stale: undefined,
    states: 1,
    claims: [],
    ...more,
  };
}

function claim(uri: string): StateClaim {
  return { glob: '/tmp/*', uri, line: 0, block: 1, access: 'write' };
}

/** The tree as indented text. */
function outline(nodes: readonly StateNode[], indent = ''): string {
  return nodes
    .map(
      node => `${indent}${title(node)}\n${'children' in node ? outline(node.children, `${indent}  `) : ''}`,
    )
    .join('');
}

function title(node: StateNode): string {
  if (node.kind === 'group') return node.uri ?? 'unclaimed';
  if (node.kind === 'directory') return node.path;
  if (node.kind === 'file') return node.file.name;
  if (node.kind === 'value') return valueLabel(node.value, undefined);
  if (node.kind === 'gone') return node.file.name;
  return node.kind === 'more' ? `${node.count} more` : 'gone';
}

test('documents first, directories in them, what no document names last', () => {
  const files = [
    file('a.sh', { claims: [claim('file:///b.md'), claim('file:///a.md'), claim('file:///a.md')] }),
    file('b.sh', {
      directory: '/dev/shm',
      claims: [claim('file:///a.md')],
      values: [value('X', '1')],
      moreValues: 3,
    }),
    file('c.sh'),
  ];
  expect(outline(buildTree({ files, gone: [], notices: [] }))).toBe(
    `file:///a.md
  /tmp
    a.sh
  /dev/shm
    b.sh
      X = 1
      3 more
file:///b.md
  /tmp
    a.sh
unclaimed
  /tmp
    c.sh
`,
  );
});

test('no two nodes have the same key, and keys outlast the replacement of a file', () => {
  const claims = [claim('file:///a.md'), claim('file:///b.md')];
  const twins = [
    file('x', { pathKey: '1', claims, values: [value('X', '1')] }),
    file('x', { pathKey: '2', claims }),
  ];
  const keys = (files: readonly StateFileView[]): readonly string[] =>
    collect(buildTree({ files, gone: [], notices: [] }));
  expect(new Set(keys(twins)).size).toBe(keys(twins).length);
  expect(keys(twins.map(each => ({ ...each, id: 'other' })))).toEqual(keys(twins));
});

function collect(nodes: readonly StateNode[]): readonly string[] {
  return nodes.flatMap(node => [node.key, ...('children' in node ? collect(node.children) : [])]);
}

describe('filter', () => {
  const files = [
    file('plan.sh', { claims: [claim('file:///deploy.md')], values: [value('X', '1'), value('PLAN', 'a')] }),
    file('b.sh', { values: [value('Y', 'hidden', { masked: true }), value('Z', 'seen')], moreValues: 2 }),
  ];
  const gone = [{ pathKey: 'g', name: 'old.sh', directory: '/tmp', at: 0, states: 2 }];
  test.each([
    ['', ['plan.sh', 'b.sh', 'old.sh']],
    ['PLAN.SH', ['plan.sh']],
    ['deploy', ['plan.sh']],
    ['seen', ['b.sh']],
    ['hidden', []],
    ['old', ['old.sh']],
  ])('%j', (filter, expected) => {
    const found = outline(buildTree({ files, gone, notices: [] }, filter));
    expect(found.match(/\b\w+\.sh$/gm) ?? []).toEqual(expected);
  });
  test('of a file whose path does not fit, only the values that do', () => {
    expect(outline(buildTree({ files, gone, notices: [] }, 'seen'))).toBe(
      'unclaimed\n  /tmp\n    b.sh\n      Z = seen\n',
    );
  });
});

test('every node knows its parent, and a file is found by its path', () => {
  const roots = buildTree({ files: [file('a.sh', { values: [value('X', '1')] })], gone: [], notices: [] });
  const parents = parentsOf(roots);
  const found = findFile(roots, 'a.sh')!;
  expect(parents.get(found.children[0]!.key)).toBe(found);
  expect(parents.get(parents.get(found.key)!.key)).toBe(roots[0]);
  expect(findFile(roots, 'other')).toBeUndefined();
});

describe('what the user has seen', () => {
  const secret = (fingerprint: string) => value('T', '••', { masked: true, fingerprint });
  const before = file('a.sh', { values: [value('X', '1'), secret('1')], modified: 500 });
  const after = file('a.sh', { values: [value('X', '2'), secret('2'), value('N', '')], modified: 2000 });
  test('what was there before is seen; later, what differs, is new, or changed under its mask is not', () => {
    const seen = new SeenValues(1000);
    seen.update([before]);
    expect(seen.hasChanges(before)).toBe(false);
    seen.update([after]);
    expect(after.values.map(each => seen.isChanged(after, each))).toEqual([true, true, true]);
    expect([seen.mark(after), seen.mark(after), seen.hasChanges(after)]).toEqual([true, false, false]);
  });
  test('a change in the same millisecond as the file before is one', () => {
    const seen = new SeenValues(1000);
    seen.update([before]);
    expect(seen.hasChanges({ ...after, modified: 500 })).toBe(true);
  });
  test('a file that is listed first later is new only if it was written since', () => {
    const seen = new SeenValues(1000);
    seen.update([]);
    expect([seen.hasChanges(before), seen.hasChanges(after)]).toEqual([false, true]);
    seen.markAll([], 3000);
    expect(seen.hasChanges(after)).toBe(false);
  });
});

describe('labels', () => {
  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KB'],
    [10 * 2 ** 30, '10 GB'],
  ])('%i bytes are %s', (bytes, expected) => {
    expect(formatSize(bytes)).toBe(expected);
  });
  test.each([
    [-5000, 'now'],
    [12_000, '12 s'],
    [180_000, '3 min'],
    [5 * 3_600_000, '5 h'],
    [9 * 86_400_000, '9 d'],
  ])('%i ms are %s', (age, expected) => {
    expect(formatAge(1_000_000_000_000, 1_000_000_000_000 + age)).toBe(expected);
  });
  test('mode, description and tooltip', () => {
    expect(formatMode(0o644)).toBe('rw-r--r--');
    expect(fileDescription(file('q', { kind: 'fifo' }), 60_000)).toBe('1 min · FIFO · rw-------');
    expect(fileDescription(file('a.sh', { own: false, owner: 0, stale: 'old' }), 60_000)).toBe(
      'stale · 1 min · 12 B · shell assignments · rw------- · user 0',
    );
    expect(
      fileTooltip(file('a.sh', { warnings: ['worldWritable'], remarks: ['Cut.'] })).split('\n'),
    ).toHaveLength(5);
  });
  test('values: plain, empty, masked, revealed, expanded', () => {
    const secret = value('TOKEN', '••••', { masked: true });
    expect(valueLabel(value('', '/tmp/plan.md'), undefined)).toBe('/tmp/plan.md');
    expect(valueLabel(value('', ''), undefined)).toBe('(empty)');
    expect(valueLabel(secret, undefined)).toBe('TOKEN = ••••');
    expect(valueLabel(secret, 'hunter2')).toBe('TOKEN = hunter2');
    expect(valueTooltip(value('X', '$HOME', { literal: false }), undefined)).toContain('As it is written');
  });
  test('a file name never becomes a link in a message', () => {
    expect(withoutLinks('Delete [x](command:y)?')).not.toMatch(/\[[^\]]*\]\(/);
  });
});
