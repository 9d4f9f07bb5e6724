#!/usr/bin/env bash
# Installs the tools of every language, and the browser that the tests use, on Debian and Ubuntu. What is there stays.
# Hotplug itself needs Node 20 or later and nothing of this.
set -euo pipefail

# C for WebAssembly, the browser, and what virtual environments of Python need.
packages=(clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32 chromium)
if ! python3 -m ensurepip --version >/dev/null 2>&1; then packages+=(python3-venv); fi

missing=()
for package in "${packages[@]}"; do
  if ! dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed; then
    missing+=("$package")
  fi
done
if [ "${#missing[@]}" -gt 0 ]; then
  echo "Installing ${missing[*]} ..."
  sudo=()
  if [ "$(id -u)" -ne 0 ]; then sudo=(sudo); fi
  export DEBIAN_FRONTEND=noninteractive
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null
fi

if command -v rustup >/dev/null; then
  echo "Installing the Rust target wasm32-wasip2 ..."
  rustup target add wasm32-wasip2
else
  echo "Rust plugins need rustup: see https://rustup.rs"
fi

if command -v go >/dev/null; then
  echo "Go: $(go version)"
else
  echo "Go plugins need Go 1.24 or later: see https://go.dev/dl"
fi

# componentize-py is installed by a project's first build, into the project's own environment.
echo "Python: $(python3 --version)"
