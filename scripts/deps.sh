#!/bin/sh
# deps.sh - install what building and running hone needs and is not there yet.
#
#   sh scripts/deps.sh
#
# Debian packages by apt, as root or with sudo. DuckDB's library is looked for in
# HONE_DUCKDB_LIBRARY, in the system, in the cache, and else fetched: from the npm package
# of its bindings, or from the upstream release. Without it hone works on SQLite alone.
# Ends with 0 if hone can be built; the second time it takes no time.

packages="gcc libc6-dev meson ninja-build pkg-config libsqlite3-dev sqlite3 libjson-c-dev
    libxxhash-dev"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/hone
library=$cache/libduckdb.so

say() {
    echo "deps: $*" >&2
}

# Packages

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

can_install() {
    command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }
}

missing_packages() {
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
            printf ' %s' "$package"
    done
}

apt_install() {
    say "installing$(printf ' %s' "$@")"
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 && return
    # Perhaps only the lists of packages are old, or not there yet.
    as_root apt-get update -qq >/dev/null 2>&1
    as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        say "not a Debian: see to it that there are" $packages
        return 0
    fi
    missing=$(missing_packages $packages)
    [ -n "$missing" ] || return 0
    if ! can_install; then
        say "missing, and neither root nor sudo to install them:$missing"
        return 1
    fi
    apt_install $missing || { say "could not install:$missing"; return 1; }
}

# DuckDB

# Version and sha512 of the npm package for this machine.
npm_package() {
    case $(uname -m) in
    x86_64)
        package=@duckdb/node-bindings-linux-x64@1.5.6-r.1
        sum=21772b64913a904a8cd19e30c1d5671811d7fdface4b7dd53cd0300d743f43e1
        sum=${sum}6cf386f4e7c41ef78721ac208870d2651bc6375072145387817824315b998dd5
        ;;
    aarch64)
        package=@duckdb/node-bindings-linux-arm64@1.5.5-r.5
        sum=09a7c7d8022f5eda700f29c6dca07fe2e10e1d11a516807b6ae091308c07dc12
        sum=${sum}8d2286ec00d5792d2a43277b5fc9108522c2ba7bc013d5eb1e5959eed83bf773
        ;;
    *)
        return 1
        ;;
    esac
}

in_system() {
    PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | grep -q 'libduckdb\.so '
}

# Puts the file $1 into the cache, whole or not at all.
keep_library() {
    mv "$1" "$library.new" && chmod 644 "$library.new" && mv "$library.new" "$library"
}

fetch_from_npm() {
    npm_package || return 1
    command -v npm >/dev/null || { can_install && apt_install npm; } || return 1
    say "fetching $package"
    file=$(cd "$work" && npm pack --silent "$package" 2>/dev/null | tail -n 1)
    [ -n "$file" ] && [ -f "$work/$file" ] || return 1
    if ! echo "$sum  $work/$file" | sha512sum -c --status; then
        say "$package is not what was pinned: not used"
        return 1
    fi
    tar -xzf "$work/$file" -C "$work" && keep_library "$work/package/libduckdb.so"
}

# Where there is no npm. Over https, but with no sum to hold it against.
fetch_from_release() {
    case $(uname -m) in
    x86_64) machine=amd64 ;;
    aarch64) machine=arm64 ;;
    *) return 1 ;;
    esac
    release=https://github.com/duckdb/duckdb/releases/download/v1.5.5
    command -v curl >/dev/null && command -v unzip >/dev/null || return 1
    say "fetching the release of DuckDB 1.5.5"
    curl -fsSL -m 300 -o "$work/duckdb.zip" "$release/libduckdb-linux-$machine.zip" &&
        unzip -q -o "$work/duckdb.zip" libduckdb.so -d "$work" &&
        keep_library "$work/libduckdb.so"
}

install_duckdb() {
    [ -z "$HONE_DUCKDB_LIBRARY" ] || return 0
    { [ -f "$library" ] || in_system; } && return
    mkdir -p "$cache" && work=$(mktemp -d "$cache/fetch.XXXXXX") || return 1
    fetch_from_npm || fetch_from_release
    status=$?
    rm -rf "$work"
    return $status
}

install_packages || exit 1
install_duckdb ||
    say "no DuckDB library could be had: hone works on SQLite; see hone doctor"
exit 0
