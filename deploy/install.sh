#!/usr/bin/env bash
# Installs Waystation on Debian or Ubuntu as a service, or brings an installed one to this version.
#
#   git clone <this repository> waystation && sudo waystation/deploy/install.sh
#
# Run it again from a newer checkout to upgrade: the new version is set up beside the old one, the
# data is brought to it on a copy, and when anything fails the old version serves the old data again.
#
#   --uninstall     take the service and the program away; the data and its user stay
#   --root DIR      install below DIR instead of / (to try it; nobody is added to the system)
#   --no-systemd    do not install or start the service
#   --setup COMMAND what makes a checkout ready, instead of .ci/setup.sh
#
# docs/upgrade.md tells what it does, step by step.
set -euo pipefail

SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ROOT=""
SYSTEMD=yes
SETUP=.ci/setup.sh
ACTION=install
readonly USER_NAME=waystation
readonly UNIT=waystation.service

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$@" >&2; exit 1; }

main() {
  while [ $# -gt 0 ]; do
    case "$1" in
      --uninstall) ACTION=uninstall ;;
      --no-systemd) SYSTEMD=no ;;
      --root) shift; ROOT=${1:?--root needs a folder} ;;
      --setup) shift; SETUP=${1:?--setup needs a command} ;;
      *) stop "Unknown: $1. See the beginning of $0." ;;
    esac
    shift
  done
  APP=$ROOT/opt/waystation
  DATA=$ROOT/var/lib/waystation
  if [ -z "$ROOT" ] && [ "$(id -u)" -ne 0 ]; then
    stop "This makes a user and a service, which takes root. Run: sudo $0"
  fi
  if [ "$SYSTEMD" = yes ] && ! command -v systemctl >/dev/null; then
    stop "There is no systemd here. With --no-systemd only the program and its data folder are made."
  fi
  "$ACTION"
}

install() {
  if [ -e "$APP/run.py" ]; then
    stop "$APP holds a checkout itself. Stop the service, move it to $APP.old, and run this again:" \
      "the data in $DATA stays where it is."
  fi
  make_user
  local new before
  new=$APP/versions/$(version_name)
  before=$(readlink "$APP/current" || true)
  make_ready "$new"
  if [ "$before" = "$new" ]; then
    say "This version is installed already."
    start_service || stop "It does not start: journalctl --unit $UNIT"
  else
    change_to "$new" "$before"
    forget_versions "$new" "$before"
  fi
  tell
}

make_user() {
  mkdir -p "$APP/versions" "$DATA"
  chmod 0700 "$DATA"
  if [ -n "$ROOT" ]; then return; fi
  if ! id "$USER_NAME" >/dev/null 2>&1; then
    useradd --system --home-dir "$DATA" --shell /usr/sbin/nologin "$USER_NAME"
  fi
  chown "$USER_NAME:$USER_NAME" "$DATA"
}

# A version is its number and the commit it is of; what is no checkout is told by its content.
version_name() {
  local number commit
  number=$(sed -n 's/^VERSION = "\(.*\)"$/\1/p' "$SOURCE/gateway/kernel/version.py")
  commit=$(git -C "$SOURCE" rev-parse --short=12 HEAD 2>/dev/null) ||
    commit=$(find "$SOURCE" -name '*.py' -not -path '*/.venv/*' -exec sha256sum {} + | sort | sha256sum | cut -c1-12)
  say "$number-$commit"
}

# make_ready FOLDER: the program, set up in the place where it will run.
make_ready() {
  if [ -e "$1/.ready" ]; then return; fi
  say "Setting up $1"
  rm -rf "$1"
  mkdir -p "$1"
  tar -C "$SOURCE" --exclude=./.git --exclude=./.venv --exclude=./node_modules --exclude=./var -cf - . |
    tar -C "$1" --no-same-owner -xf -
  (cd "$1" && bash -c "$SETUP") || stop "Setting up failed. The version that runs was not touched."
  touch "$1/.ready"
}

# change_to NEW BEFORE: data, link and service, or everything as it was.
change_to() {
  stop_service
  if [ -e "$DATA/waystation.db" ] && ! run_in "$1" upgrade --data "$DATA"; then
    start_service || true
    stop "The data was not upgraded, for the reason above. The version before serves it again."
  fi
  turn_link "$1"
  install_unit
  if start_service; then return; fi
  stop_service
  if [ -z "$2" ]; then stop "It does not start: journalctl --unit $UNIT"; fi
  if ! run_in "$1" upgrade --back --data "$DATA"; then
    say "The data stays as it is: the older version may refuse it." >&2
  fi
  turn_link "$2"
  start_service || stop "Neither version starts: journalctl --unit $UNIT"
  stop "The new version did not start (journalctl --unit $UNIT). The version before serves again."
}

# run_in FOLDER ARGUMENTS: a command of that version, as the one who owns the data.
run_in() {
  local folder=$1
  shift
  local as=()
  if [ -z "$ROOT" ]; then as=(runuser -u "$USER_NAME" --); fi
  (cd "$folder" && ${as[@]+"${as[@]}"} .venv/bin/python run.py "$@")
}

turn_link() {
  ln -sfn "$1" "$APP/current.new"
  mv -T "$APP/current.new" "$APP/current"
}

install_unit() {
  local folder=$ROOT/etc/systemd/system
  mkdir -p "$folder"
  sed "s|/opt/waystation/|/opt/waystation/current/|; s|=/opt/waystation$|=/opt/waystation/current|" \
    "$APP/current/deploy/$UNIT" >"$folder/$UNIT"
  if [ "$SYSTEMD" = yes ]; then
    systemctl daemon-reload
    systemctl enable --quiet "$UNIT"
  fi
}

# systemd waits until the gateway says that it answers (Type=notify).
start_service() {
  if [ "$SYSTEMD" = yes ]; then systemctl start "$UNIT"; fi
}

stop_service() {
  if [ "$SYSTEMD" = yes ]; then systemctl stop "$UNIT" 2>/dev/null || true; fi
}

# forget_versions NEW BEFORE: all others go.
forget_versions() {
  local one
  for one in "$APP"/versions/*; do
    if [ "$one" != "$1" ] && [ "$one" != "$2" ]; then rm -rf "$one"; fi
  done
}

tell() {
  say "" "Waystation is installed: $(readlink "$APP/current")"
  if [ "$SYSTEMD" = yes ]; then
    journalctl --unit "$UNIT" --output cat --lines 200 | grep -A4 'is ready' | tail -5 || true
  else
    say "Start it:  cd $APP/current && .venv/bin/python run.py serve --data $DATA"
  fi
}

uninstall() {
  stop_service
  if [ "$SYSTEMD" = yes ]; then systemctl disable --quiet "$UNIT" 2>/dev/null || true; fi
  rm -f "$ROOT/etc/systemd/system/$UNIT"
  if [ "$SYSTEMD" = yes ]; then systemctl daemon-reload; fi
  rm -rf "$APP"
  say "Waystation is gone. Its data stays in $DATA, with its key, and belongs to the user $USER_NAME."
}

main "$@"
