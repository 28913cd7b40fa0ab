/**
 * A suite is a Markdown file. Its headings name tests, its prose says why, and each outer fence (four backticks or more, so
 * that the fences in it stay its own) is a document or another file of the test:
 * - `markdown`: a whole document with its expected findings annotated in place (see annotations.ts); without annotations it
 *   has none. `file=.claude/commands/x.md` gives its path, `without="Recalculate"` says that no finding offers a fix whose title begins so.
 * - `markdown after="Title"`, directly behind a document: the document after the first fix of that title.
 * - `sh file=.claude/lib/x.sh`: another file of the workspace in which the documents of this heading lie.
 * Where the prose says FIXME, the annotations show what comes out today and the prose what would be right.
 */
export interface SuiteTest {
  /** The headings above, outermost first, without the suite's own title. */
  readonly name: string;
  /** True where the prose says that what is asserted is known to be wrong. */
  readonly knownWrong: boolean;
  /** The suite's line, from 1, of the document's fence. */
  readonly line: number;
  /** The document with its annotations. */
  readonly document: string;
  readonly file: string | undefined;
  readonly without: string | undefined;
  readonly fixes: readonly ExpectedFix[];
  readonly otherFiles: readonly OtherFile[];
}

export interface ExpectedFix {
  readonly title: string;
  /** The document that the fix makes, with the annotations of what is still found in it. */
  readonly document: string;
}

interface OtherFile {
  readonly file: string;
  readonly text: string;
}

interface OuterFence {
  readonly line: number;
  readonly info: string;
  readonly text: string;
}

interface Section {
  readonly name: string;
  readonly prose: string[];
  readonly fences: OuterFence[];
}

/** Reads a suite. Throws where a fence is not closed or its info string says nothing that this page knows. */
export function readSuite(text: string): readonly SuiteTest[] {
  return readSections(text).flatMap(testsOf);
}

function readSections(text: string): readonly Section[] {
  const lines = text.split('\n');
  const sections: Section[] = [{ name: '', prose: [], fences: [] }];
  const headings: string[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    const section = sections[sections.length - 1]!;
    const fence = /^(`{3,})(.*)$/.exec(line);
    const heading = /^(#+)\s+(.*)$/.exec(line);
    if (fence !== null) {
      const close = lines.indexOf(fence[1]!, index + 1);
      if (close < 0) throw new Error(`line ${index + 1}: nothing closes this fence`);
      if (fence[1]!.length >= 4) {
        const content = lines.slice(index + 1, close).map(inner => `${inner}\n`);
        section.fences.push({ line: index + 1, info: fence[2]!.trim(), text: content.join('') });
      }
      index = close;
    } else if (heading !== null) {
      headings.length = Math.max(0, heading[1]!.length - 2);
      if (heading[1]!.length > 1) headings.push(heading[2]!);
      sections.push({ name: headings.filter(Boolean).join(' > '), prose: [], fences: [] });
    } else section.prose.push(line);
  }
  return sections;
}

function testsOf({ name, prose, fences }: Section): readonly SuiteTest[] {
  const parsed = fences.map(fence => ({ ...fence, ...readInfo(fence) }));
  const otherFiles = parsed.flatMap(({ language, attributes, text, line }) => {
    if (language === 'markdown') return [];
    if (attributes.file === undefined) throw new Error(`line ${line}: a file needs a name: file=…`);
    return [{ file: attributes.file, text }];
  });
  const tests: (SuiteTest & { readonly fixes: ExpectedFix[] })[] = [];
  for (const { language, attributes, text, line } of parsed) {
    if (language !== 'markdown') continue;
    const { after, file, without } = attributes;
    if (after === undefined) {
      const knownWrong = prose.some(words => words.includes('FIXME'));
      tests.push({ name, knownWrong, line, document: text, file, without, fixes: [], otherFiles });
    } else {
      const before = tests[tests.length - 1];
      if (before === undefined) throw new Error(`line ${line}: no document stands before this fix`);
      before.fixes.push({ title: after, document: text });
    }
  }
  return tests.length < 2 ? tests : tests.map((test, index) => ({ ...test, name: `${name} (${index + 1})` }));
}

type Attribute = 'file' | 'after' | 'without';

function readInfo({ info, line }: OuterFence): {
  readonly language: string;
  readonly attributes: Readonly<Partial<Record<Attribute, string>>>;
} {
  const language = /^\S*/.exec(info)![0];
  if (language === '') throw new Error(`line ${line}: an outer fence needs a language`);
  const attributes: Partial<Record<Attribute, string>> = {};
  const rest = info
    .slice(language.length)
    .replace(/\s+(file|after|without)=(?:"([^"]*)"|(\S+))/g, (_, key: Attribute, quoted, bare) => {
      attributes[key] = quoted ?? bare;
      return '';
    });
  if (rest.trim() !== '') throw new Error(`line ${line}: what is "${rest.trim()}"?`);
  return { language, attributes };
}
