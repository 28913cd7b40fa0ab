import type { Call, Define, Export, FunctionDefinition, Read } from '../shell/script';
import type { BlockFlow, DeletedPath, EndingCall, ExposedRead, LoadedFile, UsedPath } from './blockFlow';
import type { FileEffect } from './fileEffects';
import { NameMap } from './nameMap';
import type { Binding, State } from './state';

/** What a run of a block has seen so far, in the order of execution. */
export class BlockRecord {
  readonly unknownCalls: Call[] = [];
  readonly definitions: Define[] = [];
  readonly exports: Export[] = [];
  readonly functions: FunctionDefinition[] = [];
  readonly loads: LoadedFile[] = [];
  readonly fileEffects: FileEffect[] = [];
  readonly deletedAtEnd: DeletedPath[] = [];
  readonly usedPaths: UsedPath[] = [];
  readonly testedPaths: UsedPath[] = [];
  readonly removedPaths: UsedPath[] = [];
  readonly endingCalls: EndingCall[] = [];
  readonly #exposed = new Map<Read, ExposedRead>();

  /** A read that sees no value: what it saw the first time counts. */
  expose(read: Read, maybeSet: boolean): void {
    if (!this.#exposed.has(read)) this.#exposed.set(read, { read, maybeSet });
  }

  excuse(reads: Iterable<Read>): void {
    for (const read of reads) this.#exposed.delete(read);
  }

  /**
   * @param last what is true at the block's end, or where it left
   * @param goesOn the same without the ways on which it has failed
   */
  finish(last: State, goesOn: State = last): BlockFlow {
    const end = withoutMarks(last);
    return {
      exposed: [...this.#exposed.values()],
      unknownCalls: this.unknownCalls,
      definitions: this.definitions.filter(
        ({ name }) => end.names.has(name) || isGivenByBranch(last.names.get(name)),
      ),
      exports: this.exports,
      functions: this.functions.filter(({ name }) => end.functions.has(name)),
      loads: this.loads,
      fileEffects: this.fileEffects,
      deletedAtEnd: this.deletedAtEnd,
      usedPaths: this.usedPaths,
      testedPaths: this.testedPaths,
      removedPaths: this.removedPaths,
      endingCalls: this.endingCalls,
      takenAway: [...goesOn.names].flatMap(([name, binding]) =>
        binding.mark === 'takenAway' && binding.presence === 'set' ? [name] : [],
      ),
      end,
    };
  }
}

/** Whether a name that the block has asked for had got a value on one of its branches. */
function isGivenByBranch(binding: Binding | undefined): boolean {
  return binding?.mark === 'required' && binding.definitions.length > 0;
}

/** What the block gives its names: neither what it took away nor what it only asked for. */
function withoutMarks(state: State): State {
  // A function that leaves the shell leaves its parameters behind.
  const given = ([name, binding]: readonly [string, Binding]) =>
    binding.mark === undefined && /^[A-Za-z_]/.test(name);
  return { ...state, names: NameMap.of([...state.names].filter(given)) };
}
