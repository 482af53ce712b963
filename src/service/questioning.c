/* Whom the question goes to is found before the transaction; mails, hold and event stand in one. */
#include "service/questioning.h"

#include "base/error.h"
#include "codec/idn.h"
#include "people/people.h"
#include "people/roles.h"
#include "service/decision.h"
#include "service/holding.h"
#include "service/posting.h"

#include <string.h>

#define QUESTION_MAX 1000
#define ASK_BD 3

void ask_result_clear(AskResult *result)
{
	g_clear_pointer(&result->invoice, g_free);
	g_clear_pointer(&result->label, g_free);
	g_clear_pointer(&result->to, g_ptr_array_unref);
}

typedef struct {
	Session *session;
	const AskRequest *request;
	AskResult *result;
	const Policy *policy;
	InvoiceRow *invoice;
	Standing standing;
	GPtrArray *people; /* of Person: to whom it goes */
	gboolean outside;
	gint64 until; /* of the hold; `now`: none */
	gint64 now;
} Questioning;

static void questioning_clear(Questioning *questioning)
{
	g_clear_pointer(&questioning->invoice, invoice_row_free);
	standing_clear(&questioning->standing);
	g_clear_pointer(&questioning->people, g_ptr_array_unref);
}

/* --- whom --- */

static gboolean can_be_written_to(const Person *person)
{
	g_autofree char *address = person->mail ? idn_mail_address(person->mail, NULL) : NULL;
	return address && !person->disabled;
}

static gboolean find_finance(Questioning *questioning, GError **error)
{
	questioning->people = roles_admins(questioning->session, questioning->invoice->administration, error);
	return questioning->people != NULL;
}

/* Only whom the directory knows: what goes to them is internal. */
static gboolean find_requester(Questioning *questioning, GError **error)
{
	const char *name = questioning->invoice->facts->requester;
	if (!name) {
		error_set(error, ERROR_INVALID, "invoice %s: it names no requester", questioning->result->label);
		return FALSE;
	}
	const Selector selector = {.type = strchr(name, '@') ? SELECTOR_MAIL : SELECTOR_USER, .argument = (char *)name};
	const SelectorContext nothing = {0};
	if (!people_resolve(questioning->session, &selector, &nothing, &questioning->people, NULL, error))
		return FALSE;
	for (guint i = 0; i < questioning->people->len; i++)
		if (!g_str_has_prefix(((const Person *)questioning->people->pdata[i])->directory_id, "mail:"))
			return TRUE;
	error_set(error, ERROR_NOT_FOUND, "invoice %s: the directory does not know its requester, %s", questioning->result->label, name);
	return FALSE;
}

static gboolean find_supplier(Questioning *questioning, GError **error)
{
	const Party *supplier = &questioning->invoice->facts->supplier;
	if (!supplier->contact_mail) {
		error_set(error, ERROR_INVALID, "invoice %s: it names no contact address of the supplier", questioning->result->label);
		return FALSE;
	}
	Person *person = person_new();
	person->directory_id = g_strdup_printf("mail:%s", supplier->contact_mail);
	person->mail = g_strdup(supplier->contact_mail);
	person->name = g_strdup(supplier->name);
	questioning->people = g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
	g_ptr_array_add(questioning->people, person);
	questioning->outside = TRUE;
	return TRUE;
}

static gboolean find_people(Questioning *questioning, GError **error)
{
	static const struct {
		const char *of;
		gboolean (*find)(Questioning *questioning, GError **error);
	} ways[] = {{"finance", find_finance}, {"requester", find_requester}, {"supplier", find_supplier}};
	for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
		if (g_strcmp0(ways[i].of, questioning->request->of))
			continue;
		if (!ways[i].find(questioning, error))
			return FALSE;
		for (guint j = 0; j < questioning->people->len; j++)
			if (can_be_written_to(questioning->people->pdata[j]))
				return TRUE;
		error_set(error, ERROR_INVALID, "invoice %s: nobody there has an address that can be written to (%s)", questioning->result->label, ways[i].of);
		return FALSE;
	}
	error_set(error, ERROR_USAGE, "--of %s: wanted finance, requester or supplier", questioning->request->of ? questioning->request->of : "?");
	return FALSE;
}

/* --- by whom, and how long it holds --- */

static gboolean load(Questioning *questioning, GError **error)
{
	questioning->invoice = store_invoice_find(session_store(questioning->session), questioning->request->invoice, error);
	questioning->policy = questioning->invoice ? session_policy(questioning->session, NULL, error) : NULL;
	if (!questioning->policy)
		return FALSE;
	questioning->result->invoice = g_strdup(questioning->invoice->id);
	questioning->result->label = invoice_label(questioning->invoice);
	if (questioning->invoice->state != INVOICE_OPEN) {
		error_set(error, ERROR_CONFLICT, "invoice %s: it is %s", questioning->result->label, invoice_state_name(questioning->invoice->state));
		return FALSE;
	}
	return standing_find(questioning->session, questioning->invoice, questioning->request->who, &questioning->standing, error);
}

static gboolean find_right_to_ask(Questioning *questioning, GError **error)
{
	if (questioning->standing.asked)
		return TRUE;
	if (standing_be_finance(questioning->session, questioning->invoice, questioning->request->who, &questioning->standing, error))
		return TRUE;
	g_prefix_error(error, "invoice %s: ", questioning->result->label);
	return FALSE;
}

static gboolean find_end(Questioning *questioning, GError **error)
{
	const Person *asker = standing_person(&questioning->standing);
	Calendar *calendar = people_calendar(questioning->session, questioning->policy, questioning->invoice->administration, asker);
	gint64 latest = G_MAXINT64;
	if (!questioning->standing.admin) {
		latest = holding_latest(questioning->session, questioning->invoice, asker, questioning->now, error);
		if (latest == INSTANT_NONE)
			return FALSE;
	}
	questioning->until = CLAMP(calendar_add_working_days(calendar, questioning->now, ASK_BD), questioning->now, MAX(latest, questioning->now));
	questioning->result->until = questioning->until > questioning->now ? questioning->until : INSTANT_NONE;
	return TRUE;
}

/* --- the mails --- */

static gboolean post(const Questioning *questioning, const Person *person, const GPtrArray *approvals, const char *message, GError **error)
{
	const MailStyle *style = session_mail_style(questioning->session, error);
	g_autofree char *person_id = style ? people_record(questioning->session, person, questioning->now, error) : NULL;
	if (!person_id)
		return FALSE;
	const InvoiceFacts *facts = questioning->invoice->facts;
	MailItem item = {
		.invoice = questioning->invoice->id,
		.supplier = facts->supplier.name,
		.number = facts->number,
		.credit_note = facts->kind == INVOICE_KIND_CREDIT_NOTE,
		.due = facts->due_date,
	};
	invoice_facts_amount(facts, &item.amount, NULL);
	Calendar *calendar = questioning->outside ? policy_calendar(questioning->policy, questioning->policy->default_calendar)
	                                     : people_calendar(questioning->session, questioning->policy, questioning->invoice->administration, person);
	g_autofree char *message_id = mail_message_id(session_settings(questioning->session), message);
	const MailQuestion question = {
		.recipient = person,
		.calendar = calendar,
		.now = questioning->now,
		.outside = questioning->outside,
		.item = &item,
		.question = questioning->request->question,
		.asker = standing_person(&questioning->standing),
		.until = questioning->result->until,
		.message_id = message_id,
	};
	ComposedMail mail = {0};
	if (!mail_compose_question(style, &question, &mail, error))
		return FALSE;
	const Posting posting = {
		.id = message,
		.kind = "question",
		.person = person_id,
		.approvals = approvals,
		.invoice = questioning->invoice->id,
		.not_before = calendar_next_work(calendar, questioning->now),
	};
	gboolean queued = posting_queue(questioning->session, &posting, &mail, questioning->now, error);
	g_ptr_array_add(questioning->result->to, g_strdup(person->mail));
	composed_mail_clear(&mail);
	return queued;
}

/* A decision takes back what was not sent yet: so it bears the approvals that are pending. */
static GPtrArray *pending_ids(const Questioning *questioning, GError **error)
{
	g_autoptr(GPtrArray) approvals = store_approvals(session_store(questioning->session), questioning->invoice->id, error);
	GPtrArray *ids = approvals ? g_ptr_array_new_with_free_func(g_free) : NULL;
	for (guint i = 0; approvals && i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		if (approval->state == APPROVAL_PENDING)
			g_ptr_array_add(ids, g_strdup(approval->id));
	}
	return ids;
}

/* *first: the id of one of them; owned by the caller. */
static gboolean post_all(const Questioning *questioning, char **first, GError **error)
{
	g_autoptr(GPtrArray) approvals = pending_ids(questioning, error);
	if (!approvals)
		return FALSE;
	for (guint i = 0; i < questioning->people->len; i++) {
		const Person *person = questioning->people->pdata[i];
		if (!can_be_written_to(person))
			continue;
		char *message = session_new_id("m");
		gboolean posted = post(questioning, person, approvals, message, error);
		if (*first)
			g_free(message);
		else
			*first = message;
		if (!posted)
			return FALSE;
	}
	return TRUE;
}

static Event *asked_event(const Questioning *questioning, const char *person, const char *message)
{
	Event *event = event_new("invoice.held", questioning->now, person, questioning->invoice->id);
	js_object_set_string(event->data, "kind", "ask");
	js_object_set_string(event->data, "person", person);
	js_object_set_string(event->data, "role", standing_role(&questioning->standing));
	js_object_set_string(event->data, "of", questioning->request->of);
	js_object_set_string(event->data, "message", message);
	js_object_set_line(event_private(event), "question", questioning->request->question);
	return event;
}

/* One that lasts gives way to the question's; a question that may not hold is recorded as one that ended at once. */
static gboolean write_question(const Questioning *questioning, GError **error)
{
	gint64 lasting_until;
	g_autoptr(GError) failure = NULL;
	g_autofree char *message = NULL;
	const char *invoice = questioning->invoice->id;
	if (!holding_settle(questioning->session, invoice, questioning->now, &lasting_until, error))
		return FALSE;
	g_autoptr(HoldRow) lasting = store_hold_lasting(session_store(questioning->session), invoice, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	g_autofree char *person = holding_may_replace(lasting, &questioning->standing, questioning->result->label, error)
	                                  ? standing_record(questioning->session, &questioning->standing, questioning->now, error)
	                                  : NULL;
	return person && holding_end(questioning->session, invoice, person, questioning->now, error) && post_all(questioning, &message, error) &&
	       holding_begin(questioning->session, asked_event(questioning, person, message), questioning->until, error) &&
	       holding_settle(questioning->session, invoice, questioning->now, &lasting_until, error);
}

static gboolean ask(Questioning *questioning, GError **error)
{
	const char *question = questioning->request->question;
	if (!question || !*question || g_utf8_strlen(question, -1) > QUESTION_MAX) {
		error_set(error, ERROR_USAGE, "invoice %s: wanted a question (--question) of at most %d characters", questioning->request->invoice, QUESTION_MAX);
		return FALSE;
	}
	if (!load(questioning, error) || !find_right_to_ask(questioning, error) || !find_people(questioning, error) || !find_end(questioning, error))
		return FALSE;
	gboolean ok = store_begin(session_store(questioning->session), error) && write_question(questioning, error);
	return session_end(questioning->session, ok, error);
}

gboolean questioning_run(Session *session, const AskRequest *request, AskResult *result, GError **error)
{
	Questioning questioning = {.session = session, .request = request, .result = result, .now = session_now(session)};
	result->to = g_ptr_array_new_with_free_func(g_free);
	gboolean asked = ask(&questioning, error);
	questioning_clear(&questioning);
	return asked;
}
