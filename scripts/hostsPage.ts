import { placesOf } from '../server/analysis/hosts';
import { type HostProfile, whatIsKept } from '../server/analysis/hosts/profile';

/** What is known of the hosts, as Markdown. */
export function hostsPage(hosts: readonly HostProfile[]): string {
  const rows = hosts.map(host => {
    const places = placesOf(host).map(place => `\`${place}\``);
    return `| \`${host.name}\` | ${host.title} | ${places.join(', ')} | ${whatIsKept(host).replace(/^it /, '')} |`;
  });
  return `# Hosts

Generated from the profiles themselves by \`npm run docs\`. The innermost of these places in a file's path tells its host, where
nobody says it (\`--host\`, the setting \`crossblock.host\`, \`.crossblock.json\`); else it is ${hosts[0]!.title}.

| name | host | places | what it does |
| --- | --- | --- | --- |
${rows.join('\n')}

${hosts.map(section).join('\n')}`;
}

function section({ title, facts }: HostProfile): string {
  const rows = facts.map(({ says, source, confidence }) => `| ${says} | ${confidence} | ${source} |`);
  return `## ${title[0]!.toUpperCase()}${title.slice(1)}

| fact | confidence | source |
| --- | --- | --- |
${rows.join('\n')}
`;
}
