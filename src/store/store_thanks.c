/* Who is to be told that it is done: what events do to it, and read. Owed once a stage that they had a mail about has closed; gone once a message of kind "done" speaks of it, or
 * nobody can tell them. */
#include "store/apply.h"
#include "store/store_internal.h"

static const char INSERT_OWED[] =
	"INSERT INTO thanks_owed (invoice, stage, person, since) VALUES (:event_invoice, :data_stage, :member, :event_at)";
/* kind 6 is WAKEUP_THANKS */
static const char WAKE[] =
	"INSERT INTO wakeup (kind, id, at) VALUES (6, :member, :event_at) ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at WHERE excluded.at < wakeup.at";
static const char DELETE_OWED[] =
	"DELETE FROM thanks_owed WHERE person = :data_person AND EXISTS (SELECT 1 FROM approval WHERE approval.id = :member"
	" AND approval.invoice = thanks_owed.invoice AND approval.stage = thanks_owed.stage)";

/* What reached them, or may have; what was handed on is told otherwise. */
#define TOLD \
	" FROM approval JOIN message_approval ON message_approval.approval = approval.id JOIN message ON message.id = message_approval.message" \
	" WHERE approval.state <> 'delegated' AND message.kind = 'mail' AND message.person IS NOT NULL AND (message.state IN ('accepted', 'sending') OR message.doubts > 0)"
static const char TOLD_OF_STAGE[] = "SELECT DISTINCT message.person" TOLD " AND approval.invoice = :invoice AND approval.stage = :stage ORDER BY message.person";
/* Of several approvals their own, else the first. */
#define ONE_OF_STAGE " AND approval.invoice = thanks_owed.invoice AND approval.stage = thanks_owed.stage AND message.person = thanks_owed.person"
static const char OWED[] =
	"SELECT COALESCE((SELECT approval.id" TOLD ONE_OF_STAGE " AND approval.person = message.person LIMIT 1),"
	" (SELECT approval.id" TOLD ONE_OF_STAGE " ORDER BY approval.event LIMIT 1)), since FROM thanks_owed WHERE person = :person ORDER BY since, invoice, stage";

gboolean apply_thanks_owed(Sql *sql, const Event *event, GError **error)
{
	static const ApplyStep owe = {INSERT_OWED, "somebody is owed it twice, or is not recorded"}, wake = {WAKE, NULL};
	return apply_each(sql, event, "thanks", &owe, error) && apply_each(sql, event, "thanks", &wake, error);
}

gboolean apply_thanks_told(Sql *sql, const Event *event, GError **error)
{
	static const ApplyStep told = {DELETE_OWED, NULL};
	return apply_each(sql, event, "approvals", &told, error);
}

const ApplyRule apply_thanks_rules[] = {
	{"thanks.dropped", "person", {{NULL, NULL}}, apply_thanks_told},
	{NULL, NULL, {{NULL, NULL}}, NULL},
};

static gpointer read_id(SqlStatement *statement, GError **error)
{
	(void)error;
	return sql_text_dup(statement, 0);
}

GPtrArray *store_told_of_stage(Store *store, const char *invoice, int stage, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, TOLD_OF_STAGE, error);
	if (statement == NULL)
		return NULL;
	sql_bind_text(statement, ":invoice", invoice);
	sql_bind_integer(statement, ":stage", stage);
	return sql_collect(statement, read_id, g_free, error);
}

void owed_row_free(OwedRow *row)
{
	if (row == NULL)
		return;
	g_free(row->approval);
	g_free(row);
}

static gpointer read_owed(SqlStatement *statement, GError **error)
{
	(void)error;
	OwedRow *row = g_new0(OwedRow, 1);
	row->approval = sql_text_dup(statement, 0);
	row->since = sql_integer(statement, 1);
	return row;
}

GPtrArray *store_thanks_owed(Store *store, const char *person, GError **error)
{
	return store_rows_of(store, OWED, ":person", person, read_owed, (GDestroyNotify)owed_row_free, error);
}
