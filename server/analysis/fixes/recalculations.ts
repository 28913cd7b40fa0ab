import type { Analysis } from '../analyse';
import type { Finding } from '../finding';
import { kept } from '../kept';
import type { Fix, Safety } from './fix';
import { isAboutValue, recalculate } from './recalculate';
import type { FixSettings } from './settings';

/** The ways to calculate a finding's value anew. */
export interface Recalculations {
  /** By the project's recipe. */
  readonly byRecipe: Fix | undefined;
  /** In the author's own way. */
  readonly alone: Fix | undefined;
  /** With the other values of the block that can be trusted as much. */
  readonly whole: Fix | undefined;
}

export function recalculations(
  analysis: Analysis,
  finding: Finding,
  { recipes }: FixSettings,
): Recalculations {
  const block = analysis.flow.blocks[finding.block - 1];
  const { name } = finding;
  if (!isAboutValue(finding) || name === undefined || block === undefined)
    return { byRecipe: undefined, alone: undefined, whole: undefined };
  const ofBlock = blockFixes(analysis)(finding.block, recipes);
  const alone = ofBlock.alone(name);
  const byRecipe = recipes.has(name) ? recalculate(analysis.flow, block, [name], recipes) : undefined;
  const best = byRecipe ?? alone;
  return { byRecipe, alone, whole: best && ofBlock.whole(best.safety) };
}

/** Several variables of a block in one insertion. */
export interface Together {
  readonly fix: Fix;
  readonly names: readonly string[];
}

/** As many of some variables of a block as go together in one insertion; undefined for fewer than two. */
export function recalculateTogether(
  { flow }: Analysis,
  number: number,
  names: readonly string[],
  recipes: ReadonlyMap<string, string>,
): Together | undefined {
  const block = flow.blocks[number - 1];
  if (block === undefined || names.length < 2) return undefined;
  const all = recalculate(flow, block, names, recipes);
  if (all !== undefined) return { fix: all, names };
  if (names.length > MAX_TRIED) return undefined;
  // One that does not go together with the others must not keep them apart.
  let together: Together | undefined;
  for (const name of names) {
    const more = [...(together?.names ?? []), name];
    const fix = recalculate(flow, block, more, recipes);
    if (fix !== undefined) together = { fix, names: more };
  }
  return together === undefined || together.names.length < 2 ? undefined : together;
}

/** Findings of one block that are tried one by one for what they have in common; a block with more of them is generated. */
const MAX_TRIED = 100;

const TRUSTED: Readonly<Record<Safety, readonly Safety[]>> = {
  safe: ['safe'],
  unsafe: ['safe', 'unsafe'],
  suggestion: ['safe', 'unsafe', 'suggestion'],
};

/** What can be said of a block's values: each of its findings asks for it. */
const blockFixes = kept((analysis: Analysis) => {
  const known = new Map<number, BlockFixes>();
  return (number: number, recipes: ReadonlyMap<string, string>): BlockFixes => {
    const before = known.get(number);
    if (before?.recipes === recipes) return before;
    const made = new BlockFixes(analysis, number, recipes);
    known.set(number, made);
    return made;
  };
});

class BlockFixes {
  readonly recipes: ReadonlyMap<string, string>;
  readonly #analysis: Analysis;
  readonly #number: number;
  readonly #alone = new Map<string, Fix | undefined>();
  readonly #whole = new Map<Safety, Fix | undefined>();

  constructor(analysis: Analysis, number: number, recipes: ReadonlyMap<string, string>) {
    this.#analysis = analysis;
    this.#number = number;
    this.recipes = recipes;
  }

  alone(name: string): Fix | undefined {
    if (!this.#alone.has(name)) {
      const block = this.#analysis.flow.blocks[this.#number - 1];
      this.#alone.set(name, block && recalculate(this.#analysis.flow, block, [name]));
    }
    return this.#alone.get(name);
  }

  whole(safety: Safety): Fix | undefined {
    if (!this.#whole.has(safety)) this.#whole.set(safety, this.#together(TRUSTED[safety]));
    return this.#whole.get(safety);
  }

  #together(trusted: readonly Safety[]): Fix | undefined {
    const own = findingsOf(this.#analysis).get(this.#number) ?? [];
    if (own.length > MAX_TRIED) return undefined;
    const names = own.flatMap(({ name }) => {
      const fix = name === undefined ? undefined : this.alone(name);
      const isTrusted = fix !== undefined && trusted.includes(fix.safety);
      return name !== undefined && (isTrusted || this.recipes.has(name)) ? [name] : [];
    });
    const fix = recalculateTogether(this.#analysis, this.#number, names, this.recipes)?.fix;
    return fix !== undefined && trusted.includes(fix.safety) ? fix : undefined;
  }
}

/** The findings about values, by their blocks. */
export const findingsOf = kept(({ findings }: Analysis): ReadonlyMap<number, readonly Finding[]> => {
  const byBlock = new Map<number, Finding[]>();
  for (const finding of findings.filter(isAboutValue)) {
    const own = byBlock.get(finding.block);
    if (own === undefined) byBlock.set(finding.block, [finding]);
    else own.push(finding);
  }
  return byBlock;
});
