#!/bin/sh
# Plant a small change of the model and look for it, offline: `make demo` runs this.
#
# The simulator paints the panel three times: a reference, a fresh sample of the same model, and
# one of a model that was changed a little. It is seeded, so that it goes the same way every time.
# The first comparison must find nothing, the second must find the change; else this fails.
set -eu
harness=${1:-harness}
here=.harness/demo
panel=$here/panel.yaml # a copy: what is pinned below lies beside it
pages=reports/panel
export HARNESS_CASSETTES="$here/cassettes" HARNESS_ENDPOINT=simulator

# paint RECORDING VERSION SEED SAMPLES
paint() {
    HARNESS_SIMULATOR_VERSION=$2 HARNESS_SIMULATOR_SEED=$3 "$harness" run "$panel" \
        --live missing --record-only --recording "$1" --samples "$4" >"$here/$1.txt" 2>&1 ||
        { cat "$here/$1.txt" >&2; return 1; }
}

# compare RECORDING DUE: hold a recording against the reference; DUE is the exit code it must have
compare() {
    echo
    echo "\$ HARNESS_CASSETTES=$HARNESS_CASSETTES harness compare main $1 --suite $panel -o $pages/$1.html"
    code=0
    "$harness" compare main "$1" --suite "$panel" -o "$pages/$1.html" >"$here/$1.txt" 2>&1 || code=$?
    if [ "$code" -ne "$2" ]; then
        cat "$here/$1.txt" >&2
        echo "demo: comparing main with $1 ended with $code, not with $2" >&2
        return 1
    fi
    grep -q PICTURES: "$here/$1.txt" || cat "$here/$1.txt" >&2
    sed -n '/^[^a-z]*CONTRACT: /,/^not seen by this/{/^not seen by this/!p;}' "$here/$1.txt"
}

rm -rf "$here"
mkdir -p "$here" "$pages"
cp "$(dirname "$0")/panel.yaml" "$panel"
echo "Has the model changed? The simulator paints a panel of 10 cells: 80 pictures of a model, 40 fresh"
echo "ones of the same model, 40 of one that was changed a little. Half a minute or so ..."
paint main same 1 8 &
main=$!
paint same same 2 4
paint subtle subtle 3 4
wait "$main"
compare same 0
compare subtle 1

# The changed model's pictures as a quality meeting has them: the reference sample beside each.
echo
echo "\$ harness baseline pin main $panel && harness run $panel --recording subtle --samples 4"
"$harness" baseline pin main "$panel" --by demo >"$here/pin.txt" 2>&1 || { cat "$here/pin.txt" >&2; exit 1; }
"$harness" run "$panel" --recording subtle --samples 4 --fail-on none >"$here/run.txt" 2>&1 || { cat "$here/run.txt" >&2; exit 1; }
tail -n 3 "$here/run.txt"
