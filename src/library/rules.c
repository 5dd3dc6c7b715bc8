// rules.c - hone_rules: the catalogue, from the headers of the rules' own files.

#include "library/json.h"
#include "library/session.h"

#include "base/text.h"
#include "rewrite/rewrite.h"

// The header comment of each rule; made by scripts/rule_texts.sh.
static const char *const rule_texts[RULE_COUNT] = {
#define RULE_TEXT(name, text) [RULE_##name] = (text),
#include "library/rule_texts.def"
#undef RULE_TEXT
};

static void add_rule(Json *array, RuleId rule)
{
    Json *made = json_push_object(array);
    json_add_text(made, "rule", rewrite_rules[rule].name);
    json_add_text(made, "summary", rewrite_rules[rule].summary);
    json_add_text(made, "text", rule_texts[rule]);
}

static const char *list_of_rules(Arena *arena)
{
    Text text = text_new(arena);
    for (RuleId rule = 0; rule < RULE_COUNT; rule++)
        text_addf(&text, "%-34s %s\n", rewrite_rules[rule].name,
                  rewrite_rules[rule].summary);
    return text.bytes;
}

// Returns "; did you mean x?" with the nearest rule, or where to see them all.
static const char *rule_advice(Arena *arena, const char *name)
{
    enum { FARTHEST = 4 };
    size_t least = FARTHEST + 1;
    const char *nearest = NULL;
    for (RuleId rule = 0; rule < RULE_COUNT; rule++) {
        size_t distance = text_distance(name, rewrite_rules[rule].name);
        if (distance < least) {
            least = distance;
            nearest = rewrite_rules[rule].name;
        }
    }
    return nearest != NULL ? arena_printf(arena, "; did you mean %s?", nearest)
                           : "; `hone rules` lists them";
}

bool hone_rules(const char *name, HoneResult **result, HoneError *error)
{
    Error err;
    RuleId rule = name != NULL ? rule_find(name) : RULE_COUNT;
    if (name != NULL && rule == RULE_COUNT) {
        Arena scratch = ARENA_EMPTY;
        fail(&err, ERROR_NAME, "no rule %.80s%s", name, rule_advice(&scratch, name));
        arena_clear(&scratch);
        return report_error(error, NULL, &err);
    }
    HoneResult *made = result_new();
    made->json = json_object_new_object();
    Json *rules = json_add_array(made->json, "rules");
    for (RuleId each = 0; each < RULE_COUNT; each++) {
        if (name == NULL || each == rule)
            add_rule(rules, each);
    }
    made->text = name != NULL ? rule_texts[rule] : list_of_rules(&made->arena);
    *result = made;
    return true;
}

void hone_rules_markdown(HoneResult **result)
{
    HoneResult *made = result_new();
    Text text = text_new(&made->arena);
    text_add(&text, "# The rewrite rules\n\nMade by `hone rules --markdown` from the "
                    "headers of the rules in src/rewrite/rules and rules.\n");
    for (RuleId rule = 0; rule < RULE_COUNT; rule++)
        text_addf(&text, "\n## %s\n\n```text\n%s```\n", rewrite_rules[rule].name,
                  rule_texts[rule]);
    made->text = text.bytes;
    *result = made;
}
