// load_tpcds.c - build the benchmark databases out of the Parquet files.
//
//     load_tpcds duckdb FOLDER FILE   FILE: a new database, by inflate.sql with k = 6
//     load_tpcds csv FOLDER           FOLDER/csv/*.csv, by export_csv.sql
//
// FOLDER holds parquet/ and the scripts, which name files relative to it. hone's own
// scratch databases are used, so nothing needs to be installed but hone.

#include "base/text.h"
#include "engine/engine.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool add_file(Text *text, const char *path, Error *err)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return fail(err, ERROR_FILE, "can't read %s", path);
    char chunk[4096];
    while (fgets(chunk, sizeof(chunk), file) != NULL)
        if (strncmp(chunk, "SET preserve_", 13) != 0) // Scratch settings are locked.
            text_add(text, chunk);
    fclose(file);
    return true;
}

static bool run_script(const char *folder, const char *path, const char *before,
                       const char *script, Error *err)
{
    Arena arena = ARENA_EMPTY;
    Text sql = text_new(&arena);
    text_add(&sql, before);
    EngineOptions options = {.readable_directory = folder, .timeout_ms = 30 * 60 * 1e3};
    Scratch *scratch = NULL;
    bool ok =
        add_file(&sql, script, err) &&
        (path == NULL ? scratch_open(DIALECT_DUCKDB, &options, &scratch, err)
                      : scratch_create(DIALECT_DUCKDB, path, &options, &scratch, err)) &&
        scratch_execute(scratch, sql.bytes, err);
    scratch_close(scratch);
    arena_clear(&arena);
    return ok;
}

int main(int argc, char **argv)
{
    bool inflates = argc == 4 && strcmp(argv[1], "duckdb") == 0;
    bool exports = argc == 3 && strcmp(argv[1], "csv") == 0;
    if (!inflates && !exports) {
        fprintf(stderr, "usage: load_tpcds duckdb FOLDER FILE | load_tpcds csv FOLDER\n");
        return 2;
    }
    if (chdir(argv[2]) != 0) {
        perror(argv[2]);
        return 2;
    }
    Error err;
    mkdir("csv", 0777);
    bool ok = inflates ? run_script(argv[2], argv[3], "SET VARIABLE k = 6;\n",
                                    "inflate.sql", &err)
                       : run_script(argv[2], NULL, "", "export_csv.sql", &err);
    if (!ok)
        fprintf(stderr, "load_tpcds: %s\n", err.message);
    return ok ? 0 : 1;
}
