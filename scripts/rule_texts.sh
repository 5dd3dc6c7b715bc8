#!/bin/sh
# rule_texts.sh FILE… - the header comment of each rule's source file, or the whole of a
# rule that is written as data, as a line of C:
#     RULE_TEXT(name, "what it does …\n" …)

for file in "$@"; do
    name=$(basename "$file")
    name=${name%.*}
    case $file in
    *.rule)
        sed 's|^|// |; s| *$||' "$file"
        echo '//'
        echo '// Data: checked on every database of at most two rows a table over {NULL, 0, 1},'
        echo "// for each query of tests/rewrite/$name.test, in SQLite and DuckDB."
        ;;
    *) cat "$file" ;;
    esac |
    awk -v name="$name" '
        BEGIN { printf "RULE_TEXT(%s,\n", name }
        !/^\/\// { exit }
        {
            sub(/^\/\/ ?/, "")
            gsub(/\\/, "\\\\")
            gsub(/"/, "\\\"")
            gsub(/\?/, "\\?")
            printf "    \"%s\\n\"\n", $0
        }
        END { print ")" }
    '
done
