// doctor.c - hone_doctor: what is there, what is missing, and how to get it.

#include "library/evidence.h"
#include "library/json.h"
#include "library/session.h"

#include "base/text.h"

#include <json-c/json_c_version.h>

static void add_engines(Arena *arena, Text *text, Json *object)
{
    const EngineInfo *infos;
    size_t count = engine_list(arena, &infos);
    Json *engines = json_add_array(object, "engines");
    for (size_t i = 0; i < count; i++) {
        const EngineInfo *info = &infos[i];
        Json *made = json_push_object(engines);
        json_add_text(made, "dialect", dialect_name(info->dialect));
        json_add_text(made, "name", info->name);
        json_add_bool(made, "available", info->available);
        json_add_text(made, "version", info->version);
        json_add_text(made, "path", info->path);
        json_add_text(made, "advice", info->advice);
        if (info->available)
            text_addf(text, "ok       %s %s%s%s\n", info->name,
                      info->version != NULL ? info->version : "",
                      info->path != NULL ? ", " : "",
                      info->path != NULL ? info->path : "");
        else
            text_addf(text, "missing  %s: %s\n", info->name, info->advice);
    }
}

static size_t count_keys(const Catalog *catalog, Assurance assurance)
{
    size_t count = 0;
    for (size_t i = 0; i < catalog->table_count; i++) {
        for (size_t j = 0; j < catalog->tables[i].key_count; j++)
            count += catalog->tables[i].keys[j].assurance >= assurance;
    }
    return count;
}

static size_t count_without_statistics(const Catalog *catalog)
{
    size_t count = 0;
    for (size_t i = 0; i < catalog->table_count; i++)
        count += catalog->tables[i].kind == TABLE_BASE && !catalog->tables[i].analyzed;
    return count;
}

static void add_database(Text *text, Json *object, const HoneSession *session)
{
    const Catalog *catalog = session->catalog;
    size_t missing = count_without_statistics(catalog);
    Json *made = json_add_object(object, "database");
    json_add_text(made, "url", session->options.database);
    json_add_text(made, "engine", engine_version(session->engine));
    json_add_count(made, "tables", catalog->table_count);
    json_add_count(made, "keys", count_keys(catalog, ASSURANCE_NONE));
    json_add_count(made, "usable_keys", count_keys(catalog, ASSURANCE_TRUSTED));
    json_add_count(made, "tables_without_statistics", missing);
    text_addf(text, "ok       %s: %s, %zu tables, %zu of %zu keys can be relied on\n",
              session_database_name(session), engine_version(session->engine),
              catalog->table_count, count_keys(catalog, ASSURANCE_TRUSTED),
              count_keys(catalog, ASSURANCE_NONE));
    if (missing > 0)
        text_addf(text, "note     %zu tables have no statistics: run ANALYZE\n", missing);
}

bool hone_doctor(const HoneOptions *options, HoneResult **result, HoneError *error)
{
    HoneSession *session = NULL;
    if (options->database != NULL && !hone_open(options, &session, error))
        return false;
    HoneResult *made = result_new();
    Text text = text_new(&made->arena);
    made->json = json_object_new_object();
    json_add_text(made->json, "hone", hone_version());
    json_add_text(made->json, "json-c", json_c_version());
    text_addf(&text, "ok       %s\nok       json-c %s\n", hone_version(),
              json_c_version());
    add_engines(&made->arena, &text, made->json);
    if (session != NULL)
        add_database(&text, made->json, session);
    hone_close(session);
    made->text = text.bytes;
    *result = made;
    return true;
}
