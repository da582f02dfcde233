#!/usr/bin/env bash
# One machine, everything an operator has: a PostgreSQL of its own, a leader and a helper with a database each, keys, one
# sample task. Prints the addresses and waits; Ctrl-C stops all of it. Nothing outside the folder is touched; start it
# again with the same folder and it goes on where it was. For a look and for rehearsals: both aggregators are one
# operator here, so there is no split trust, and there is no TLS.
#
#   deploy/up.sh [FOLDER]          FOLDER: var/up by default
#
# Environment: SOTTO_BUILD_DIR (build/release), LEADER_PORT (8081), HELPER_PORT (8082), POSTGRES_BIN (where initdb is;
# found by itself), POSTGRES_USER (as root: who runs PostgreSQL, which root may not; postgres).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=${1:-$root/var/up}
build=${SOTTO_BUILD_DIR:-$root/build/release}
leader_port=${LEADER_PORT:-8081}
helper_port=${HELPER_PORT:-8082}
postgres_user=${POSTGRES_USER:-postgres}
task=sample

say() { printf '%s\n' "$*" >&2; }
die() {
  say "up.sh: $*"
  exit 1
}

for program in server-stub/sotto-server tools/cli/sotto; do
  [[ -x $build/$program ]] || die "$build/$program is not there. Build it: npm run build"
done
# The newest of Debian's, else what the path has.
has_all() { [[ -x $1/initdb && -x $1/pg_ctl && -x $1/psql && -x $1/createdb ]]; }
if [[ -z ${POSTGRES_BIN:-} ]]; then
  for candidate in "$(dirname "$(command -v initdb || true)")" /usr/lib/postgresql/*/bin; do
    if has_all "$candidate"; then POSTGRES_BIN=$candidate; fi
  done
fi
has_all "${POSTGRES_BIN:-/nowhere}" ||
  die "there is no PostgreSQL. Install it (apt-get install postgresql), or set POSTGRES_BIN."
command -v curl >/dev/null || die "curl is not there."

# PostgreSQL refuses to run as root.
database() {
  if [[ $(id -u) -eq 0 ]]; then
    (cd / && runuser -u "$postgres_user" -- "$@")
  else
    "$@"
  fi
}
if [[ $(id -u) -eq 0 ]]; then
  id "$postgres_user" >/dev/null 2>&1 || die "as root, PostgreSQL needs a user to run as: set POSTGRES_USER."
fi

mkdir -p "$folder"
umask 077
folder=$(cd "$folder" && pwd)
data=$folder/postgresql
socket=$(mktemp -d "${TMPDIR:-/tmp}/sotto-up.XXXXXX") # short: a socket's path has 107 bytes
pids=()

stop() {
  trap - EXIT
  trap '' INT TERM # once is enough; what is under way is finished
  say "stopping"
  for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  if [[ -f $data/postmaster.pid ]]; then
    database "$POSTGRES_BIN/pg_ctl" -D "$data" -m fast -w stop >/dev/null || true
  fi
  rm -rf "$socket"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# ---------------------------------------------------------------------------------------------------- PostgreSQL
if [[ $(id -u) -eq 0 ]]; then
  # The database's user must get to its folder, and to nothing else in ours.
  chmod 711 "$folder"
  database test -x "$folder" || die "$postgres_user cannot get to $folder. Choose a folder below /var or /tmp."
  mkdir -p "$data"
  chown "$postgres_user" "$data" "$socket"
fi
if [[ ! -f $data/PG_VERSION ]]; then
  say "making a database cluster in $data"
  database "$POSTGRES_BIN/initdb" -D "$data" -U sotto --auth=trust --encoding=UTF8 --no-locale >/dev/null
fi
# No port: only programs of this machine that get to the socket.
database "$POSTGRES_BIN/pg_ctl" -D "$data" -l "$data/server.log" -w -t 60 \
  -o "-c listen_addresses='' -c unix_socket_directories='$socket'" start >/dev/null || die "see $data/server.log"
for name in leader helper; do
  if ! database "$POSTGRES_BIN/psql" -h "$socket" -U sotto -d postgres -tAc \
    "SELECT 1 FROM pg_database WHERE datname = '$name'" | grep -q 1; then
    database "$POSTGRES_BIN/createdb" -h "$socket" -U sotto "$name"
  fi
done

# ----------------------------------------------------------------------------------------- keys, task, configuration
sotto=$build/tools/cli/sotto
leader_url=http://127.0.0.1:$leader_port
helper_url=http://127.0.0.1:$helper_port

configure() { # NAME PORT KEY
  mkdir -p "$folder/$1/keys" "$folder/$1/tasks"
  [[ -f $folder/$1/keys/$3.toml ]] || "$sotto" hpke keygen --id "$3" --out "$folder/$1/keys/$3.toml" >/dev/null
  cat >"$folder/$1/sotto.toml" <<TOML
[server]
port = $2
[storage]
path = "local.sqlite"
[aggregator]
storage = "postgresql://sotto@/$1?host=$socket"
tasks = "tasks"
keys = "keys"
job_wait_seconds = 0.5
reports_per_minute = 0  # every simulated device has the same address here
rho_per_release = 1.0
rho_per_epoch = 2.0
rho_lifetime = 100.0
TOML
}
configure leader "$leader_port" 1
configure helper "$helper_port" 2
if [[ ! -f $folder/new/collector/$task.toml ]]; then
  "$sotto" task new --id "$task" --kind popularity --items p1,p2,p3,p4,p5,p6 --max-items 1 \
    --sigma-squared 4 --minimum 100 --duration 30 \
    --leader "$leader_url/dap" --leader-operator "This machine" \
    --helper "$helper_url/dap" --helper-operator "This machine" --out "$folder/new" >/dev/null 2>"$folder/new.log" ||
    die "see $folder/new.log"
  for name in leader helper; do cp "$folder/new/$name/$task.toml" "$folder/$name/tasks/"; done
fi

# ------------------------------------------------------------------------------------------------------- servers
start() { # NAME URL
  "$build/server-stub/sotto-server" --config "$folder/$1/sotto.toml" --check-config >/dev/null
  # In a group of its own, so that Ctrl-C reaches this script alone, which stops them in order.
  setsid "$build/server-stub/sotto-server" --config "$folder/$1/sotto.toml" >>"$folder/$1/log" 2>&1 &
  local pid=$!
  pids+=("$pid")
  until curl -sf -o /dev/null "$2/readyz"; do
    kill -0 "$pid" 2>/dev/null || die "the $1 ended: $(tail -n 3 "$folder/$1/log")"
    sleep 0.1
  done
}
start helper "$helper_url"
start leader "$leader_url"

cat <<TEXT
leader      $leader_url/dap   log $folder/leader/log, metrics $leader_url/metrics
helper      $helper_url/dap   log $folder/helper/log, metrics $helper_url/metrics
PostgreSQL  $data, socket in $socket
task        $folder/new/leader/$task.toml
collect     $sotto collect --task $folder/new/collector/$task.toml
Ctrl-C stops all of it.
TEXT
# Ends when one of them does, and with it the other.
wait -n "${pids[@]}" || true
die "a server ended by itself; see $folder/leader/log and $folder/helper/log"
