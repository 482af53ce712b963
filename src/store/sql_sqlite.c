/* SQLite, and the one file that knows it.
 *
 * A commit is on disk before it returns (WAL, synchronous=FULL). The page cache is bounded and the file is never mapped, so that
 * memory does not grow with the store. Where SQLite has rolled a transaction back by itself (disk full, I/O error), every further
 * statement of it fails, so that nothing runs outside of the transaction that it was meant for.
 */
#include "store/sql_driver.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define BUSY_TIMEOUT_MS 10000

static const char SETTINGS[] = "PRAGMA page_size = 8192;"
                               "PRAGMA journal_mode = WAL;"
                               "PRAGMA synchronous = FULL;"
                               "PRAGMA foreign_keys = ON;"
                               "PRAGMA mmap_size = 0;"
                               "PRAGMA cache_size = -8192;"
                               "PRAGMA wal_autocheckpoint = 2000;"
                               "PRAGMA journal_size_limit = 67108864;"
                               "PRAGMA trusted_schema = OFF;";

static const char SCRATCH_SETTINGS[] = "PRAGMA page_size = 8192;"
                                       "PRAGMA journal_mode = MEMORY;"
                                       "PRAGMA synchronous = OFF;"
                                       "PRAGMA foreign_keys = ON;"
                                       "PRAGMA mmap_size = 0;"
                                       "PRAGMA cache_size = -8192;";

static const char READING_SETTINGS[] = "PRAGMA query_only = ON;"
                                       "PRAGMA mmap_size = 0;"
                                       "PRAGMA cache_size = -16384;"
                                       "PRAGMA trusted_schema = OFF;";

typedef struct {
	Sql base;
	sqlite3 *db;
	char *path;        /* NULL: scratch */
	gboolean alone;    /* opened to be read while nobody had it open to write */
	GStatBuf as_found; /* then */
	GHashTable *locks; /* name -> descriptor of its file, locked */
} SqliteDatabase;

typedef struct {
	SqlStatement base;
	sqlite3 *db;
	sqlite3_stmt *stmt;
	int bind_failure; /* SQLITE_OK, or what the next step reports */
} SqliteStatement;

static ErrorKind constraint_kind(int extended)
{
	switch (extended) {
	case SQLITE_CONSTRAINT_NOTNULL:
	case SQLITE_CONSTRAINT_CHECK:
	case SQLITE_CONSTRAINT_DATATYPE:
		return ERROR_INVALID;
	default:
		return ERROR_CONFLICT;
	}
}

static ErrorKind sqlite_kind(int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_NOMEM:
	case SQLITE_INTERRUPT:
	case SQLITE_PROTOCOL:
		return ERROR_TRANSIENT;
	case SQLITE_CONSTRAINT:
		return constraint_kind(code);
	case SQLITE_TOOBIG:
	case SQLITE_MISMATCH:
		return ERROR_INVALID;
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return ERROR_FORBIDDEN;
	default: /* corrupt, not a database; or a table or column that ought to be there is not */
		return ERROR_BROKEN;
	}
}

static gboolean fail(GError **error, sqlite3 *db, int code)
{
	const char *text = db != NULL && sqlite3_extended_errcode(db) == code ? sqlite3_errmsg(db) : sqlite3_errstr(code);
	error_set(error, sqlite_kind(code), "database: %s", text);
	return FALSE;
}

static gboolean sqlite_script(Sql *sql, const char *text, GError **error)
{
	SqliteDatabase *database = (SqliteDatabase *)sql;
	int code = sqlite3_exec(database->db, text, NULL, NULL, NULL);
	return code == SQLITE_OK || fail(error, database->db, code);
}

static void sqlite_close(Sql *sql)
{
	SqliteDatabase *database = (SqliteDatabase *)sql;
	sqlite3_close(database->db);
	g_hash_table_unref(database->locks);
	g_free(database->path);
	g_free(database);
}

static void close_lock(gpointer descriptor)
{
	close(GPOINTER_TO_INT(descriptor));
}

static SqliteDatabase *database_new(const char *path)
{
	SqliteDatabase *database = g_new0(SqliteDatabase, 1);
	database->path = *path ? g_strdup(path) : NULL;
	database->locks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, close_lock);
	return database;
}

/* Nobody asks how much memory SQLite holds, and counting it takes a lock each time; what rolls a part of a batch back stays in memory up to this. */
#define PART_JOURNAL_BYTES (1024 * 1024)

static void configure_library(void)
{
	static gsize done = 0;
	if (g_once_init_enter(&done)) {
		sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
		sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, PART_JOURNAL_BYTES);
		g_once_init_leave(&done, 1);
	}
}

/* Takes the database. `name`: its path, or a URI where `access` says so. */
static Sql *open_database(SqliteDatabase *database, const char *name, int access, const char *settings, GError **error)
{
	configure_library();
	int code = sqlite3_open_v2(name, &database->db, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	if (code != SQLITE_OK) {
		fail(error, database->db, code);
		sqlite_close(&database->base);
		return NULL;
	}
	sqlite3_busy_timeout(database->db, BUSY_TIMEOUT_MS);
	/* "text" in double quotes where a column was meant is an error, not a string */
	sqlite3_db_config(database->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(database->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	if (!sqlite_script(&database->base, settings, error)) {
		sqlite_close(&database->base);
		return NULL;
	}
	return &database->base;
}

static Sql *open_file(const char *path, const char *settings, GError **error)
{
	return open_database(database_new(path), path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, settings, error);
}

/* The record names people: a new file is for its owner alone (SQLite gives its log files the same mode). */
static gboolean make_file(const char *path, GError **error)
{
	int file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (file < 0) {
		int reason = errno;
		error_set(error, reason == ENOENT ? ERROR_NOT_FOUND : reason == ENOSPC ? ERROR_TRANSIENT : ERROR_FORBIDDEN,
		          "store %s: %s", path, g_strerror(reason));
		return FALSE;
	}
	close(file);
	return TRUE;
}

/* NULL where there is no such file; a path that begins with "file:" would be taken for a URI, ":memory:" for no file at all. */
static char *find_file(const char *location, gboolean create, GError **error)
{
	if (*location == '\0') {
		error_set(error, ERROR_CONFIG, "store \"sqlite:\": a path is missing after the colon");
		return NULL;
	}
	if (create && !make_file(location, error))
		return NULL;
	if (!g_file_test(location, G_FILE_TEST_EXISTS)) {
		error_set(error, ERROR_NOT_FOUND, "store %s: no such file (akkoord init makes it)", location);
		return NULL;
	}
	return g_path_is_absolute(location) ? g_strdup(location) : g_strconcat("./", location, NULL);
}

static Sql *sqlite_open(const char *location, gboolean create, GError **error)
{
	g_autofree char *path = find_file(location, create, error);
	if (path == NULL)
		return NULL;
	Sql *sql = open_file(path, SETTINGS, error);
	if (sql == NULL)
		g_prefix_error(error, "store %s: ", location);
	return sql;
}

static gboolean has_beside(const char *path, const char *ending)
{
	g_autofree char *beside = g_strconcat(path, ending, NULL);
	return g_file_test(beside, G_FILE_TEST_EXISTS);
}

/* Whoever has it open, or died with it open, left its log files. Without them everything is in the file itself, and reading it as one that nobody changes leaves no
 * trace and needs no right to write; what that would miss is_steady finds. */
static Sql *sqlite_open_to_read(const char *location, GError **error)
{
	g_autofree char *path = find_file(location, FALSE, error);
	if (path == NULL)
		return NULL;
	SqliteDatabase *database = database_new(path);
	database->alone = g_stat(path, &database->as_found) == 0 && !has_beside(path, "-wal") && !has_beside(path, "-shm");
	g_autofree char *escaped = g_uri_escape_string(path, "/", FALSE);
	g_autofree char *uri = g_strconcat("file:", escaped, "?mode=ro", database->alone ? "&immutable=1" : NULL, NULL);
	Sql *sql = open_database(database, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, READING_SETTINGS, error);
	if (sql == NULL)
		g_prefix_error(error, "store %s: ", location);
	else
		sqlite3_db_config(database->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return sql;
}

static gboolean sqlite_is_steady(const Sql *sql)
{
	const SqliteDatabase *database = (const SqliteDatabase *)sql;
	const GStatBuf *then = &database->as_found;
	GStatBuf now;
	return !database->alone ||
	       (g_stat(database->path, &now) == 0 && now.st_ino == then->st_ino && now.st_size == then->st_size && now.st_mtim.tv_sec == then->st_mtim.tv_sec &&
	        now.st_mtim.tv_nsec == then->st_mtim.tv_nsec && !has_beside(database->path, "-wal"));
}

static Sql *sqlite_open_scratch(GError **error)
{
	return open_file("", SCRATCH_SETTINGS, error);
}

static gboolean sqlite_begin(Sql *sql, SqlTransaction kind, GError **error)
{
	return sqlite_script(sql, kind == SQL_WRITE ? "BEGIN IMMEDIATE" : "BEGIN", error);
}

static gboolean sqlite_commit(Sql *sql, GError **error)
{
	return sqlite_script(sql, "COMMIT", error);
}

static void sqlite_rollback(Sql *sql)
{
	if (!sqlite3_get_autocommit(((SqliteDatabase *)sql)->db))
		sqlite_script(sql, "ROLLBACK", NULL);
}

static gint64 sqlite_written(const Sql *sql)
{
	return sqlite3_total_changes64(((const SqliteDatabase *)sql)->db);
}

/* A file beside the database, since SQLite's own locks last a transaction. The file stays: removing it would race with who opens it. */
static gboolean sqlite_lock(Sql *sql, const char *name, gboolean *got, GError **error)
{
	SqliteDatabase *database = (SqliteDatabase *)sql;
	*got = g_hash_table_contains(database->locks, name);
	if (*got)
		return TRUE;
	g_autofree char *path = g_strdup_printf("%s.%s.lock", database->path, name);
	int file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	if (file < 0) {
		error_set(error, ERROR_FORBIDDEN, "lock %s: %s", path, g_strerror(errno));
		return FALSE;
	}
	*got = flock(file, LOCK_EX | LOCK_NB) == 0;
	if (*got)
		g_hash_table_insert(database->locks, g_strdup(name), GINT_TO_POINTER(file));
	else
		close(file);
	return TRUE;
}

static SqlStatement *sqlite_prepare(Sql *sql, const char *text, GError **error)
{
	SqliteDatabase *database = (SqliteDatabase *)sql;
	sqlite3_stmt *stmt = NULL;
	int code = sqlite3_prepare_v3(database->db, text, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
	if (code != SQLITE_OK) {
		fail(error, database->db, code);
		return NULL;
	}
	SqliteStatement *statement = g_new0(SqliteStatement, 1);
	statement->db = database->db;
	statement->stmt = stmt;
	return &statement->base;
}

static void sqlite_reset(SqlStatement *base)
{
	SqliteStatement *statement = (SqliteStatement *)base;
	sqlite3_reset(statement->stmt);
	sqlite3_clear_bindings(statement->stmt);
	statement->bind_failure = SQLITE_OK;
}

static void sqlite_end(SqlStatement *base)
{
	SqliteStatement *statement = (SqliteStatement *)base;
	sqlite3_finalize(statement->stmt);
	g_free(statement);
}

static guint sqlite_parameters(const SqlStatement *base)
{
	return (guint)sqlite3_bind_parameter_count(((const SqliteStatement *)base)->stmt);
}

static const char *sqlite_parameter(const SqlStatement *base, guint index)
{
	return sqlite3_bind_parameter_name(((const SqliteStatement *)base)->stmt, (int)index + 1);
}

static int parameter_index(SqliteStatement *statement, const char *name)
{
	int index = sqlite3_bind_parameter_index(statement->stmt, name);
	if (index == 0)
		g_error("no parameter %s in %s", name, sqlite3_sql(statement->stmt));
	return index;
}

static void note_binding(SqliteStatement *statement, int code)
{
	if (code != SQLITE_OK)
		statement->bind_failure = code;
}

static void sqlite_bind_text(SqlStatement *base, const char *name, const char *value)
{
	SqliteStatement *statement = (SqliteStatement *)base;
	int index = parameter_index(statement, name);
	note_binding(statement, sqlite3_bind_text(statement->stmt, index, value, -1, SQLITE_STATIC));
}

static void sqlite_bind_integer(SqlStatement *base, const char *name, gint64 value)
{
	SqliteStatement *statement = (SqliteStatement *)base;
	note_binding(statement, sqlite3_bind_int64(statement->stmt, parameter_index(statement, name), value));
}

static void sqlite_bind_blob(SqlStatement *base, const char *name, const void *bytes, gsize length)
{
	SqliteStatement *statement = (SqliteStatement *)base;
	int index = parameter_index(statement, name);
	/* a NULL pointer would bind NULL: no bytes are not "no value" */
	int code = length == 0 ? sqlite3_bind_zeroblob(statement->stmt, index, 0)
	                       : sqlite3_bind_blob64(statement->stmt, index, bytes, length, SQLITE_STATIC);
	note_binding(statement, code);
}

static SqlStep sqlite_step(SqlStatement *base, GError **error)
{
	SqliteStatement *statement = (SqliteStatement *)base;
	if ((base->sql->in_transaction || base->sql->in_batch) && sqlite3_get_autocommit(statement->db)) {
		error_set(error, ERROR_TRANSIENT, "database: the transaction was rolled back");
		return SQL_FAILED;
	}
	int code = statement->bind_failure;
	if (code == SQLITE_OK)
		code = sqlite3_step(statement->stmt);
	if (code == SQLITE_ROW)
		return SQL_ROW;
	if (code == SQLITE_DONE)
		return SQL_DONE;
	fail(error, statement->db, code);
	return SQL_FAILED;
}

static gint64 sqlite_changes(SqlStatement *base)
{
	return sqlite3_changes64(((SqliteStatement *)base)->db);
}

static guint sqlite_columns(const SqlStatement *base)
{
	return (guint)sqlite3_column_count(((const SqliteStatement *)base)->stmt);
}

static const char *sqlite_column_name(const SqlStatement *base, guint column)
{
	return sqlite3_column_name(((const SqliteStatement *)base)->stmt, (int)column);
}

static gboolean sqlite_is_null(SqlStatement *base, guint column)
{
	return sqlite3_column_type(((SqliteStatement *)base)->stmt, (int)column) == SQLITE_NULL;
}

static const char *sqlite_text(SqlStatement *base, guint column)
{
	return (const char *)sqlite3_column_text(((SqliteStatement *)base)->stmt, (int)column);
}

static gint64 sqlite_integer(SqlStatement *base, guint column)
{
	return sqlite3_column_int64(((SqliteStatement *)base)->stmt, (int)column);
}

static const void *sqlite_blob(SqlStatement *base, guint column, gsize *length)
{
	sqlite3_stmt *stmt = ((SqliteStatement *)base)->stmt;
	const void *bytes = sqlite3_column_blob(stmt, (int)column);
	*length = (gsize)sqlite3_column_bytes(stmt, (int)column);
	return bytes;
}

static gboolean sqlite_same_value(SqlStatement *first, SqlStatement *second, guint column)
{
	sqlite3_stmt *a = ((SqliteStatement *)first)->stmt;
	sqlite3_stmt *b = ((SqliteStatement *)second)->stmt;
	int index = (int)column;
	if (sqlite3_column_type(a, index) != sqlite3_column_type(b, index))
		return FALSE;
	if (sqlite3_column_type(a, index) == SQLITE_NULL)
		return TRUE;
	const void *left = sqlite3_column_blob(a, index);
	const void *right = sqlite3_column_blob(b, index);
	int length = sqlite3_column_bytes(a, index);
	return length == sqlite3_column_bytes(b, index) && (length == 0 || memcmp(left, right, (gsize)length) == 0);
}

static gboolean sqlite_has_table(Sql *sql, const char *name, gboolean *has, GError **error)
{
	static const char HAS_TABLE[] = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name";
	g_autoptr(SqlStatement) statement = sql_prepare(sql, HAS_TABLE, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":name", name);
	SqlStep step = sql_step(statement, error);
	*has = step == SQL_ROW;
	return step != SQL_FAILED;
}

const SqlDriver sql_sqlite = {
	.scheme = "sqlite",
	.open = sqlite_open,
	.open_to_read = sqlite_open_to_read,
	.is_steady = sqlite_is_steady,
	.open_scratch = sqlite_open_scratch,
	.close = sqlite_close,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.written = sqlite_written,
	.script = sqlite_script,
	.lock = sqlite_lock,
	.has_table = sqlite_has_table,
	.prepare = sqlite_prepare,
	.reset = sqlite_reset,
	.end = sqlite_end,
	.parameters = sqlite_parameters,
	.parameter = sqlite_parameter,
	.bind_text = sqlite_bind_text,
	.bind_integer = sqlite_bind_integer,
	.bind_blob = sqlite_bind_blob,
	.step = sqlite_step,
	.changes = sqlite_changes,
	.columns = sqlite_columns,
	.column_name = sqlite_column_name,
	.is_null = sqlite_is_null,
	.text = sqlite_text,
	.integer = sqlite_integer,
	.blob = sqlite_blob,
	.same_value = sqlite_same_value,
};
