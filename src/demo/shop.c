// shop.c - the shop's schema and its rows.
//
// Rows come from the seed alone, table after table, so every run makes the same
// database. They are skewed as a shop's are: a few customers order most, a few products
// sell most; some columns are NULL, names repeat, some customers never come back.

#include "demo/demo.h"

#include "base/random.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { COLUMN_LIMIT = 8, BATCH_ROWS = 5000 };

// Dates are text in SQLite; the CHECK says that they are dates, so that hone may turn a
// function around the column into a range (IS, for a CHECK that comes to NULL holds).
// DuckDB has types for that.
#define SQLITE_DAY(name) name " DATE NOT NULL CHECK (" name " IS date(" name "))"
#define SQLITE_MOMENT(name)                                                              \
    name " TIMESTAMP NOT NULL CHECK (" name " IS datetime(" name "))"
#define DUCKDB_DAY(name)    name " DATE NOT NULL"
#define DUCKDB_MOMENT(name) name " TIMESTAMP NOT NULL"

// DuckDB looks for the referred row in what was there before, not in the same batch.
#define SQLITE_REFERRER " REFERENCES users (id)"
#define DUCKDB_REFERRER ""

#define SCHEMA(DAY, MOMENT, REFERRER)                                                    \
    "CREATE TABLE users (\n"                                                             \
    "    id INTEGER PRIMARY KEY,\n"                                                      \
    "    email TEXT NOT NULL UNIQUE,\n"                                                  \
    "    name TEXT NOT NULL,\n"                                                          \
    "    country TEXT NOT NULL CHECK (length(country) = 2),\n"                           \
    "    city TEXT,\n"                                                                   \
    "    segment TEXT NOT NULL\n"                                                        \
    "        CHECK (segment IN ('private', 'business', 'reseller')),\n"                  \
    "    " DAY(                                                                          \
        "joined_on") ",\n"                                                               \
                     "    referrer_id INTEGER" REFERRER "\n"                             \
                     ");\n"                                                              \
                     "CREATE TABLE products (\n"                                         \
                     "    id INTEGER PRIMARY KEY,\n"                                     \
                     "    name TEXT NOT NULL,\n"                                         \
                     "    category TEXT NOT NULL,\n"                                     \
                     "    brand TEXT,\n"                                                 \
                     "    price_cents INTEGER NOT NULL CHECK (price_cents > 0),\n"       \
                     "    " DAY(                                                         \
                         "added_on") "\n"                                                \
                                     ");\n"                                              \
                                     "CREATE TABLE orders (\n"                           \
                                     "    id INTEGER PRIMARY KEY,\n"                     \
                                     "    user_id INTEGER NOT NULL REFERENCES users "    \
                                     "(id),\n"                                           \
                                     "    " DAY(                                         \
                                         "ordered_on") ",\n"                             \
                                                       "    status TEXT NOT NULL,\n"     \
                                                       "    channel TEXT NOT NULL,\n"    \
                                                       "    coupon TEXT,\n"              \
                                                       "    total_cents INTEGER NOT "    \
                                                       "NULL CHECK (total_cents >= 0)\n" \
                                                       ");\n"                            \
                                                       "CREATE TABLE order_items (\n"    \
                                                       "    order_id INTEGER NOT NULL "  \
                                                       "REFERENCES orders (id),\n"       \
                                                       "    line INTEGER NOT NULL,\n"    \
                                                       "    product_id INTEGER NOT "     \
                                                       "NULL REFERENCES products "       \
                                                       "(id),\n"                         \
                                                       "    quantity INTEGER NOT NULL "  \
                                                       "CHECK (quantity > 0),\n"         \
                                                       "    price_cents INTEGER NOT "    \
                                                       "NULL,\n"                         \
                                                       "    PRIMARY KEY (order_id, "     \
                                                       "line)\n"                         \
                                                       ");\n"                            \
                                                       "CREATE TABLE reviews (\n"        \
                                                       "    id INTEGER PRIMARY KEY,\n"   \
                                                       "    product_id INTEGER NOT "     \
                                                       "NULL REFERENCES products "       \
                                                       "(id),\n"                         \
                                                       "    user_id INTEGER REFERENCES " \
                                                       "users (id),\n"                   \
                                                       "    rating INTEGER NOT NULL "    \
                                                       "CHECK (rating BETWEEN 1 AND "    \
                                                       "5),\n"                           \
                                                       "    " DAY(                       \
                                                           "written_on") ",\n"           \
                                                                         "    title "    \
                                                                         "TEXT\n"        \
                                                                         ");\n"          \
                                                                         "CREATE TABLE " \
                                                                         "events (\n"    \
                                                                         "    id "       \
                                                                         "INTEGER "      \
                                                                         "PRIMARY "      \
                                                                         "KEY,\n"        \
                                                                         "    user_id "  \
                                                                         "INTEGER "      \
                                                                         "REFERENCES "   \
                                                                         "users (id),\n" \
                                                                         "    "          \
                                                                         "product_id "   \
                                                                         "INTEGER "      \
                                                                         "REFERENCES "   \
                                                                         "products "     \
                                                                         "(id),\n"       \
                                                                         "    kind "     \
                                                                         "TEXT NOT "     \
                                                                         "NULL,\n"       \
                                                                         "    " MOMENT(  \
                                                                             "happened_" \
                                                                             "at") ",\n" \
                                                                                   "   " \
                                                                                   " de" \
                                                                                   "vic" \
                                                                                   "e "  \
                                                                                   "TEX" \
                                                                                   "T\n" \
                                                                                   ");"  \
                                                                                   "\n"  \
                                                                                   "CRE" \
                                                                                   "ATE" \
                                                                                   " IN" \
                                                                                   "DEX" \
                                                                                   " or" \
                                                                                   "der" \
                                                                                   "s_"  \
                                                                                   "by_" \
                                                                                   "day" \
                                                                                   " ON" \
                                                                                   " or" \
                                                                                   "der" \
                                                                                   "s "  \
                                                                                   "(or" \
                                                                                   "der" \
                                                                                   "ed_" \
                                                                                   "on)" \
                                                                                   ";\n" \
                                                                                   "CRE" \
                                                                                   "ATE" \
                                                                                   " IN" \
                                                                                   "DEX" \
                                                                                   " ev" \
                                                                                   "ent" \
                                                                                   "s_"  \
                                                                                   "by_" \
                                                                                   "tim" \
                                                                                   "e "  \
                                                                                   "ON " \
                                                                                   "eve" \
                                                                                   "nts" \
                                                                                   " ("  \
                                                                                   "hap" \
                                                                                   "pen" \
                                                                                   "ed_" \
                                                                                   "at)" \
                                                                                   ";\n"

const char *demo_schema(Dialect dialect)
{
    return dialect == DIALECT_SQLITE ? SCHEMA(SQLITE_DAY, SQLITE_MOMENT, SQLITE_REFERRER)
                                     : SCHEMA(DUCKDB_DAY, DUCKDB_MOMENT, DUCKDB_REFERRER);
}

// Making values

// What the makers of all tables share.
typedef struct {
    Arena arena; // Of the rows of one batch.
    Random random;
    Dialect dialect;
    int64_t users, products, orders, reviews, events;
    int64_t order;      // order_items: which order the next line belongs to,
    int64_t line;       // its number,
    int64_t line_count; // and how many lines the order has.
} Maker;

static Value integer(int64_t number)
{
    return (Value){.kind = VALUE_INTEGER, .type = TYPE_INTEGER, .integer = number};
}

static Value text(const char *bytes)
{
    if (bytes == NULL)
        return (Value){.kind = VALUE_NULL};
    return (Value){.kind = VALUE_TEXT,
                   .type = TYPE_TEXT,
                   .bytes = bytes,
                   .length = strlen(bytes)};
}

// Returns one of the words, the first ones far more often; `slope` 1 is even.
static const char *pick(Maker *maker, const char *const *words, size_t count,
                        double slope)
{
    return words[(size_t)(pow(random_unit(&maker->random), slope) * (double)count)];
}

#define PICK(maker, words, slope) pick(maker, words, COUNT_OF(words), slope)

// Returns an id from 1 to `count`, the low ones more often.
static int64_t skewed(Maker *maker, int64_t count, double slope)
{
    return 1 + (int64_t)(pow(random_unit(&maker->random), slope) * (double)count);
}

static Value maybe(Maker *maker, unsigned percent, Value value)
{
    bool there = random_chance(&maker->random, percent, 100);
    return there ? value : (Value){.kind = VALUE_NULL};
}

// Returns a value of a moment written as text: plain text in SQLite.
static Value moment(Maker *maker, TypeKind type, const char *written)
{
    Value value = text(written);
    if (maker->dialect != DIALECT_SQLITE) {
        value.kind = VALUE_OTHER;
        value.type = type;
    }
    return value;
}

// Returns a day of 2022, 2023 or 2024, as YYYY-MM-DD.
static const char *day_text(Maker *maker)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t day = random_between(&maker->random, 0, 365 + 365 + 366 - 1);
    int year = 2022;
    for (; year < 2024 && day >= 365; year++)
        day -= 365;
    int month = 0;
    for (; month < 12; month++) {
        int length = lengths[month] + (year == 2024 && month == 1);
        if (day < length)
            break;
        day -= length;
    }
    return arena_printf(&maker->arena, "%04d-%02d-%02d", year, month + 1, (int)day + 1);
}

static Value day(Maker *maker)
{
    return moment(maker, TYPE_DATE, day_text(maker));
}

// Rows, a function a table. False at the end.

static bool make_user(Maker *maker, int64_t id, Value *row)
{
    static const char *const first[] = {"Anna", "Ben",  "Chen", "Dora", "Emil", "Fatma",
                                        "Gita", "Hugo", "Ines", "Jan",  "Kofi", "Lena"};
    static const char *const last[] = {"Smith", "Meier", "Rossi", "Silva", "Kumar",
                                       "Sato",  "Novak", "Jones", "Weber", "Dubois"};
    static const char *const countries[] = {"US", "DE", "GB", "FR", "IN", "BR",
                                            "JP", "PL", "NL", "SE", "AT", "CH"};
    static const char *const cities[] = {"Springfield", "Neustadt", "Newport", "Santiago",
                                         NULL};
    static const char *const segments[] = {"private", "business", "reseller"};
    if (id > maker->users)
        return false;
    const char *given = PICK(maker, first, 1.0);
    const char *family = PICK(maker, last, 1.0);
    Arena *arena = &maker->arena;
    row[0] = integer(id);
    row[1] = text(arena_printf(arena, "user%lld@example.com", (long long)id));
    row[2] = text(arena_printf(arena, "%s %s", given, family));
    row[3] = text(PICK(maker, countries, 2.0));
    row[4] = text(PICK(maker, cities, 1.0));
    row[5] = text(PICK(maker, segments, 2.0));
    row[6] = day(maker);
    row[7] = id == 1 ? (Value){.kind = VALUE_NULL}
                     : maybe(maker, 20, integer(skewed(maker, id - 1, 3.0)));
    return true;
}

static bool make_product(Maker *maker, int64_t id, Value *row)
{
    static const char *const categories[] = {
        "books",  "kitchen", "toys",  "garden",  "music",  "shoes", "phones", "office",
        "sports", "lamps",   "bikes", "baby",    "pets",   "tools", "games",  "tea",
        "coffee", "cheese",  "paint", "camping", "travel", "film",  "watches"};
    static const char *const adjectives[] = {"small", "large", "blue", "red",
                                             "light", "heavy", "new",  "classic"};
    static const char *const brands[] = {"Acme", "Borealis", "Cumulus", NULL};
    if (id > maker->products)
        return false;
    const char *category = PICK(maker, categories, 1.5);
    const char *adjective = PICK(maker, adjectives, 1.0);
    row[0] = integer(id);
    row[1] = text(arena_printf(&maker->arena, "%s %s %lld", adjective, category,
                               (long long)(id % 500)));
    row[2] = text(category);
    row[3] = text(PICK(maker, brands, 1.0));
    row[4] = integer(random_between(&maker->random, 1, 500) * 100 - 1);
    row[5] = day(maker);
    return true;
}

static bool make_order(Maker *maker, int64_t id, Value *row)
{
    static const char *const statuses[] = {"paid", "shipped", "returned", "cancelled",
                                           "open"};
    static const char *const channels[] = {"web", "app", "phone", "store"};
    static const char *const coupons[] = {NULL, "SPRING", "VIP"};
    if (id > maker->orders)
        return false;
    row[0] = integer(id);
    row[1] = integer(skewed(maker, maker->users, 2.0));
    row[2] = day(maker);
    row[3] = text(PICK(maker, statuses, 2.0));
    row[4] = text(PICK(maker, channels, 2.0));
    row[5] = text(PICK(maker, coupons, 3.0));
    row[6] = integer(random_between(&maker->random, 500, 100000));
    return true;
}

static bool make_order_item(Maker *maker, int64_t id, Value *row)
{
    static const int64_t sizes[] = {1, 1, 2, 3, 4, 7};
    if (maker->line == maker->line_count) {
        maker->order++;
        maker->line = 0;
        maker->line_count = sizes[random_below(&maker->random, COUNT_OF(sizes))];
    }
    if (maker->order > maker->orders)
        return false;
    row[0] = integer(maker->order);
    row[1] = integer(++maker->line);
    row[2] = integer(skewed(maker, maker->products, 2.0));
    row[3] = integer(random_between(&maker->random, 1, 5));
    row[4] = integer(random_between(&maker->random, 1, 500) * 100 - 1);
    return true;
}

static bool make_review(Maker *maker, int64_t id, Value *row)
{
    static const int64_t ratings[] = {5, 4, 3, 1, 2};
    static const char *const titles[] = {"good", "as described", "never again", NULL};
    if (id > maker->reviews)
        return false;
    size_t rating_count = COUNT_OF(ratings);
    double place = pow(random_unit(&maker->random), 1.3) * (double)rating_count;
    row[0] = integer(id);
    row[1] = integer(skewed(maker, maker->products, 2.0));
    row[2] = maybe(maker, 90, integer(skewed(maker, maker->users, 2.0)));
    row[3] = integer(ratings[(size_t)place]);
    row[4] = day(maker);
    row[5] = text(PICK(maker, titles, 1.0));
    return true;
}

static bool make_event(Maker *maker, int64_t id, Value *row)
{
    static const char *const kinds[] = {"view", "search", "cart",
                                        "wish", "buy",    "return"};
    static const char *const devices[] = {"phone", "laptop", "tablet", NULL};
    if (id > maker->events)
        return false;
    const char *date = day_text(maker);
    int second = (int)random_between(&maker->random, 0, 24 * 3600 - 1);
    const char *written = arena_printf(&maker->arena, "%s %02d:%02d:%02d", date,
                                       second / 3600, second / 60 % 60, second % 60);
    row[0] = integer(id);
    row[1] = maybe(maker, 80, integer(skewed(maker, maker->users, 2.0)));
    row[2] = maybe(maker, 70, integer(skewed(maker, maker->products, 2.0)));
    row[3] = text(PICK(maker, kinds, 2.0));
    row[4] = moment(maker, TYPE_TIMESTAMP, written);
    row[5] = text(PICK(maker, devices, 1.0));
    return true;
}

typedef bool RowMaker(Maker *maker, int64_t id, Value *row);

// In an order that foreign keys allow.
static const struct {
    const char *table;
    RowMaker *make;
} makers[] = {
    {"users", make_user},     {"products", make_product},
    {"orders", make_order},   {"order_items", make_order_item},
    {"reviews", make_review}, {"events", make_event},
};

// Makes up to BATCH_ROWS rows from number `id` on; sets `more` to false at the end.
static TableRows make_batch(Maker *maker, const Table *table, RowMaker *make, int64_t id,
                            bool *more)
{
    const Value **rows = arena_new(&maker->arena, const Value *, BATCH_ROWS);
    size_t count = 0;
    while (count < BATCH_ROWS) {
        Value *row = arena_new(&maker->arena, Value, COLUMN_LIMIT);
        *more = make(maker, id + (int64_t)count, row);
        if (!*more)
            break;
        rows[count++] = row;
    }
    return (TableRows){.table = table, .rows = rows, .row_count = count};
}

static bool fill_table(Scratch *scratch, Maker *maker, const Table *table, RowMaker *make,
                       int64_t *row_count, Error *err)
{
    int64_t id = 1;
    bool more = true, ok = true;
    while (more && ok) {
        TableRows batch = make_batch(maker, table, make, id, &more);
        ok = batch.row_count == 0 || scratch_append(scratch, &batch, err);
        id += (int64_t)batch.row_count;
        arena_clear(&maker->arena);
    }
    *row_count += id - 1;
    return ok || fail_while(err, "filling %s", table->name);
}

bool demo_fill(Scratch *scratch, const DemoOptions *options, int64_t *row_count,
               Error *err)
{
    double scale = options->scale > 0 ? options->scale : 1;
    Arena arena = ARENA_EMPTY;
    const Catalog *catalog;
    bool ok = scratch_describe(scratch, &arena, &catalog, err);
    Maker maker = {
        .random = random_new(options->seed),
        .dialect = ok ? catalog->dialect : DIALECT_SQLITE,
        .users = (int64_t)ceil(10000 * scale),
        .products = (int64_t)ceil(2000 * scale),
        .orders = (int64_t)ceil(50000 * scale),
        .reviews = (int64_t)ceil(30000 * scale),
        .events = (int64_t)ceil(200000 * scale),
    };
    size_t maker_count = COUNT_OF(makers);
    *row_count = 0;
    for (size_t i = 0; i < maker_count && ok; i++) {
        const Table *table = catalog_table(catalog, NULL, makers[i].table);
        assert(table != NULL && table->column_count <= COLUMN_LIMIT);
        if (options->progress != NULL)
            options->progress(options->progress_context, makers[i].table,
                              (double)i / (double)maker_count);
        ok = fill_table(scratch, &maker, table, makers[i].make, row_count, err);
    }
    arena_clear(&arena);
    return ok;
}
