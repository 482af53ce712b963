/* Stages, approvals, their reminders and decisions, read. */
#include "base/error.h"
#include "store/store_internal.h"

static const char STAGES[] =
	"SELECT invoice, ordinal, position, chain, name, ladder, need, within, at_least, before, group_count, opened, closed,"
	" policy_version, outcome FROM stage WHERE invoice = :invoice ORDER BY ordinal";

#define APPROVAL_SELECT \
	"SELECT id, invoice, stage, group_number, person, state, start, deadline, closed, centre, replaces, handed," \
	" (SELECT MIN(decision.person) FROM decision WHERE decision.approval = approval.id) FROM approval"
static const char APPROVALS[] = APPROVAL_SELECT " WHERE invoice = :invoice ORDER BY stage, group_number, id";
static const char OF_PERSON[] =
	"SELECT id, event FROM approval WHERE person = :person AND (closed IS NULL OR closed >= :since)"
	" UNION SELECT approval.id, approval.event FROM asked JOIN approval ON approval.id = asked.approval"
	" WHERE asked.person = :person AND asked.ended IS NULL AND asked.how <> 'deputy' AND (approval.closed IS NULL OR approval.closed >= :since) ORDER BY 2";
#define COMING_MEMBERS "approval.id, approval.invoice, approval.start, approval.deadline"
#define COMING_WHERE \
	" AND approval.closed IS NULL AND approval.deadline > :from AND approval.deadline < :until" \
	" AND NOT EXISTS (SELECT 1 FROM hold WHERE hold.invoice = approval.invoice AND hold.ended IS NULL)"
static const char COMING[] =
	"SELECT " COMING_MEMBERS " FROM approval WHERE approval.person = :person" COMING_WHERE
	" UNION SELECT " COMING_MEMBERS " FROM asked JOIN approval ON approval.id = asked.approval WHERE asked.person = :person AND asked.ended IS NULL" COMING_WHERE
	" ORDER BY 4, 1";
static const char BESIDE_OF_INVOICE[] =
	"SELECT asked.approval, asked.person FROM approval JOIN asked ON asked.approval = approval.id"
	" WHERE approval.invoice = :invoice AND asked.ended IS NULL ORDER BY asked.event";
static const char BESIDE[] = "SELECT approval, person FROM asked WHERE approval = :approval AND ended IS NULL ORDER BY event";
static const char APPROVAL[] = APPROVAL_SELECT " WHERE id = :id";

#define REMINDER_SELECT \
	"SELECT approval, rung, occurrence, person, role, channel, tone, state, why, unrolled, fires, recorded, message, why_by, not_before FROM reminder"
static const char REMINDERS[] = REMINDER_SELECT " WHERE approval = :approval ORDER BY event";
static const char CLAIMS_WITHOUT_MESSAGE[] =
	REMINDER_SELECT " WHERE state = :state AND channel <> 'invite' AND NOT EXISTS (SELECT 1 FROM message WHERE message.id = reminder.message)"
	" ORDER BY message, event";

static const char DECISIONS[] =
	"SELECT event, at, approval, decision, person, for_person, channel, assurance, reason, invoice"
	" FROM decision WHERE invoice = :invoice ORDER BY event";

static const char DECISIONS_AFTER[] =
	"SELECT event, at, approval, decision, person, for_person, channel, assurance, reason, invoice"
	" FROM decision WHERE event > :after ORDER BY event LIMIT :limit";

static const char NOTES[] = "SELECT event, at, person, text FROM note WHERE invoice = :invoice ORDER BY event";

static const char SPANS[] =
	"SELECT approval.id, approval.invoice, stage.chain, stage.name, approval.person, approval.opened, approval.closed,"
	" approval.deadline, approval.state, approval.event, invoice.administration"
	" FROM approval JOIN stage ON stage.invoice = approval.invoice AND stage.ordinal = approval.stage"
	" JOIN invoice ON invoice.id = approval.invoice"
	" WHERE approval.event > :after ORDER BY approval.event LIMIT :limit";

/* Gives `read` back; where it is FALSE, with the error. */
static gboolean require(gboolean read, const char *what, const char *id, const char *member, GError **error)
{
	if (!read)
		error_set(error, ERROR_BROKEN, "%s %s: its %s cannot be read", what, id, member);
	return read;
}

static gboolean read_before(Stage *stage, const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	for (guint i = 0; words[i] != NULL; i++) {
		TimeExpression expression;
		if (*words[i] == '\0')
			continue;
		if (!time_expression_parse(words[i], &expression, NULL))
			return FALSE;
		g_array_append_val(stage->before, expression);
	}
	return TRUE;
}

static gpointer read_stage(SqlStatement *statement, GError **error)
{
	g_autoptr(Stage) stage = stage_new();
	stage->invoice = sql_text_dup(statement, 0);
	stage->ordinal = (int)sql_integer(statement, 1);
	stage->position = (int)sql_integer(statement, 2);
	stage->chain = sql_text_dup(statement, 3);
	stage->name = sql_text_dup(statement, 4);
	stage->ladder = sql_text_dup(statement, 5);
	if (!require(need_parse(sql_text(statement, 6), &stage->need), "stage", stage->name, "need", error) ||
	    !require(span_parse(sql_text(statement, 7), &stage->within, NULL), "stage", stage->name, "within", error) ||
	    !require(span_parse(sql_text(statement, 8), &stage->at_least, NULL), "stage", stage->name, "at_least", error) ||
	    !require(read_before(stage, sql_text(statement, 9)), "stage", stage->name, "before", error))
		return NULL;
	stage->groups = (int)sql_integer(statement, 10);
	stage->opened = sql_integer(statement, 11);
	stage->closed = sql_instant(statement, 12);
	stage->policy_version = sql_integer(statement, 13);
	stage->outcome = sql_text_dup(statement, 14);
	return g_steal_pointer(&stage);
}

static gpointer read_approval(SqlStatement *statement, GError **error)
{
	g_autoptr(Approval) approval = approval_new();
	approval->id = sql_text_dup(statement, 0);
	approval->invoice = sql_text_dup(statement, 1);
	approval->stage = (int)sql_integer(statement, 2);
	approval->group = (int)sql_integer(statement, 3);
	approval->person = sql_text_dup(statement, 4);
	if (!require(approval_state_parse(sql_text(statement, 5), &approval->state), "approval", approval->id, "state", error))
		return NULL;
	approval->start = sql_integer(statement, 6);
	approval->deadline = sql_integer(statement, 7);
	approval->closed = sql_instant(statement, 8);
	approval->centre = (int)sql_integer(statement, 9);
	approval->replaces = sql_text_dup(statement, 10);
	approval->handed = sql_text_dup(statement, 11);
	approval->decider = sql_text_dup(statement, 12);
	return g_steal_pointer(&approval);
}

GPtrArray *store_stages(Store *store, const char *invoice, GError **error)
{
	return store_rows_of(store, STAGES, ":invoice", invoice, read_stage, (GDestroyNotify)stage_free, error);
}

static gpointer read_beside(SqlStatement *statement, GError **error)
{
	(void)error;
	char **pair = g_new0(char *, 3);
	pair[0] = sql_text_dup(statement, 0);
	pair[1] = sql_text_dup(statement, 1);
	return pair;
}

static void put_beside(Approval *approval, const GPtrArray *pairs)
{
	for (guint i = 0; i < pairs->len; i++) {
		char *const *pair = pairs->pdata[i];
		if (g_strcmp0(pair[0], approval->id) != 0)
			continue;
		if (approval->beside == NULL)
			approval->beside = g_ptr_array_new_with_free_func(g_free);
		g_ptr_array_add(approval->beside, g_strdup(pair[1]));
	}
}

/* Who may decide beside whom it was opened for. */
static gboolean add_beside(Store *store, const GPtrArray *approvals, const char *question, const char *parameter, const char *value, GError **error)
{
	g_autoptr(GPtrArray) pairs = store_rows_of(store, question, parameter, value, read_beside, (GDestroyNotify)g_strfreev, error);
	for (guint i = 0; pairs != NULL && i < approvals->len; i++)
		put_beside(approvals->pdata[i], pairs);
	return pairs != NULL;
}

GPtrArray *store_approvals(Store *store, const char *invoice, GError **error)
{
	g_autoptr(GPtrArray) approvals = store_rows_of(store, APPROVALS, ":invoice", invoice, read_approval, (GDestroyNotify)approval_free, error);
	return approvals != NULL && add_beside(store, approvals, BESIDE_OF_INVOICE, ":invoice", invoice, error) ? g_steal_pointer(&approvals) : NULL;
}

static gpointer read_id(SqlStatement *statement, GError **error)
{
	(void)error;
	return sql_text_dup(statement, 0);
}

GPtrArray *store_approvals_of(Store *store, const char *person, gint64 since, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, OF_PERSON, error);
	if (statement == NULL)
		return NULL;
	sql_bind_text(statement, ":person", person);
	sql_bind_integer(statement, ":since", since);
	return sql_collect(statement, read_id, g_free, error);
}

void coming_row_free(ComingRow *row)
{
	if (row == NULL)
		return;
	g_free(row->approval);
	g_free(row->invoice);
	g_free(row);
}

static gpointer read_coming(SqlStatement *statement, GError **error)
{
	(void)error;
	ComingRow *row = g_new0(ComingRow, 1);
	row->approval = sql_text_dup(statement, 0);
	row->invoice = sql_text_dup(statement, 1);
	row->start = sql_integer(statement, 2);
	row->deadline = sql_integer(statement, 3);
	return row;
}

GPtrArray *store_coming(Store *store, const char *person, gint64 from, gint64 until, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, COMING, error);
	if (statement == NULL)
		return NULL;
	sql_bind_text(statement, ":person", person);
	sql_bind_integer(statement, ":from", from);
	sql_bind_integer(statement, ":until", until);
	return sql_collect(statement, read_coming, (GDestroyNotify)coming_row_free, error);
}

Approval *store_approval(Store *store, const char *id, GError **error)
{
	g_autoptr(GError) failure = NULL;
	Approval *approval = store_row_of(store, APPROVAL, ":id", id, read_approval, &failure);
	if (failure != NULL)
		g_propagate_error(error, g_steal_pointer(&failure));
	else if (approval == NULL)
		error_set(error, ERROR_NOT_FOUND, "no approval %s", id);
	if (approval == NULL)
		return NULL;
	g_autoptr(GPtrArray) one = g_ptr_array_new_with_free_func((GDestroyNotify)approval_free);
	g_ptr_array_add(one, approval);
	return add_beside(store, one, BESIDE, ":approval", id, error) ? g_ptr_array_steal_index(one, 0) : NULL;
}

void reminder_row_free(ReminderRow *row)
{
	if (row == NULL)
		return;
	g_free(row->approval);
	g_free(row->rung);
	g_free(row->person);
	g_free(row->role);
	g_free(row->channel);
	g_free(row->tone);
	g_free(row->state);
	g_free(row->why);
	g_free(row->by);
	g_free(row->message);
	g_free(row);
}

static gpointer read_reminder(SqlStatement *statement, GError **error)
{
	(void)error;
	ReminderRow *row = g_new0(ReminderRow, 1);
	row->approval = sql_text_dup(statement, 0);
	row->rung = sql_text_dup(statement, 1);
	row->occurrence = (guint)sql_integer(statement, 2);
	row->person = sql_text_dup(statement, 3);
	row->role = sql_text_dup(statement, 4);
	row->channel = sql_text_dup(statement, 5);
	row->tone = sql_text_dup(statement, 6);
	row->state = sql_text_dup(statement, 7);
	row->why = sql_text_dup(statement, 8);
	row->unrolled = sql_instant(statement, 9);
	row->fires = sql_instant(statement, 10);
	row->recorded = sql_integer(statement, 11);
	row->message = sql_text_dup(statement, 12);
	row->by = sql_text_dup(statement, 13);
	row->not_before = sql_instant(statement, 14);
	return row;
}

GPtrArray *store_reminders(Store *store, const char *approval, GError **error)
{
	return store_rows_of(store, REMINDERS, ":approval", approval, read_reminder, (GDestroyNotify)reminder_row_free, error);
}

GPtrArray *store_claims_without_message(Store *store, GError **error)
{
	return store_rows_of(store, CLAIMS_WITHOUT_MESSAGE, ":state", "claimed", read_reminder, (GDestroyNotify)reminder_row_free, error);
}

void decision_row_free(DecisionRow *row)
{
	if (row == NULL)
		return;
	g_free(row->approval);
	g_free(row->decision);
	g_free(row->person);
	g_free(row->for_person);
	g_free(row->channel);
	g_free(row->assurance);
	g_free(row->reason);
	g_free(row->invoice);
	g_free(row);
}

static gpointer read_decision(SqlStatement *statement, GError **error)
{
	(void)error;
	DecisionRow *row = g_new0(DecisionRow, 1);
	row->seq = sql_integer(statement, 0);
	row->at = sql_integer(statement, 1);
	row->approval = sql_text_dup(statement, 2);
	row->decision = sql_text_dup(statement, 3);
	row->person = sql_text_dup(statement, 4);
	row->for_person = sql_text_dup(statement, 5);
	row->channel = sql_text_dup(statement, 6);
	row->assurance = sql_text_dup(statement, 7);
	row->reason = sql_text_dup(statement, 8);
	row->invoice = sql_text_dup(statement, 9);
	return row;
}

GPtrArray *store_decisions_after(Store *store, gint64 seq, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, DECISIONS_AFTER, error);
	if (statement == NULL)
		return NULL;
	sql_bind_integer(statement, ":after", seq);
	sql_bind_integer(statement, ":limit", STORE_PAGE);
	return sql_collect(statement, read_decision, (GDestroyNotify)decision_row_free, error);
}

GPtrArray *store_decisions(Store *store, const char *invoice, GError **error)
{
	return store_rows_of(store, DECISIONS, ":invoice", invoice, read_decision, (GDestroyNotify)decision_row_free, error);
}

void note_row_free(NoteRow *row)
{
	if (row == NULL)
		return;
	g_free(row->person);
	g_free(row->text);
	g_free(row);
}

static gpointer read_note(SqlStatement *statement, GError **error)
{
	(void)error;
	NoteRow *row = g_new0(NoteRow, 1);
	row->seq = sql_integer(statement, 0);
	row->at = sql_integer(statement, 1);
	row->person = sql_text_dup(statement, 2);
	row->text = sql_text_dup(statement, 3);
	return row;
}

GPtrArray *store_notes(Store *store, const char *invoice, GError **error)
{
	return store_rows_of(store, NOTES, ":invoice", invoice, read_note, (GDestroyNotify)note_row_free, error);
}

/* Visits one page and says in *after up to which event, in *more whether there may be others. */
static gboolean visit_spans(Store *store, ApprovalSpanVisit visit, gpointer user_data, gint64 *after, gboolean *more, GError **error)
{
	g_autoptr(SqlStatement) statement = sql_prepare(store->sql, SPANS, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_integer(statement, ":after", *after);
	sql_bind_integer(statement, ":limit", STORE_PAGE);
	guint read = 0;
	gboolean wanted = TRUE;
	SqlStep step = SQL_DONE;
	while (wanted && (step = sql_step(statement, error)) == SQL_ROW) {
		ApprovalSpan span = {
			.approval = sql_text(statement, 0),
			.invoice = sql_text(statement, 1),
			.chain = sql_text(statement, 2),
			.stage = sql_text(statement, 3),
			.person = sql_text(statement, 4),
			.opened = sql_integer(statement, 5),
			.closed = sql_instant(statement, 6),
			.deadline = sql_integer(statement, 7),
			.administration = sql_text(statement, 10),
		};
		if (!require(approval_state_parse(sql_text(statement, 8), &span.state), "approval", span.approval, "state", error))
			return FALSE;
		*after = sql_integer(statement, 9);
		wanted = visit(&span, user_data);
		read++;
	}
	*more = wanted && read == STORE_PAGE;
	return step != SQL_FAILED;
}

gboolean store_approval_spans(Store *store, ApprovalSpanVisit visit, gpointer user_data, GError **error)
{
	gint64 after = 0;
	gboolean more;
	do {
		if (!visit_spans(store, visit, user_data, &after, &more, error))
			return FALSE;
	} while (more);
	return TRUE;
}
