#!/bin/sh
# Sotto's Prio3 and the crate prio, each on the other's reports. See README.md.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
sotto=${1:-$here/../../../../build/release/tools/cli/sotto}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/sotto" "$folder/prio"
cargo build --release --quiet --manifest-path "$here/Cargo.toml"
peer=$here/target/release/sotto-vdaf-peer
"$sotto" vdaf make --out "$folder/sotto" --count "${COUNT:-200}" --seed "${SEED:-1}"
"$peer" check "$folder"/sotto/*.json
"$peer" make "$folder/prio"
"$sotto" vdaf check "$folder"/prio/*.json | tail -1
