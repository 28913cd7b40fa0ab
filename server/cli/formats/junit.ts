import type { FileReport, Problem, Report, ReportedFinding } from '../report';

/** A test suite for each file: a failure for each finding, one passed case where there is none. */
export function formatJunit({ files, problems }: Report): string {
  const failures = files.reduce((sum, { findings }) => sum + findings.length, 0);
  const tests = files.reduce((sum, { findings }) => sum + Math.max(1, findings.length), problems.length);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="crossblock" tests="${tests}" failures="${failures}" errors="${problems.length}">
${[...files.map(suite), ...problems.map(errorSuite)].join('')}</testsuites>
`;
}

function suite({ file, findings }: FileReport): string {
  const name = xml(file);
  const cases =
    findings.length === 0
      ? [`    <testcase classname="${name}" name="nothing is lost"/>\n`]
      : findings.map(finding => failure(name, file, finding));
  return `  <testsuite name="${name}" tests="${cases.length}" failures="${findings.length}" errors="0">\n${cases.join('')}  </testsuite>\n`;
}

function failure(className: string, file: string, finding: ReportedFinding): string {
  const { rule, severity, message, start, source } = finding;
  const place = `${start.line}:${start.column}`;
  return `    <testcase classname="${className}" name="${xml(`${rule} ${place}`)}">
      <failure type="${rule}" message="${xml(`${severity}: ${message}`)}">${xml(`${file}:${place}: ${message}\n${source}`)}</failure>
    </testcase>
`;
}

function errorSuite({ file, message }: Problem): string {
  const name = xml(file);
  return `  <testsuite name="${name}" tests="1" failures="0" errors="1">
    <testcase classname="${name}" name="can be checked"><error message="${xml(message)}"/></testcase>
  </testsuite>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** A text for element or attribute; what XML 1.0 cannot hold becomes a replacement character. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"\n\t]/g, character => ENTITIES[character]!);
}
