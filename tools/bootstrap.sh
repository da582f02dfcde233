#!/usr/bin/env bash
# Sets this machine up to build, test and show Sotto. Does only what is missing, so running it again costs nothing.
#   tools/bootstrap.sh           everything
#   tools/bootstrap.sh --check   changes nothing; names what is missing and exits 1 if anything is
# Packages come from apt (Debian 12 and 13, Ubuntu 24.04; as root or with sudo), checked by apt's own signatures.
# Everything else goes into .toolchain/ (Emscripten, unless a recent one is active; sources for WASM) and node_modules/.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
toolchain=$root/.toolchain
log=$root/build/logs/bootstrap.log
readonly min_node=20 min_emscripten=3.1.60

check_only=false
case "${1:-}" in
  "") ;;
  --check) check_only=true ;;
  *) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac

fail() { echo "bootstrap: $*" >&2; exit 1; }

# step TEXT FUNCTION...: one line of progress, the output into the log, its end shown if it failed.
step() {
  local text=$1 start=$SECONDS; shift
  if $check_only; then echo "bootstrap: to do: $text"; missing=true; return; fi
  mkdir -p "$(dirname "$log")"
  printf 'bootstrap: %s ... ' "$text"
  echo "== $text" >> "$log"
  # A subshell of its own, because set -e does not hold inside a condition.
  set +e; (set -e; "$@") >> "$log" 2>&1; local status=$?; set -e
  if [ $status -ne 0 ]; then
    echo FAILED; tail -n 20 "$log" >&2; fail "$text failed; the whole log is build/logs/bootstrap.log"
  fi
  echo "$((SECONDS - start)) s"
}
missing=false

at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }  # at_least MINIMUM VERSION

# --- node ------------------------------------------------------------------------------------------------------------
command -v node > /dev/null && command -v npm > /dev/null ||
  fail "node and npm are missing: install Node.js $min_node or later (nodejs.org explains how), then run this again"
node_version=$(node -p process.versions.node)
at_least $min_node "$node_version" ||
  fail "node $node_version is too old: install Node.js $min_node or later (nodejs.org explains how), then run this again"

# --- packages --------------------------------------------------------------------------------------------------------
. /etc/os-release 2> /dev/null || ID=unknown VERSION_ID=
packages=(
  cmake ninja-build g++ ccache git python3 xz-utils
  clang-19 lld-19 llvm-19 libclang-rt-19-dev clang-tidy-19 clang-format-19
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev
  libeigen3-dev libhwy-dev libsimdjson-dev libutf8proc-dev
  libcli11-dev libspdlog-dev libtomlplusplus-dev libsqlite3-dev libpq-dev postgresql prometheus-cpp-dev libssl-dev zlib1g-dev
  ffmpeg fonts-noto-cjk fonts-noto-color-emoji
)
case "$ID-${VERSION_ID:-}" in
  debian-12) packages+=(libboost1.81-dev chromium) ;;  # its default Boost is 1.74, too old for the server
  ubuntu-*) packages+=(libboost-dev) ;;                # its chromium is a snap, which other programs cannot drive
  *) packages+=(libboost-dev chromium) ;;
esac

absent_packages() {
  dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${packages[@]}" 2> /dev/null |
    awk '$1 == "installed" {print $2}' | sort -u | comm -13 - <(printf '%s\n' "${packages[@]}" | sort)
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

install_packages() {
  as_root apt-get -qq update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@"
}

if command -v dpkg-query > /dev/null && command -v apt-get > /dev/null; then
  mapfile -t absent < <(absent_packages)
  if [ ${#absent[@]} -gt 0 ]; then
    [ "$(id -u)" = 0 ] || command -v sudo > /dev/null || $check_only ||
      fail "packages are missing and this is neither root nor sudo: as root, run apt-get install ${absent[*]}"
    step "installing ${#absent[@]} packages: ${absent[*]}" install_packages "${absent[@]}"
  fi
else
  for tool in cmake ninja c++ git python3 clang-19 ffmpeg chromium; do
    command -v $tool > /dev/null ||
      fail "$tool is missing and there is no apt here: install it and the equivalents of: ${packages[*]}"
  done
fi

# --- apt beside the system's: another release, or sources, without a change to the machine ------------------------------
# private_apt LIST ARGUMENTS...: apt-get that sees only the sources in LIST.
private_apt() {
  local state=$toolchain/apt list=$1; shift
  mkdir -p "$state"/{lists/partial,cache/archives/partial,parts}
  echo "$list" > "$state/sources.list"
  apt-get -qq -o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts="$state/parts" \
    -o Dir::State::Lists="$state/lists" -o Dir::Cache="$state/cache" -o APT::Sandbox::User="$(id -un)" "$@"
}

keyring=/usr/share/keyrings/$ID-archive-keyring.gpg
components=main
[ "$ID" != ubuntu ] || components="main universe"

# The address from which this machine already takes this release, so that none is written down here.
mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $VERSION_CODENAME" | sed -n 1p | grep . || {
    echo "apt lists no packages of $VERSION_CODENAME: run apt-get update" >&2; return 1; }
}

# --- Emscripten ------------------------------------------------------------------------------------------------------
# Its folder is written into .toolchain/emscripten-root, which cmake/EmscriptenToolchain.cmake reads.
recent_emscripten() {  # recent_emscripten FOLDER
  [ -f "$1/emscripten-version.txt" ] && at_least $min_emscripten "$(tr -d '"' < "$1/emscripten-version.txt")"
}

active_emscripten() {
  local emcc folder
  if [ -n "${EMSDK:-}" ]; then emcc=$EMSDK/upstream/emscripten/emcc; else emcc=$(command -v emcc) || return 1; fi
  folder=$(dirname "$(realpath "$emcc")")
  recent_emscripten "$folder" && echo "$folder"
}

# The emscripten and binaryen of Debian 13 (or Ubuntu 26.04), unpacked into a folder and driven by this system's
# clang-19. That release's C library goes with them for binaryen, which is started through its loader: nothing on the
# system is replaced.
build_emscripten() {
  local dest=$toolchain/emscripten debs=$toolchain/debs release=trixie list tool
  [ "$ID" != ubuntu ] || release=resolute
  rm -rf "$dest" "$debs"; mkdir -p "$debs" "$dest/binaryen/bin"
  list="deb [signed-by=$keyring] $(mirror) $release $components"
  private_apt "$list" update
  (cd "$debs"; private_apt "$list" download {emscripten,binaryen,libc6,libstdc++6,libgcc-s1}/$release)
  for deb in "$debs"/*.deb; do dpkg -x "$deb" "$dest"; done
  rm -rf "$debs"
  for tool in "$dest"/usr/bin/wasm*; do
    cat > "$dest/binaryen/bin/${tool##*/}" <<'SH'
#!/bin/sh
root=${0%/*}/../..
for lib in "$root"/usr/lib/*-linux-gnu; do :; done
for loader in "$lib"/ld-linux-*.so.*; do :; done
exec "$loader" --library-path "$lib:$lib/binaryen" "$root/usr/bin/${0##*/}" "$@"
SH
    chmod +x "$dest/binaryen/bin/${tool##*/}"
  done
  # Its JavaScript is CommonJS, whatever the package.json above it says.
  echo '{ "type": "commonjs" }' > "$dest/package.json"
  configure_emscripten
  "$dest/usr/share/emscripten/emcc" --version
}

emscripten_config() {
  cat <<PY
EMSCRIPTEN_ROOT = '$toolchain/emscripten/usr/share/emscripten'
LLVM_ROOT = '/usr/lib/llvm-19/bin'
BINARYEN_ROOT = '$toolchain/emscripten/binaryen'
NODE_JS = '$(command -v node)'
CACHE = '$toolchain/cache'
PY
}
configure_emscripten() { emscripten_config > "$toolchain/emscripten/usr/share/emscripten/.emscripten"; }

# Keeps the choice once made: build folders know it. Remove .toolchain/emscripten-root to choose anew.
chosen=$(cat "$toolchain/emscripten-root" 2> /dev/null || true)
if [ -z "$chosen" ] || ! recent_emscripten "$chosen"; then
  if chosen=$(active_emscripten); then
    $check_only || { mkdir -p "$toolchain"; echo "$chosen" > "$toolchain/emscripten-root"; }
  else
    chosen=$toolchain/emscripten/usr/share/emscripten
    step "building Emscripten in .toolchain/ (1.7 GB)" build_emscripten
    $check_only || echo "$chosen" > "$toolchain/emscripten-root"
  fi
fi
# Absolute paths: after the checkout or node has moved they are written again.
if [ "$chosen" = "$toolchain/emscripten/usr/share/emscripten" ] && ! emscripten_config | cmp -s - "$chosen/.emscripten"; then
  step "pointing Emscripten at this folder" configure_emscripten
fi

# --- sources and headers for WASM --------------------------------------------------------------------------------------
# The same versions as the system's libraries, so that native code and WASM agree.
upstream_version() { dpkg-query -W -f '${source:Upstream-Version}' "lib$1-dev"; }

fetch_source() {  # fetch_source NAME FILE...: FILEs of the source package NAME into .toolchain/src/NAME
  local name=$1 version list src=$toolchain/src download=$toolchain/download; shift
  version=$(upstream_version "$name")
  rm -rf "$download"; mkdir -p "$download" "$src/$name-$version"
  list="deb-src [signed-by=$keyring] $(mirror) $VERSION_CODENAME $components"
  private_apt "$list" update
  (cd "$download"; private_apt "$list" source --download-only "$name")
  tar -xf "$download/${name}_$version".orig.tar.* -C "$download"
  (cd "$download/$name-$version"; cp "$@" "$src/$name-$version/")
  rm -rf "${src:?}/$name"
  ln -s "$name-$version" "$src/$name"
  rm -rf "$download"
}

has_source() { [ "$(readlink "$toolchain/src/$1")" = "$1-$(upstream_version "$1")" ]; }

if command -v dpkg-query > /dev/null; then
  has_source simdjson || step "fetching simdjson's source" fetch_source simdjson singleheader/simdjson.{h,cpp} LICENSE
  has_source utf8proc || step "fetching utf8proc's source" fetch_source utf8proc utf8proc{,_data}.c utf8proc.h LICENSE.md
else
  for file in simdjson/simdjson.cpp utf8proc/utf8proc.c; do
    [ -f "$toolchain/src/$file" ] || fail "unpack the source of ${file%/*} into .toolchain/src/${file%/*} (${file#*/} in it)"
  done
fi

link_headers() {
  mkdir -p "$toolchain"/include/{eigen3,highway}
  ln -sfn /usr/include/eigen3/Eigen "$toolchain/include/eigen3/Eigen"
  ln -sfn /usr/include/hwy "$toolchain/include/highway/hwy"
}
[ -e "$toolchain/include/eigen3/Eigen/Core" ] && [ -e "$toolchain/include/highway/hwy/highway.h" ] ||
  step "linking headers for WASM" link_headers

# --- node packages -----------------------------------------------------------------------------------------------------
# Compares package-lock.json with the copy npm keeps of what it installed; packages for other systems are not in it.
node_modules_match() {
  node -e '
    const read = (file) => JSON.parse(require("fs").readFileSync(file, "utf8")).packages;
    const installed = read("node_modules/.package-lock.json");
    const differs = ([path, { version, optional }]) =>
      path.includes("node_modules/") && (installed[path] ? installed[path].version !== version : !optional);
    process.exit(Object.entries(read("package-lock.json")).some(differs) ? 1 : 0);
  ' 2> /dev/null
}
install_node_modules() { npm ci --ignore-scripts --no-audit --no-fund; }
node_modules_match || step "installing node packages" install_node_modules

# --- a browser for the demo and the browser tests ------------------------------------------------------------------------
command -v "${CHROMIUM:-chromium}" chromium-browser google-chrome > /dev/null ||
  fail "no Chromium here: install chromium or Google Chrome, or let CHROMIUM name the program, then run this again"

! $missing
