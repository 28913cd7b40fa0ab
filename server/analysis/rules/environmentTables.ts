import type { Call } from '../shell/script';

/**
 * Which tools take which names from their environment without being told. Sources: the tools' own manuals (aws(1) "Environment
 * variables", kubectl and helm "KUBECONFIG", python(1), `go help environment`, npm and node(1), git(1), gh-environment(7), docker
 * and compose "Environment variables", libpq "Environment Variables", gcloud "Properties", terraform "Environment Variables").
 */
const READERS: readonly (readonly [names: string, tools: string])[] = [
  [
    'AWS_PROFILE AWS_REGION AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_ENDPOINT_URL',
    'aws terraform tofu terragrunt cdk sam pulumi eksctl serverless sls copilot packer',
  ],
  ['KUBECONFIG', 'kubectl helm helmfile k9s flux istioctl oc kubectx stern skaffold'],
  ['PYTHONPATH', 'python python3 pytest'],
  ['DJANGO_SETTINGS_MODULE', 'django-admin pytest'],
  ['FLASK_APP', 'flask'],
  ['GOFLAGS GOPROXY GOPRIVATE GOOS GOARCH CGO_ENABLED GOPATH', 'go'],
  ['RUSTFLAGS CARGO_TARGET_DIR CARGO_HOME', 'cargo'],
  ['NODE_ENV NODE_OPTIONS', 'node npm npx yarn pnpm'],
  ['GH_TOKEN GH_HOST GH_REPO', 'gh'],
  ['GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_SSH_COMMAND GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL', 'git'],
  ['DOCKER_HOST DOCKER_CONTEXT DOCKER_BUILDKIT', 'docker docker-compose'],
  ['COMPOSE_FILE COMPOSE_PROJECT_NAME', 'docker docker-compose'],
  ['PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE', 'psql pg_dump pg_restore createdb dropdb pg_isready'],
  ['MYSQL_PWD', 'mysql mysqldump'],
  ['REDISCLI_AUTH', 'redis-cli'],
  ['GOOGLE_APPLICATION_CREDENTIALS', 'gcloud terraform tofu'],
  ['CLOUDSDK_CORE_PROJECT CLOUDSDK_ACTIVE_CONFIG_NAME', 'gcloud gsutil bq'],
  ['TF_WORKSPACE TF_DATA_DIR', 'terraform tofu terragrunt'],
  ['VAULT_ADDR VAULT_TOKEN VAULT_NAMESPACE', 'vault'],
  ['JAVA_HOME', 'mvn gradle sbt'],
  ['MAVEN_OPTS', 'mvn'],
  ['FLY_API_TOKEN', 'fly flyctl'],
  ['CLOUDFLARE_API_TOKEN CLOUDFLARE_ACCOUNT_ID', 'wrangler'],
  ['SENTRY_AUTH_TOKEN SENTRY_ORG SENTRY_PROJECT', 'sentry-cli'],
  ['HF_TOKEN HF_HOME', 'hf huggingface-cli'],
];

/** The names that a tool reads, by the tool. */
export const NAMES_READ: ReadonlyMap<string, readonly string[]> = invert(READERS);

function invert(rows: typeof READERS): ReadonlyMap<string, readonly string[]> {
  const result = new Map<string, string[]>();
  for (const [names, tools] of rows)
    for (const tool of tools.split(' ')) result.set(tool, [...(result.get(tool) ?? []), ...names.split(' ')]);
  return result;
}

const OPTIONS =
  /^--(?:profile|region|kubeconfig|context|kube-context|repo|git-dir|host|project|file|project-name|workspace|dbname)\b/;

const SHORT_OPTIONS: ReadonlyMap<string, RegExp> = new Map([
  ['git', /^-C$/],
  ['gh', /^-R$/],
  ['docker', /^-[fHp]$/],
  ['docker-compose', /^-[fp]$/],
  // A database may be named by a whole address.
  ['psql', /^-h$|:\/\/|^["']?\$/],
]);

/** Whether a call says by an option what the environment would have said. */
export function saysItself({ name = '', arguments: words }: Call): boolean {
  return words.some(({ text }) => OPTIONS.test(text) || SHORT_OPTIONS.get(name)?.test(text) === true);
}

/** Tools of a Python environment: the interpreter, what is called by its side, and what projects install into it. */
export const PYTHON_TOOLS: ReadonlySet<string> = new Set(
  (
    'python python3 pip pip3 pytest ipython jupyter flask uvicorn gunicorn celery alembic django-admin streamlit mypy black ' +
    'pylint flake8 isort coverage tox'
  ).split(' '),
);

/** Tools of a Node version that nvm or fnm selects. */
export const NODE_TOOLS: ReadonlySet<string> = new Set('node npm npx yarn pnpm corepack'.split(' '));

/** Directories of PATH by their ends, with the tools that lie there. */
export const PATH_TOOLS: readonly (readonly [end: RegExp, tools: ReadonlySet<string>])[] = [
  [/(?:^|\/)\.cargo\/bin$/, new Set(['cargo', 'rustc', 'rustup', 'rustfmt'])],
  [/(?:^|\/)\.bun\/bin$/, new Set(['bun', 'bunx'])],
  [/(?:^|\/)\.deno\/bin$/, new Set(['deno'])],
  // `~/go/bin` holds what `go install` makes, not go itself.
  [/^\/usr\/(?:local|lib)\/go\/bin$/, new Set(['go', 'gofmt'])],
  [/(?:^|\/)\.foundry\/bin$/, new Set(['forge', 'cast', 'anvil'])],
  [/(?:^|\/)\.fly\/bin$/, new Set(['fly', 'flyctl'])],
  [/(?:^|\/)\.?v?env\/bin$/, PYTHON_TOOLS],
  [/(?:^|\/)\.elan\/bin$/, new Set(['lake', 'lean', 'elan'])],
];
