// settings.c - what an engine is set to that results depend on: read with the catalogue,
// and given to scratch databases.

#include "base/text.h"
#include "engine/describe.h"

#include <assert.h>
#include <string.h>

// SQLite's encoding decides how BINARY orders texts and what their bytes are.
static const char *const settings_sql[] = {
    [DIALECT_SQLITE] = "SELECT 'encoding', encoding FROM pragma_encoding",
    [DIALECT_DUCKDB] =
        "SELECT name, value FROM duckdb_settings()"
        " WHERE name IN ('TimeZone', 'Calendar', 'default_collation', 'default_order',"
        "                'default_null_order', 'integer_division',"
        "                'ieee_floating_point_ops', 'search_path')"
        "   AND value IS NOT NULL ORDER BY name",
};

bool describe_settings(Session *session, Arena *arena, Catalog *catalog, Error *err)
{
    Result rows;
    assert((size_t)catalog->dialect < COUNT_OF(settings_sql));
    if (!describe_rows(session, arena, settings_sql[catalog->dialect], NULL, &rows, err))
        return false;
    SessionSetting *settings = arena_new(arena, SessionSetting, rows.kept_count);
    for (size_t i = 0; i < rows.kept_count; i++)
        settings[i] = (SessionSetting){row_text(&rows, i, 0), row_text(&rows, i, 1)};
    catalog->settings = settings;
    catalog->setting_count = rows.kept_count;
    return true;
}

// DuckDB keeps no setting in its file: whatever hone opens is set alike.
bool scratch_settle(Scratch *scratch, const Catalog *catalog, Error *err)
{
    Arena arena = ARENA_EMPTY;
    Text sql = text_new(&arena);
    bool is_kept_in_file = catalog->dialect == DIALECT_SQLITE;
    for (size_t i = 0; i < catalog->setting_count && is_kept_in_file; i++) {
        const SessionSetting *each = &catalog->settings[i];
        text_addf(&sql, "%sPRAGMA %s = ", sql.length > 0 ? "; " : "", each->name);
        text_add_quoted_bytes(&sql, each->value, strlen(each->value), '\'');
    }
    bool ok = sql.length == 0 || scratch_execute(scratch, sql.bytes, err);
    arena_clear(&arena);
    return ok;
}
