#!/bin/sh
# rule_texts.sh FILE… - the header comment of each rule's source file as a line of C:
#     RULE_TEXT(name, "what it does …\n" …)

for file in "$@"; do
    name=$(basename "$file" .c)
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
    ' "$file"
done
