/* Mails that came in, read. */
#include "base/error.h"
#include "store/store_internal.h"

#define RECEIVED_SELECT \
	"SELECT event, at, kind, via, outcome, message, proven, status, domain, sender, recipient, subject, said, sha256 FROM received"
static const char BY_EVENT[] = RECEIVED_SELECT " WHERE event = :event";
static const char BEFORE[] = RECEIVED_SELECT " WHERE sha256 = :sha256 OR identity = :identity ORDER BY event LIMIT 1";
static const char OF_INVOICE[] =
	RECEIVED_SELECT " WHERE message IN (SELECT message_approval.message FROM approval"
	" JOIN message_approval ON message_approval.approval = approval.id WHERE approval.invoice = :invoice) ORDER BY event";
static const char UNCLEAR[] = "SELECT count(*), max(event) FROM received WHERE at >= :since AND outcome IN ('unreadable', 'unknown', 'unproven')";
static const char ALARM[] =
	"SELECT 1 FROM received WHERE outcome = 'alarm' AND tell = 1 AND domain = :domain AND status = :status AND at >= :since LIMIT 1";

void received_row_free(ReceivedRow *row)
{
	if (row == NULL)
		return;
	char *const texts[] = {row->kind, row->via, row->outcome, row->message, row->status, row->domain, row->from, row->to, row->subject, row->said, row->sha256};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	g_free(row);
}

static gpointer read_received(SqlStatement *statement, GError **error)
{
	(void)error;
	ReceivedRow *row = g_new0(ReceivedRow, 1);
	row->event = sql_integer(statement, 0);
	row->at = sql_integer(statement, 1);
	row->kind = sql_text_dup(statement, 2);
	row->via = sql_text_dup(statement, 3);
	row->outcome = sql_text_dup(statement, 4);
	row->message = sql_text_dup(statement, 5);
	row->proven = sql_integer(statement, 6) != 0;
	row->status = sql_text_dup(statement, 7);
	row->domain = sql_text_dup(statement, 8);
	row->from = sql_text_dup(statement, 9);
	row->to = sql_text_dup(statement, 10);
	row->subject = sql_text_dup(statement, 11);
	row->said = sql_text_dup(statement, 12);
	row->sha256 = sql_text_dup(statement, 13);
	return row;
}

ReceivedRow *store_received(Store *store, gint64 event, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, BY_EVENT, error);
	if (statement == NULL)
		return NULL;
	sql_bind_integer(statement, ":event", event);
	ReceivedRow *row = sql_first(statement, read_received, &failure);
	if (failure != NULL)
		g_propagate_error(error, g_steal_pointer(&failure));
	else if (row == NULL)
		error_set(error, ERROR_NOT_FOUND, "no mail came in as event %" G_GINT64_FORMAT, event);
	return row;
}

GPtrArray *store_received_of_invoice(Store *store, const char *invoice, GError **error)
{
	return store_rows_of(store, OF_INVOICE, ":invoice", invoice, read_received, (GDestroyNotify)received_row_free, error);
}

ReceivedRow *store_received_before(Store *store, const char *sha256, const char *identity, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, BEFORE, error);
	if (statement == NULL)
		return NULL;
	sql_bind_text(statement, ":sha256", sha256);
	sql_bind_text(statement, ":identity", identity != NULL ? identity : "");
	return sql_first(statement, read_received, error);
}

gboolean store_alarm_is_known(Store *store, const char *domain, const char *status, gint64 since, gboolean *is, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, ALARM, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":domain", domain);
	sql_bind_text(statement, ":status", status);
	sql_bind_integer(statement, ":since", since);
	const SqlStep step = sql_step(statement, error);
	*is = step == SQL_ROW;
	return step != SQL_FAILED;
}

gboolean store_count_unclear(Store *store, gint64 since, guint *count, gint64 *last, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, UNCLEAR, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_integer(statement, ":since", since);
	if (sql_step(statement, error) == SQL_FAILED)
		return FALSE;
	*count = (guint)sql_integer(statement, 0);
	*last = sql_integer(statement, 1);
	return TRUE;
}
