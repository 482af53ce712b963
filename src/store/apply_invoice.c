/* What events do to invoices and stages.
 *
 * Invariants: an identity belongs to one invoice; a closed invoice is neither stuck nor woken, and waits for nothing; at most one stage of an
 * invoice is open, and only while the invoice is; an invoice has one hold at a time, and a closed one none that lasts; it is booked once.
 */
#include "store/apply.h"

#include "audit/facts.h"
#include "base/text.h"

static const char INSERT_INVOICE[] =
	"INSERT INTO invoice (id, state, identity, number_key, supplier_key, kind, amount, currency, received, facts, document,"
	" began, policy_version, stuck, opens)"
	" VALUES (:event_invoice, 'open', :data_identity, :number_key, :side_supplier_key, :data_kind, :amount, :currency, :event_at,"
	" :event_seq, :data_document, 0, 0, 0, :when_opens)";
static const char UPDATE_INVOICE[] =
	"UPDATE invoice SET identity = :data_identity, number_key = :number_key, supplier_key = :side_supplier_key, kind = :data_kind,"
	" amount = :amount, currency = :currency, facts = :event_seq, document = :data_document"
	" WHERE id = :event_invoice AND state <> 'withdrawn'";
static const char RESTART_INVOICE[] =
	"UPDATE invoice SET state = 'open', closed = NULL, administration = NULL, chain = NULL, began = 0, policy_version = 0, waits = NULL,"
	" stuck = 0, stuck_why = NULL WHERE id = :event_invoice";
static const char INSERT_DOCUMENT[] =
	"INSERT INTO invoice_document (document, invoice) VALUES (:data_document, :event_invoice)"
	" ON CONFLICT (document) DO NOTHING";
static const char ROUTE_INVOICE[] =
	"UPDATE invoice SET administration = :data_administration, chain = :data_chain, policy_version = :data_policy_version,"
	" began = (SELECT COALESCE(MAX(ordinal), 0) + 1 FROM stage WHERE stage.invoice = :event_invoice)"
	" WHERE id = :event_invoice AND state = 'open'";
static const char STICK_INVOICE[] =
	"UPDATE invoice SET stuck = :event_seq, stuck_why = :data_why, waits = NULL,"
	" administration = COALESCE(:data_administration, administration) WHERE id = :event_invoice AND state = 'open'";
static const char UNSTICK_INVOICE[] = "UPDATE invoice SET stuck = 0, stuck_why = NULL WHERE id = :event_invoice";
static const char LET_INVOICE_WAIT[] =
	"UPDATE invoice SET waits = :data_why, stuck = 0, stuck_why = NULL WHERE id = :event_invoice AND state = 'open'";
static const char END_WAIT[] = "UPDATE invoice SET waits = NULL WHERE id = :event_invoice";
static const char BOOK_INVOICE[] = "UPDATE invoice SET booked = :event_at WHERE id = :event_invoice AND booked IS NULL";
static const char INSERT_NOTE[] =
	"INSERT INTO note (event, at, invoice, person, text) VALUES (:event_seq, :event_at, :event_invoice, :data_person, :side_text)";

#define CLOSE_INVOICE(state) \
	"UPDATE invoice SET state = '" state "', closed = :event_at, waits = NULL, stuck = 0, stuck_why = NULL" \
	" WHERE id = :event_invoice AND state = 'open'"
static const char APPROVE_INVOICE[] = CLOSE_INVOICE("approved");
static const char REJECT_INVOICE[] = CLOSE_INVOICE("rejected");
static const char WITHDRAW_INVOICE[] = CLOSE_INVOICE("withdrawn");

/* kind 0 is WAKEUP_INVOICE */
static const char WAKE_INVOICE[] =
	"INSERT INTO wakeup (kind, id, at) SELECT 0, id, :event_at FROM invoice WHERE id = :event_invoice AND state = 'open'"
	" ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at";
/* kind 2 is WAKEUP_ADMINS */
static const char WAKE_ADMINS[] =
	"INSERT INTO wakeup (kind, id, at) VALUES (2, 'admins', :event_at) ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at";
static const char LET_INVOICE_SLEEP[] = "DELETE FROM wakeup WHERE kind = 0 AND id = :event_invoice";

static const char IS_INVOICE_OPEN[] = "SELECT 1 FROM invoice WHERE id = :event_invoice AND state = 'open'";
static const char INSERT_STAGE[] =
	"INSERT INTO stage (invoice, ordinal, position, chain, name, ladder, need, within, at_least, before, group_count,"
	" policy_version, opened)"
	" VALUES (:event_invoice, :data_stage, :data_position, :data_chain, :data_name, :data_ladder, :data_need, :data_within,"
	" :data_at_least, :before, :data_groups, :data_policy_version, :event_at)";
static const char CLOSE_STAGE[] =
	"UPDATE stage SET closed = :event_at, outcome = :data_outcome"
	" WHERE invoice = :event_invoice AND ordinal = :data_stage AND closed IS NULL";

static const char INSERT_HOLD[] =
	"INSERT INTO hold (event, invoice, kind, role, person, asked, reason, began, until)"
	" VALUES (:event_seq, :event_invoice, :data_kind, :data_role, :data_person, :data_of, COALESCE(:side_reason, :side_question),"
	" :event_at, :when_until)";
static const char WAKE_AT_END[] =
	"INSERT INTO wakeup (kind, id, at) VALUES (0, :event_invoice, :when_until) ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at";
static const char END_HOLD[] =
	"UPDATE hold SET ended = :when_ended, answer = :side_reason WHERE invoice = :event_invoice AND ended IS NULL";
static const char CUT_HOLD[] =
	"UPDATE hold SET ended = CASE WHEN until < :event_at THEN until ELSE :event_at END"
	" WHERE invoice = :event_invoice AND ended IS NULL";

#define NOT_OPEN "the invoice is not open"

/* Runs a statement that has :number_key, :amount and :currency. */
static gboolean write_invoice(Sql *sql, const Event *event, const char *text, const char *refusal, GError **error)
{
	const char *number = event->private != NULL ? js_object_get_string(event->private, "number") : NULL;
	g_autofree char *number_key = number != NULL ? text_key(number) : NULL;
	g_autoptr(SqlStatement) statement = apply_prepare(sql, event, text, error);
	if (statement == NULL)
		return FALSE;
	g_autoptr(InvoiceFacts) facts = facts_from_event(event->data, event->private);
	Money amount;
	gboolean known = invoice_facts_amount(facts, &amount, NULL);
	sql_bind_text(statement, ":number_key", number_key);
	sql_bind_text(statement, ":currency", known ? amount.currency : NULL);
	if (known)
		sql_bind_integer(statement, ":amount", amount.minor);
	return apply_run(statement, refusal, error);
}

static gboolean write_document(Sql *sql, const Event *event, GError **error)
{
	static const ApplyStep step = {INSERT_DOCUMENT, NULL};
	return js_object_get_string(event->data, "document") == NULL || apply_step(sql, event, &step, error);
}

static gboolean wake(Sql *sql, const Event *event, GError **error)
{
	static const ApplyStep step = {WAKE_INVOICE, NULL};
	return apply_step(sql, event, &step, error);
}

static gboolean apply_received(Sql *sql, const Event *event, GError **error)
{
	return write_invoice(sql, event, INSERT_INVOICE, "that invoice was received before", error) &&
	       write_document(sql, event, error) && wake(sql, event, error);
}

static gboolean apply_updated(Sql *sql, const Event *event, GError **error)
{
	static const ApplyStep restart = {RESTART_INVOICE, NULL};
	return write_invoice(sql, event, UPDATE_INVOICE, "there is no such invoice, or it was withdrawn", error) &&
	       (!js_object_get_boolean(event->data, "restarts") || apply_step(sql, event, &restart, error)) &&
	       write_document(sql, event, error) && wake(sql, event, error);
}

/* Time expressions have no blanks, so that blanks keep them apart. */
static char *join_before(const Json *before)
{
	GString *joined = g_string_new(NULL);
	for (gsize i = 0; i < js_array_length(before); i++) {
		const char *expression = js_string(js_array_get(before, i));
		if (expression != NULL)
			g_string_append_printf(joined, "%s%s", joined->len > 0 ? " " : "", expression);
	}
	return g_string_free(joined, FALSE);
}

static gboolean apply_stage_opened(Sql *sql, const Event *event, GError **error)
{
	g_autofree char *before = join_before(js_object_get(event->data, "before"));
	g_autoptr(SqlStatement) statement = apply_prepare(sql, event, INSERT_STAGE, error);
	if (statement == NULL)
		return FALSE;
	sql_bind_text(statement, ":before", before);
	return apply_run(statement, "a stage is open already, or there was one of that ordinal", error);
}

const ApplyRule apply_invoice_rules[] = {
	{"invoice.received", NULL, {{NULL, NULL}}, apply_received},
	{"invoice.updated", NULL, {{NULL, NULL}}, apply_updated},
	{"invoice.routed", NULL, {{ROUTE_INVOICE, NOT_OPEN}}, NULL},
	{"invoice.stuck", NULL, {{STICK_INVOICE, NOT_OPEN}, {WAKE_ADMINS, NULL}}, NULL},
	{"invoice.unstuck", NULL, {{UNSTICK_INVOICE, "there is no such invoice"}}, NULL},
	{"invoice.approved", NULL, {{APPROVE_INVOICE, NOT_OPEN}, {LET_INVOICE_SLEEP, NULL}, {CUT_HOLD, NULL}}, NULL},
	{"invoice.rejected", NULL, {{REJECT_INVOICE, NOT_OPEN}, {LET_INVOICE_SLEEP, NULL}, {CUT_HOLD, NULL}}, NULL},
	{"invoice.withdrawn", NULL, {{WITHDRAW_INVOICE, NOT_OPEN}, {LET_INVOICE_SLEEP, NULL}, {CUT_HOLD, NULL}}, NULL},
	{"invoice.held", NULL, {{IS_INVOICE_OPEN, NOT_OPEN}, {INSERT_HOLD, "it is on hold already"}, {WAKE_AT_END, NULL}}, NULL},
	{"invoice.released", NULL, {{END_HOLD, "it is not on hold"}, {WAKE_INVOICE, NULL}}, NULL},
	{"invoice.waits", NULL, {{LET_INVOICE_WAIT, NOT_OPEN}}, NULL},
	{"invoice.booked", NULL, {{BOOK_INVOICE, "it was booked before, or there is no such invoice"}, {WAKE_INVOICE, NULL}}, NULL},
	{"invoice.restarted", NULL, {{IS_INVOICE_OPEN, NOT_OPEN}, {RESTART_INVOICE, NULL}, {WAKE_INVOICE, NULL}}, NULL},
	{"note.recorded", NULL, {{INSERT_NOTE, "there is no such invoice"}}, NULL},
	{"stage.opened", NULL, {{IS_INVOICE_OPEN, NOT_OPEN}, {END_WAIT, NULL}}, apply_stage_opened},
	{"stage.closed", NULL, {{CLOSE_STAGE, "that stage is not open"}}, apply_thanks_owed},
	{"approver.resolved", NULL, {{NULL, NULL}}, NULL},
	{NULL, NULL, {{NULL, NULL}}, NULL},
};
