#!/bin/sh
# demo.sh - from a fresh machine to the first result: set up what is missing, build,
# make the demo shop, and let hone work on its twenty slow queries.
#
#   sh scripts/demo.sh [DIR]      DIR: where the shop goes; default ./shop

cd "$(dirname "$0")/.." || exit 2
dir=${1:-shop}
sh scripts/deps.sh || exit 2

[ -f build/build.ninja ] || meson setup build --buildtype=release >/dev/null || exit 2
echo "building"
ninja -C build --quiet src/app/hone src/hone-worker || exit 2

if [ ! -f "$dir/shop.sqlite" ]; then
    build/src/app/hone demo "$dir" || exit
fi
echo
exec build/src/app/hone optimize "$dir/queries" --db "$dir/shop.sqlite"
