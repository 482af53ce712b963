/* The record, gathered by invoice. */
#include "service/overview.h"

#include "base/error.h"
#include "base/text.h"
#include "domain/remind.h"
#include "service/hold_records.h"
#include "service/opening.h"
#include "service/overview_asked.h"

#include <glib/gi18n.h>
#include <string.h>

static void fill(GString *text, const char *place, int width, int number)
{
	g_autofree char *digits = g_strdup_printf("%0*d", width, number);
	g_string_replace(text, place, digits, 1);
}

static void fill_date(GString *text, Date date)
{
	const char *const weekdays[] = {_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")};
	int year, month, day;
	date_get_ymd(date, &year, &month, &day);
	g_string_replace(text, "{weekday}", weekdays[date_weekday(date) - 1], 1);
	fill(text, "{year}", 4, year);
	fill(text, "{month}", 2, month);
	fill(text, "{day}", 2, day);
}

char *overview_date(Date date)
{
	if (!date_is_set(date))
		return g_strdup("-");
	g_autoptr(GString) text = g_string_new(_("{weekday} {year}-{month}-{day}"));
	fill_date(text, date);
	return g_strdup(text->str);
}

static char *time_text(Date date, int second)
{
	g_autoptr(GString) text = g_string_new(_("{weekday} {year}-{month}-{day} {hour}:{minute}"));
	fill_date(text, date);
	fill(text, "{hour}", 2, second / 3600);
	fill(text, "{minute}", 2, second / 60 % 60);
	return g_strdup(text->str);
}

char *overview_time_in(const Zone *zone, gint64 instant)
{
	if (instant == INSTANT_NONE || !zone)
		return instant == INSTANT_NONE ? g_strdup("-") : instant_format(instant);
	Date date;
	int second;
	zone_local(zone, instant, &date, &second);
	return time_text(date, second);
}

static const Zone *usual_zone(Session *session)
{
	const Policy *policy = session_policy(session, NULL, NULL);
	const Calendar *calendar = policy ? policy_calendar(policy, policy->default_calendar) : NULL;
	return calendar ? calendar_zone(calendar) : NULL;
}

char *overview_time(Session *session, gint64 instant)
{
	return overview_time_in(usual_zone(session), instant);
}

/* *date: that which begins then. */
static gboolean is_midnight(const Zone *zone, gint64 instant, Date *date)
{
	int second = -1;
	if (zone && instant != INSTANT_NONE)
		zone_local(zone, instant, date, &second);
	return !second;
}

char *overview_end(Session *session, gint64 instant)
{
	const Zone *zone = usual_zone(session);
	Date after;
	return is_midnight(zone, instant, &after) ? time_text(date_add_days(after, -1), 24 * 3600) : overview_time_in(zone, instant);
}

void overview_span(Session *session, gint64 from, gint64 until, char **first, char **last)
{
	const Zone *zone = usual_zone(session);
	Date begins, after;
	const gboolean days = is_midnight(zone, from, &begins) && is_midnight(zone, until, &after);
	*first = days ? overview_date(begins) : overview_time_in(zone, from);
	*last = days ? overview_date(date_add_days(after, -1)) : overview_end(session, until);
}

static void set_date(Json *object, const char *key, Date date)
{
	g_autofree char *text = date_format(date);
	js_object_set_string(object, key, text);
}

/* The name by which the command line knows a person. */
static char *person_name(Session *session, const char *id, GError **error)
{
	g_autoptr(PersonRow) row = store_person(session_store(session), id, error);
	if (!row)
		return NULL;
	const Person *person = row->person;
	return g_strdup(person->uid ? person->uid : person->mail ? person->mail : id);
}

static void set_facts(Json *record, const InvoiceRow *invoice)
{
	const InvoiceFacts *facts = invoice->facts;
	js_object_set_string(record, "invoice", invoice->id);
	js_object_set_line(record, "supplier", facts->supplier.name);
	js_object_set_line(record, "number", facts->number);
	js_object_set_string(record, "kind", invoice_kind_name(facts->kind));
	js_object_set_string(record, "state", invoice_state_name(invoice->state));
	if (facts->has_gross || facts->has_payable) {
		g_autofree char *gross = decimal_format(facts->has_gross ? facts->gross : facts->payable, 0);
		js_object_set_string(record, "gross", gross);
	}
	js_object_set_string(record, "currency", facts->currency);
	set_date(record, "due_date", facts->due_date);
	js_object_set_instant(record, "received", invoice->received);
	js_object_set_line(record, "administration", invoice->administration);
	js_object_set_line(record, "chain", invoice->chain);
	js_object_set_string(record, "waits_until", invoice->waits);
	js_object_set_instant(record, "booked", invoice->booked);
	if (invoice->stuck)
		js_object_set_string(record, "stuck", invoice->stuck_why);
}

static gboolean set_pending(Session *session, Json *record, const char *invoice, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) approvals = store_approvals(session_store(session), invoice, error);
	if (!approvals)
		return FALSE;
	Json *names = js_array_new();
	js_object_set(record, "approvers", names);
	gint64 deadline = INSTANT_NONE;
	for (guint i = 0; i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->state != APPROVAL_PENDING)
			continue;
		g_autofree char *name = person_name(session, approval->person, error);
		if (!name)
			return FALSE;
		js_array_append_string(names, name);
		deadline = deadline == INSTANT_NONE ? approval->deadline : MIN(deadline, approval->deadline);
	}
	js_object_set_instant(record, "deadline", deadline);
	if (deadline != INSTANT_NONE && deadline < now)
		js_object_set_boolean(record, "late", TRUE);
	return TRUE;
}

/* The open stage; between two of them the one that comes. */
static void set_stage(Session *session, Json *record, const InvoiceRow *invoice, const GPtrArray *stages)
{
	int ordinal, position;
	const Stage *last = stages->len ? stages->pdata[stages->len - 1] : NULL;
	gboolean opens = opening_next(invoice, stages, &ordinal, &position);
	if (last && !opens)
		js_object_set_line(record, "stage", last->name);
	else if (invoice->state == INVOICE_OPEN && invoice->chain) {
		const StageRule *next = opening_stage_rule(session, invoice, position, NULL);
		js_object_set_line(record, "next_stage", next ? next->name : NULL);
	}
}

Json *overview_invoice(Session *session, const InvoiceRow *invoice, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) stages = store_stages(session_store(session), invoice->id, error);
	if (!stages)
		return NULL;
	g_autoptr(Json) record = js_object_new();
	set_facts(record, invoice);
	set_stage(session, record, invoice, stages);
	gboolean ok = set_pending(session, record, invoice->id, now, error) && hold_records_set_waiting(session, record, invoice, now, error);
	return ok ? g_steal_pointer(&record) : NULL;
}

typedef struct {
	Session *session;
	gint64 now;
	OverviewVisit visit;
	gpointer user_data;
	GError *failure;
} Listing;

static gboolean show_row(const InvoiceRow *row, gpointer user_data)
{
	Listing *listing = user_data;
	g_autoptr(Json) record = overview_invoice(listing->session, row, listing->now, &listing->failure);
	return record && listing->visit(record, listing->user_data);
}

static gboolean note_any(const InvoiceRow *row, gpointer any)
{
	(void)row;
	*(gboolean *)any = TRUE;
	return FALSE;
}

/* One that an earlier policy had may have invoices still. */
static gboolean check_administration(Session *session, const Policy *policy, const char *name, GError **error)
{
	const InvoiceFilter all = {.administration = name};
	gboolean any = FALSE;
	if (!store_invoices(session_store(session), &all, note_any, &any, error) || any)
		return any;
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (guint i = 0; policy && i < policy->administrations->len; i++)
		g_ptr_array_add(names, ((const Administration *)policy->administrations->pdata[i])->name);
	g_ptr_array_add(names, NULL);
	const char *nearest = text_nearest(name, (const char *const *)names->pdata);
	error_set(error, ERROR_NOT_FOUND, "%s: no administration of that name%s%s%s", name, nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
	return FALSE;
}

gboolean overview_list(Session *session, const InvoiceFilter *filter, const char *approver, OverviewVisit visit, gpointer user_data,
                       GError **error)
{
	Store *store = session_store(session);
	InvoiceFilter wanted = *filter;
	g_autoptr(PersonRow) person = NULL;
	if (approver) {
		g_autoptr(GError) failure = NULL;
		person = store_person_by_name(store, approver, &failure);
		if (!person) {
			if (failure)
				g_propagate_error(error, g_steal_pointer(&failure));
			else
				error_set(error, ERROR_NOT_FOUND, "%s: nobody of that uid or address was ever asked to approve anything", approver);
			return FALSE;
		}
		wanted.approver = person->id;
	}
	wanted.now = session_now(session);
	const Policy *policy = wanted.administration ? session_policy(session, NULL, NULL) : NULL;
	const Administration *administration = policy ? policy_administration(policy, wanted.administration) : NULL;
	if (administration)
		wanted.administration = administration->name;
	if (wanted.administration && !administration && !check_administration(session, policy, wanted.administration, error))
		return FALSE;
	Listing listing = {session, wanted.now, visit, user_data, NULL};
	gboolean listed = store_invoices(store, &wanted, show_row, &listing, error);
	if (!listing.failure)
		return listed;
	g_propagate_error(error, listing.failure);
	return FALSE;
}

/* --- one invoice whole --- */

/* The last that went, or is to go, about the entry that holds the approval. */
/* What did not reach them says nothing of the entry that they have. */
static gboolean changes_nothing(const MessageRow *message)
{
	return !strcmp(message->state, "withdrawn") || (!strcmp(message->kind, "invite-update") && strcmp(message->state, "accepted"));
}

static MessageRow *invite_of(Store *store, const ReminderRow *row)
{
	g_autoptr(GPtrArray) messages = store_messages_of_approval(store, row->approval, NULL);
	const MessageRow *last = NULL;
	for (guint i = 0; messages && i < messages->len; i++) {
		const MessageRow *message = messages->pdata[i];
		if (g_str_has_prefix(message->kind, "invite-") && !g_strcmp0(message->person, row->person) && (!last || !changes_nothing(message)))
			last = message;
	}
	return last ? store_message(store, last->id, NULL) : NULL;
}

MessageRow *overview_message_of(Session *session, const ReminderRow *row)
{
	if (row->message)
		return store_message(session_store(session), row->message, NULL);
	const gboolean claimed_invite = !g_strcmp0(row->channel, "invite") && !g_strcmp0(row->state, "claimed");
	return claimed_invite ? invite_of(session_store(session), row) : NULL;
}

gboolean overview_is_taken_back(const MessageRow *message)
{
	return message && !strcmp(message->kind, "invite-cancel") && strcmp(message->state, "withdrawn");
}

/* Of the absences on record; what only a calendar said is not known any more. */
static gboolean was_away(Session *session, const char *person, gint64 at)
{
	g_autoptr(GPtrArray) rows = store_absences_of(session_store(session), person, NULL);
	for (guint i = 0; rows && i < rows->len; i++) {
		const AbsenceRow *row = rows->pdata[i];
		if (row->recorded <= at && at < row->ends && (row->cleared == INSTANT_NONE || at < row->cleared))
			return TRUE;
	}
	return FALSE;
}

static const char *why_left(Session *session, const ReminderRow *row)
{
	g_autoptr(GPtrArray) rows = store_asked(session_store(session), row->approval, NULL);
	for (guint i = 0; rows && i < rows->len; i++) {
		const AskedRow *asked = rows->pdata[i];
		if (!strcmp(asked->person, row->person) && asked->ended != INSTANT_NONE)
			return g_intern_string(asked->why);
	}
	return NULL;
}

const char *overview_taken_back_why(Session *session, const ReminderRow *row, const MessageRow *message)
{
	g_autoptr(Approval) approval = store_approval(session_store(session), row->approval, NULL);
	const char *left = why_left(session, row);
	if (left || !approval)
		return left;
	if (approval->closed != INSTANT_NONE && approval->closed <= message->queued)
		return approval_state_name(approval->state);
	return was_away(session, row->person, message->queued) ? "absent" : NULL;
}

static Json *reminder_record(Session *session, const ReminderRow *row, GError **error)
{
	g_autofree char *person = person_name(session, row->person, error);
	if (!person)
		return NULL;
	Json *record = js_object_new();
	js_object_set_line(record, "rung", row->rung);
	js_object_set_integer(record, "occurrence", row->occurrence);
	js_object_set_string(record, "recipient", person);
	js_object_set_string(record, "role", row->role);
	js_object_set_string(record, "send", row->channel);
	js_object_set_string(record, "tone", row->tone);
	js_object_set_string(record, "state", row->state);
	js_object_set_line(record, "why", row->why);
	js_object_set_line(record, "by", row->by);
	js_object_set_instant(record, "fires", MAX(row->fires, row->not_before));
	js_object_set_instant(record, "at", row->recorded);
	js_object_set_string(record, "message", row->message);
	g_autoptr(MessageRow) message = overview_message_of(session, row);
	js_object_set_string(record, "message_state", message ? message->state : NULL);
	js_object_set_instant(record, "sent", message && !strcmp(message->state, "accepted") ? message->accepted : INSTANT_NONE);
	if (overview_is_taken_back(message)) {
		js_object_set_boolean(record, "taken_back", TRUE);
		js_object_set_string(record, "taken_back_why", overview_taken_back_why(session, row, message));
	}
	return record;
}

static Json *message_record(Session *session, const MessageRow *row, GError **error)
{
	g_autofree char *person = person_name(session, row->person, error);
	if (!person)
		return NULL;
	Json *record = js_object_new();
	js_object_set_string(record, "message", row->id);
	js_object_set_string(record, "kind", row->kind);
	js_object_set_string(record, "channel", row->channel);
	js_object_set_string(record, "recipient", person);
	js_object_set_line(record, "to", row->to);
	js_object_set_line(record, "subject", row->subject);
	js_object_set_string(record, "state", row->state);
	js_object_set_integer(record, "attempts", row->attempts);
	js_object_set_instant(record, "queued", row->queued);
	js_object_set_instant(record, "accepted", row->accepted);
	js_object_set_instant(record, "next_try", row->next_try);
	js_object_set_line(record, "reply", row->reply);
	return record;
}

/* What came in about its messages; of bounces the messages themselves say what came of it. */
static gboolean set_received(Session *session, Json *record, const char *invoice, GError **error)
{
	g_autoptr(GPtrArray) rows = store_received_of_invoice(session_store(session), invoice, error);
	Json *list = js_array_new();
	js_object_set(record, "received", list);
	for (guint i = 0; rows && i < rows->len; i++) {
		const ReceivedRow *row = rows->pdata[i];
		Json *mail = js_object_new();
		js_object_set_integer(mail, "event", row->event);
		js_object_set_instant(mail, "at", row->at);
		js_object_set_string(mail, "kind", row->kind);
		js_object_set_string(mail, "outcome", row->outcome);
		js_object_set_string(mail, "message", row->message);
		js_object_set_string(mail, "status", row->status);
		js_object_set_line(mail, "from", row->from);
		js_object_set_line(mail, "subject", row->subject);
		js_object_set_line(mail, "said", row->said);
		js_array_append(list, mail);
	}
	return rows != NULL;
}

static gboolean set_reminders(Session *session, Json *record, const char *approval, GError **error)
{
	g_autoptr(GPtrArray) rows = store_reminders(session_store(session), approval, error);
	Json *list = js_array_new();
	js_object_set(record, "reminders", list);
	for (guint i = 0; rows && i < rows->len; i++) {
		Json *reminder = reminder_record(session, rows->pdata[i], error);
		if (!reminder)
			return FALSE;
		js_array_append(list, reminder);
	}
	return rows != NULL;
}

/* What is wrong with whom it is asked of. */
static gboolean set_lost(Session *session, Json *record, const Approval *approval, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(SightingRow) row = approval->state == APPROVAL_PENDING ? store_sighting(session_store(session), approval->person, &failure) : NULL;
	if (row)
		js_object_set_string(record, "lost", row->why ? row->why : "missing");
	if (!failure)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

static Json *approval_record(Session *session, const Approval *approval, GError **error)
{
	g_autofree char *person = person_name(session, approval->person, error);
	if (!person)
		return NULL;
	g_autoptr(Json) record = js_object_new();
	js_object_set_string(record, "approval", approval->id);
	g_autofree char *decider = approval->decider && strcmp(approval->decider, approval->person) ? person_name(session, approval->decider, error) : NULL;
	js_object_set_string(record, "approver", person);
	js_object_set_string(record, "decided_by", decider);
	js_object_set_string(record, "state", approval_state_name(approval->state));
	js_object_set_string(record, "handed_on", approval->handed);
	js_object_set_string(record, "replaces", approval->replaces);
	js_object_set_instant(record, "start", approval->start);
	js_object_set_instant(record, "deadline", approval->deadline);
	js_object_set_instant(record, "closed", approval->closed);
	return set_lost(session, record, approval, error) && overview_set_asked(session, record, approval, error) &&
	               set_reminders(session, record, approval->id, error)
	           ? g_steal_pointer(&record)
	           : NULL;
}

static Json *stage_record(Session *session, const Stage *stage, const GPtrArray *approvals, GError **error)
{
	g_autofree char *need = need_format(stage->need);
	g_autoptr(Json) record = js_object_new();
	js_object_set_integer(record, "stage", stage->ordinal);
	js_object_set_line(record, "name", stage->name);
	js_object_set_line(record, "chain", stage->chain);
	js_object_set_line(record, "ladder", stage->ladder);
	js_object_set_string(record, "need", need);
	js_object_set_instant(record, "opened", stage->opened);
	js_object_set_instant(record, "closed", stage->closed);
	Json *list = js_array_new();
	js_object_set(record, "approvals", list);
	for (guint i = 0; i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->stage != stage->ordinal)
			continue;
		Json *one = approval_record(session, approval, error);
		if (!one)
			return NULL;
		js_array_append(list, one);
	}
	return g_steal_pointer(&record);
}

static gboolean set_stages(Session *session, Json *record, const char *invoice, GError **error)
{
	g_autoptr(GPtrArray) stages = store_stages(session_store(session), invoice, error);
	g_autoptr(GPtrArray) approvals = stages ? store_approvals(session_store(session), invoice, error) : NULL;
	if (!approvals)
		return FALSE;
	Json *list = js_array_new();
	js_object_set(record, "stages", list);
	for (guint i = 0; i < stages->len; i++) {
		Json *stage = stage_record(session, stages->pdata[i], approvals, error);
		if (!stage)
			return FALSE;
		js_array_append(list, stage);
	}
	return TRUE;
}

static gboolean set_messages(Session *session, Json *record, const char *invoice, GError **error)
{
	g_autoptr(GPtrArray) rows = store_messages_of_invoice(session_store(session), invoice, error);
	Json *list = js_array_new();
	js_object_set(record, "messages", list);
	for (guint i = 0; rows && i < rows->len; i++) {
		Json *message = message_record(session, rows->pdata[i], error);
		if (!message)
			return FALSE;
		js_array_append(list, message);
	}
	return rows != NULL;
}

static gboolean set_decisions(Session *session, Json *record, const char *invoice, GError **error)
{
	g_autoptr(GPtrArray) rows = store_decisions(session_store(session), invoice, error);
	Json *list = js_array_new();
	js_object_set(record, "decisions", list);
	for (guint i = 0; rows && i < rows->len; i++) {
		const DecisionRow *row = rows->pdata[i];
		g_autofree char *person = row->person ? person_name(session, row->person, error) : NULL;
		if (row->person && !person)
			return FALSE;
		Json *decision = js_object_new();
		js_object_set_integer(decision, "event", row->seq);
		js_object_set_instant(decision, "at", row->at);
		js_object_set_string(decision, "decision", row->decision);
		g_autofree char *whose = row->for_person ? person_name(session, row->for_person, error) : NULL;
		js_object_set_string(decision, "person", person);
		js_object_set_string(decision, "for", whose);
		js_object_set_string(decision, "channel", row->channel);
		js_object_set_string(decision, "assurance", row->assurance);
		js_object_set_line(decision, "reason", row->reason);
		js_array_append(list, decision);
	}
	return rows != NULL;
}

static gboolean set_notes(Session *session, Json *record, const char *invoice, GError **error)
{
	g_autoptr(GPtrArray) rows = store_notes(session_store(session), invoice, error);
	Json *list = js_array_new();
	js_object_set(record, "notes", list);
	for (guint i = 0; rows && i < rows->len; i++) {
		const NoteRow *row = rows->pdata[i];
		g_autofree char *person = row->person ? person_name(session, row->person, error) : NULL;
		if (row->person && !person)
			return FALSE;
		Json *note = js_object_new();
		js_object_set_instant(note, "at", row->at);
		js_object_set_string(note, "person", person);
		js_object_set_line(note, "text", row->text);
		js_array_append(list, note);
	}
	return rows != NULL;
}

static void set_more_facts(Json *record, const InvoiceRow *invoice)
{
	const InvoiceFacts *facts = invoice->facts;
	js_object_set_line(record, "via", invoice->via);
	js_object_set_line(record, "buyer_reference", facts->buyer_reference);
	js_object_set_line(record, "order_reference", facts->order_reference);
	Json *centres = js_array_new();
	for (guint i = 0; i < facts->cost_references->len; i++)
		js_array_append_string(centres, facts->cost_references->pdata[i]);
	js_object_set(record, "cost_references", centres);
	js_object_set_line(record, "supplier_vat", facts->supplier.vat);
	js_object_set_string(record, "terms", facts->terms);
	set_date(record, "issue_date", facts->issue_date);
	js_object_set_string(record, "due_date_source", facts->due_date_source);
	js_object_set_string(record, "document", invoice->document);
	js_object_set_integer(record, "policy_version", invoice->policy_version);
	js_object_set_instant(record, "closed", invoice->closed);
}

Json *overview_whole(Session *session, const char *reference, GError **error)
{
	g_autoptr(InvoiceRow) invoice = store_invoice_find(session_store(session), reference, error);
	g_autoptr(Json) record = invoice ? overview_invoice(session, invoice, session_now(session), error) : NULL;
	if (!record)
		return NULL;
	set_more_facts(record, invoice);
	gboolean ok = set_stages(session, record, invoice->id, error) && hold_records_set_all(session, record, invoice->id, error) && set_messages(session, record, invoice->id, error) && set_received(session, record, invoice->id, error) &&
	              set_decisions(session, record, invoice->id, error) && set_notes(session, record, invoice->id, error);
	return ok ? g_steal_pointer(&record) : NULL;
}
