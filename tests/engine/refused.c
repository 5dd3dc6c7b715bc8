// refused.c - all ways we know in which a "read-only" statement writes, reads other
// files, attaches, loads code or changes the session: each is refused, and no file
// changes.

#include "base/directory.h"
#include "base/text.h"
#include "engine/engine.h"
#include "engine/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// DIR stands for a directory of ours, in which a database and f.csv are.
static const char *const sqlite_refused[] = {
    "INSERT INTO a VALUES (2)",
    "REPLACE INTO a VALUES (2)",
    "UPDATE a SET x = 3",
    "DELETE FROM a",
    "WITH q AS (SELECT 1) DELETE FROM a",
    "INSERT INTO a SELECT 1 RETURNING x",
    "CREATE TABLE b (x)",
    "CREATE TEMP TABLE b (x)",
    "CREATE TEMP VIEW b AS SELECT 1",
    "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END",
    "CREATE INDEX i ON a (x)",
    "CREATE VIRTUAL TABLE temp.v USING fts5(x)",
    "DROP TABLE a",
    "ALTER TABLE a RENAME TO b",
    "ANALYZE",
    "VACUUM",
    "VACUUM INTO 'DIR/copy.sqlite'",
    "ATTACH 'DIR/new.sqlite' AS n",
    "ATTACH ':memory:' AS n",
    "ATTACH 'file:DIR/n2.sqlite?mode=rwc' AS n",
    "DETACH main",
    "BEGIN",
    "BEGIN IMMEDIATE",
    "COMMIT",
    "SAVEPOINT s",
    "PRAGMA query_only = OFF",
    "PRAGMA query_only(0)",
    "PRAGMA writable_schema = ON",
    "PRAGMA journal_mode = WAL",
    "PRAGMA journal_mode",
    "PRAGMA user_version = 5",
    "PRAGMA application_id = 5",
    "PRAGMA wal_checkpoint",
    "PRAGMA optimize",
    "PRAGMA incremental_vacuum",
    "PRAGMA temp_store_directory = 'DIR'",
    "PRAGMA data_store_directory = 'DIR'",
    "PRAGMA mmap_size = 1000000000",
    "PRAGMA cache_size = 1000000",
    "PRAGMA hard_heap_limit = 0",
    "PRAGMA soft_heap_limit = 0",
    "PRAGMA trusted_schema = ON",
    "PRAGMA case_sensitive_like = ON",
    "PRAGMA schema_version = 99",
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA key = 'x'",
    "PRAGMA page_size = 1024",
    "PRAGMA encoding = 'UTF-16'",
    "PRAGMA threads = 4",
    "SELECT load_extension('DIR/x.so')",
    "SELECT writefile('DIR/w', 'x')",
    "SELECT readfile('/etc/passwd')",
    "SELECT edit('x')",
    "SELECT fts3_tokenizer('x')",
    "SELECT fts3_tokenizer('x', x'00')",
    "SELECT * FROM pragma_journal_mode('wal')",
    "SELECT * FROM pragma_query_only(0)",
    "SELECT * FROM pragma_query_only",
    "SELECT * FROM pragma_user_version(7)",
    "SELECT * FROM pragma_wal_checkpoint",
    "SELECT * FROM pragma_optimize",
    "SELECT * FROM pragma_hard_heap_limit(0)",
    "SELECT * FROM pragma_integrity_check",
    "SELECT * FROM fsdir('/etc')",
    "SELECT * FROM sqlite_dbpage",
    "SELECT \"not a column\" FROM a",
    "SELECT 1; SELECT 2",
    "SELECT 1; DELETE FROM a",
    "EXPLAIN DELETE FROM a",
    "EXPLAIN QUERY PLAN DELETE FROM a",
    "SELECT zeroblob(2000000000)",
    "-- nothing",
    "REINDEX i",
    "DELETE FROM r_node",
    "INSERT INTO r VALUES (2, 3, 4)",
    "UPDATE sqlite_master SET sql = ''",
    "INSERT INTO a VALUES (1) ON CONFLICT DO NOTHING",
    "UPDATE a SET x = 3 RETURNING x",
    "DELETE FROM a RETURNING x",
    "WITH q AS (SELECT 1) INSERT INTO a SELECT * FROM q",
    "CREATE TABLE IF NOT EXISTS b AS SELECT * FROM a",
    "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END",
    "CREATE VIEW v AS SELECT 1",
    "CREATE VIRTUAL TABLE temp.w USING csv(filename='DIR/f.csv')",
    "DROP INDEX i",
    "ATTACH '' AS n",
    "ATTACH 'DIR/database' AS again",
    "ROLLBACK",
    "END",
    "RELEASE s",
    "ROLLBACK TO s",
    "PRAGMA main.synchronous = OFF",
    "PRAGMA temp.journal_mode = OFF",
    "PRAGMA busy_timeout = 100000",
    "PRAGMA secure_delete = ON",
    "PRAGMA auto_vacuum = FULL",
    "PRAGMA reverse_unordered_selects = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA shrink_memory",
    "PRAGMA max_page_count = 1",
    "PRAGMA ignore_check_constraints = ON",
    "PRAGMA legacy_alter_table = ON",
    "PRAGMA defer_foreign_keys = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA automatic_index = OFF",
    "PRAGMA cache_spill = OFF",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA integrity_check",
    "PRAGMA table_info(a); DROP TABLE a",
    "SELECT load_extension('DIR/x.so', 'entry')",
    "SELECT * FROM pragma_journal_mode",
    "SELECT * FROM pragma_temp_store_directory('DIR')",
    "SELECT * FROM pragma_table_info('a'), pragma_user_version(9)",
    "SELECT (SELECT load_extension('DIR/x.so'))",
    "SELECT x FROM a WHERE x IN (SELECT writefile('DIR/w', 'x'))",
    "SELECT x FROM a ORDER BY edit('x')",
    "SELECT count(*) FILTER (WHERE readfile('/etc/passwd') IS NULL) FROM a",
    "SELECT * FROM zipfile('DIR/z.zip')",
    "SELECT * FROM csv_read('DIR/f.csv')",
    "SELECT shell('true')",
    "SELECT eval('DELETE FROM a')",
    "EXPLAIN PRAGMA query_only = OFF",
    ";; DELETE FROM a",
    "SELECT optimize(f) FROM f",
    "SELECT * FROM pragma_foreign_keys(1)",
    "SELECT * FROM pragma_encoding('UTF-16')",
    "SELECT * FROM pragma_schema_version(5)",
    "SELECT * FROM pragma_application_id(4)",
    "SELECT * FROM pragma_incremental_vacuum(1)",
    "SELECT * FROM pragma_quick_check",
    "SELECT * FROM pragma_locking_mode('exclusive')",
    "SELECT * FROM \"pragma_query_only\"(0)",
    "SELECT * FROM a, \"PRAGMA_USER_VERSION\"(9)",
    "VALUES (load_extension('DIR/x.so'))",
    "SELECT * FROM json_each(readfile('/etc/passwd'))",
    "WITH q AS MATERIALIZED (SELECT load_extension('DIR/x.so')) SELECT * FROM q",
    "SELECT \"load_extension\"('DIR/x.so')",
    "SELECT load_extension /* x */ ('DIR/x.so')",
    "SELECT CASE WHEN 0 THEN load_extension('DIR/x.so') END",
    "SELECT sum(x) OVER (ORDER BY load_extension('DIR/x.so')) FROM a",
    "EXPLAIN SELECT load_extension('DIR/x.so')",
    "UPDATE sqlite_schema SET sql = ''",
    "DELETE FROM sqlite_temp_schema",
    "INSERT INTO sqlite_temp_master VALUES ('table', 't', 't', 2, 'x')",
    "UPDATE temp.sqlite_master SET sql = ''",
    "INSERT INTO f (f) VALUES ('optimize')",
    "INSERT INTO f (f) VALUES ('rebuild')",
    "DELETE FROM f_segdir",
    "UPDATE f_content SET c0body = 'x'",
    "CREATE VIRTUAL TABLE temp.s USING sqlite_stmt",
    "CREATE VIRTUAL TABLE temp.d USING dbstat",
    "UPDATE sqlite_dbpage SET data = x'00'",
    "SELECT * FROM sqlite_dbdata",
    "SELECT * FROM completion('x')",
    "VACUUM temp",
    "BEGIN EXCLUSIVE",
    "DROP VIEW v",
    "ALTER TABLE a ADD COLUMN y",
    "ALTER TABLE a DROP COLUMN x",
    "PRAGMA main.query_only = 0",
    "PRAGMA journal_mode(delete)",
    "PRAGMA data_version = 2",
    "PRAGMA schema_version(5)",
    "PRAGMA lock_proxy_file = 'DIR/p'",
    "PRAGMA trusted_schema(1)",
    "PRAGMA cell_size_check = 0",
    "PRAGMA foreign_key_check",
    "PRAGMA quick_check",
    "PRAGMA writable_schema = RESET",
    "SELECT 1;\n--\nPRAGMA query_only = 0",
    "SELECT 1 /* ; */; ATTACH 'DIR/y' AS y",
};

static const char *const duckdb_refused[] = {
    "INSERT INTO a VALUES (2)",
    "UPDATE a SET x = 3",
    "DELETE FROM a",
    "CREATE TABLE b (x INT)",
    "CREATE TEMP TABLE b (x INT)",
    "CREATE TEMP VIEW b AS SELECT 1",
    "CREATE MACRO m(q) AS q",
    "WITH q AS (INSERT INTO a VALUES (9) RETURNING x) SELECT * FROM q",
    "COPY a TO 'DIR/out.csv'",
    "COPY (SELECT 1) TO 'DIR/out.parquet' (FORMAT parquet)",
    "COPY a FROM 'DIR/f.csv'",
    "EXPORT DATABASE 'DIR/exp'",
    "IMPORT DATABASE 'DIR/exp'",
    "ATTACH 'DIR/new.duckdb' AS n",
    "ATTACH ':memory:' AS n",
    "DETACH d",
    "USE memory",
    "SELECT * FROM read_csv('DIR/f.csv')",
    "SELECT * FROM 'DIR/f.csv'",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM sniff_csv('DIR/f.csv')",
    "SELECT * FROM read_json('DIR/f.csv')",
    "SELECT * FROM parquet_metadata('DIR/f.csv')",
    "SELECT * FROM read_parquet('DIR/f.csv')",
    "SELECT * FROM read_parquet('https://example.com/a.parquet')",
    "SELECT * FROM read_duckdb('DIR/s.sqlite')",
    "SELECT * FROM sqlite_scan('DIR/s.sqlite', 'a')",
    "INSTALL httpfs",
    "LOAD httpfs",
    "FORCE INSTALL httpfs",
    "SET threads = 1",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET lock_configuration",
    "PRAGMA threads = 1",
    "PRAGMA enable_profiling",
    "PRAGMA profiling_output = 'DIR/p.json'",
    "PRAGMA disable_optimizer",
    "CALL pragma_version()",
    ("SELECT * FROM enable_logging('QueryLog', storage := 'file', storage_path := "
     "'DIR/log')"),
    "CALL enable_logging('QueryLog')",
    "SELECT * FROM enable_logging()",
    "SELECT * FROM enable_profiling()",
    "SELECT * FROM enable_profiling(format := 'json', save_location := 'DIR/p.json')",
    "SELECT write_log('x')",
    "SELECT * FROM truncate_duckdb_logs()",
    "SELECT * FROM checkpoint()",
    "SELECT * FROM force_checkpoint()",
    "CHECKPOINT",
    "VACUUM",
    "ANALYZE",
    "BEGIN",
    "COMMIT",
    "PREPARE q AS SELECT 1",
    "EXECUTE q",
    "DEALLOCATE q",
    "EXPLAIN ANALYZE INSERT INTO a VALUES (5)",
    "SELECT 1; SELECT 2",
    "SELECT nextval('s')",
    "SET VARIABLE x = 1",
    "SELECT * FROM query('SELECT 42')",
    "SELECT * FROM query('INSERT INTO a VALUES (7)')",
    "SELECT * FROM query_table('a')",
    "SELECT * FROM arrow_scan(1, 2, 3)",
    "SELECT * FROM duckdb_secrets()",
    "CREATE SECRET x (TYPE s3)",
    "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "SELECT json_execute_serialized_sql('{}')",
    "COMMENT ON TABLE a IS 'x'",
    "ALTER TABLE a ADD COLUMN z INT",
    "DROP TABLE a",
    "MERGE INTO a USING (SELECT 1 AS x) s ON a.x = s.x WHEN MATCHED THEN DELETE",
    "SELECT * FROM read_csv('/dev/stdin')",
    "SELECT * FROM which_secret('s3://x', 's3')",
    "PIVOT a ON x",
    "SELECT sleep_ms(1)",
    "SELECT * FROM duckdb_extensions()",
    "SELECT * FROM read_ndjson_auto('DIR/f.csv')",
    "SELECT * FROM \"enable_logging\" /* x */ ()",
    "SELECT * FROM system.main.enable_logging()",
    "SELECT E'\\'', * FROM enable_logging()",
    "SELECT $$'$$, * FROM enable_logging()",
    "SELECT /* /* */ ' */ * FROM enable_logging() --'",
    "INSERT OR REPLACE INTO a VALUES (2)",
    "INSERT INTO a VALUES (2) RETURNING x",
    "TRUNCATE a",
    "CREATE OR REPLACE TABLE a (x INT)",
    "CREATE TABLE b AS SELECT * FROM a",
    "CREATE VIEW v AS SELECT 1",
    "CREATE SCHEMA n",
    "CREATE SEQUENCE n",
    "CREATE TYPE mood AS ENUM ('a')",
    "CREATE INDEX i ON a (x)",
    "CREATE TEMP MACRO t() AS TABLE SELECT 1",
    "ATTACH 'DIR/new.sqlite' AS n (TYPE sqlite)",
    "ATTACH 'https://example.com/a.duckdb' AS n",
    "COPY a TO '/dev/stdout'",
    "COPY FROM DATABASE memory TO d",
    "SELECT * FROM \"read_csv\"('DIR/f.csv')",
    "SELECT * FROM READ_CSV_AUTO('DIR/f.csv')",
    "FROM 'DIR/f.csv'",
    "FROM a, 'DIR/f.csv' AS f",
    "SELECT (SELECT count(*) FROM 'DIR/f.csv')",
    "WITH q AS MATERIALIZED (SELECT * FROM read_csv('DIR/f.csv')) SELECT * FROM q",
    "SELECT * FROM 's3://bucket/a.parquet'",
    "SELECT * FROM 'https://example.com/a.csv'",
    "SELECT * FROM read_json_objects('DIR/f.csv')",
    "SELECT * FROM parquet_scan('DIR/f.csv')",
    "SELECT * FROM parquet_schema('DIR/f.csv')",
    "SELECT * FROM parquet_file_metadata('DIR/f.csv')",
    "SELECT * FROM postgres_scan('host=localhost', 'public', 't')",
    "SELECT * FROM mysql_query('m', 'SELECT 1')",
    "SELECT * FROM iceberg_scan('DIR')",
    "SELECT * FROM delta_scan('DIR')",
    "SELECT * FROM st_read('DIR/f.csv')",
    "SELECT * FROM read_xlsx('DIR/f.xlsx')",
    "SELECT * FROM query_table(['a'])",
    "SELECT getenv('HOME')",
    "SELECT sniff_csv('DIR/f.csv')",
    "INSTALL 'DIR/x.duckdb_extension'",
    "LOAD 'DIR/x.duckdb_extension'",
    "INSTALL spatial FROM 'http://example.com'",
    "UPDATE EXTENSIONS",
    "SET GLOBAL threads = 1",
    "SET SESSION search_path = 'x'",
    "SET temp_directory = 'DIR/t'",
    "SET memory_limit = '100GB'",
    "SET allowed_directories = ['/']",
    "SET log_query_path = 'DIR/log'",
    "SET home_directory = 'DIR'",
    "SET secret_directory = 'DIR'",
    "RESET ALL",
    "PRAGMA memory_limit = '100GB'",
    "PRAGMA force_checkpoint",
    "PRAGMA enable_object_cache",
    "PRAGMA log_query_path = 'DIR/log'",
    "CALL force_checkpoint()",
    "CALL checkpoint()",
    "ROLLBACK",
    "ABORT",
    "EXPLAIN ANALYZE DELETE FROM a",
    "DROP SEQUENCE s",
    "SELECT setseed(0.5)",
    "SELECT * FROM (DELETE FROM a RETURNING x)",
    "UPDATE a SET x = 1 FROM (SELECT 1)",
    "DROP SECRET x",
    "SELECT * FROM duckdb_logs()",
    "; DELETE FROM a",
    "SELECT pg_sleep(1)",
    "SELECT \"pg_sleep\"(0.1)",
    "SELECT list_transform([1], lambda n: pg_sleep(1))",
    "SELECT U&\"wr\\0069te_log\"('x')",
    "SELECT * FROM U&\"enable_loggin\\0067\"()",
    "SELECT ('x').write_log()",
    "SELECT 'x'.write_log()",
    "SELECT system.main.write_log('x')",
    "SELECT * FROM histogram('DIR/f.csv', x)",
    "SELECT * FROM histogram_values('DIR/f.csv', x)",
    "SELECT * FROM parquet_kv_metadata('DIR/f.csv')",
    "SELECT * FROM parquet_full_metadata('DIR/f.csv')",
    "SELECT * FROM parquet_bloom_probe('DIR/f.csv', 'x', 1)",
    "SELECT * FROM read_duckdb('DIR/database')",
    "SELECT * FROM read_blob('/proc/self/environ')",
    "SELECT * FROM '/proc/self/environ'",
    "SELECT * FROM 'DIR/*.csv'",
    "SELECT * FROM \"DIR/f.csv\"",
    "SELECT * FROM \"DIR/database\"",
    "DESCRIBE FROM 'DIR/f.csv'",
    "SUMMARIZE 'DIR/f.csv'",
    "SUMMARIZE FROM read_csv('DIR/f.csv')",
    "FROM query('FROM a')",
    "FROM (FROM query_table('a'))",
    "FROM query_table('DIR/f.csv')",
    "CALL query('DELETE FROM a')",
    "PRAGMA import_database('DIR/exp')",
    "PRAGMA copy_database('database', 'memory')",
    "PRAGMA add_parquet_key('k', '0123456789112345')",
    "PRAGMA json_execute_serialized_sql('{}')",
    "PRAGMA verify_external",
    "PRAGMA disable_checkpoint_on_shutdown",
    "PRAGMA enable_profiling = 'json'",
    "SET profiling_output = 'DIR/p.json'",
    "SET enable_profiling = 'json'",
    "SET custom_extension_repository = 'http://example.com'",
    "SET extension_directory = 'DIR'",
    "SET autoload_known_extensions = true",
    "SET s3_region = 'x'",
    "SET LOCAL threads = 1",
    "RESET threads",
    "CREATE PERSISTENT SECRET x (TYPE http)",
    "CREATE TEMPORARY SECRET x (TYPE http)",
    "ATTACH IF NOT EXISTS 'DIR/new.duckdb'",
    "ATTACH OR REPLACE 'DIR/new.duckdb' AS n",
    "COPY (SELECT 1) TO 'DIR/out' (FORMAT csv, PARTITION_BY (x))",
    "COPY a TO 'DIR/out.json'",
    "EXPORT DATABASE 'DIR/exp' (FORMAT parquet)",
    "EXPLAIN COPY a TO 'DIR/out.csv'",
    "EXPLAIN ANALYZE COPY a TO 'DIR/out.csv'",
    "EXPLAIN ANALYZE SELECT write_log('x')",
    "FROM disable_logging()",
    "FROM disable_profiling()",
    "FROM enable_peg_parser()",
    "FROM check_peg_parser('SELECT 1')",
    "FROM sql_auto_complete('SEL')",
    "FROM duckdb_external_file_cache()",
    "FROM duckdb_secret_types()",
    "FROM duckdb_prepared_statements()",
    "FROM duckdb_temporary_files()",
    "FROM duckdb_memory()",
    "FROM seq_scan()",
    "FROM m()",
    "SELECT * FROM v",
    "SELECT w()",
    "SELECT \"W\" /* x */ (), count(*) FROM a",
    "SELECT * FROM over_v",
    "SELECT (SELECT count(*) FROM main.\"Over_V\")",
    "SELECT * FROM over_m",
    "BEGIN TRANSACTION READ WRITE",
    "START TRANSACTION",
    "UPDATE a SET x = 1 RETURNING x",
    "DELETE FROM a USING a AS b WHERE a.x = b.x",
    "INSERT INTO a BY NAME SELECT 1 AS x",
    "CREATE TABLE IF NOT EXISTS b (x INT)",
    "DROP MACRO w",
    "SELECT currval('s')",
    "SELECT x, nextval('s') FROM a",
    "SELECT 1;\n--\nSET threads = 1",
    "SELECT 1 /* ; */; ATTACH 'DIR/y' AS y",
};

typedef struct {
    Dialect dialect;
    const char *schema;
    const char *const *refused;
    size_t count;
} Suite;

static const Suite suites[] = {
    {DIALECT_SQLITE,
     "CREATE TABLE a (x INT); INSERT INTO a VALUES (1); CREATE INDEX i ON a (x);"
     "CREATE VIRTUAL TABLE r USING rtree (id, low, high);"
     "CREATE VIRTUAL TABLE f USING fts4 (body); INSERT INTO f VALUES ('b');"
     "INSERT INTO f VALUES ('c'); CREATE VIEW v AS SELECT * FROM a",
     sqlite_refused, COUNT_OF(sqlite_refused)},
    {DIALECT_DUCKDB,
     "CREATE TABLE a (x INT); INSERT INTO a VALUES (1); CREATE SEQUENCE s;"
     "CREATE MACRO m() AS TABLE SELECT * FROM enable_logging();"
     "CREATE MACRO w() AS write_log('x');"
     "CREATE VIEW v AS SELECT * FROM enable_profiling();"
     "CREATE VIEW over_m AS SELECT * FROM m();"
     "CREATE VIEW over_v AS SELECT 1 FROM (SELECT * FROM v)",
     duckdb_refused, COUNT_OF(duckdb_refused)},
};

static const char *with_directory(Arena *arena, const char *sql, const char *directory)
{
    Text text = text_new(arena);
    for (const char *at; (at = strstr(sql, "DIR")) != NULL; sql = at + strlen("DIR")) {
        text_add_bytes(&text, sql, (size_t)(at - sql));
        text_add(&text, directory);
    }
    text_add(&text, sql);
    return text.bytes;
}

static void test_refused(Engine *engine, Arena *arena, const char *sql)
{
    Error err;
    Result result;
    Request request = {.sql = sql, .sink = SINK_COUNT, .timeout_ms = 10000};
    bool ran = engine_run(engine, arena, &request, &result, &err);
    expect(!ran, "not refused: %s", sql);
    expect(ran || err.kind == ERROR_REFUSED || err.kind == ERROR_STATEMENT, "%s: %s: %s",
           sql, error_kind_name(err.kind), ran ? "" : err.message);
    request.sql = "SELECT x FROM a";
    expect(engine_run(engine, arena, &request, &result, &err) && result.row_count == 1,
           "the query after %s", sql);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) {
        printf("can't write %s\n0 passed, 1 failed\n", path);
        exit(1);
    }
}

static void test_suite(const Suite *suite)
{
    Arena arena = ARENA_EMPTY;
    Error err;
    const char *directory = NULL;
    Engine *engine = NULL;
    bool made = directory_make_temporary(&arena, &directory, &err);
    expect(made, "a directory: %s", made ? "" : err.message);
    if (!made)
        return;
    const char *path = arena_printf(&arena, "%s/database", directory);
    write_file(arena_printf(&arena, "%s/f.csv", directory), "x,y\n1,2\n");
    make_database(suite->dialect, path, suite->schema);
    const char *before = file_print(&arena, path);
    bool opened = engine_open(path, NULL, &engine, &err);
    expect(opened, "open: %s", opened ? "" : err.message);
    for (size_t i = 0; opened && i < suite->count; i++)
        test_refused(engine, &arena,
                     with_directory(&arena, suite->refused[i], directory));
    engine_close(engine);
    expect(strcmp(before, file_print(&arena, path)) == 0, "the file is what it was");
    expect(directory_count(directory) == 2, "and no other is made beside it");
    directory_remove(directory);
    arena_clear(&arena);
}

int main(void)
{
    size_t engines = available_count();
    for (size_t i = 0; i < COUNT_OF(suites); i++)
        for (size_t j = 0; j < engines; j++)
            if (available(j) == suites[i].dialect)
                test_suite(&suites[i]);
    return finish();
}
