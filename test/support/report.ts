/** A project with a command of several blocks, in a list and a quote too, and with a library: what the editor's features are asked about. */
export const LIBRARY = `# Shared by the commands.
append_workflow_state() {
  local key="$1"
  echo "$key=$2" >> "$STATE_FILE"
}
greet() {
  local name="$1"
  echo "Hello $name, $PLAN"
}
DEFAULT_PLAN=plan.md
`;

export const REPORT = `# Report

## Step 1: Set up

\`\`\`bash
# Find the plan
PLAN=plan.md
STATE_FILE=.state.env
source lib/workflow.sh
append_workflow_state "PLAN" "$PLAN"
\`\`\`

## Step 2: Use it

- in a list:

  > \`\`\`bash
  > é="𝒳"; cat "$PLAN" # é 𝒳
  > source .state.env
  > echo "$PLAN"
  > \`\`\`

## Step 3: Greet

\`\`\`bash
heading() {
  local title="$1"
  echo "== $title"
}
heading "$PLAN"
greet World
\`\`\`
`;

export const PROJECT = { 'lib/workflow.sh': LIBRARY, '.claude/commands/report.md': REPORT };
export const REPORT_FILE = '.claude/commands/report.md';
