#!/usr/bin/env bash
# Installs the tools of every language that plugins are written in, on Debian and Ubuntu; what is there stays.
#
#   scripts/setup.sh            tools of all languages
#   scripts/setup.sh --tests    and what Hotplug's own tests need: a browser, Extism's own host, readers of exports
#   scripts/setup.sh --check    install nothing, say what is missing; exit code 1 where anything is
#
# Python's programs go into an environment of their own, $HOTPLUG_TOOLS (.cache/tools below the repository
# where that is not set), and links to them into its folder links/, which the last line says to put on the PATH.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
tools=${HOTPLUG_TOOLS:-$here/.cache/tools}
tests=false
check=false
missing=0

usage() {
  sed -n '2,9s/^# \{0,1\}//p' -- "${BASH_SOURCE[0]}"
}

for argument in "$@"; do
  case $argument in
    --tests) tests=true ;;
    --check) check=true ;;
    --help | -h)
      usage
      exit 0
      ;;
    *)
      echo "setup.sh: unknown argument \"$argument\"" >&2
      usage >&2
      exit 2
      ;;
  esac
done

say() {
  printf '%s\n' "$*"
}

# there NAME DETAIL
there() {
  say "  there    $1${2:+: $2}"
}

# lacks NAME HOW: counts what is not there.
lacks() {
  say "  missing  $1${2:+: $2}"
  missing=$((missing + 1))
}

# at_least WANTED FOUND: whether a version is not older than another.
at_least() {
  [ "$(printf '%s\n%s\n' "$1" "$2" | sort --version-sort | head -n 1)" = "$1" ]
}

is_installed() {
  dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed
}

can_be_installed() {
  [ -n "$(apt-cache madison "$1" 2>/dev/null)" ]
}

# The newest clang that the system has whole; 16 is the oldest that does.
clang_packages() {
  local version
  for version in 19 20 21 22 18 17 16; do
    if is_installed "clang-$version" && is_installed "libclang-rt-$version-dev-wasm32"; then
      printf '%s\n' "clang-$version" "lld-$version" wasi-libc "libclang-rt-$version-dev-wasm32"
      return
    fi
  done
  for version in 19 20 21 22 18 17 16; do
    if can_be_installed "clang-$version" && can_be_installed "libclang-rt-$version-dev-wasm32"; then
      printf '%s\n' "clang-$version" "lld-$version" wasi-libc "libclang-rt-$version-dev-wasm32"
      return
    fi
  done
  printf '%s\n' clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32
}

install_packages() {
  say "Debian packages (C, Python, and what the others need):"
  if ! command -v apt-get >/dev/null; then
    lacks "apt-get" "this is no Debian or Ubuntu; \`hotplug doctor --all\` has the commands of other systems"
    return
  fi
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then sudo=(sudo); fi
  # A new machine knows no packages yet.
  if ! $check && ! can_be_installed ca-certificates; then "${sudo[@]}" apt-get update -qq; fi
  local wanted=(ca-certificates curl)
  # A Python that is not the system's has what environments need.
  if ! python3 -m ensurepip --version >/dev/null 2>&1; then wanted+=(python3 python3-venv); fi
  local package
  while IFS= read -r package; do wanted+=("$package"); done < <(clang_packages)
  if $tests; then wanted+=(chromium); fi
  local absent=()
  for package in "${wanted[@]}"; do
    if is_installed "$package"; then
      there "$package"
    elif $check; then
      lacks "$package"
    else
      absent+=("$package")
    fi
  done
  if [ "${#absent[@]}" -eq 0 ]; then return; fi
  say "  install  ${absent[*]}"
  export DEBIAN_FRONTEND=noninteractive
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${absent[@]}" </dev/null
}

install_rust() {
  say "Rust:"
  # Components, and modules for Extism's hosts.
  local targets=(wasm32-wasip2 wasm32-wasip1)
  export PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
  if ! command -v rustup >/dev/null; then
    if $check; then
      lacks rustup "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"
      return
    fi
    say "  install  rustup with the targets ${targets[*]}"
    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs |
      sh -s -- -y --profile minimal --target "${targets[@]}"
    return
  fi
  there rustup "$(rustc --version)"
  # Without `rustup target list`'s own lines about updates.
  local installed target
  installed=$(rustup target list --installed 2>/dev/null || true)
  for target in "${targets[@]}"; do
    if grep -qx "$target" <<<"$installed"; then
      there "target $target"
    elif $check; then
      lacks "target $target" "rustup target add $target"
    else
      say "  install  target $target"
      rustup target add "$target"
    fi
  done
}

install_python() {
  say "Python's programs in $tools:"
  local wanted=(componentize-py==0.25.1 uv)
  local stamp=$tools/.hotplug-setup
  if [ -f "$stamp" ] && [ "$(cat -- "$stamp")" = "${wanted[*]}" ]; then
    there "${wanted[*]}"
  elif $check; then
    lacks "${wanted[*]}"
    return
  else
    say "  install  ${wanted[*]}"
    python3 -m venv -- "$tools"
    "$tools/bin/python" -m pip install --quiet --disable-pip-version-check "${wanted[@]}"
    printf '%s' "${wanted[*]}" >"$stamp"
  fi
  # Not the environment's own folder: its python would stand before the system's.
  mkdir -p -- "$tools/links"
  local program
  for program in componentize-py uv; do ln -sfn -- "$tools/bin/$program" "$tools/links/$program"; done
}

# libextism, which Extism's plugins are compared with, and what reads exports: Perfetto's and OpenTelemetry's messages.
install_test_packages() {
  say "What tests compare with, in $tools:"
  local wanted=(extism==1.1.1 perfetto==0.59.1 opentelemetry-proto==1.45.2)
  local stamp=$tools/.hotplug-setup-tests
  if [ -f "$stamp" ] && [ "$(cat -- "$stamp")" = "${wanted[*]}" ]; then
    there "${wanted[*]}"
  elif $check; then
    lacks "${wanted[*]}"
  else
    say "  install  ${wanted[*]}"
    "$tools/bin/python" -m pip install --quiet --disable-pip-version-check "${wanted[@]}"
    printf '%s' "${wanted[*]}" >"$stamp"
  fi
}

# Go and Node come from their own makers; no package of a distribution is recent enough.
check_go() {
  say "Go:"
  local version
  if ! command -v go >/dev/null; then
    lacks "go 1.24 or later" "https://go.dev/dl/"
    return
  fi
  version=$(go env GOVERSION)
  version=${version#go}
  if at_least 1.24 "$version"; then
    there go "$version"
  else
    lacks "go 1.24 or later" "$(command -v go) is $version; https://go.dev/dl/"
  fi
}

check_node() {
  say "Node:"
  local version
  if ! command -v node >/dev/null; then
    lacks "node 20 or later" "https://nodejs.org/"
    return
  fi
  version=$(node --version)
  version=${version#v}
  if at_least 22 "$version"; then
    there node "$version"
  elif at_least 20 "$version"; then
    there node "$version (22 or later for plugins in Python and JavaScript; in this repository \`npm install\` brings one)"
  else
    lacks "node 20 or later" "$(command -v node) is $version; https://nodejs.org/"
  fi
}

install_packages
install_rust
install_python
if $tests; then install_test_packages; fi
check_go
check_node

if [ "$missing" -gt 0 ]; then
  say "$missing missing."
  exit 1
fi
say "All there. For componentize-py and uv: export PATH=\"$tools/links:\$PATH\""
