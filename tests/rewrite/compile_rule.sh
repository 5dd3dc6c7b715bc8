#!/bin/sh
# compile_rule.sh PROGRAM - what compile_rule says of rules that are none.

program=$1
file=$(mktemp --suffix=.rule) || exit 2
trap 'rm -f "$file"' EXIT
passed=0 failed=0

# expect MESSAGE: the rule on standard input is refused with it.
expect() {
    cat >"$file"
    said=$("$program" "$file" 2>&1 >/dev/null)
    case $? in
    0) said="it was compiled" ;;
    esac
    case $said in
    *"$1"*) passed=$((passed + 1)) ;;
    *) failed=$((failed + 1)); echo "expected: $1"; echo "got: $said" ;;
    esac
}

expect 'name - summary' <<END
no name
END
expect 'before and after must come in pairs' <<END
a - b.
  before   \$x = \$x
END
expect 'expected an expression' <<END
a - b.
  before   \$x = = \$x
  after    TRUE
END
expect 'not in before' <<END
a - b.
  before   \$x = \$x
  after    \$y IS NOT NULL
END
expect 'not for patterns' <<END
a - b.
  before   \$x IN (1, 2)
  after    TRUE
END
expect 'no condition never_nul in' <<END
a - b.
  before   \$x = \$x
  after    \$x IS NOT NULL
  (1) never_nul(\$x): it is not
END
expect 'asks for 1 holes' <<END
a - b.
  before   \$x = \$x
  after    \$x IS NOT NULL
  (1) never_null: it is not
END
expect 'the same holes' <<END
a - b.
  before   \$x = \$y
  after    \$y = \$x
  before   \$y < \$x
  after    \$x > \$y
END
echo "$passed passed, $failed failed"
[ $failed = 0 ]
