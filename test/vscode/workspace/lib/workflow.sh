# What the commands of this project share.
STATE_FILE=.state.env
append_workflow_state() {
  echo "$1=$2" >> "$STATE_FILE"
}
greet() {
  echo "Hello $1, $PLAN"
}
