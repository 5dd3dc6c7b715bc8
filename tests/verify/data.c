// data.c - comparing two queries on a database file.

#include "verify/data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char sqlite_setup[] =
    "CREATE TABLE sale (id INTEGER PRIMARY KEY, shop INTEGER, price REAL, note TEXT);"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) "
    "INSERT INTO sale SELECT i, i % 7, (i % 1000) / 10.0, CASE WHEN i % 3 = 0 THEN "
    "'third' END FROM n;"
    "CREATE TABLE swing (id INTEGER PRIMARY KEY, g INTEGER, v REAL);"
    "INSERT INTO swing SELECT id, id % 7, (id % 2 * 2 - 1) * 1e15 + id * 0.1 FROM sale;"
    "CREATE TABLE empty (id INTEGER);"
    "CREATE TABLE word (id INTEGER PRIMARY KEY, w TEXT COLLATE NOCASE, r TEXT COLLATE "
    "RTRIM, x);"
    "INSERT INTO word VALUES (1, 'a', 'p', 1), (2, 'A', 'p ', 1.0), (3, 'b', 'q', 'one'),"
    " (4, 'B', 'q', X'31'), (5, NULL, NULL, NULL)";
static const char duckdb_setup[] =
    "CREATE TABLE sale AS SELECT i::INTEGER AS id, (i % 7)::INTEGER AS shop, (i % 1000) "
    "/ "
    "10.0::DOUBLE AS price, ((i % 1000) / 7.0::DOUBLE)::FLOAT AS narrow, (i % 100 / "
    "100.0)::DECIMAL(9, 2) AS exact FROM range(1, 30001) AS t(i);"
    "CREATE TABLE empty (id INTEGER);"
    "CREATE TABLE kind (id INTEGER, f DOUBLE, d DATE, s TIMESTAMP, z TIMESTAMPTZ, i "
    "INTERVAL, l INTEGER[], m MAP(VARCHAR, INTEGER), t STRUCT(a INTEGER, b VARCHAR), b "
    "BLOB, e ENUM ('x', 'y'));"
    "INSERT INTO kind VALUES (1, 'nan', '2024-02-29', '2024-02-29 10:00:00', "
    "'2024-02-29 10:00:00+00', INTERVAL 1 MONTH, [1, NULL], MAP {'k': 1}, {'a': 1, 'b': "
    "'x'}, 'ab'::BLOB, 'x'), (2, 'inf', '2024-03-01', '2024-03-01 00:00:00', "
    "'2024-03-01 00:00:00+00', INTERVAL 30 DAY, [], MAP {}, {'a': NULL, 'b': 'y'}, "
    "''::BLOB, 'y'), (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)";

typedef struct {
    const char *left, *right;
    VerdictKind kind;
    Evidence evidence;
} Case;

// Large results, on each engine.
static const Case large_cases[] = {
    // A LIMIT takes any rows of a tie group that is too large for memory, each once.
    {"SELECT id FROM sale LIMIT 25000",
     "SELECT id FROM sale ORDER BY id DESC LIMIT 25000", VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id FROM sale LIMIT 25000",
     "SELECT id - id % 2 FROM sale ORDER BY id DESC LIMIT 25000", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    {"SELECT shop < 6 AS k, id, price * 3 / 7 FROM sale ORDER BY k DESC LIMIT 24000",
     "SELECT shop < 6 AS k, id, price / 7 * 3 FROM sale ORDER BY k DESC, id DESC LIMIT "
     "24000",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT shop < 6 AS k, id FROM sale ORDER BY k DESC LIMIT 24000 OFFSET 1000",
     "SELECT shop < 6 AS k, CASE WHEN id = 777 THEN 778 ELSE id END FROM sale ORDER BY k "
     "DESC, id LIMIT 24000",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT shop < 6 AS k, id FROM sale ORDER BY k DESC LIMIT 27000",
     "SELECT shop < 6 AS k, id FROM sale ORDER BY k LIMIT 27000", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    {"SELECT price * 3 / 7 FROM sale LIMIT 25000",
     "SELECT price / 7 * 3 FROM sale ORDER BY price DESC LIMIT 25000", VERDICT_SAME,
     EVIDENCE_DATA},
    {"SELECT price * 3 / 7 FROM sale LIMIT 25000",
     "SELECT CASE WHEN id = 777 THEN 1.23 ELSE price END / 7 * 3 FROM sale ORDER BY id "
     "LIMIT 25000",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    // Floats that differ: the rows that may are read again.
    {"SELECT id, shop, price * 1.1e0 FROM sale",
     "SELECT id, shop, price * 1.2e0 FROM sale", VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT id, price * 1.1e0 FROM sale",
     "SELECT id, price * CASE WHEN id = 777 THEN 1.2e0 ELSE 1.1e0 END FROM sale",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT shop, price * 1.1e0 FROM sale",
     "SELECT CASE WHEN id = 777 THEN 9 ELSE shop END, price * 1.1e0 FROM sale",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT shop, price * 1.1e0 FROM sale",
     "SELECT shop, price * CASE WHEN shop = 3 THEN 1.2e0 ELSE 1.1e0 END FROM sale",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT price * 1.1e0 FROM sale", "SELECT price * 1.2e0 FROM sale",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT id, price * 1.1e0 FROM sale", "SELECT id, price * 11e0 / 10 FROM sale",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id, price * 1.1e0 FROM sale",
     "SELECT id, price * 1.1e0 * (1 + (id % 3 - 1) * 5e-10) FROM sale", VERDICT_SAME,
     EVIDENCE_DATA},
    {"SELECT id, price * 1.1e0 FROM sale",
     "SELECT id, price * 1.1e0 * (1 + (id % 3 - 1) * 2e-9) FROM sale", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
};

static const Case sqlite_cases[] = {
    // Terms that cancel, in so many groups that they are sorted.
    {"SELECT id, sum(x) FROM (SELECT id, 0.1 AS x FROM swing UNION ALL SELECT id, v FROM "
     "swing UNION ALL SELECT id, -v FROM swing) GROUP BY id",
     "SELECT id, sum(x) FROM (SELECT id, v AS x FROM swing UNION ALL SELECT id, -v FROM "
     "swing UNION ALL SELECT id, 0.1 FROM swing) GROUP BY id",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id, sum(x) FROM (SELECT id, 0.1 AS x FROM swing UNION ALL SELECT id, v FROM "
     "swing UNION ALL SELECT id, -v FROM swing) GROUP BY id",
     "SELECT id, sum(x) FROM (SELECT id, v AS x FROM swing UNION ALL SELECT id, -v FROM "
     "swing UNION ALL SELECT id, CASE WHEN id = 77 THEN 70.1 ELSE 0.1 END FROM swing) "
     "GROUP BY id",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
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
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id FROM sale LIMIT 3", "SELECT -id FROM sale ORDER BY id DESC LIMIT 3",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    // Floats: the order of a sum moves its last digits, in few rows and in many.
    {"SELECT shop, sum(price) FROM sale GROUP BY shop",
     "SELECT shop, sum(price) FROM (SELECT * FROM sale ORDER BY price DESC) GROUP BY "
     "shop",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id, price * 3 / 7 FROM sale", "SELECT id, price / 7 * 3 FROM sale",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id, price FROM sale", "SELECT id, price + 0.001 FROM sale",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    // Terms that cancel: what counts is the sum of their magnitudes, as far as it goes.
    {"SELECT g, sum(v) FROM swing GROUP BY g",
     "SELECT g, sum(v) FROM (SELECT * FROM swing ORDER BY v LIMIT -1) GROUP BY g",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT g, sum(v) FROM swing GROUP BY g",
     "SELECT g, sum(v) + 1e9 FROM swing GROUP BY g", VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT g, avg(v) * 2 FROM swing GROUP BY g ORDER BY g LIMIT 4",
     "SELECT g, avg(v) * 2 FROM (SELECT * FROM swing ORDER BY v LIMIT -1) GROUP BY g "
     "ORDER BY g LIMIT 4",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT g, coalesce(-sum(v), 0) FROM swing GROUP BY g",
     "SELECT g, coalesce(-sum(v), 0) FROM (SELECT * FROM swing ORDER BY v LIMIT -1) "
     "GROUP BY g",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT g, sum(v) - v FROM swing GROUP BY g, v",
     "SELECT g, sum(v) - v + 1e-3 FROM swing GROUP BY g, v", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    {"SELECT id, sum(v) OVER (PARTITION BY g) FROM swing",
     "SELECT s.id, t.v FROM swing s JOIN (SELECT g, sum(v) AS v FROM (SELECT * FROM "
     "swing "
     "ORDER BY v LIMIT -1) GROUP BY g) t ON t.g = s.g",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id, sum(v) OVER (PARTITION BY g) FROM swing",
     "SELECT s.id, t.v + (s.id = 777) * 1e9 FROM swing s JOIN (SELECT g, sum(v) AS v "
     "FROM "
     "swing GROUP BY g) t ON t.g = s.g",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    // The clock stands still.
    {"SELECT id, julianday('now') FROM sale",
     "SELECT id, julianday('now', '+0 days') FROM sale", VERDICT_SAME, EVIDENCE_DATA},
    // Floats and whole numbers in one column, on one side or on both.
    {"SELECT id, shop * 1.5 FROM sale", "SELECT id, shop * 3 / 2.0 FROM sale",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id, sum(shop) FROM sale GROUP BY id",
     "SELECT id, total(shop) FROM sale GROUP BY id", VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id, sum(shop) FROM sale GROUP BY id",
     "SELECT id, total(shop) + 1e-12 FROM sale GROUP BY id", VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id, sum(shop) FROM sale GROUP BY id",
     "SELECT id, total(shop) + (id = 777) * 1e-6 FROM sale GROUP BY id",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT id, CASE WHEN id % 2 = 0 THEN shop ELSE price END FROM sale",
     "SELECT id, CASE WHEN id % 2 = 0 THEN shop ELSE price END + (id = 777) * 1e-6 FROM "
     "sale",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT DISTINCT s.id, w FROM sale s JOIN word ON true",
     "SELECT DISTINCT s.id, upper(w) FROM sale s JOIN word ON true", VERDICT_SAME,
     EVIDENCE_DATA},
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
    // LIMIT and OFFSET over more rows than are fetched.
    {"SELECT id, shop FROM sale ORDER BY shop LIMIT 10 OFFSET 4280",
     "SELECT id, shop FROM sale ORDER BY shop, id DESC LIMIT 10 OFFSET 4280",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id, shop FROM sale ORDER BY shop LIMIT 10 OFFSET 4280",
     "SELECT id, shop FROM sale ORDER BY shop, id LIMIT 10 OFFSET 4290",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT id FROM sale ORDER BY id LIMIT 5 OFFSET 29998",
     "SELECT id FROM sale WHERE id > 29998 ORDER BY id", VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id FROM sale ORDER BY shop LIMIT 25000",
     "SELECT id FROM sale ORDER BY shop, id DESC LIMIT 25000", VERDICT_SAME,
     EVIDENCE_DATA},
    {"SELECT id FROM sale ORDER BY shop LIMIT 25000",
     "SELECT id + (id = 15) FROM sale ORDER BY shop, id DESC LIMIT 25000",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT id FROM sale ORDER BY shop LIMIT 25000",
     "SELECT id FROM sale ORDER BY shop DESC LIMIT 25000", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    {"SELECT id FROM sale ORDER BY shop LIMIT 25000 OFFSET 20000",
     "SELECT id FROM sale ORDER BY shop, id DESC LIMIT -1 OFFSET 20000", VERDICT_SAME,
     EVIDENCE_DATA},
    // A hidden key, in many rows.
    {"SELECT id FROM sale ORDER BY shop", "SELECT id FROM sale ORDER BY shop, id DESC",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id FROM sale ORDER BY shop", "SELECT id FROM sale ORDER BY shop DESC",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    // A LIMIT inside, whose ties the engine settles: either is right.
    {"SELECT count(*), sum(id) FROM (SELECT id FROM sale ORDER BY shop LIMIT 9)",
     "SELECT count(*), sum(id) FROM (SELECT id FROM sale ORDER BY shop, id DESC LIMIT 9)",
     VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE},
    {"SELECT id, row_number() OVER (ORDER BY shop) FROM sale ORDER BY id LIMIT 5",
     "SELECT id, row_number() OVER (ORDER BY shop, id DESC) FROM sale ORDER BY id LIMIT "
     "5",
     VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE},
    {"SELECT shop, group_concat(id) FROM sale WHERE id < 99 GROUP BY shop",
     "SELECT shop, group_concat(id) FROM (SELECT * FROM sale WHERE id < 99 ORDER BY id "
     "DESC) GROUP BY shop",
     VERDICT_UNDECIDED, EVIDENCE_INCOMPARABLE},
    {"SELECT count(*), sum(shop) FROM (SELECT shop FROM sale ORDER BY shop LIMIT 9)",
     "SELECT count(*), sum(shop) FROM (SELECT shop FROM sale ORDER BY shop DESC LIMIT 9)",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    // Float keys: nearly equal ones tie.
    {"SELECT id, price * 3 / 7 AS p FROM sale WHERE id < 900 ORDER BY p",
     "SELECT id, price / 7 * 3 AS p FROM sale WHERE id < 900 ORDER BY p", VERDICT_SAME,
     EVIDENCE_DATA},
    {"SELECT id, price * 3 / 7 AS p FROM sale WHERE id < 900 ORDER BY p",
     "SELECT id, price / 7 * 3 AS p FROM sale WHERE id < 900 ORDER BY p DESC",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT id, price * 3 / 7 AS p FROM sale ORDER BY p",
     "SELECT id, price / 7 * 3 AS p FROM sale ORDER BY p", VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id, price * 3 / 7 AS p FROM sale ORDER BY p",
     "SELECT id, price / 7 * 3 AS p FROM sale ORDER BY p DESC", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    // Floats alone, and one row that is really another among many that are near.
    {"SELECT price * 3 / 7, price / 3 FROM sale",
     "SELECT price / 7 * 3, price / 3 FROM "
     "sale ORDER BY id DESC",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT price * 3 / 7, shop FROM sale",
     "SELECT CASE WHEN id = 777 THEN 1 ELSE price END / 7 * 3, shop FROM sale",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT shop, price * 3 / 7 FROM sale",
     "SELECT CASE WHEN id = 777 THEN 9 ELSE shop END, price / 7 * 3 FROM sale",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT CAST(price * 10 AS INTEGER) FROM sale",
     "SELECT CAST(price * 10 AS INTEGER) + (id = 9) FROM sale", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    // Texts by the column's collation, where any of equal ones may stand for all.
    {"SELECT DISTINCT w FROM word", "SELECT max(w) FROM word GROUP BY w", VERDICT_SAME,
     EVIDENCE_DATA},
    {"SELECT w, count(*) FROM word GROUP BY w",
     "SELECT upper(w), count(*) FROM word GROUP BY w", VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT DISTINCT r FROM word", "SELECT r || '  ' FROM word GROUP BY r", VERDICT_SAME,
     EVIDENCE_DATA},
    {"SELECT w FROM word", "SELECT upper(w) FROM word", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    {"SELECT id FROM word ORDER BY w", "SELECT id FROM word ORDER BY w, id DESC",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id FROM word ORDER BY w", "SELECT id FROM word ORDER BY w COLLATE BINARY",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    // 1 = 1.0; a text or blob is no number.
    {"SELECT x FROM word WHERE id = 1", "SELECT x FROM word WHERE id = 2", VERDICT_SAME,
     EVIDENCE_DATA},
    {"SELECT x FROM word WHERE id = 1", "SELECT CAST(x AS TEXT) FROM word WHERE id = 1",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT x FROM word WHERE id = 4", "SELECT CAST(x AS TEXT) FROM word WHERE id = 4",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
};

static const Case duckdb_cases[] = {
    // DISTINCT ON takes any row of its group that comes first.
    {"SELECT DISTINCT ON (shop) shop, id FROM sale",
     "SELECT DISTINCT ON (shop) shop, id FROM sale ORDER BY id DESC", VERDICT_SAME,
     EVIDENCE_DATA},
    {"SELECT DISTINCT ON (shop) shop, id FROM sale",
     "SELECT DISTINCT ON (shop) shop, id + 1 FROM sale ORDER BY id DESC",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT DISTINCT ON (shop) shop, id FROM sale ORDER BY shop, price",
     "SELECT DISTINCT ON (shop) shop, id FROM sale ORDER BY shop, price, id DESC",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT DISTINCT ON (id) id, shop FROM sale JOIN range(2) AS r(n) ON true",
     "SELECT DISTINCT ON (id) id, shop + 0 FROM sale JOIN range(2) AS r(n) ON true",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT DISTINCT ON (id) id, n FROM sale JOIN range(2) AS r(n) ON true",
     "SELECT DISTINCT ON (id) id, n FROM sale JOIN range(2) AS r(n) ON true ORDER BY n "
     "DESC",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT DISTINCT ON (id) id, n FROM sale JOIN range(2) AS r(n) ON true",
     "SELECT id - (id = 777)::INTEGER, 1 FROM sale", VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT DISTINCT ON (id) id, n FROM sale JOIN range(2) AS r(n) ON true",
     "SELECT id, (id = 777)::INTEGER * 2 FROM sale", VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT DISTINCT ON (id) id, n FROM sale JOIN range(2) AS r(n) ON true LIMIT 25000",
     "SELECT id, 1 FROM sale ORDER BY id DESC LIMIT 25000", VERDICT_SAME, EVIDENCE_DATA},
    // In the order of its keys, which need not be in the result.
    {"SELECT DISTINCT ON (id) n FROM sale JOIN range(2) AS r(n) ON true ORDER BY id",
     "SELECT id % 2 FROM sale ORDER BY id", VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT DISTINCT ON (id) n FROM sale JOIN range(2) AS r(n) ON true ORDER BY id, n",
     "SELECT id % 2 FROM sale ORDER BY id", VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT DISTINCT ON (id) shop, n FROM sale JOIN range(2) AS r(n) ON true ORDER BY "
     "shop, id LIMIT 22000 OFFSET 3",
     "SELECT shop, id % 2 FROM sale ORDER BY shop, id LIMIT 22000 OFFSET 3", VERDICT_SAME,
     EVIDENCE_DATA},
    {"SELECT DISTINCT ON (id) shop, n FROM sale JOIN range(2) AS r(n) ON true ORDER BY "
     "shop, id LIMIT 22000 OFFSET 3",
     "SELECT shop, id % 2 FROM sale ORDER BY shop, id LIMIT 22000 OFFSET 4300",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    // All of which tie.
    {"SELECT DISTINCT ON (id) id, n, shop < 9 AS k FROM sale JOIN range(2) AS r(n) ON "
     "true ORDER BY k",
     "SELECT id, id % 2, shop < 9 AS k FROM sale ORDER BY k, id DESC", VERDICT_SAME,
     EVIDENCE_DATA},
    {"SELECT DISTINCT ON (id) id, n, shop < 6 AS k FROM sale JOIN range(2) AS r(n) ON "
     "true ORDER BY k",
     "SELECT id, id % 2, shop < 6 AS k FROM sale ORDER BY id", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    {"SELECT DISTINCT ON (shop) id FROM sale ORDER BY price LIMIT 5",
     "SELECT DISTINCT ON (shop) id FROM sale ORDER BY price, id DESC LIMIT 5",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT DISTINCT ON (shop) shop, id FROM sale ORDER BY shop, price",
     "SELECT DISTINCT ON (shop) shop, id FROM sale ORDER BY shop, price DESC",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT DISTINCT ON (shop) shop, id FROM sale ORDER BY shop, id",
     "SELECT shop, min(id) FROM sale GROUP BY shop ORDER BY shop", VERDICT_SAME,
     EVIDENCE_DATA},
    {"SELECT DISTINCT ON (shop) shop, id FROM sale ORDER BY shop, id",
     "SELECT shop, max(id) FROM sale GROUP BY shop ORDER BY shop", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    // Terms that cancel.
    {"SELECT shop, sum(price * 1e15 * (id % 2 * 2 - 1)) FROM sale GROUP BY shop",
     "SELECT shop, sum(price * 1e15 * (id % 2 * 2 - 1)) FROM (SELECT * FROM sale ORDER "
     "BY "
     "price, id DESC LIMIT 40000) GROUP BY shop",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT shop, sum(price * 1e15 * (id % 2 * 2 - 1)) FROM sale GROUP BY shop",
     "SELECT shop, sum(price * 1e15 * (id % 2 * 2 - 1)) + 1e12 FROM sale GROUP BY shop",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    // Floats of 32 bits have fewer digits; decimals are exact.
    {"SELECT shop, avg(price)::FLOAT FROM sale GROUP BY shop",
     "SELECT shop, avg(price)::FLOAT * 1.0000002::FLOAT FROM sale GROUP BY shop",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT shop, avg(price) FROM sale GROUP BY shop",
     "SELECT shop, avg(price) * 1.0000002 FROM sale GROUP BY shop", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    {"SELECT id, narrow FROM sale", "SELECT id, narrow * 1.0000002::FLOAT FROM sale",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id, exact FROM sale", "SELECT id, exact::DECIMAL(18, 4) FROM sale",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT sum(exact) FROM sale", "SELECT sum(exact) + 0.0000000001 FROM sale",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    // NaN is itself, and infinity.
    {"SELECT id, f FROM kind", "SELECT id, -(-f) FROM kind", VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id, f FROM kind", "SELECT id, -f FROM kind", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    // Instants, lists, maps, structs, blobs, intervals, enums: by value.
    {"SELECT z FROM kind", "SELECT timezone('UTC', timezone('UTC', z)) FROM kind",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT z FROM kind", "SELECT timezone('UTC', z) FROM kind", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    {"SELECT d FROM kind", "SELECT d::TIMESTAMP FROM kind", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    {"SELECT d FROM kind", "SELECT d::VARCHAR FROM kind", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    {"SELECT s FROM kind", "SELECT s::TIMESTAMP_S FROM kind", VERDICT_SAME,
     EVIDENCE_DATA},
    {"SELECT i FROM kind", "SELECT i + INTERVAL 0 DAY FROM kind", VERDICT_SAME,
     EVIDENCE_DATA},
    {"SELECT i FROM kind WHERE id = 1", "SELECT INTERVAL 30 DAY", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    {"SELECT l, m, t, b, e FROM kind",
     "SELECT list_concat(l, []), m, {'a': t.a, 'b': t.b}, b || ''::BLOB, e FROM kind "
     "WHERE id < 3 UNION ALL SELECT NULL, NULL, NULL, NULL, NULL",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT l FROM kind", "SELECT list_reverse(l) FROM kind", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    {"SELECT t FROM kind WHERE id < 3",
     "SELECT {'a': t.a, 'b': upper(t.b)} FROM kind WHERE id < 3", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    // Floats in them within the tolerance, in few rows and in many; nothing else is.
    {"SELECT id, [price * 1.1e0, id] FROM sale",
     "SELECT id, [price * 11e0 / 10, id] FROM sale", VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT id, {'f': price * 1.1e0, 's': '1.5'} FROM sale WHERE id < 99",
     "SELECT id, {'f': price * 11e0 / 10, 's': '1.5'} FROM sale WHERE id < 99",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT MAP {'x': [price * 1.1e0]} FROM sale ORDER BY id",
     "SELECT MAP {'x': [price * 11e0 / 10]} FROM sale ORDER BY id", VERDICT_SAME,
     EVIDENCE_DATA},
    {"SELECT id, [price * 1.1e0] FROM sale",
     "SELECT id, [price * CASE WHEN id = 777 THEN 1.2e0 ELSE 1.1e0 END] FROM sale",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT {'f': 0.5e0, 's': '1.5'}", "SELECT {'f': 0.5e0, 's': '1.50000000000001'}",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT {'f': 0.5e0, 's': 'it''s 1.5'}", "SELECT {'f': 0.5e0, 's': 'it''s 1.50'}",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT {'s': 'it''s', 'f': 0.3e0}", "SELECT {'s': 'it''s', 'f': 0.1e0 + 0.2e0}",
     VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT {'f': 0.5e0, 't': TIMESTAMP_NS '2024-01-31 12:00:59.999999999'}",
     "SELECT {'f': 0.5e0, 't': TIMESTAMP_NS '2024-01-31 12:00:59.999999998'}",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT {'f': 0.5e0, 'u': '10000e12-0000-4000-8000-000000000000'::UUID}",
     "SELECT {'f': 0.5e0, 'u': '1000e013-0000-4000-8000-000000000000'::UUID}",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT {'f': 0.5e0, 'i': 1000000000000}", "SELECT {'f': 0.5e0, 'i': 1000000000001}",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT {'f': 0.5e0, 'd': 0.1::DECIMAL(18, 12)}",
     "SELECT {'f': 0.5e0, 'd': 0.100000000001::DECIMAL(18, 12)}", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    // JSON by value, also in many rows; text as text.
    {"SELECT json_object('a', id, 'b', shop) FROM sale",
     "SELECT json_object('b', shop, 'a', id) FROM sale", VERDICT_SAME, EVIDENCE_DATA},
    {"SELECT json_object('a', id, 'b', shop) FROM sale",
     "SELECT json_object('b', shop + (id = 777)::INTEGER, 'a', id) FROM sale",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
    {"SELECT json_object('a', id)::VARCHAR FROM sale WHERE id < 9",
     "SELECT '{\"a\": ' || id || '}' FROM sale WHERE id < 9", VERDICT_DIFFERENT,
     EVIDENCE_REFUTED},
    {"SELECT m FROM kind WHERE id = 1", "SELECT m FROM kind WHERE id = 2",
     VERDICT_DIFFERENT, EVIDENCE_REFUTED},
};

typedef struct {
    Dialect dialect;
    const char *setup;
    const Case *cases;
    size_t count;
} Suite;

static const Suite suites[] = {
    {DIALECT_SQLITE, sqlite_setup, sqlite_cases, COUNT_OF(sqlite_cases)},
    {DIALECT_DUCKDB, duckdb_setup, duckdb_cases, COUNT_OF(duckdb_cases)},
};

static bool make_database(const Suite *suite, const char *path, Error *err)
{
    Scratch *scratch;
    EngineOptions options = {0};
    if (!scratch_create(suite->dialect, path, &options, &scratch, err))
        return false;
    bool ok = scratch_execute(scratch, suite->setup, err);
    scratch_close(scratch);
    return ok;
}

static bool passes(Engine *engine, const Catalog *catalog, const Case *it)
{
    Arena arena = ARENA_EMPTY;
    Verdict verdict = {0};
    Error err = {0};
    DataOptions options = {.timeout_ms = 20000};
    QueryPair texts = {catalog, it->left, it->right};
    bool ran = judge_on_data(engine, &arena, &texts, &options, &verdict, &err);
    bool ok = ran && verdict.kind == it->kind && verdict.evidence == it->evidence;
    if (!ok)
        printf("%s\n%s\n  %s %s: %s\n", it->left, it->right, verdict_name(verdict.kind),
               evidence_name(verdict.evidence), ran ? verdict.reason : err.message);
    arena_clear(&arena);
    return ok;
}

static size_t count_passed(Engine *engine, const Catalog *catalog, const Case *cases,
                           size_t count)
{
    size_t passed = 0;
    for (size_t i = 0; i < count; i++)
        passed += passes(engine, catalog, &cases[i]);
    return passed;
}

// Returns how many cases pass.
static size_t run_suite(const Suite *suite, Error *err)
{
    Arena arena = ARENA_EMPTY;
    char path[] = "/tmp/hone-data-XXXXXX";
    Engine *engine;
    EngineOptions options = {0};
    const Catalog *catalog;
    size_t passed = 0;
    int file = mkstemp(path);
    if (file >= 0 && close(file) == 0 && unlink(path) == 0 &&
        make_database(suite, path, err) && engine_open(path, &options, &engine, err)) {
        if (engine_describe(engine, &arena, &catalog, err))
            passed = count_passed(engine, catalog, suite->cases, suite->count) +
                     count_passed(engine, catalog, large_cases, COUNT_OF(large_cases));
        engine_close(engine);
    }
    (void)unlink(path);
    arena_clear(&arena);
    return passed;
}

int main(void)
{
    size_t passed = 0, count = 0, skipped = 0;
    for (size_t i = 0; i < COUNT_OF(suites); i++) {
        Error err = {0};
        size_t cases = suites[i].count + COUNT_OF(large_cases);
        if (!engine_is_available(suites[i].dialect)) {
            skipped += cases;
            continue;
        }
        count += cases;
        passed += run_suite(&suites[i], &err);
        if (err.message[0] != '\0')
            printf("%s\n", err.message);
    }
    printf("%zu skipped\n%zu passed, %zu failed\n", skipped, passed, count - passed);
    return passed < count;
}
