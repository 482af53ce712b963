/* The tables, version by version. Names of the columns are the record's own words where SQL leaves them free. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "store/sql.h"

/* What this program writes and reads. */
int schema_version(void);

/* Inside a write transaction: brings the database to this program's version; *found is what it was (0: empty). A newer one is
 * ERROR_CONFIG. */
gboolean schema_migrate(Sql *sql, int *found, GError **error);

/* What the database has; 0: no store yet. */
gboolean schema_read_version(Sql *sql, int *version, GError **error);

/* A table that events add up to: `select` reads every column in the order of the key, which is the first `keys` columns. */
typedef struct {
	const char *name;
	guint keys;
	const char *select;
} SchemaTable;

/* All of them, ended by one without a name. Not among them: the record itself and its evidence (event, side, blob, message_body),
 * and what is not recorded (wakeup, runtime, feed, feed_absence, store_schema). */
const SchemaTable *schema_tables(void);

#endif
