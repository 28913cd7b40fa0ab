import { type AnalysedBlock, type DocumentFlow, NOTHING_AROUND } from '../flow/documentFlow';
import { interpretBlock } from '../flow/interpreter';
import { allSteps, type Flow } from '../shell/script';
import { inputsOf } from './inputs';

/** How the project wants a variable to be calculated anew. */
export interface Recipe {
  readonly name: string;
  readonly lines: readonly string[];
  readonly flow: Flow;
}

/** What is to be inserted for some variables: recipes in the order of their needs, and names that have none. */
export interface RecipePlan {
  readonly recipes: readonly Recipe[];
  readonly others: readonly string[];
}

/** More recipes that need each other are a program. */
const MAX_RECIPES = 20;

/** Which recipes give some variables their values before a block, and which variables those need besides. */
export function planRecipes(
  flow: DocumentFlow,
  block: AnalysedBlock,
  names: readonly string[],
  texts: ReadonlyMap<string, string>,
): RecipePlan {
  const recipes = new Map<string, Recipe>();
  const others = new Set<string>();
  const visiting = new Set<string>();
  const visit = (name: string): void => {
    const text = texts.get(name);
    if (text === undefined) {
      others.add(name);
      return;
    }
    if (visiting.has(name) || visiting.size >= MAX_RECIPES) return;
    visiting.add(name);
    const recipe = { name, lines: text.split(/\r?\n/), flow: flow.readShell(text).flow };
    for (const needed of missingIn(recipe.flow))
      if (texts.has(needed) || flow.originOfVariable(needed, block) !== undefined) visit(needed);
    // Behind what it needs.
    recipes.set(name, recipe);
  };
  names.forEach(visit);
  return { recipes: [...recipes.values()], others: [...others] };
}

/** Why what a recipe gives may be another value in each block, most telling first. */
export function doubtsAboutRecipe({ name, flow }: Recipe): RecipeDoubts {
  const { instabilities, hasEffects, directory, isPlace } = inputsOf(flow);
  const isSet = [...allSteps(flow)].some(step => step.kind === 'define' && step.name === name);
  return {
    doubts: [
      ...(isSet ? [] : [`the recipe's text does not show that it sets ${name}`]),
      ...instabilities,
      ...(hasEffects ? ['the recipe does more than calculate'] : []),
    ],
    directory,
    isPlace,
  };
}

interface RecipeDoubts {
  readonly doubts: readonly string[];
  /** True where it depends on the directory. */
  readonly directory: boolean;
  /** True where it gives the directory itself, and not what git says of it. */
  readonly isPlace: boolean;
}

/** The names that some steps read before they have a value. */
function missingIn(steps: Flow): readonly string[] {
  const { exposed } = interpretBlock(steps, { ...NOTHING_AROUND, provided: new Set() });
  return [...new Set(exposed.map(({ read }) => read.name))];
}
