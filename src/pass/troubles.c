/* Only as many lines are read and told as a reader bears; the rest is a number. */
#include "pass/troubles.h"

#include "service/deputies.h"
#include "service/handing.h"

#include <string.h>

#define LINES_MAX 50

typedef struct {
	InvoiceRow *invoice; /* NULL: it is about none */
	char *stage;         /* where it is stuck; NULL */
	MessageRow *refused; /* NULL: an invoice that is stuck */
	PersonRow *person;   /* whose mail that was, or whose approval it is */
	TroubleKind idle;    /* of an approval that is idle, or of the hourly budget */
	gboolean is_idle;
	guint count, open;   /* of changes that are held */
	gint64 since;        /* of an outage */
	char *calendar;      /* likewise, as people may see it; NULL: the directory's */
	ReceivedRow *mail;   /* that came in; NULL */
	GHashTable *about;   /* of char *: the invoices of all the mails to that person that were refused */
} Line;

static void line_free(gpointer data)
{
	Line *line = data;
	invoice_row_free(line->invoice);
	g_free(line->stage);
	g_free(line->calendar);
	message_row_free(line->refused);
	received_row_free(line->mail);
	person_row_free(line->person);
	g_clear_pointer(&line->about, g_hash_table_unref);
	g_free(line);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Line, line_free)

static gboolean take_stage(const Event *event, gpointer stage)
{
	*(char **)stage = g_strdup(js_object_get_string(event->data, "stage"));
	return FALSE;
}

/* Whose approval it is that stays where nobody can decide it; NULL: they came back meanwhile. */
static gboolean find_gone(Session *session, Line *line, GError **error)
{
	Store *store = session_store(session);
	g_autoptr(GPtrArray) approvals = store_approvals(store, line->invoice->id, error);
	for (guint i = 0; approvals && i < approvals->len && !line->person; i++) {
		const Approval *approval = approvals->pdata[i];
		g_autoptr(GError) failure = NULL;
		g_autoptr(SightingRow) sighting = approval->state == APPROVAL_PENDING ? store_sighting(store, approval->person, &failure) : NULL;
		if (sighting && sighting->lost != INSTANT_NONE)
			line->person = store_person(store, approval->person, &failure);
		if (failure) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
	}
	return approvals != NULL;
}

static Line *stuck_line(Session *session, const Notice *notice, GError **error)
{
	g_autoptr(Line) line = g_new0(Line, 1);
	line->invoice = store_invoice(session_store(session), notice->about, error);
	if (!line->invoice || !store_events(session_store(session), line->invoice->id, line->invoice->stuck - 1, take_stage, &line->stage, error))
		return NULL;
	if (!g_strcmp0(line->invoice->stuck_why, STUCK_GONE) && !find_gone(session, line, error))
		return NULL;
	return g_steal_pointer(&line);
}

/* The line that tells already of a mail to the same person at the same address. */
static Line *line_to(const GPtrArray *lines, const MessageRow *refused)
{
	for (guint i = 0; i < lines->len; i++) {
		Line *line = lines->pdata[i];
		if (line->refused && !g_strcmp0(line->refused->person, refused->person) && !g_strcmp0(line->refused->to, refused->to) && !g_strcmp0(line->refused->channel, refused->channel))
			return line;
	}
	return NULL;
}

static gboolean add_about(Session *session, Line *line, const char *message, GError **error)
{
	Store *store = session_store(session);
	g_autoptr(GPtrArray) approvals = store_message_approvals(store, message, error);
	for (guint i = 0; approvals && i < approvals->len; i++) {
		g_autoptr(Approval) approval = store_approval(store, approvals->pdata[i], error);
		if (!approval)
			return FALSE;
		g_hash_table_add(line->about, g_strdup(approval->invoice));
		if (!line->invoice && !(line->invoice = store_invoice(store, approval->invoice, error)))
			return FALSE;
	}
	return approvals != NULL;
}

static Line *refused_line(Session *session, MessageRow *refused, GError **error)
{
	g_autoptr(Line) line = g_new0(Line, 1);
	line->refused = refused;
	line->about = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	line->person = store_person(session_store(session), refused->person, error);
	return line->person ? g_steal_pointer(&line) : NULL;
}

static TroubleKind idle_kind(const char *why)
{
	if (!g_strcmp0(why, IDLE_NO_DEPUTY))
		return TROUBLE_NO_DEPUTY;
	return g_strcmp0(why, "overdue") ? TROUBLE_NO_RUNG : TROUBLE_OVERDUE;
}

static Line *idle_line(Session *session, const Notice *notice, GError **error)
{
	g_autoptr(Line) line = g_new0(Line, 1);
	g_autoptr(ApprovalCase) about = approval_case_load(session, notice->about, error);
	if (!about)
		return NULL;
	line->is_idle = TRUE;
	line->idle = idle_kind(notice->why);
	line->stage = g_strdup(about->stage->name);
	line->invoice = g_steal_pointer(&about->invoice);
	line->person = g_steal_pointer(&about->approver);
	return g_steal_pointer(&line);
}

/* However often it was reached, it is one line. */
static gboolean tells_of_budget(const GPtrArray *lines)
{
	for (guint i = 0; i < lines->len; i++) {
		const Line *line = lines->pdata[i];
		if (line->is_idle && line->idle == TROUBLE_BUDGET)
			return TRUE;
	}
	return FALSE;
}

static Line *budget_line(void)
{
	Line *line = g_new0(Line, 1);
	line->is_idle = TRUE;
	line->idle = TROUBLE_BUDGET;
	return line;
}

static gboolean take_counts(const Event *event, gpointer line)
{
	((Line *)line)->count = (guint)js_object_get_integer(event->data, "count", 0);
	((Line *)line)->open = (guint)js_object_get_integer(event->data, "open", 0);
	return FALSE;
}

static Line *change_line(Session *session, const Notice *notice, GError **error)
{
	g_autoptr(Line) line = g_new0(Line, 1);
	line->is_idle = TRUE;
	line->idle = TROUBLE_CHANGE;
	const gint64 seq = g_ascii_strtoll(notice->about, NULL, 10);
	return store_events(session_store(session), NULL, seq - 1, take_counts, line, error) ? g_steal_pointer(&line) : NULL;
}

static Line *outage_line(const Notice *notice)
{
	Line *line = g_new0(Line, 1);
	line->is_idle = TRUE;
	line->idle = notice->why ? TROUBLE_CALENDAR : TROUBLE_OUTAGE;
	line->calendar = g_strdup(notice->why);
	line->since = g_ascii_strtoll(notice->about, NULL, 10);
	return line;
}

/* The one that tells already of an alarm from the same domain. */
static gboolean tells_of_alarm(const GPtrArray *lines, const ReceivedRow *mail)
{
	for (guint i = 0; i < lines->len; i++) {
		const ReceivedRow *told = ((const Line *)lines->pdata[i])->mail;
		if (told && !strcmp(told->outcome, "alarm") && !strcmp(mail->outcome, "alarm") && !g_strcmp0(told->domain, mail->domain) && !g_strcmp0(told->status, mail->status))
			return TRUE;
	}
	return FALSE;
}

static TroubleKind received_kind(const ReceivedRow *mail)
{
	if (!strcmp(mail->outcome, "alarm"))
		return TROUBLE_ALARM;
	if (!strcmp(mail->outcome, "untaken"))
		return TROUBLE_UNTAKEN;
	return strcmp(mail->outcome, "unproven") ? TROUBLE_STRAY : TROUBLE_UNPROVEN;
}

static gboolean add_line(Troubles *troubles, Line *line)
{
	if (line)
		g_ptr_array_add(troubles->lines, line);
	return line != NULL;
}

static gboolean has_room(Troubles *troubles)
{
	if (troubles->lines->len < LINES_MAX)
		return TRUE;
	troubles->more++;
	return FALSE;
}

static gboolean add_stuck(Session *session, Troubles *troubles, const Notice *notice, GError **error)
{
	return !has_room(troubles) || add_line(troubles, stuck_line(session, notice, error));
}

static gboolean add_received(Session *session, Troubles *troubles, const Notice *notice, GError **error)
{
	g_autoptr(ReceivedRow) mail = store_received(session_store(session), g_ascii_strtoll(notice->about, NULL, 10), error);
	if (!mail)
		return FALSE;
	if (tells_of_alarm(troubles->lines, mail) || !has_room(troubles))
		return TRUE;
	Line *line = g_new0(Line, 1);
	line->is_idle = TRUE;
	line->idle = received_kind(mail);
	line->mail = g_steal_pointer(&mail);
	return add_line(troubles, line);
}

static gboolean add_refused(Session *session, Troubles *troubles, const Notice *notice, GError **error)
{
	MessageRow *refused = store_message(session_store(session), notice->about, error);
	if (!refused)
		return FALSE;
	Line *line = line_to(troubles->lines, refused);
	if (line || !has_room(troubles)) {
		message_row_free(refused);
		return !line || add_about(session, line, notice->about, error);
	}
	line = refused_line(session, refused, error);
	return add_line(troubles, line) && add_about(session, line, notice->about, error);
}

static gboolean add_notice(Session *session, Troubles *troubles, const Notice *notice, GError **error)
{
	switch (notice->kind) {
	case NOTICE_STUCK:
		return add_stuck(session, troubles, notice, error);
	case NOTICE_IDLE:
		return !has_room(troubles) || add_line(troubles, idle_line(session, notice, error));
	case NOTICE_BUDGET:
		return tells_of_budget(troubles->lines) || !has_room(troubles) || add_line(troubles, budget_line());
	case NOTICE_CHANGE:
		return !has_room(troubles) || add_line(troubles, change_line(session, notice, error));
	case NOTICE_OUTAGE:
		return !has_room(troubles) || add_line(troubles, outage_line(notice));
	case NOTICE_RECEIVED:
		return add_received(session, troubles, notice, error);
	case NOTICE_REFUSED:
		break;
	}
	return add_refused(session, troubles, notice, error);
}

TroubleKind troubles_of_stuck(const char *why)
{
	static const struct {
		const char *why;
		TroubleKind kind;
	} kinds[] = {{"nobody", TROUBLE_NOBODY}, {"not-mine", TROUBLE_NOT_MINE}, {"no-heir", TROUBLE_NO_HEIR}, {STUCK_GONE, TROUBLE_GONE}, {"too-few", TROUBLE_TOO_FEW}, {"amount", TROUBLE_AMOUNT}, {"no-rate", TROUBLE_RATE}};
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (!g_strcmp0(kinds[i].why, why))
			return kinds[i].kind;
	return TROUBLE_OTHER;
}

static TroubleKind kind_of(const Line *line)
{
	return line->is_idle ? line->idle : line->refused ? TROUBLE_REFUSED : troubles_of_stuck(line->invoice->stuck_why);
}

static void set_mail(const ReceivedRow *mail, MailTrouble *trouble)
{
	trouble->mail = mail->event;
	trouble->name = mail->to && trouble->kind != TROUBLE_STRAY && trouble->kind != TROUBLE_UNTAKEN ? mail->to : mail->from;
	trouble->reply = mail->said;
}

static MailTrouble trouble_of(const Line *line)
{
	MailTrouble trouble = {.kind = kind_of(line), .stage = line->stage, .count = line->count, .open = line->open, .since = line->since};
	if (line->invoice) {
		trouble.invoice = line->invoice->id;
		trouble.supplier = line->invoice->facts->supplier.name;
		trouble.number = line->invoice->facts->number;
		trouble.credit_note = line->invoice->facts->kind == INVOICE_KIND_CREDIT_NOTE;
	}
	if (!line->refused && line->invoice)
		invoice_facts_amount(line->invoice->facts, &trouble.amount, NULL);
	if (!line->refused && line->person)
		trouble.name = line->person->person->name ? line->person->person->name : line->person->person->uid;
	if (line->calendar)
		trouble.name = line->calendar;
	if (line->mail)
		set_mail(line->mail, &trouble);
	if (!line->refused)
		return trouble;
	trouble.others = MAX(g_hash_table_size(line->about), 1) - 1;
	trouble.name = line->person->person->name;
	trouble.address = line->refused->to;
	trouble.reply = line->refused->reply;
	trouble.channel = line->refused->channel;
	return trouble;
}

void troubles_free(Troubles *troubles)
{
	if (!troubles)
		return;
	g_ptr_array_unref(troubles->lines);
	g_array_unref(troubles->troubles);
	g_free(troubles);
}

Troubles *troubles_new(Session *session, const GPtrArray *untold, GError **error)
{
	g_autoptr(Troubles) troubles = g_new0(Troubles, 1);
	troubles->lines = g_ptr_array_new_with_free_func(line_free);
	troubles->troubles = g_array_new(FALSE, FALSE, sizeof(MailTrouble));
	for (guint i = 0; i < untold->len; i++) {
		const Notice *notice = untold->pdata[i];
		if (!add_notice(session, troubles, notice, error))
			return NULL;
	}
	for (guint i = 0; i < troubles->lines->len; i++) {
		MailTrouble trouble = trouble_of(troubles->lines->pdata[i]);
		g_array_append_val(troubles->troubles, trouble);
	}
	return g_steal_pointer(&troubles);
}
