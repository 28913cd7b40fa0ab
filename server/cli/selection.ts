import type { RuleName, Severity } from '../analysis/finding';
import type { Report } from './report';

/** The least first. */
export const SEVERITIES: readonly Severity[] = ['hint', 'information', 'warning', 'error'];

/** Which findings are asked for. */
interface Selection {
  /** Undefined for all. */
  readonly rules: ReadonlySet<RuleName> | undefined;
  readonly minSeverity: Severity;
}

export function isSelected(
  { rule, severity }: { readonly rule: RuleName; readonly severity: Severity },
  { rules, minSeverity }: Selection,
): boolean {
  return (rules?.has(rule) ?? true) && SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(minSeverity);
}

/** A report with the findings that are asked for. */
export function selectFindings(report: Report, wanted: Selection): Report {
  const files = report.files.map(file => ({
    ...file,
    findings: file.findings.filter(finding => isSelected(finding, wanted)),
  }));
  return { ...report, files };
}
