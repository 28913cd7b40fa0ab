import { pathToFileURL } from 'node:url';
import type { Log, ReportingDescriptor, Result, Run } from 'sarif';
import type { Severity } from '../../analysis/finding';
import { RULES } from '../../analysis/rules';
import type { Rule } from '../../analysis/rules/rule';
import { VERSION } from '../../version';
import type { FileReport, Report, ReportedFinding } from '../report';
import type { FormatOptions } from '.';

const LEVELS: Readonly<Record<Severity, Result.level>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

/** SARIF 2.1.0, for code scanning. Columns are in UTF-16 units, files relative to the folder that `SRCROOT` names. */
export function formatSarif({ files, problems }: Report, { workingDirectory }: FormatOptions): string {
  const run: Run = {
    tool: {
      driver: { name: 'Crossblock', semanticVersion: VERSION, rules: RULES.map(descriptor) },
    },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { SRCROOT: { uri: `${pathToFileURL(workingDirectory).href.replace(/\/$/, '')}/` } },
    invocations: [
      {
        executionSuccessful: problems.length === 0,
        toolExecutionNotifications: problems.map(({ file, message }) => ({
          level: 'error',
          message: { text: message },
          locations: [{ physicalLocation: { artifactLocation: artifact(file) } }],
        })),
      },
    ],
    results: files.flatMap(file => file.findings.map(finding => result(file, finding))),
  };
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [run],
  };
  return `${JSON.stringify(log)}\n`;
}

function descriptor({ name, summary, page }: Rule): ReportingDescriptor {
  return {
    id: name,
    shortDescription: { text: summary },
    fullDescription: { text: page.why },
    help: { text: `${page.why}\n\n${page.fix}\n\ncrossblock explain ${name} prints the whole page.` },
  };
}

const INDEX: ReadonlyMap<string, number> = new Map(RULES.map(({ name }, index) => [name, index]));

function result({ file }: FileReport, finding: ReportedFinding): Result {
  const { rule, severity, message, start, end, definition, fingerprint } = finding;
  const artifactLocation = artifact(file);
  return {
    ruleId: rule,
    ruleIndex: INDEX.get(rule)!,
    level: LEVELS[severity],
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation,
          region: {
            startLine: start.line,
            startColumn: start.column,
            endLine: end.line,
            endColumn: end.column,
            snippet: { text: finding.source },
          },
        },
      },
    ],
    ...(definition === undefined
      ? {}
      : {
          relatedLocations: [
            {
              id: 0,
              message: { text: definition.message },
              physicalLocation: { artifactLocation, region: { startLine: definition.line } },
            },
          ],
        }),
    partialFingerprints: { 'crossblock/v1': fingerprint },
  };
}

/** A path outside of the working directory is absolute, and stands for itself. */
function artifact(file: string) {
  return file.startsWith('/') || /^[A-Za-z]:/.test(file)
    ? { uri: pathToFileURL(file).href }
    : { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' };
}
