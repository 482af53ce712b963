/* What the store's own files share. */
#ifndef STORE_STORE_INTERNAL_H
#define STORE_STORE_INTERNAL_H

#include "store/sql.h"
#include "store/store.h"

#define STORE_PAGE 256 /* rows read at a time, where a visitor sees them one by one */

struct Store {
	Sql *sql;
	gint64 last_seq; /* of the last event; valid inside a write transaction, and a batch of them */
	char last_hash[SHA256_HEX_SIZE];
	gint64 part_seq; /* the same as they were when the part of a batch began */
	char part_hash[SHA256_HEX_SIZE];
	gboolean failed; /* an event was refused in this transaction: it can only be rolled back */
	GHashTable *facts; /* store_facts.c; NULL: none are kept */
	GHashTable *people; /* store_kept.c: id -> PersonRow; NULL: none are kept */
	PolicyRow *policy;  /* likewise: the one in force */
};

/* What an invoice's event says goes into its row, from the event and its side record, which is NULL once erased. ERROR_BROKEN. */
gboolean store_facts_read(InvoiceRow *row, const char *canonical, const char *body, GError **error);
/* The same from what was kept of that event; FALSE where nothing is. Rows share the facts. */
gboolean store_facts_recall(Store *store, gint64 event, gboolean erased, InvoiceRow *row);
void store_facts_keep(Store *store, gint64 event, gboolean erased, const InvoiceRow *row);

/* What was read of people and of the policy in force, kept while nobody else can write; copies, NULL: it is not kept. To keep them does nothing at any other time. */
gboolean store_keeps(const Store *store);
PersonRow *store_kept_person(const Store *store, const char *id);
void store_keep_person(Store *store, const PersonRow *row);
PolicyRow *store_kept_policy(const Store *store);
void store_keep_policy(Store *store, const PolicyRow *row);
/* Where a transaction, batch or snapshot begins, or one is undone; before that event is applied. */
void store_forget_kept(Store *store);
void store_forget_changed(Store *store, const Event *event);

/* From columns `canonical`, `hash`, salt and body of the side record, at `column` and the three after it. */
Event *store_read_event(SqlStatement *statement, guint column, GError **error);

/* Runs a question that has one text parameter and collects its rows. */
GPtrArray *store_rows_of(Store *store, const char *question, const char *parameter, const char *value, SqlRead read,
                         GDestroyNotify destroy, GError **error);
/* The same, its first row; NULL without an error where there is none. */
gpointer store_row_of(Store *store, const char *question, const char *parameter, const char *value, SqlRead read, GError **error);

#endif
