# What the commands of this folder share. Sourced, never run.

# Where a run hands values over from one block to the next: the same path in every block.
WORKFLOW_STATE="${PROJECT_DIR:-.}/.crossblock/weekly-report.sh"

log_step() {
  printf '[weekly-report] %s\n' "$*"
}

# save_value NAME VALUE: keeps a value for later blocks.
save_value() {
  mkdir -p "$(dirname "$WORKFLOW_STATE")"
  printf '%s=%q\n' "${1}" "${2}" >> "$WORKFLOW_STATE"
}
