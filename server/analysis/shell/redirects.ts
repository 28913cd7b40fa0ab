import { templateReads } from './childReads';
import type { Lowering } from './lowering';
import {
  allSteps,
  type Flow,
  type FlowStep,
  makeDefine,
  type Value,
  type Write,
  type WrittenValue,
} from './script';
import type { SyntaxNode } from './syntax';
import { contentSpan, lowerValue, startsWithExpansionAndSlash } from './words';
import { keysOfDocument, keysOfOutput, printedWord } from './writtenKeys';
import { valuesInHereDocument, valuesPrinted } from './writtenValues';

/**
 * A statement with redirections. Targets are expanded before the command runs, in the shell itself: `2>"$LOG"` reads LOG.
 * Behind the `<<EOF` of a here-document the grammar keeps the rest of its line (`| grep x`, `&& y`).
 */
export function lowerRedirects(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  const body = node.children.filter(child => child.field === 'body');
  const redirects = node.children.filter(child => child.named && child.field !== 'body');
  const targets = redirects.flatMap(child => lowerRedirect(lowering, child));
  const inner = redirects.some(child => givesInput(lowering, child))
    ? lowering.withInput(() => lowering.statements(body))
    : lowering.statements(body);
  const documents = redirects.flatMap(child =>
    child.type === 'heredoc_redirect' ? [lowerHereDocument(lowering, child, inner)] : [],
  );
  // What `( … ) > F` prints is what the commands in it print.
  const [only] = inner;
  const printed = body[0]?.type === 'subshell' && only?.kind === 'subshell' ? only.body : inner;
  // `read X < <(cmd)` and `read X < "$F"` read their input first, in the text's order of expansion.
  const steps = [...targets.flatMap(target => target.flow), ...documents.flatMap(document => document.reads)];
  const writes = targets.flatMap(({ write, ofErrors }) =>
    write === undefined ? [] : [ofErrors ? write : withKeys(write, printed, documents)],
  );
  const followers = documents.flatMap(document => document.follow);
  const isRedirected = targets.some(({ redirectsOutput }) => redirectsOutput);
  return [...steps, ...(isRedirected ? inner.map(redirected) : inner), ...writes, ...followers];
}

/** What a redirection keeps from whoever captures the output; a group's commands are none of its own. */
function redirected(step: FlowStep): FlowStep {
  if (step.kind === 'call') return { ...step, isRedirected: true };
  return step.kind === 'subshell' ? { ...step, output: 'captured' } : step;
}

/** Whether a redirection is one of standard input or of another descriptor to read from: `<`, `<<`, `<<<`. */
export function givesInput(lowering: Lowering, redirect: SyntaxNode): boolean {
  return redirect.type !== 'file_redirect' || /^\d*<(?!>?&-)/.test(lowering.text(redirect));
}

interface Target {
  readonly flow: Flow;
  readonly write: Write | undefined;
  /** True for `2> F`: what lands there are messages. */
  readonly ofErrors: boolean;
  /** True for `> F` and `>&2`. */
  readonly redirectsOutput: boolean;
}

const NO_OUTPUT = { ofErrors: false, redirectsOutput: false };

function lowerRedirect(lowering: Lowering, node: SyntaxNode): readonly Target[] {
  if (node.type === 'heredoc_redirect')
    return node.children
      .filter(child => child.type === 'file_redirect')
      .flatMap(child => lowerRedirect(lowering, child));
  if (node.type !== 'file_redirect')
    return [
      {
        ...NO_OUTPUT,
        flow: node.children.flatMap(child => lowerValue(lowering, child).flow),
        write: undefined,
      },
    ];
  const operator = node.children.find(child => !child.named)?.type ?? '';
  const [target, ...others] = node.children.filter(child => child.field === 'destination');
  if (target === undefined) return [];
  const writes = operator.includes('>') && !operator.endsWith('&');
  const descriptor = node.children.find(child => child.type === 'file_descriptor');
  const ofErrors = descriptor !== undefined && lowering.text(descriptor) !== '1';
  const rootless = writes && startsWithExpansionAndSlash(lowering.text(target));
  const path = lowerValue(lowering, target, rootless ? { hazard: 'writes-to-root' } : {});
  const rest = others.flatMap(child => lowerValue(lowering, child).flow);
  return [
    {
      flow: [
        ...path.flow,
        ...rest,
        ...inputOf(lowering, node, operator),
        ...descriptorVariable(lowering, node),
      ],
      write: writes ? writeTo(lowering, node, path, operator) : undefined,
      ofErrors,
      redirectsOutput: operator.includes('>') && !ofErrors,
    },
  ];
}

/** A redirection by itself, as in `$(< FILE)`. */
export function lowerBareRedirect(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  return lowerRedirect(lowering, node).flatMap(({ flow, write }) => [...flow, ...(write ? [write] : [])]);
}

/** `< FILE`; what a command prints or a text says is no file. */
function inputOf(lowering: Lowering, redirect: SyntaxNode, operator: string): FlowStep[] {
  if (operator !== '<' && operator !== '<>') return [];
  const target = redirect.children.find(child => child.field === 'destination');
  // The grammar errs on some here-strings: `<<` is an error, and what is left looks like a redirection.
  const { start } = contentSpan(lowering, redirect);
  const isHereString = lowering.source.slice(Math.max(0, start - 2), start) === '<<';
  const isFile =
    target !== undefined &&
    target.type !== 'process_substitution' &&
    lowering.text(target) !== '/dev/null' &&
    !isHereString;
  if (!isFile) return [];
  const span = contentSpan(lowering, redirect);
  return [{ kind: 'input', span, path: lowerValue(lowering, target), isTest: false }];
}

/** `exec {LOG}>file` stores the number of the descriptor that it opens; the grammar takes `{LOG}` for a word. */
function descriptorVariable(lowering: Lowering, redirect: SyntaxNode): FlowStep[] {
  const { start } = contentSpan(lowering, redirect);
  const name = /\{([A-Za-z_]\w*)\}$/.exec(lowering.source.slice(Math.max(0, start - 80), start))?.[1];
  if (name === undefined) return [];
  const span = { start: start - name.length - 1, end: start - 1 };
  return [makeDefine({ name, span, statement: lowering.statementSpan(redirect), form: 'command' })];
}

function writeTo(lowering: Lowering, node: SyntaxNode, path: Value, operator: string): Write {
  return {
    kind: 'write',
    path,
    span: contentSpan(lowering, node),
    append: operator === '>>' || operator === '&>>',
    keys: undefined,
    mayDefineFunctions: true,
    content: undefined,
    values: [],
  };
}

/** `name() {` and `function name`: a here-document that is a library. */
const DEFINES_FUNCTION = /^[ \t]*(?:function\s+[\w.:-]+|[\w.:-]+[ \t]*\(\))/m;

/** What is written where the text of it is in sight: a here-document, or the words of `echo` and `printf`. */
function withKeys(write: Write, body: Flow, documents: readonly HereDocument[]): Write {
  const [document] = documents;
  if (document !== undefined)
    return {
      ...write,
      // What its functions set, only their calls tell.
      keys: DEFINES_FUNCTION.test(document.text) ? undefined : keysOfDocument(document.text),
      mayDefineFunctions: DEFINES_FUNCTION.test(document.text),
      values: document.values,
    };
  const mayDefineFunctions = [...allSteps(body)].some(
    step => step.kind === 'call' && step.name !== 'echo' && step.name !== 'printf',
  );
  return {
    ...write,
    mayDefineFunctions,
    keys: keysOfOutput(body),
    content: write.append ? undefined : printedWord(body),
    values: valuesPrinted(body),
  };
}

interface HereDocument {
  readonly text: string;
  readonly values: readonly WrittenValue[];
  readonly reads: Flow;
  /** What stands behind `<<EOF` on its line and runs with or after the command. */
  readonly follow: readonly FlowStep[];
}

function lowerHereDocument(lowering: Lowering, node: SyntaxNode, reader: Flow): HereDocument {
  const body = node.children.find(child => child.type === 'heredoc_body');
  const start = node.children.find(child => child.type === 'heredoc_start');
  const quoted = start !== undefined && /['"\\]/.test(lowering.text(start));
  const others = node.children.filter(
    child =>
      child.named &&
      !child.type.startsWith('heredoc_') &&
      child.type !== 'file_redirect' &&
      child.type !== 'file_descriptor',
  );
  const text = body === undefined ? '' : lowering.source.slice(body.start, body.end);
  const follow = lowering.withInput(() => lowering.statements(others));
  const substituted = [...allSteps([...reader, ...follow])].some(
    step => step.kind === 'call' && step.name === 'envsubst',
  );
  return {
    text,
    values: quoted || body === undefined ? [] : valuesInHereDocument(text, body.start),
    reads: [
      ...(quoted || body === undefined ? [] : hereDocumentReads(lowering, body)),
      ...(quoted && substituted && body !== undefined ? templateReads(text, body.start) : []),
    ],
    follow,
  };
}

/**
 * What the expansions in a here-document's text read. Where the text begins with white space, the grammar loses its first
 * expansion, so what stands before the first one that it knows is read as a string of its own.
 */
function hereDocumentReads(lowering: Lowering, body: SyntaxNode): Flow {
  const parts = body.children.filter(child => child.named && child.type !== 'heredoc_content');
  const first = body.children.find(child => child.named)?.start ?? body.end;
  const lost = lowering.source.slice(body.start, first);
  return [
    ...(/[$`]/.test(lost) ? lowering.nestedString(lost, body.start) : []),
    ...parts.flatMap(child => lowerValue(lowering, child).flow),
  ];
}
