import type { Span } from '../text';
import { lowerCommand } from './commands';
import { lowerDeclaration, lowerUnset } from './declarations';
import { lowerCStyleFor, lowerFor, lowerWhile } from './loops';
import { lowerBareRedirect, lowerRedirects } from './redirects';
import type { Define, Flow, FlowStep, ShellScript, Statement, Test } from './script';
import type { ShellParser, SyntaxNode } from './syntax';
import { lowerArithmeticTest, lowerTest, opposite } from './tests';
import { contentSpan, lowerSubscript, lowerValue, makeRead } from './words';

/** How deep texts inside texts (`eval '…'`, `trap '…'`, `bash -c '…'`) are read. */
const MAX_NESTING = 3;

/** Which shell runs a text: they share most of their words, not all of their ways. */
export type ShellKind = 'bash' | 'zsh';

/** Parses a shell text and reduces it to what it does to names. Never fails. */
export function readShellScript(parser: ShellParser, source: string, shell: ShellKind = 'bash'): ShellScript {
  const root = parser.parse(source);
  const lowering = new Lowering(parser, source, 0, shell);
  const statements = root.children.flatMap((node, index): Statement[] =>
    node.named && node.type !== 'comment'
      ? [
          {
            span: contentSpan(lowering, node),
            flow: lowering.statements(root.children.slice(index, index + 2), 1),
          },
        ]
      : [],
  );
  return {
    flow: statements.flatMap(statement => statement.flow),
    statements,
    hasErrors: hasErrors(root),
  };
}

function hasErrors(node: SyntaxNode): boolean {
  return node.type === 'ERROR' || node.missing || node.children.some(hasErrors);
}

/** One walk over one parsed text. */
export class Lowering {
  readonly source: string;
  /** True where the text declares an associative array, whose subscripts are strings. */
  readonly hasAssociativeArrays: boolean;
  readonly #parser: ShellParser;
  readonly #nesting: number;
  readonly shell: ShellKind;
  /** The commands that the walk is in, outermost first: what `statementSpan` answers from. */
  readonly #enclosing: SyntaxNode[] = [];
  #functionDepth = 0;
  #inputs = 0;

  constructor(parser: ShellParser, source: string, nesting: number, shell: ShellKind) {
    this.#parser = parser;
    this.source = source;
    this.#nesting = nesting;
    this.shell = shell;
    this.hasAssociativeArrays = /(?:declare|local|typeset)\s+-[a-zB-Z]*A/.test(source);
  }

  /** A node's text without the white space that tokens may begin with. */
  text(node: SyntaxNode): string {
    return this.source.slice(node.start, node.end).trimStart();
  }

  get inFunction(): boolean {
    return this.#functionDepth > 0;
  }

  /** The simple command, declaration or assignment that a node belongs to. */
  statementSpan(node: SyntaxNode): Span {
    return contentSpan(this, this.#enclosing[this.#enclosing.length - 1] ?? node);
  }

  /** Lowers the first `count` of some nodes, statements and tokens; `cmd &` is told by the token behind it. */
  statements(nodes: readonly SyntaxNode[], count = nodes.length): FlowStep[] {
    const flow: FlowStep[] = [];
    nodes.slice(0, count).forEach((node, index) => {
      if (!node.named) return;
      const steps = this.statement(node);
      const inBackground = nodes[index + 1]?.type === '&';
      // Not spread into a call: a hostile command has more words than a call has arguments.
      if (inBackground) flow.push({ kind: 'subshell', body: steps, output: 'printed', place: 'background' });
      else for (const step of steps) flow.push(step);
    });
    return flow;
  }

  statement(node: SyntaxNode): FlowStep[] {
    const lower = STATEMENTS[node.type];
    if (lower === undefined) return this.statements(node.children);
    return lower(this, node);
  }

  /** Runs a part of the walk as the inside of one command. */
  within<T>(node: SyntaxNode, walk: () => T): T {
    this.#enclosing.push(node);
    const result = walk();
    this.#enclosing.pop();
    return result;
  }

  /** Runs a part of the walk as a function's body. */
  asFunction<T>(walk: () => T): T {
    this.#functionDepth++;
    const result = walk();
    this.#functionDepth--;
    return result;
  }

  /** True within commands to which a pipe, a redirection or a here-document gives their standard input. */
  get hasInput(): boolean {
    return this.#inputs > 0;
  }

  /** Runs a part of the walk as commands whose standard input something gives. */
  withInput<T>(walk: () => T): T {
    this.#inputs++;
    const result = walk();
    this.#inputs--;
    return result;
  }

  /**
   * Lowers a text that stands inside this one as a string.
   * @param offset where in this text it begins: its spans are moved there
   */
  nested(text: string, offset: number): FlowStep[] {
    if (this.#nesting >= MAX_NESTING) return [];
    // Blanks in front of the source put every offset where it belongs; the parser need not see them.
    const inner = new Lowering(this.#parser, ' '.repeat(offset) + text, this.#nesting + 1, this.shell);
    return inner.statements(this.#parser.parse(text).children.map(node => shifted(node, offset)));
  }

  /** Lowers a text that the shell expands as it expands a string, such as a here-document's. */
  nestedString(text: string, offset: number): FlowStep[] {
    // Double quotes are plain in such a text; as the name of a command, the string is expanded and runs nothing.
    const quoted = `"${text.replace(/"/g, ' ')}"`;
    return this.nested(quoted, offset - 1).filter(step => step.kind !== 'call');
  }
}

/** A node as it lies in a text that has something in front. */
function shifted(node: SyntaxNode, offset: number): SyntaxNode {
  return {
    ...node,
    start: node.start + offset,
    end: node.end + offset,
    children: node.children.map(child => shifted(child, offset)),
  };
}

type StatementLowering = (lowering: Lowering, node: SyntaxNode) => FlowStep[];

/** How each kind of statement is lowered; a kind that is not listed is lowered child by child. */
const STATEMENTS: Readonly<Record<string, StatementLowering>> = {
  comment: () => [],
  command: (lowering, node) => lowering.within(node, () => lowerCommand(lowering, node)),
  declaration_command: (lowering, node) => lowering.within(node, () => lowerDeclaration(lowering, node)),
  unset_command: (lowering, node) => lowerUnset(lowering, node),
  test_command: (lowering, node) => lowerTest(lowering, node),
  variable_assignment: (lowering, node) => lowering.within(node, () => lowerAssignment(lowering, node)),
  variable_assignments: (lowering, node) =>
    lowering.within(node, () => node.children.flatMap(child => lowerAssignment(lowering, child))),
  redirected_statement: lowerRedirects,
  file_redirect: lowerBareRedirect,
  list: lowerList,
  pipeline: lowerPipeline,
  negated_command: (lowering, node) => lowering.statements(node.children).map(negated),
  subshell: (lowering, node) => [
    { kind: 'subshell', body: lowering.statements(node.children), output: 'printed' },
  ],
  compound_statement: (lowering, node) =>
    node.children[0]?.type === '(('
      ? lowering.within(node, () => lowerArithmeticTest(lowering, node))
      : lowering.statements(node.children),
  if_statement: lowerIf,
  case_statement: lowerCase,
  for_statement: lowerFor,
  c_style_for_statement: lowerCStyleFor,
  while_statement: lowerWhile,
  function_definition: lowerFunction,
  // Words that the parser could not place: what they read counts all the same.
  word: word,
  string: word,
  concatenation: word,
  simple_expansion: word,
  expansion: word,
  command_substitution: word,
  arithmetic_expansion: word,
  command_name: word,
  array: word,
};

function word(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  return [...lowerValue(lowering, node).flow];
}

/** An assignment that stays: `X=1`, `X+=1`, `A[i]=1`, `A=(…)`. */
export function lowerAssignment(
  lowering: Lowering,
  node: SyntaxNode,
  how: Partial<
    Pick<Define, 'exported' | 'local' | 'global' | 'array' | 'form' | 'attribute' | 'constant'>
  > = {},
): FlowStep[] {
  const target = node.children.find(child => child.field === 'name');
  if (target === undefined) return lowering.statements(node.children);
  const subscripted = target.type === 'subscript';
  const nameNode = subscripted ? (target.children.find(child => child.field === 'name') ?? target) : target;
  const valueNode = node.children.find(child => child.field === 'value');
  const value = valueNode && lowerValue(lowering, valueNode);
  const adds = !subscripted && node.children.some(child => lowering.text(child) === '+=');
  return [
    ...(subscripted ? lowerSubscript(lowering, target) : []),
    // What is added to was there before: `LOG+=more` keeps what LOG holds, and begins with nothing where LOG is lost.
    ...(adds ? [makeRead(lowering.text(nameNode), contentSpan(lowering, nameNode), 'none')] : []),
    ...(value?.flow ?? []),
    {
      kind: 'define',
      name: lowering.text(nameNode),
      span: contentSpan(lowering, nameNode),
      statement: lowering.statementSpan(node),
      form: 'assignment',
      value: value ?? EMPTY_VALUE(contentSpan(lowering, node)),
      array: subscripted || valueNode?.type === 'array',
      append: subscripted || adds,
      exported: false,
      local: false,
      ...how,
    },
  ];
}

/** The value of `X=`, which is the empty string. */
function EMPTY_VALUE(span: Span) {
  return { span: { start: span.end, end: span.end }, text: '', parts: [], flow: [] };
}

/**
 * The questions of a condition: what `if` and `&&` may turn into a guard.
 * @param runsWhenTrue whether the first branch runs where the condition is true
 */
export function testsOf(flow: Flow, runsWhenTrue: boolean): readonly Test[] {
  return flow.flatMap((step): readonly Test[] => {
    if (step.kind === 'read')
      return step.asksFor === undefined
        ? []
        : [{ read: step, firstWhenEmpty: (step.asksFor === 'emptiness') === runsWhenTrue }];
    return step.kind === 'choice' ? step.branches.flatMap(branch => testsOf(branch, runsWhenTrue)) : [];
  });
}

/** `a && b || c`: each command behind the first one may run or not. */
function lowerList(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  const [first, ...others] = node.children.filter(child => child.named);
  if (first === undefined) return [];
  const operators = node.children.filter(child => !child.named).map(child => lowering.text(child));
  const flow = lowering.statement(first);
  const conditions: FlowStep[] = [...flow];
  others.forEach((other, index) => {
    const right = lowering.statement(other);
    // `source x || …`: the right side runs only where nothing was loaded.
    const load = operators[index] === '||' ? takeLastLoad(flow) : undefined;
    if (operators[index] === '||' && index === 0 && takesPlace(right)) expectFailure(lowering, first, flow);
    const tests = testsOf(conditions.slice(-MAX_CONDITIONS), operators[index] === '&&');
    flow.push({ kind: 'choice', branches: [right, load === undefined ? [] : [load]], tests });
    conditions.push(...right);
  });
  return flow;
}

/** Steps that a list remembers for the commands behind them: the nearest ones guard. */
const MAX_CONDITIONS = 64;

/** Whether some steps do what others should have done: `|| true` only hides that they did not, a warning only tells. */
function takesPlace(flow: Flow): boolean {
  if (flow.some(({ kind }) => kind === 'leave')) return false;
  return flow.some(
    step =>
      step.kind === 'define' ||
      (step.kind === 'call' && step.isRedirected !== true && !/^(?:true|:)$/.test(step.name ?? '')),
  );
}

/** `f 2>/dev/null || echo none`: the author knows that f may not be there. */
function expectFailure(lowering: Lowering, node: SyntaxNode, flow: FlowStep[]): void {
  if (!/(?:2>|&>)\s*\/dev\/null/.test(lowering.text(node))) return;
  flow.forEach((step, index) => {
    if (step.kind === 'call') flow[index] = { ...step, hasFallback: true };
  });
}

/** Takes the load away that some steps end with, where they do. */
function takeLastLoad(flow: FlowStep[]): FlowStep | undefined {
  const at = flow.findLastIndex(({ kind }) => kind !== 'write' && kind !== 'input');
  return flow[at]?.kind === 'load' ? flow.splice(at, 1)[0] : undefined;
}

/** `! [ -n "$X" ]` asks for the opposite. */
function negated(step: FlowStep): FlowStep {
  return step.kind === 'read' && step.asksFor !== undefined
    ? { ...step, asksFor: opposite(step.asksFor) }
    : step;
}

/**
 * Each part of a pipeline runs in a subshell of its own (bash without `lastpipe`); in zsh the last one runs in the shell
 * itself. Source: zshmisc(1), Simple Commands & Pipelines.
 */
function lowerPipeline(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  const parts = node.children.filter(child => child.named);
  return parts.flatMap((child, index): readonly FlowStep[] => {
    const body =
      index === 0 ? lowering.statement(child) : lowering.withInput(() => lowering.statement(child));
    const isLast = index === parts.length - 1;
    if (isLast && lowering.shell === 'zsh') return body;
    return [
      isLast
        ? { kind: 'subshell', body, output: 'printed', place: 'pipelineEnd' }
        : { kind: 'subshell', body, output: 'captured', place: 'pipeline' },
    ];
  });
}

/** An `if` with more clauses than this is generated: which of them excludes which, nobody asks any more. */
const MAX_CLAUSES = 100;

function lowerIf(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  const isClause = (child: SyntaxNode) => child.type === 'elif_clause' || child.type === 'else_clause';
  const { condition, body } = splitCondition(lowering, node, child => !isClause(child));
  const clauses = node.children.filter(isClause);
  const otherwise = clauses.slice(0, MAX_CLAUSES).reduceRight<FlowStep[]>((rest, clause) => {
    if (clause.type === 'else_clause') return lowering.statements(clause.children);
    const inner = splitCondition(lowering, clause, () => true);
    return [...inner.condition, choose([inner.body, rest], inner.condition)];
  }, []);
  const others = clauses.slice(MAX_CLAUSES).map(clause => lowering.statements(clause.children));
  const rest: readonly FlowStep[] = others.length === 0 ? [] : [choose([...others, []], [])];
  return [...condition, choose([body, otherwise], condition), ...rest];
}

function choose(branches: readonly Flow[], condition: Flow): FlowStep {
  return { kind: 'choice', branches, tests: testsOf(condition, true) };
}

/** Splits `if CONDITION then BODY` (or `elif`, `while … do`) at its middle word. */
function splitCondition(
  lowering: Lowering,
  node: SyntaxNode,
  belongs: (child: SyntaxNode) => boolean,
): { readonly condition: FlowStep[]; readonly body: FlowStep[] } {
  const children = node.children.filter(belongs);
  const middle = children.findIndex(child => child.type === 'then');
  const at = middle < 0 ? children.length : middle;
  return {
    condition: lowering.statements(children.slice(0, at)),
    body: lowering.statements(children.slice(at)),
  };
}

function lowerCase(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  const items = node.children.filter(child => child.type === 'case_item');
  const subject = node.children
    .slice(
      0,
      node.children.findIndex(child => child.type === 'in'),
    )
    .filter(child => child.named);
  const patterns: FlowStep[] = [];
  const whenEmpty: Flow[] = [];
  const otherwise: Flow[] = [];
  for (const item of items) {
    const close = item.children.findIndex(child => lowering.text(child) === ')');
    const alternatives = item.children.slice(0, close).filter(({ named }) => named);
    for (const pattern of alternatives) patterns.push(...lowerValue(lowering, pattern).flow);
    const body = lowering.statements(item.children.slice(close + 1));
    const isForEmpty = alternatives.some(pattern => /^(?:""|'')$/.test(lowering.text(pattern)));
    if (isForEmpty && whenEmpty.length === 0) whenEmpty.push(body);
    else otherwise.push(body);
  }
  const matchesAll = items.some(item => lowering.text(item.children[0]!) === '*');
  const reads = subject.flatMap(child => lowerValue(lowering, child).flow);
  // `case "$X" in "") X=…` is a guard like `[ -z "$X" ] && X=…`.
  const tests =
    whenEmpty.length === 0
      ? []
      : reads.flatMap(step => (step.kind === 'read' ? [{ read: step, firstWhenEmpty: true }] : []));
  const branches = [...whenEmpty, ...otherwise, ...(matchesAll ? [] : [[]])];
  return [...reads, ...patterns, { kind: 'choice', branches, tests }];
}

function lowerFunction(lowering: Lowering, node: SyntaxNode): FlowStep[] {
  const name = node.children.find(child => child.field === 'name');
  const bodies = node.children.filter(child => child.field === 'body' || child.field === 'redirect');
  if (name === undefined) return [];
  return [
    {
      kind: 'function',
      name: lowering.text(name),
      span: contentSpan(lowering, name),
      statement: contentSpan(lowering, node),
      body: lowering.asFunction(() => lowering.statements(bodies)),
    },
  ];
}
