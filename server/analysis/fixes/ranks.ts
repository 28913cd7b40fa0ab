import type { Fix, Safety } from './fix';

export const ALL: ReadonlySet<Safety> = new Set(['safe', 'unsafe', 'suggestion']);

const RANKS: readonly Safety[] = ['safe', 'unsafe', 'suggestion'];

/** How much the best of some fixes can be trusted; undefined without any. */
export function bestOf(fixes: readonly Fix[]): Safety | undefined {
  return RANKS.find(safety => fixes.some(fix => fix.safety === safety));
}

/**
 * A fix that is to be trusted no more than what brings another value.
 * @param why a clause
 */
export function noBetterThan(limit: Safety, fix: Fix, why: string): Fix {
  if (RANKS.indexOf(fix.safety) >= RANKS.indexOf(limit)) return fix;
  const own = fix.title.replace(/ \((?:unsafe|suggestion): .*\)$/, '');
  const notice = /[;,] (allowed-tools does not name [^;)]*)/.exec(fix.title)?.[1];
  return {
    ...fix,
    safety: limit,
    isSure: limit === 'unsafe' && (fix.safety === 'safe' || fix.isSure === true),
    title: `${own} (${limit}: ${[why, ...(notice === undefined ? [] : [notice])].join('; ')})`,
  };
}

export function asSuggestion(fix: Fix): Fix {
  if (fix.safety !== 'unsafe') return fix;
  return {
    ...fix,
    safety: 'suggestion',
    title: fix.title.replace('(unsafe: ', '(suggestion: ').replace(', unsafe: ', ', suggestion: '),
  };
}
