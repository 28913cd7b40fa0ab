import type { RuleName, Severity } from '../analysis/finding';
import type { Report } from './report';

/** The least first. */
export const SEVERITIES: readonly Severity[] = ['hint', 'information', 'warning', 'error'];

/** A report with the findings that are asked for. */
export function selectFindings(
  report: Report,
  wanted: { readonly rules: ReadonlySet<RuleName> | undefined; readonly minSeverity: Severity },
): Report {
  const least = SEVERITIES.indexOf(wanted.minSeverity);
  const files = report.files.map(file => ({
    ...file,
    findings: file.findings.filter(
      ({ rule, severity }) => (wanted.rules?.has(rule) ?? true) && SEVERITIES.indexOf(severity) >= least,
    ),
  }));
  return { ...report, files };
}
