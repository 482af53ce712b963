/* Messages, invites and notices, read. */
#include "base/error.h"
#include "store/store_body.h"
#include "store/store_internal.h"

static const char COUNT_MAILS[] =
	"SELECT COUNT(*) FROM message WHERE person = :person AND queued >= :since AND kind = 'mail' AND state NOT IN ('withdrawn', 'withheld')";

#define MESSAGE_COLUMNS \
	"SELECT message.id, message.kind, message.person, message.state, message.attempts, message.queued, message.next_try," \
	" message.accepted, message.recipient, message.subject, message.message_id, message.reply, message.doubts, message.tried," \
	" message.bounces, message.channel"

/* next_try is set exactly while a message may still go: the index of those is all that is read. */
static const char TO_SEND[] =
	MESSAGE_COLUMNS " FROM message WHERE message.next_try IS NOT NULL AND message.next_try <= :now AND message.kind <> 'hook'"
	" ORDER BY message.next_try, message.event LIMIT :limit";
static const char CALLS_TO_MAKE[] =
	MESSAGE_COLUMNS " FROM message WHERE message.next_try IS NOT NULL AND message.next_try <= :now AND message.kind = 'hook' AND message.channel = :channel"
	" ORDER BY message.next_try, message.event LIMIT :limit";
static const char CHANNELS_IN_USE[] =
	"SELECT channel, MIN(next_try) FROM message WHERE next_try IS NOT NULL AND kind = 'hook' GROUP BY channel ORDER BY channel";
static const char NOTICES_TO_SEND[] =
	MESSAGE_COLUMNS " FROM message WHERE message.next_try IS NOT NULL AND message.next_try <= :now AND message.kind = 'notice'"
	" ORDER BY message.next_try, message.event LIMIT :limit";
static const char BY_ID[] =
	MESSAGE_COLUMNS ", message_body.bytes, (SELECT COUNT(*) FROM message_file WHERE message_file.message = message.id) FROM message LEFT JOIN message_body ON message_body.message = message.id WHERE message.id = :id";
static const char OF_APPROVAL[] =
	MESSAGE_COLUMNS " FROM message JOIN message_approval ON message_approval.message = message.id"
	" WHERE message_approval.approval = :approval ORDER BY message.event";
static const char OF_INVOICE[] =
	MESSAGE_COLUMNS " FROM message WHERE message.id IN (SELECT message_approval.message FROM approval"
	" JOIN message_approval ON message_approval.approval = approval.id WHERE approval.invoice = :invoice)"
	" ORDER BY message.event";
/* But for what is held back, whose time nobody knows. */
static const char NEXT_TRY[] =
	"SELECT next_try FROM message WHERE next_try IS NOT NULL AND next_try < 253402300799 AND kind <> 'hook' ORDER BY next_try, event LIMIT 1";
static const char WAITING_MAILS[] = "SELECT id FROM message WHERE next_try IS NOT NULL AND kind IN ('mail', 'hook') ORDER BY next_try, event";
static const char WITHHELD[] = "SELECT id FROM message WHERE state = 'withheld' ORDER BY event";
static const char APPROVALS_OF[] = "SELECT approval FROM message_approval WHERE message = :message ORDER BY approval";
static const char HAS_ENDED[] =
	"SELECT 1 FROM message_approval JOIN approval ON approval.id = message_approval.approval"
	" WHERE message_approval.message = :message AND approval.state <> 'pending' LIMIT 1";
static const char HAS_HOLD[] =
	"SELECT 1 FROM message_approval JOIN approval ON approval.id = message_approval.approval JOIN hold ON hold.invoice = approval.invoice"
	" WHERE message_approval.message = :message LIMIT 1";
#define MAY_HAVE_ARRIVED \
	"EXISTS (SELECT 1 FROM invite_message JOIN message AS one ON one.id = invite_message.message" \
	" WHERE invite_message.uid = invite.uid AND (one.state IN ('accepted', 'sending') OR one.doubts > 0))"
static const char INVITES[] =
	"SELECT invite.uid, invite.day, invite.sequence, invite.message, invite.starts, invite.ends, invite.asked,"
	" COALESCE(message.state = 'withdrawn', 0), " MAY_HAVE_ARRIVED
	" FROM invite LEFT JOIN message ON message.id = invite.message WHERE invite.person = :person AND invite.cancelled = 0"
	" ORDER BY invite.starts, invite.uid";
static const char INVITED[] =
	"SELECT invite_approval.approval, invite_approval.uid, approval.deadline, invite_approval.since, invite_approval.moved,"
	" invite_approval.ended, invoice.administration FROM invite_approval JOIN approval ON approval.id = invite_approval.approval"
	" JOIN invoice ON invoice.id = approval.invoice"
	" WHERE invite_approval.person = :person ORDER BY approval.event";

/* Facts as audit/event.h names them. "stuck" and "refused" stand in the texts, so that the indexes of those alone serve. */
static const char UNTOLD_STUCK[] =
	"SELECT 'stuck:' || id || ':' || stuck AS fact, id, NULL, administration FROM invoice WHERE stuck > 0 AND NOT EXISTS (SELECT 1 FROM notice"
	" WHERE notice.fact = 'stuck:' || invoice.id || ':' || invoice.stuck AND notice.person = :person) ORDER BY stuck";
static const char UNTOLD_REFUSED[] =
	"SELECT 'refused:' || id AS fact, id, NULL, (SELECT invoice.administration FROM message_approval"
	" JOIN approval ON approval.id = message_approval.approval JOIN invoice ON invoice.id = approval.invoice"
	" WHERE message_approval.message = message.id ORDER BY message_approval.approval LIMIT 1) FROM message WHERE state = 'refused' AND told = 0 AND person <> :person AND NOT EXISTS"
	" (SELECT 1 FROM notice WHERE notice.fact = 'refused:' || message.id AND notice.person = :person) ORDER BY event";
static const char UNTOLD_IDLE[] =
	"SELECT 'idle:' || event AS fact, approval, why, (SELECT invoice.administration FROM approval"
	" JOIN invoice ON invoice.id = approval.invoice WHERE approval.id = idle.approval) FROM idle WHERE told = 0 AND EXISTS (SELECT 1 FROM approval"
	" WHERE approval.id = idle.approval AND approval.state = 'pending') AND NOT EXISTS (SELECT 1 FROM notice"
	" WHERE notice.fact = 'idle:' || idle.event AND notice.person = :person) ORDER BY event";
static const char UNTOLD_BUDGET[] =
	"SELECT 'budget:' || event AS fact, '' || event, NULL, NULL FROM alarm WHERE told = 0 AND NOT EXISTS (SELECT 1 FROM notice"
	" WHERE notice.fact = 'budget:' || alarm.event AND notice.person = :person) ORDER BY event";
static const char UNTOLD_CHANGE[] =
	"SELECT 'change:' || event AS fact, '' || event, NULL, NULL FROM change_hold WHERE told = 0 AND ended IS NULL AND NOT EXISTS (SELECT 1 FROM notice"
	" WHERE notice.fact = 'change:' || change_hold.event AND notice.person = :person) ORDER BY event";
static const char UNTOLD_OUTAGE[] =
	"SELECT 'outage:' || event AS fact, '' || since, CASE WHEN calendar <> '' THEN COALESCE(label, '?') END, NULL FROM outage WHERE told = 0 AND ended IS NULL AND NOT EXISTS (SELECT 1 FROM notice"
	" WHERE notice.fact = 'outage:' || outage.event AND notice.person = :person) ORDER BY event";
static const char UNTOLD_RECEIVED[] =
	"SELECT 'mail:' || event AS fact, '' || event, outcome, (SELECT invoice.administration FROM message_approval"
	" JOIN approval ON approval.id = message_approval.approval JOIN invoice ON invoice.id = approval.invoice"
	" WHERE message_approval.message = received.message ORDER BY message_approval.approval LIMIT 1) FROM received WHERE tell = 1 AND told = 0 AND NOT EXISTS"
	" (SELECT 1 FROM notice WHERE notice.fact = 'mail:' || received.event AND notice.person = :person) ORDER BY event";
static const char WAS_TOLD[] = "SELECT 1 FROM notice WHERE fact = :fact AND person = :person";
static const char LAST_RETURN[] = "SELECT queued FROM message WHERE person = :person AND kind = 'return' ORDER BY queued DESC LIMIT 1";
/* By the same words as the facts of store_untold(). */
static const char OUTDATED_NOTICE[] =
	"SELECT 1 FROM notice WHERE message = :message AND (substr(fact, 1, 6) = 'stuck:' AND NOT EXISTS (SELECT 1 FROM invoice WHERE stuck > 0 AND 'stuck:' || id || ':' || stuck = notice.fact)"
	" OR substr(fact, 1, 5) = 'idle:' AND NOT EXISTS (SELECT 1 FROM idle JOIN approval ON approval.id = idle.approval WHERE idle.event = CAST(substr(notice.fact, 6) AS BIGINT) AND approval.state = 'pending')"
	" OR substr(fact, 1, 7) = 'change:' AND NOT EXISTS (SELECT 1 FROM change_hold WHERE event = CAST(substr(notice.fact, 8) AS BIGINT) AND ended IS NULL)"
	" OR substr(fact, 1, 7) = 'outage:' AND NOT EXISTS (SELECT 1 FROM outage WHERE event = CAST(substr(notice.fact, 8) AS BIGINT) AND ended IS NULL))";
static const char OUTDATED_INVITE[] =
	"SELECT 1 FROM invite_message JOIN invite ON invite.uid = invite_message.uid"
	" WHERE invite_message.message = :message AND (invite.cancelled = 1 OR invite.message <> :message)"
	" UNION ALL SELECT 1 FROM invite WHERE invite.message = :message AND invite.cancelled = 1 AND NOT " MAY_HAVE_ARRIVED;
static const char WAITING_NOTICE[] = MESSAGE_COLUMNS " FROM message WHERE kind = 'notice' AND state IN ('queued', 'withheld') AND person = :person";

void message_row_free(MessageRow *row)
{
	if (row == NULL)
		return;
	g_free(row->id);
	g_free(row->kind);
	g_free(row->person);
	g_free(row->state);
	g_free(row->to);
	g_free(row->subject);
	g_free(row->message_id);
	if (row->bytes != NULL)
		g_bytes_unref(row->bytes);
	g_free(row->reply);
	g_free(row->channel);
	g_free(row);
}

gboolean message_row_reminds(const MessageRow *row)
{
	return g_str_equal(row->kind, "mail") || g_str_equal(row->kind, "hook");
}

static gpointer read_message(SqlStatement *statement, GError **error)
{
	(void)error;
	MessageRow *row = g_new0(MessageRow, 1);
	row->id = sql_text_dup(statement, 0);
	row->kind = sql_text_dup(statement, 1);
	row->person = sql_text_dup(statement, 2);
	row->state = sql_text_dup(statement, 3);
	row->attempts = (guint)sql_integer(statement, 4);
	row->queued = sql_integer(statement, 5);
	row->next_try = sql_instant(statement, 6);
	row->accepted = sql_instant(statement, 7);
	row->to = sql_text_dup(statement, 8);
	row->subject = sql_text_dup(statement, 9);
	row->message_id = sql_text_dup(statement, 10);
	row->reply = sql_text_dup(statement, 11);
	row->doubts = (guint)sql_integer(statement, 12);
	row->tried = sql_instant(statement, 13);
	row->bounces = (guint)sql_integer(statement, 14);
	row->channel = sql_text_dup(statement, 15);
	return row;
}

static gpointer read_message_with_bytes(SqlStatement *statement, GError **error)
{
	MessageRow *row = read_message(statement, error);
	if (sql_is_null(statement, 16))
		return row;
	gsize length;
	const void *bytes = sql_blob(statement, 16, &length);
	row->bytes = g_bytes_new(bytes, length);
	row->files = (guint)sql_integer(statement, 17);
	return row;
}

static gboolean make_whole(Store *store, MessageRow *row, GError **error)
{
	gsize length;
	if (row->bytes == NULL || row->files == 0)
		return TRUE;
	const void *outline = g_bytes_get_data(row->bytes, &length);
	GBytes *whole = store_body_join(store, row->id, outline, length, error);
	if (whole == NULL)
		return FALSE;
	g_bytes_unref(row->bytes);
	row->bytes = whole;
	return TRUE;
}

/* `channel`: NULL where the question does not ask for it. */
static GPtrArray *messages_to_send(Store *store, const char *question, const char *channel, gint64 now, guint limit, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, question, error);
	if (statement == NULL)
		return NULL;
	if (channel != NULL)
		sql_bind_text(statement, ":channel", channel);
	sql_bind_integer(statement, ":now", now);
	sql_bind_integer(statement, ":limit", limit);
	return sql_collect(statement, read_message, (GDestroyNotify)message_row_free, error);
}

GPtrArray *store_messages_to_send(Store *store, gint64 now, guint limit, GError **error)
{
	return messages_to_send(store, TO_SEND, NULL, now, limit, error);
}

GPtrArray *store_calls_to_make(Store *store, const char *channel, gint64 now, guint limit, GError **error)
{
	return messages_to_send(store, CALLS_TO_MAKE, channel, now, limit, error);
}

GPtrArray *store_notices_to_send(Store *store, gint64 now, guint limit, GError **error)
{
	return messages_to_send(store, NOTICES_TO_SEND, NULL, now, limit, error);
}

MessageRow *store_message(Store *store, const char *id, GError **error)
{
	g_autoptr(GError) failure = NULL;
	MessageRow *row = store_row_of(store, BY_ID, ":id", id, read_message_with_bytes, &failure);
	if (failure != NULL)
		g_propagate_error(error, g_steal_pointer(&failure));
	else if (row == NULL)
		error_set(error, ERROR_NOT_FOUND, "no message %s", id);
	if (row == NULL || make_whole(store, row, error))
		return row;
	message_row_free(row);
	return NULL;
}

GPtrArray *store_messages_of_approval(Store *store, const char *approval, GError **error)
{
	return store_rows_of(store, OF_APPROVAL, ":approval", approval, read_message, (GDestroyNotify)message_row_free, error);
}

GPtrArray *store_messages_of_invoice(Store *store, const char *invoice, GError **error)
{
	return store_rows_of(store, OF_INVOICE, ":invoice", invoice, read_message, (GDestroyNotify)message_row_free, error);
}

gboolean store_next_mail_try(Store *store, gint64 *at, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, NEXT_TRY, error);
	if (statement == NULL)
		return FALSE;
	SqlStep step = sql_step(statement, error);
	if (step != SQL_FAILED)
		*at = step == SQL_ROW ? sql_instant(statement, 0) : INSTANT_NONE;
	return step != SQL_FAILED;
}

static gpointer read_channel_use(SqlStatement *statement, GError **error)
{
	(void)error;
	ChannelUse *use = g_new0(ChannelUse, 1);
	use->channel = sql_text_dup(statement, 0);
	use->at = sql_instant(statement, 1);
	return use;
}

static void channel_use_free(gpointer data)
{
	ChannelUse *use = data;
	g_free(use->channel);
	g_free(use);
}

GPtrArray *store_channels_in_use(Store *store, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, CHANNELS_IN_USE, error);
	return statement != NULL ? sql_collect(statement, read_channel_use, channel_use_free, error) : NULL;
}

static gpointer read_id(SqlStatement *statement, GError **error)
{
	(void)error;
	return sql_text_dup(statement, 0);
}

GPtrArray *store_message_approvals(Store *store, const char *message, GError **error)
{
	return store_rows_of(store, APPROVALS_OF, ":message", message, read_id, g_free, error);
}

/* *is: the question has an answer. */
static gboolean ask_of_message(Store *store, const char *question, const char *message, gboolean *is, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, question, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":message", message);
	const SqlStep step = sql_step(statement, error);
	*is = step == SQL_ROW;
	return step != SQL_FAILED;
}

gboolean store_message_has_ended(Store *store, const char *message, gboolean *has, GError **error)
{
	return ask_of_message(store, HAS_ENDED, message, has, error);
}

gboolean store_message_has_hold(Store *store, const char *message, gboolean *has, GError **error)
{
	return ask_of_message(store, HAS_HOLD, message, has, error);
}

GPtrArray *store_waiting_mails(Store *store, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, WAITING_MAILS, error);
	return statement != NULL ? sql_collect(statement, read_id, g_free, error) : NULL;
}

GPtrArray *store_withheld(Store *store, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, WITHHELD, error);
	return statement != NULL ? sql_collect(statement, read_id, g_free, error) : NULL;
}

void notice_free(Notice *notice)
{
	if (notice == NULL)
		return;
	g_free(notice->fact);
	g_free(notice->about);
	g_free(notice->why);
	g_free(notice->administration);
	g_free(notice);
}

static gboolean add_untold(Store *store, const char *question, NoticeKind kind, const char *person, GPtrArray *untold, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, question, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":person", person);
	SqlStep step;
	while ((step = sql_step(statement, error)) == SQL_ROW) {
		Notice *notice = g_new0(Notice, 1);
		notice->kind = kind;
		notice->fact = sql_text_dup(statement, 0);
		notice->about = sql_text_dup(statement, 1);
		notice->why = sql_text_dup(statement, 2);
		notice->administration = sql_text_dup(statement, 3);
		g_ptr_array_add(untold, notice);
	}
	return step == SQL_DONE;
}

GPtrArray *store_untold(Store *store, const char *person, GError **error)
{
	g_autoptr(GPtrArray) untold = g_ptr_array_new_with_free_func((GDestroyNotify)notice_free);
	if (!add_untold(store, UNTOLD_STUCK, NOTICE_STUCK, person, untold, error) ||
	    !add_untold(store, UNTOLD_REFUSED, NOTICE_REFUSED, person, untold, error) ||
	    !add_untold(store, UNTOLD_IDLE, NOTICE_IDLE, person, untold, error) ||
	    !add_untold(store, UNTOLD_BUDGET, NOTICE_BUDGET, person, untold, error) ||
	    !add_untold(store, UNTOLD_CHANGE, NOTICE_CHANGE, person, untold, error) ||
	    !add_untold(store, UNTOLD_OUTAGE, NOTICE_OUTAGE, person, untold, error) ||
	    !add_untold(store, UNTOLD_RECEIVED, NOTICE_RECEIVED, person, untold, error))
		return NULL;
	return g_steal_pointer(&untold);
}

MessageRow *store_waiting_notice(Store *store, const char *person, GError **error)
{
	return store_row_of(store, WAITING_NOTICE, ":person", person, read_message, error);
}

gboolean store_notice_is_outdated(Store *store, const char *message, gboolean *is, GError **error)
{
	return ask_of_message(store, OUTDATED_NOTICE, message, is, error);
}

gboolean store_invite_is_outdated(Store *store, const char *message, gboolean *is, GError **error)
{
	return ask_of_message(store, OUTDATED_INVITE, message, is, error);
}

void invite_row_free(InviteRow *row)
{
	if (row == NULL)
		return;
	g_free(row->uid);
	g_free(row->message);
	g_free(row);
}

static gpointer read_invite(SqlStatement *statement, GError **error)
{
	(void)error;
	InviteRow *row = g_new0(InviteRow, 1);
	row->uid = sql_text_dup(statement, 0);
	if (!date_parse(sql_text(statement, 1), &row->day, NULL))
		row->day = DATE_NONE;
	row->sequence = sql_integer(statement, 2);
	row->message = sql_text_dup(statement, 3);
	row->starts = sql_integer(statement, 4);
	row->ends = sql_integer(statement, 5);
	row->asked = sql_integer(statement, 6);
	row->withdrawn = sql_integer(statement, 7) != 0;
	row->arrived = sql_integer(statement, 8) != 0;
	return row;
}

GPtrArray *store_invites(Store *store, const char *person, GError **error)
{
	return store_rows_of(store, INVITES, ":person", person, read_invite, (GDestroyNotify)invite_row_free, error);
}

void invited_row_free(InvitedRow *row)
{
	if (row == NULL)
		return;
	g_free(row->approval);
	g_free(row->administration);
	g_free(row->uid);
	g_free(row);
}

static gpointer read_invited(SqlStatement *statement, GError **error)
{
	(void)error;
	InvitedRow *row = g_new0(InvitedRow, 1);
	row->approval = sql_text_dup(statement, 0);
	row->uid = sql_text_dup(statement, 1);
	row->deadline = sql_instant(statement, 2);
	row->since = sql_instant(statement, 3);
	row->moved = sql_instant(statement, 4);
	row->ended = sql_instant(statement, 5);
	row->administration = sql_text_dup(statement, 6);
	return row;
}

GPtrArray *store_invited(Store *store, const char *person, GError **error)
{
	return store_rows_of(store, INVITED, ":person", person, read_invited, (GDestroyNotify)invited_row_free, error);
}

gboolean store_count_mails(Store *store, const char *person, gint64 since, guint *count, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, COUNT_MAILS, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":person", person);
	sql_bind_integer(statement, ":since", since);
	if (sql_step(statement, error) != SQL_ROW)
		return FALSE;
	*count = (guint)sql_integer(statement, 0);
	return TRUE;
}

gboolean store_was_told(Store *store, const char *fact, const char *person, gboolean *told, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, WAS_TOLD, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":fact", fact);
	sql_bind_text(statement, ":person", person);
	const SqlStep step = sql_step(statement, error);
	*told = step == SQL_ROW;
	return step != SQL_FAILED;
}

gboolean store_last_return(Store *store, const char *person, gint64 *queued, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, LAST_RETURN, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":person", person);
	const SqlStep step = sql_step(statement, error);
	*queued = step == SQL_ROW ? sql_integer(statement, 0) : INSTANT_NONE;
	return step != SQL_FAILED;
}
