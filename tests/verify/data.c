// data.c - comparing two queries on a database file.

#include "verify/data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char setup[] =
    "CREATE TABLE sale (id INTEGER PRIMARY KEY, shop INTEGER, price REAL, note TEXT);"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) "
    "INSERT INTO sale SELECT i, i % 7, (i % 1000) / 10.0, CASE WHEN i % 3 = 0 THEN "
    "'third' END FROM n;"
    "CREATE TABLE empty (id INTEGER)";

typedef struct {
    const char *left, *right;
    VerdictKind kind;
    Evidence evidence;
} Case;

static const Case cases[] = {
    {"SELECT shop FROM sale", "SELECT s.shop FROM sale s ORDER BY price", VERDICT_SAME,
     EVIDENCE_DATA},
    {"SELECT shop FROM sale", "SELECT DISTINCT shop FROM sale", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    {"SELECT id FROM sale", "SELECT id + 1 FROM sale", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    {"SELECT shop, note FROM sale WHERE id < 9", "SELECT shop FROM sale WHERE id < 9",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    // Order: ties are free, keys are not.
    {"SELECT id FROM sale ORDER BY id", "SELECT id FROM sale ORDER BY id DESC",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT shop, id FROM sale ORDER BY shop", "SELECT shop, id FROM sale ORDER BY 1, 2",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id FROM sale WHERE id < 99 ORDER BY shop",
     "SELECT id FROM sale WHERE id < 99 ORDER BY shop, id DESC", VERDICT_SAME,
     EVIDENCE_DATA},
    {"SELECT id FROM sale WHERE id < 99 ORDER BY shop",
     "SELECT id FROM sale WHERE id < 99 ORDER BY id", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    // The last tie group of a LIMIT.
    {"SELECT id FROM sale ORDER BY shop LIMIT 5",
     "SELECT id FROM sale ORDER BY shop, id DESC LIMIT 5", VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id FROM sale ORDER BY shop LIMIT 5",
     "SELECT id FROM sale ORDER BY id LIMIT 5", VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT id FROM sale ORDER BY id LIMIT 5", "SELECT id FROM sale ORDER BY id LIMIT 6",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT id FROM sale LIMIT 3", "SELECT id FROM sale ORDER BY id DESC LIMIT 3",
     VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE},
    // Floats: the order of a sum moves its last digits, in few rows and in many.
    {"SELECT shop, sum(price) FROM sale GROUP BY shop",
     "SELECT shop, sum(price) FROM (SELECT * FROM sale ORDER BY price DESC) GROUP BY "
     "shop",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id, price * 3 / 7 FROM sale", "SELECT id, price / 7 * 3 FROM sale",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id, price FROM sale", "SELECT id, price + 0.001 FROM sale",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    // What shows nothing.
    {"SELECT id FROM empty", "SELECT id FROM empty WHERE id > 1", VERDICT_UNDECIDED,
     EVIDENCE_VACUOUS},
    {"SELECT max(id) FROM empty", "SELECT min(id) FROM empty", VERDICT_UNDECIDED,
     EVIDENCE_VACUOUS},
    {"SELECT random() FROM sale", "SELECT random() FROM sale", VERDICT_UNDECIDED,
     EVIDENCE_INCOMPARABLE},
    {"SELECT abs(-9223372036854775807 - id) FROM sale WHERE id = 1", "SELECT 1",
     VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE},
    {"SELECT 1", "SELECT abs(-9223372036854775807 - id) FROM sale WHERE id = 1",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
};

static bool make_database(const char *path, Error *err)
{
    Scratch *scratch;
    EngineOptions options = {0};
    if (!scratch_create(DIALECT_SQLITE, path, &options, &scratch, err))
        return false;
    bool ok = scratch_execute(scratch, setup, err);
    scratch_close(scratch);
    return ok;
}

static bool passes(Engine *engine, const Catalog *catalog, const Case *it)
{
    Arena arena = ARENA_EMPTY;
    Verdict verdict = {0};
    Error err = {0};
    DataOptions options = {.timeout_ms = 20000};
    bool ran = judge_on_data(engine, &arena, catalog, it->left, it->right, &options,
                             &verdict, &err);
    bool ok = ran && verdict.kind == it->kind && verdict.evidence == it->evidence;
    if (!ok)
        printf("%s\n%s\n  %s %s: %s\n", it->left, it->right, verdict_name(verdict.kind),
               evidence_name(verdict.evidence), ran ? verdict.reason : err.message);
    arena_clear(&arena);
    return ok;
}

int main(void)
{
    Arena arena = ARENA_EMPTY;
    char path[] = "/tmp/hone-data-XXXXXX";
    Engine *engine;
    Error err = {0};
    EngineOptions options = {0};
    const Catalog *catalog;
    size_t passed = 0;
    int file = mkstemp(path);
    if (file >= 0 && close(file) == 0 && unlink(path) == 0 && make_database(path, &err) &&
        engine_open(path, &options, &engine, &err)) {
        if (engine_describe(engine, &arena, &catalog, &err))
            for (size_t i = 0; i < COUNT_OF(cases); i++)
                passed += passes(engine, catalog, &cases[i]);
        engine_close(engine);
    }
    if (err.message[0] != '\0')
        printf("%s\n", err.message);
    (void)unlink(path);
    arena_clear(&arena);
    printf("%zu passed, %zu failed\n", passed, COUNT_OF(cases) - passed);
    return passed < COUNT_OF(cases);
}
