import type { Call } from '../shell/script';

/** Commands whose failure is no reason to stop: they prepare, print or ask. */
const HARMLESS = new Set(
  (
    ': alias basename cat date declare dirname echo export false hash head jobs kill local ls mkdir printf pwd readonly rm set ' +
    'shopt sleep source tail tee touch trap true type typeset umask unset wait which'
  ).split(' '),
);

/** Subcommands of git whose failure should keep the block from going on. */
const GIT_GATES = new Set(
  'am apply checkout cherry-pick clone merge pull rebase revert switch worktree'.split(' '),
);

/** Whether a command by itself may fail in a way that what follows counts on its success. */
export function mayFail({ name, arguments: words }: Call): boolean {
  if (name === undefined || HARMLESS.has(name)) return false;
  return name === 'git' ? GIT_GATES.has(words[0]?.text ?? '') : true;
}

/** Subcommands that publish or destroy, by their programs. */
const PUBLISHING: ReadonlyMap<string, RegExp> = new Map([
  ['git', /^(?:push|commit|reset --hard|clean -\w*f|branch -D|merge)\b/],
  ['npm', /^publish\b/],
  ['pnpm', /^publish\b/],
  ['yarn', /^(?:npm )?publish\b/],
  ['cargo', /^publish\b/],
  ['twine', /^upload\b/],
  ['gh', /^(?:release (?:create|upload|delete)|pr (?:create|merge))\b/],
  ['kubectl', /^(?:delete|apply|replace)\b/],
  ['helm', /^(?:upgrade|uninstall|delete)\b/],
  ['terraform', /^(?:apply|destroy)\b/],
  ['tofu', /^(?:apply|destroy)\b/],
  ['docker', /^(?:push|system prune)\b/],
  ['aws', /^s3 (?:rm|sync|mv)\b/],
  ['fly', /^deploy\b/],
  ['flyctl', /^deploy\b/],
  ['wrangler', /^deploy\b/],
  ['vercel', /^(?:deploy\b|--prod\b)/],
]);

/** Whether a command destroys or publishes what a failed one before it should have made, checked or reached. */
export function isDestroying(call: Call, gate: Call): boolean {
  const words = call.arguments.map(({ text }) => text);
  if (call.name === 'rm') return words.some(word => /^-\w*[rR]/.test(word)) && dependsOn(words, gate);
  if (call.name === 'mv' || call.name === 'cp') return gate.name === 'cd' && words.some(isRelative);
  const form = PUBLISHING.get(call.name ?? '');
  return form?.test(words.filter(word => !/^-C$/.test(word)).join(' ')) === true;
}

/** `cd build` and `rm -rf *`; `cp -r data backup` and `rm -rf data`. */
function dependsOn(words: readonly string[], gate: Call): boolean {
  const targets = words.filter(word => !word.startsWith('-'));
  if (gate.name === 'cd' || gate.name === 'pushd') return targets.some(isRelative);
  const saved = new Set(gate.arguments.map(({ text }) => text));
  return SAVING.has(gate.name ?? '') && targets.some(word => saved.has(word));
}

const SAVING = new Set('aws cp gzip mv pg_dump rsync scp tar zip'.split(' '));

function isRelative(word: string): boolean {
  return /^["']?[\w.*?][^$]*$/.test(word);
}
