/* One invoice as templates see it. Invariants: an item's names are always set, present or false, so that none is looked up outside it; no text holds a line end, a
 * control or a bidi control; every one has a bounded length. */
#include "mail/context_item.h"

#include <string.h>

#define PERSON_MAX CONTEXT_NAME_MAX
#define NUMBER_MAX 50
#define REPLY_MAX 200
#define LIST_MAX 12 /* names in "who else was asked" */

void context_set_text(Json *object, const char *name, char *text)
{
	if (text != NULL)
		js_object_set_line(object, name, text);
	else
		js_object_set_boolean(object, name, FALSE);
	g_free(text);
}

const char *context_word(const ContextHouse *house, const char *name)
{
	return js_object_get_string(house->words, name);
}

char *context_counted(const ContextHouse *house, guint n, const char *noun)
{
	g_autofree char *form = g_strconcat(noun, language_is_one(house->language, n) ? "_one" : "_other", NULL);
	return g_strdup_printf("%u %s", n, context_word(house, form));
}

Date context_date(const MailRequest *request, gint64 instant)
{
	return calendar_date(request->calendar, instant);
}

char *context_moment(const ContextHouse *house, const MailRequest *request, gint64 instant)
{
	return language_moment(house->language, calendar_zone(request->calendar), instant, request->now);
}

static char *brief_moment(const ContextHouse *house, const MailRequest *request, gint64 instant)
{
	return language_brief_moment(house->language, calendar_zone(request->calendar), instant, request->now);
}

/* Days by the calendar on the wall: what came yesterday evening waits since one day. */
static char *waiting(const ContextHouse *house, const MailRequest *request, gint64 opened)
{
	const int days = context_date(request, request->now).day - context_date(request, opened).day;
	return days > 0 ? context_counted(house, (guint)days, "day") : g_strdup(context_word(house, "since_today"));
}

char *context_names_list(const ContextHouse *house, const GPtrArray *names)
{
	if (names == NULL || names->len == 0)
		return NULL;
	g_autoptr(GPtrArray) shown = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < MIN(names->len, LIST_MAX); i++)
		g_ptr_array_add(shown, context_line(names->pdata[i], PERSON_MAX));
	if (names->len > LIST_MAX)
		g_ptr_array_add(shown, context_counted(house, names->len - LIST_MAX, "other"));
	return language_list(house->language, shown);
}

/* NULL for what is not to come. */
static char *coming_day(const ContextHouse *house, const MailRequest *request, gint64 at)
{
	const Date today = context_date(request, request->now);
	return at != INSTANT_NONE && at > request->now ? language_date(house->language, context_date(request, at), today) : NULL;
}

Json *context_next_new(const ContextHouse *house, const MailRequest *request, const MailItem *item, gboolean together)
{
	g_autofree char *again = coming_day(house, request, item->again_at);
	g_autofree char *when = item->next_name != NULL ? coming_day(house, request, item->next_at) : NULL;
	if (again == NULL && when == NULL)
		return NULL;
	Json *next = js_object_new();
	context_set_text(next, "who", when != NULL ? context_line(item->next_name, PERSON_MAX) : NULL);
	/* what goes to both on one day is said once */
	context_set_text(next, "again", g_strcmp0(again, when) != 0 ? g_steal_pointer(&again) : NULL);
	context_set_text(next, "when", g_steal_pointer(&when));
	js_object_set_boolean(next, "together", together);
	return next;
}

static void set_next(const ContextHouse *house, const MailRequest *request, const MailItem *item, Json *object)
{
	Json *next = context_next_new(house, request, item, FALSE);
	if (next != NULL)
		js_object_set(object, "next", next);
	else
		js_object_set_boolean(object, "next", FALSE);
}

/* Who may decide it too; to one who was added, whom they were added to. */
static void set_beside(const ContextHouse *house, const MailItem *item, Json *object)
{
	if (item->deciders == NULL || item->deciders->len == 0 || item->informing) {
		js_object_set_boolean(object, "beside", FALSE);
		return;
	}
	Json *beside = js_object_new();
	context_set_text(beside, "who", item->added ? context_line(item->deciders->pdata[0], PERSON_MAX) : context_names_list(house, item->deciders));
	js_object_set_boolean(beside, "added", item->added && !item->deputy);
	js_object_set_boolean(beside, "deputy", item->added && item->deputy);
	js_object_set(object, "beside", beside);
}

/* Its document, beside the mail or too big for it. */
static void set_document(const MailItem *item, Json *object)
{
	if (item->file == NULL && !item->file_too_big) {
		js_object_set_boolean(object, "document", FALSE);
		return;
	}
	Json *document = js_object_new();
	context_set_text(document, "file", g_strdup(item->file));
	js_object_set_boolean(document, "too_big", item->file == NULL);
	js_object_set(object, "document", document);
}

/* Why it came back from the stage after. */
static void set_returned(const MailItem *item, Json *object)
{
	if (item->returned_by == NULL || item->informing) {
		js_object_set_boolean(object, "returned", FALSE);
		return;
	}
	Json *returned = js_object_new();
	context_set_text(returned, "who", context_line(item->returned_by, PERSON_MAX));
	context_set_text(returned, "reason", item->returned_why != NULL ? context_line(item->returned_why, REPLY_MAX) : NULL);
	js_object_set(object, "returned", returned);
}

/* What became of it while the reader was away, and who stood in for them. */
static void set_outcome(const ContextHouse *house, const MailRequest *request, const MailItem *item, Json *object)
{
	static const char *const names[] = {[OUTCOME_APPROVED] = "approved", [OUTCOME_REJECTED] = "rejected", [OUTCOME_HANDED] = "handed", [OUTCOME_LAPSED] = "lapsed"};
	g_autofree char *stood = context_line(item->stood_in, PERSON_MAX);
	js_object_set_boolean(object, "stood", FALSE);
	if (item->stood_in != NULL) {
		Json *deputy = js_object_new();
		context_set_text(deputy, "who", g_steal_pointer(&stood));
		js_object_set(object, "stood", deputy);
	}
	if (item->outcome == OUTCOME_NONE) {
		js_object_set_boolean(object, "outcome", FALSE);
		return;
	}
	Json *outcome = js_object_new();
	for (MailOutcome one = OUTCOME_APPROVED; one <= OUTCOME_LAPSED; one++)
		js_object_set_boolean(outcome, names[one], one == item->outcome);
	context_set_text(outcome, "who", item->outcome_by != NULL ? context_line(item->outcome_by, PERSON_MAX) : NULL);
	context_set_text(outcome, "when", context_moment(house, request, item->outcome_at));
	js_object_set(object, "outcome", outcome);
}

void context_set_invoice(const ContextHouse *house, const ContextInvoice *named, Json *object)
{
	g_autofree char *supplier = context_line(named->supplier, PERSON_MAX), *number = context_line(named->number, NUMBER_MAX);
	const char *kind = named->credit_note ? "credit_note" : "invoice";
	g_autofree char *noun = g_strconcat(kind, "_one", NULL), *label = g_strconcat(kind, "_label", NULL);
	context_set_text(object, "supplier", g_strdup(supplier[0] != '\0' ? supplier : context_word(house, "unknown_supplier")));
	context_set_text(object, "number", g_strdup(number[0] != '\0' ? number : context_word(house, "no_number")));
	context_set_text(object, "kind", g_strdup(context_word(house, noun)));
	context_set_text(object, "kind_label", g_strdup(context_word(house, label)));
	context_set_text(object, "amount", named->amount.currency[0] != '\0' ? language_money(house->language, named->amount) : NULL);
	context_set_text(object, "reference", named->id != NULL ? context_line(named->id, NUMBER_MAX) : NULL);
}

static void set_dates(const ContextHouse *house, const MailRequest *request, const MailItem *item, ContextKind kind, Json *object)
{
	const Date today = context_date(request, request->now);
	const gboolean due = date_is_set(item->due);
	context_set_text(object, "due", due ? language_date(house->language, item->due, today) : NULL);
	context_set_text(object, "due_brief", due ? language_brief_date(house->language, item->due, today) : NULL);
	context_set_text(object, "due_day", due ? language_day(house->language, item->due) : NULL);
	const gboolean ends = item->deadline != INSTANT_NONE;
	context_set_text(object, "deadline", ends ? context_moment(house, request, item->deadline) : NULL);
	context_set_text(object, "deadline_brief", ends ? brief_moment(house, request, item->deadline) : NULL);
	const gboolean waits = item->outcome == OUTCOME_NONE && kind != CONTEXT_CANCEL && kind != CONTEXT_NEWS; /* what is settled is late no more */
	js_object_set_boolean(object, "late", waits && ends && item->deadline < request->now);
}

gboolean context_decides(const MailItem *item, ContextKind kind)
{
	return !item->informing && kind != CONTEXT_CANCEL;
}

Json *context_item_new(const ContextHouse *house, const MailRequest *request, const MailItem *item, ContextKind kind)
{
	Json *object = js_object_new();
	const gboolean asked = context_decides(item, kind);
	context_set_invoice(house, &(ContextInvoice){item->invoice, item->supplier, item->number, item->amount, item->credit_note}, object);
	set_dates(house, request, item, kind, object);
	js_object_set_boolean(object, "informing", item->informing);
	context_set_text(object, "approver", item->informing && item->approver != NULL ? context_line(item->approver, PERSON_MAX) : NULL);
	context_set_text(object, "link", asked ? context_link(house->public_url, item->approval) : NULL);
	context_set_text(object, "waiting", kind == CONTEXT_REMINDER && item->outcome == OUTCOME_NONE ? waiting(house, request, item->opened) : NULL);
	context_set_text(object, "others", kind == CONTEXT_REMINDER ? context_names_list(house, item->others) : NULL);
	set_beside(house, item, object);
	set_returned(item, object);
	set_document(item, object);
	set_outcome(house, request, item, object);
	if (kind == CONTEXT_REMINDER)
		set_next(house, request, item, object);
	else
		js_object_set_boolean(object, "next", FALSE);
	return object;
}

