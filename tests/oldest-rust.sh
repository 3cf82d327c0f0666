#!/usr/bin/env bash
# Builds the client with Rust 1.85 itself, the oldest it promises to build with.
#
#   oldest-rust.sh DIR    DIR keeps the compiler and the build
#
# The compiler is Debian 12's `rustc-web`, unpacked into DIR and not installed. Ends with 75 where Debian does not offer it.
set -euo pipefail

version=1.85
folder=${1:?a folder}
mkdir -p "$folder/packages"
folder=$(cd "$folder" && pwd)
cannot() { echo "oldest-rust.sh: $1" >&2; exit 75; }

# Full version and package names of what one package needs to run, as this machine's lists have them.
if [ ! -x "$folder/root/usr/bin/rustc" ]; then
    command -v apt-get >/dev/null || cannot "needs Debian's apt-get to fetch Rust $version"
    full=$(apt-cache madison rustc-web | awk -v wanted="$version." 'index($3, wanted) == 1 { print $3; exit }')
    if [ -z "$full" ] && [ "$(id -u)" = 0 ]; then
        apt-get update -q >/dev/null 2>&1
        full=$(apt-cache madison rustc-web | awk -v wanted="$version." 'index($3, wanted) == 1 { print $3; exit }')
    fi
    [ -n "$full" ] || cannot "this machine's package lists offer no rustc-web $version"
    library=$(apt-cache show "libstd-rust-web-$version=$full" | grep -o 'libllvm[0-9]*' | head -n 1)
    (cd "$folder/packages" && apt-get download -q -o APT::Sandbox::User=root \
        "rustc-web=$full" "libstd-rust-web-dev=$full" "libstd-rust-web-$version=$full" "$library" >/dev/null) || cannot "could not fetch rustc-web $full"
    rm -rf "$folder/unpacked"
    for package in "$folder"/packages/*.deb; do dpkg-deb --extract "$package" "$folder/unpacked"; done
    rm -rf "$folder/packages" "$folder/root"
    mv "$folder/unpacked" "$folder/root"
fi

# Only this compiler looks for its libraries there.
libraries=$(find "$folder/root/usr/lib" \( -name 'libLLVM*' -o -name 'librustc_driver*' \) -printf '%h\n' | sort -u | paste -sd :)
cat >"$folder/rustc" <<WRAPPER
#!/bin/sh
LD_LIBRARY_PATH=$libraries exec $folder/root/usr/bin/rustc "\$@"
WRAPPER
chmod +x "$folder/rustc"
"$folder/rustc" --version
RUSTC="$folder/rustc" cargo check --locked --quiet -p provost-agent --target-dir "$folder/build" 2>&1 || exit 1
echo "the client builds with Rust $version"
