import type { Span } from '../text';

/**
 * What a shell text does to names, in order and with its branches: the tree-sitter tree, reduced to what the rest of the
 * analysis asks for. All spans are UTF-16 offsets into the parsed text.
 */
export interface ShellScript {
  readonly flow: Flow;
  /** The statements at the top level, in order: what a slice takes whole, and what a comment above can speak of. */
  readonly statements: readonly Statement[];
  /** True where the grammar does not understand all of the text. */
  readonly hasErrors: boolean;
}

export interface Statement {
  readonly span: Span;
  readonly flow: Flow;
}

/** Steps that happen one after the other. */
export type Flow = readonly FlowStep[];

export type FlowStep =
  | Read
  | Define
  | Unset
  | Export
  | Call
  | Load
  | Write
  | Input
  | FunctionDefinition
  | Leave
  | Choice
  | Loop
  | Subshell
  | Deferred;

/** A use of a variable's value. */
export interface Read {
  readonly kind: 'read';
  readonly name: string;
  readonly span: Span;
  /** What the text says for the case that the name has no value. */
  readonly fallback: Fallback;
  /** Where the read only asks whether there is a value (or a file of that name): what the question is true for. */
  readonly asksFor: 'value' | 'emptiness' | undefined;
  /** What sees the value: the shell, or a child process that finds the name in its environment. */
  readonly reader: 'shell' | 'child';
  /** What an empty value does here, where that is dangerous. */
  readonly hazard: Hazard | undefined;
  /** True for `${!X}`, which reads the name that X holds as well. */
  readonly isIndirect?: boolean;
}

/** `default` is `${x:-…}` or `${x:=…}`, `required` is `${x:?…}`, `alternative` is `${x:+…}`. */
export type Fallback = 'none' | 'default' | 'required' | 'alternative';

export type Hazard = 'deletes' | 'changes-directory' | 'writes-to-root';

/** A place that gives a variable a value. */
export interface Define {
  readonly kind: 'define';
  readonly name: string;
  readonly span: Span;
  /** The whole command that defines, e.g. `export A=1 B=2`. */
  readonly statement: Span;
  readonly form: DefinitionForm;
  readonly value: Value | undefined;
  readonly array: boolean;
  /** True for `+=`: what the name held before is kept. */
  readonly append: boolean;
  readonly exported: boolean;
  /** True for `local` and for `declare` in a function. */
  readonly local: boolean;
  /** True for `declare -g`, which sets the name outside the function even where it is local. */
  readonly global?: boolean;
  /** The words that a `for` loop gives the name, one after the other. */
  readonly words?: readonly Value[];
  /** True for `declare -n`, `-i`, `-l` and `-u`, after which an assignment sets another name or another value. */
  readonly attribute?: boolean;
  /** True for `readonly` and `declare -r`: the shell refuses to give the name another value. */
  readonly constant?: boolean;
}

export type DefinitionForm =
  | 'assignment'
  | 'default'
  | 'read'
  | 'loop'
  | 'arithmetic'
  | 'declaration'
  | 'command';

/** A definition with nothing special about it but what is said. */
export function makeDefine(
  what: Pick<Define, 'name' | 'span' | 'statement' | 'form'>,
  how: Partial<Define> = {},
): Define {
  return {
    kind: 'define',
    value: undefined,
    array: false,
    append: false,
    exported: false,
    local: false,
    ...what,
    ...how,
  };
}

export interface Unset {
  readonly kind: 'unset';
  readonly name: string;
  /** The word that names it. */
  readonly span: Span;
  readonly ofFunction: boolean;
  /** True for `unset 'A[0]'`, which takes one element of an array. */
  readonly ofElement: boolean;
}

export interface Export {
  readonly kind: 'export';
  readonly name: string;
  readonly span: Span;
  /** True for `readonly`: the shell refuses to give the name another value. */
  readonly constant?: boolean;
}

/** A simple command with its name as written; reads in its arguments stand before it in the flow. */
export interface Call {
  readonly kind: 'call';
  /** The literal name, or undefined where it is computed (`"$CLI" sync`). */
  readonly name: string | undefined;
  /** True behind `command` and `builtin`, which call no function. */
  readonly passesFunctions: boolean;
  readonly span: Span;
  readonly arguments: readonly Value[];
  /** True where its failure is expected: its errors are thrown away, and `|| …` does something else. */
  readonly hasFallback?: boolean;
  /** True where what it prints goes into a file or to standard error: not to who captures the output. */
  readonly isRedirected?: boolean;
  /** True where a pipe, a redirection or a here-document gives its standard input. */
  readonly hasInput?: boolean;
}

/** `source FILE` runs a file's text in this shell, `eval` a text that only the run knows. */
export interface Load {
  readonly kind: 'load';
  readonly how: 'source' | 'eval';
  readonly path: Value | undefined;
  readonly span: Span;
  /** Where it only gives values to variables: how their names begin, as far as that is known (`export "REPORT_$i=…"`). */
  readonly prefix?: string;
}

/** A redirection of output into a file, with the shell assignments in it as far as the text shows them. */
export interface Write {
  readonly kind: 'write';
  readonly path: Value;
  readonly span: Span;
  readonly append: boolean;
  /** Names that the text assigns (`echo "X=$X" >> F`); undefined where the output is not in the text. */
  readonly keys: readonly WrittenKey[] | undefined;
  /** True where what is written may define functions: all but what `echo`, `printf` and here-documents print. */
  readonly mayDefineFunctions: boolean;
  /** The only word that is written, where it is one: `echo "$ID" > F`. */
  readonly content: Value | undefined;
  /** The expansions among the values of these assignments, as far as the text shows them. */
  readonly values: readonly WrittenValue[];
}

/** An expansion in what becomes an assignment's value in a file: `$X` in `echo "X=$X" >> F`. */
export interface WrittenValue {
  /** The name that the line assigns; undefined where it is computed. */
  readonly name: string | undefined;
  /** The expansion as written. */
  readonly expansion: string;
  readonly span: Span;
  /** The quotes around it in the file. */
  readonly quotes: 'none' | 'single' | 'double';
}

/** A name that a state file is given: as text, or as the value of a parameter (`echo "$1=$2"`, `declare -p "$name"`). */
export interface WrittenKey {
  readonly name: string;
  readonly isParameter: boolean;
  /** True for what `declare -p` prints: sourced in a function, it makes the name local to that function. */
  readonly isDeclared: boolean;
}

/** A file whose content or presence the shell looks at by itself: `< F`, `[ -f F ]`. */
export interface Input {
  readonly kind: 'input';
  readonly span: Span;
  readonly path: Value | undefined;
  /** True where it is only asked whether the file is there. */
  readonly isTest: boolean;
}

export interface FunctionDefinition {
  readonly kind: 'function';
  readonly name: string;
  readonly span: Span;
  readonly statement: Span;
  readonly body: Flow;
}

/** `exit`, `return`, `exec CMD`: nothing behind it runs. */
export interface Leave {
  readonly kind: 'leave';
  readonly how: 'exit' | 'return';
  /** True for `exit 1`: whoever runs the document sees a step fail, and does not go on as if it had not. */
  readonly fails: boolean;
}

/** Exactly one of the branches runs; an `if` without `else` has an empty one. */
export interface Choice {
  readonly kind: 'choice';
  readonly branches: readonly Flow[];
  /** The reads in the condition that only test. */
  readonly tests: readonly Test[];
}

/** Runs any number of times. */
export interface Loop {
  readonly kind: 'loop';
  readonly body: Flow;
  /** The reads in the condition that only test. */
  readonly tests: readonly Test[];
}

/** A question about a value, as a part of a condition. */
export interface Test {
  readonly read: Read;
  /** Whether the first branch (of a loop: its body) runs where the value is empty; else the others do. */
  readonly firstWhenEmpty: boolean;
}

/** What is set in it is gone behind it: `( … )`, `$( … )`, `<( … )`, a part of a pipeline, `… &`. */
export interface Subshell {
  readonly kind: 'subshell';
  readonly body: Flow;
  /** Where its output goes: into a word or another command, or to where the shell itself prints. */
  readonly output: 'captured' | 'printed';
  /** A job (`… &`), a part of a pipeline, or its last part, whose status is the pipeline's; undefined for the others. */
  readonly place?: 'background' | 'pipeline' | 'pipelineEnd';
}

/** The text of a trap: runs when the shell ends. */
export interface Deferred {
  readonly kind: 'deferred';
  readonly body: Flow;
  readonly span: Span;
  readonly signals: readonly string[];
  /** True for `trap "…"`: its expansions happen when the trap is set, and are reads of that command. */
  readonly expandedWhenSet: boolean;
}

/** A word, as far as its text tells the string it becomes. */
export interface Value {
  readonly span: Span;
  /** The word as written, in the masked text. */
  readonly text: string;
  readonly parts: readonly ValuePart[];
  /** What happens while the word is expanded. */
  readonly flow: Flow;
}

export type ValuePart =
  | { readonly kind: 'literal'; readonly text: string }
  | {
      readonly kind: 'parameter';
      readonly name: string;
      /** What stands behind the name, e.g. `:-` or `%`; empty for a plain `$name`. */
      readonly operator: string;
      readonly operand: readonly ValuePart[];
    }
  | { readonly kind: 'command'; readonly body: Flow }
  | { readonly kind: 'unknown' };

/** All steps of a flow and of what it contains, in the text's order; function bodies only where asked for. */
export function* allSteps(flow: Flow, intoFunctions = false): Generator<FlowStep> {
  for (const step of flow) {
    yield step;
    if (step.kind === 'choice') for (const branch of step.branches) yield* allSteps(branch, intoFunctions);
    else if (step.kind === 'loop' || step.kind === 'subshell' || step.kind === 'deferred')
      yield* allSteps(step.body, intoFunctions);
    else if (step.kind === 'function' && intoFunctions) yield* allSteps(step.body, intoFunctions);
  }
}

/** The steps that act on the shell itself that runs a flow: none in subshells, none in functions. */
export function* shellSteps(flow: Flow): Generator<FlowStep> {
  for (const step of flow) {
    if (step.kind === 'subshell' || step.kind === 'deferred') continue;
    yield step;
    if (step.kind === 'choice') for (const branch of step.branches) yield* shellSteps(branch);
    if (step.kind === 'loop') yield* shellSteps(step.body);
  }
}

/** Whether some steps may give a name no value since they read it from a file that may not be there: then nothing is read. */
export function dependsOnFile(flow: Flow, name: string): boolean {
  const steps = [...allSteps(flow)];
  return (
    steps.some(step => step.kind === 'define' && step.form === 'read' && step.name === name) &&
    steps.some(step => step.kind === 'input' && !step.isTest && step.path?.text !== '/dev/null')
  );
}
