import { documentSpan } from '../document/commandDocument';
import type { Finding } from '../finding';
import type { AnalysedBlock, DocumentFlow } from '../flow/documentFlow';
import { type FileTraffic, trafficOf } from '../flow/fileTraffic';
import { describePath } from '../flow/symbolic';
import { kept } from '../kept';
import type { WrittenValue } from '../shell/script';
import { placeIn, type Rule, steps } from './rule';
import { type Content, ValueContents } from './valueContents';

/** A value that is written into a state file as it is, and that is shell text where the file is sourced. */
export const unquotedStateValue: Rule = {
  name: 'unquoted-state-value',
  summary: 'A value is written here without quotes into a file that a step sources.',
  page: {
    severity:
      'Warning; information where the value is a path, which seldom has a space in it, or stands between double quotes.',
    why: 'Sourcing a file runs it. With `TITLE=Fix the login` in it, the shell sets TITLE for a command called `the`, which is not found, and TITLE stays empty; with `TITLE=$(…)` in it, the command in the parentheses is run. Double quotes in the file help against the space, not against `$( … )`.',
    example: steps(
      'TITLE="$ARGUMENTS"\necho "TITLE=$TITLE" > state.env',
      '[ -f state.env ] && . state.env\necho "${TITLE:-none}"',
    ),
    useInstead: steps(
      'TITLE="$ARGUMENTS"\nprintf \'TITLE=%q\\n\' "$TITLE" > state.env',
      '[ -f state.env ] && . state.env\necho "${TITLE:-none}"',
    ),
    fix: 'Write with `printf \'NAME=%q\\n\' "$NAME"`, `${NAME@Q}` or `declare -p NAME`; or do not source the file, but read it line by line.',
    references: [
      'https://www.gnu.org/software/bash/manual/bash.html#index-printf',
      'https://www.shellcheck.net/wiki/SC1090',
    ],
  },
  *check(flow) {
    // One for each block that writes: whoever mends it sees the others.
    for (const write of unquotedWrites(flow)) yield report(write);
  },
};

/** What one block writes without quotes into one file that is sourced then. */
export interface UnquotedWrite {
  readonly file: FileTraffic;
  readonly block: AnalysedBlock;
  /** The values that may be more than one plain word, the most doubtful first; at least one. */
  readonly doubtful: readonly Doubtful[];
  /** Where the file is sourced. */
  readonly load: string;
}

export const unquotedWrites = kept((flow: DocumentFlow): readonly UnquotedWrite[] => [
  ...findUnquotedWrites(flow),
]);

function* findUnquotedWrites(flow: DocumentFlow): Generator<UnquotedWrite> {
  for (const file of trafficOf(flow).files.values()) {
    if (file.loads.length === 0) continue;
    for (const [block, values] of valuesByBlock(file)) {
      const load = loadBehind(flow, file, block);
      const doubtful = load === undefined ? [] : doubtfulValues(block, values);
      if (load !== undefined && doubtful.length > 0) yield { file, block, doubtful, load };
    }
  }
}

function valuesByBlock({ writes }: FileTraffic): ReadonlyMap<AnalysedBlock, readonly WrittenValue[]> {
  const byBlock = new Map<AnalysedBlock, WrittenValue[]>();
  for (const { block, write } of writes) {
    const known = byBlock.get(block) ?? [];
    byBlock.set(block, known);
    for (const value of write?.values ?? []) known.push(value);
  }
  return byBlock;
}

interface Doubtful {
  readonly value: WrittenValue;
  readonly content: Content;
}

/** Where the file is sourced once the block has written it. */
function loadBehind(flow: DocumentFlow, { loads }: FileTraffic, writer: AnalysedBlock): string | undefined {
  const load = loads.find(
    ({ block }) =>
      block.block.number >= writer.block.number && !flow.areAlternatives(block.block, writer.block),
  );
  return load && placeIn(flow, load.block, load.span);
}

/** The values that may be more than one plain word, the most doubtful first. */
export function doubtfulValues(block: AnalysedBlock, values: readonly WrittenValue[]): readonly Doubtful[] {
  const contents = new ValueContents(block);
  const found = values.flatMap((value): readonly Doubtful[] => {
    if (value.quotes === 'single') return [];
    const content = contents.of(value.expansion);
    // Double quotes in the file hold spaces together, and keep neither `$( … )` nor a quote from being read.
    return content === 'word' || (value.quotes === 'double' && content === 'path')
      ? []
      : [{ value, content }];
  });
  const isBare = ({ value, content }: Doubtful) => content === 'text' && value.quotes === 'none';
  return [
    ...found.filter(isBare),
    ...found.filter(doubtful => doubtful.content === 'text' && !isBare(doubtful)),
    ...found.filter(({ content }) => content === 'path'),
  ];
}

function report({ file: { path }, block: { block }, doubtful, load }: UnquotedWrite): Finding {
  const { value, content } = doubtful[0]!;
  const name = value.name;
  const others = new Set(doubtful.flatMap(({ value: { name: other } }) => (other === name ? [] : [other])))
    .size;
  const subject = name ?? 'A value';
  const more = others === 0 ? '' : ` (and ${others} more)`;
  const isBare = value.quotes === 'none';
  const how = isBare ? 'without quotes' : 'between double quotes';
  const danger = isBare
    ? 'a space in the value breaks the line, and $(…) in it is run'
    : '$(…) in the value is run, and a quote in it ends the string';
  const isName = name !== undefined && /^\$\{?\w+\}?$/.test(value.expansion);
  return {
    rule: 'unquoted-state-value',
    severity: content === 'text' && value.quotes === 'none' ? 'warning' : 'information',
    name,
    message: `${subject}${more} is written to ${describePath(path)} ${how}, and ${load} sources it: ${danger}; write printf '${name ?? '%s'}=%q\\n' ${isName ? `"${value.expansion}"` : '…'}`,
    block: block.number,
    span: documentSpan(block, value.span),
    definition: undefined,
  };
}
