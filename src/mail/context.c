/* What templates see. Invariants: an item's names are always set, present or false, so that none is looked up outside it; no text holds a line end, a
 * control or a bidi control; every one has a bounded length. */
#include "mail/context.h"

#include "base/text.h"
#include <string.h>

#define PERSON_MAX 80 /* characters: of a person, a supplier, a stage */
#define NUMBER_MAX 50
#define ADDRESS_MAX 120
#define REPLY_MAX 200
#define QUESTION_MAX 1000
#define LIST_MAX 12 /* names in "who else was asked" */
#define ENTRY_MAX 10 /* invoices that a calendar entry and its mail name */

static const char *const known_names[] = {
	/* root */
	"lang", "words", "colour", "organisation", "name", "zone", "today", "links", "decides", "informs", "both", "cancelled", "remains", "one", "inform_one", "count",
	"inform_count", "first_deadline", "steps", "decide", "inform", "single", "threaded", "all", "listed", "unlisted", "page",
	/* item */
	"supplier", "number", "kind", "kind_label", "amount", "due", "due_day", "deadline", "late", "waiting", "others", "approver", "next", "when", "who", "link",
	"reference", "informing", "returned", "reason", "beside", "added", "deputy", "outcome", "approved", "rejected", "handed", "lapsed", "stood",
	/* root of a notice */
	"trouble_count", "troubles", "more",
	/* trouble */
	"nobody", "too_few", "no_amount", "no_rate", "not_mine", "no_heir", "gone", "unnamed", "refused", "no_rung", "overdue", "no_deputy", "budget", "change", "outage", "calendar", "of_directory", "since", "count", "open", "stage", "whom", "address", "reply", "also_about",
	/* root of a question; it, with an item's names */
	"question", "text", "asker", "asker_address", "until", "outside", NULL,
};

const char *const *context_names(void)
{
	return known_names;
}

char *context_line(const char *text, guint max)
{
	g_autofree char *clean = text_clean_line(text != NULL ? text : "");
	if (g_utf8_strlen(clean, -1) <= (glong)max)
		return g_steal_pointer(&clean);
	g_autofree char *start = g_utf8_substring(clean, 0, (glong)max - 1);
	return g_strconcat(start, "…", NULL);
}

char *context_link(const char *public_url, const char *approval)
{
	if (public_url == NULL || public_url[0] == '\0')
		return NULL;
	g_autofree char *id = g_uri_escape_string(approval, NULL, FALSE);
	return g_strdup_printf("%s%sa/%s", public_url, g_str_has_suffix(public_url, "/") ? "" : "/", id);
}

char *context_page(const char *public_url, const MailRequest *request)
{
	return context_link(public_url, request->n_items == 1 ? request->items[0].approval : "");
}

/* Steals the text; NULL is said as false. */
static void set_text(Json *object, const char *name, char *text)
{
	if (text != NULL)
		js_object_set_line(object, name, text);
	else
		js_object_set_boolean(object, name, FALSE);
	g_free(text);
}

static const char *word(const ContextHouse *house, const char *name)
{
	return js_object_get_string(house->words, name);
}

/* "3 invoices": the noun's forms are the words NOUN_one and NOUN_other. */
static char *counted(const ContextHouse *house, guint n, const char *noun)
{
	g_autofree char *form = g_strconcat(noun, language_is_one(house->language, n) ? "_one" : "_other", NULL);
	return g_strdup_printf("%u %s", n, word(house, form));
}

static Date date_at(const MailRequest *request, gint64 instant)
{
	return calendar_date(request->calendar, instant);
}

static char *moment(const ContextHouse *house, const MailRequest *request, gint64 instant)
{
	return language_moment(house->language, calendar_zone(request->calendar), instant, request->now);
}

/* Days by the calendar on the wall: what came yesterday evening waits since one day. */
static char *waiting(const ContextHouse *house, const MailRequest *request, gint64 opened)
{
	const int days = date_at(request, request->now).day - date_at(request, opened).day;
	return days > 0 ? counted(house, (guint)days, "day") : g_strdup(word(house, "since_today"));
}

static char *others(const ContextHouse *house, const GPtrArray *names)
{
	if (names == NULL || names->len == 0)
		return NULL;
	g_autoptr(GPtrArray) shown = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < MIN(names->len, LIST_MAX); i++)
		g_ptr_array_add(shown, context_line(names->pdata[i], PERSON_MAX));
	if (names->len > LIST_MAX)
		g_ptr_array_add(shown, counted(house, names->len - LIST_MAX, "other"));
	return language_list(house->language, shown);
}

static void set_next(const ContextHouse *house, const MailRequest *request, const MailItem *item, Json *object)
{
	if (item->next_name == NULL || item->next_at == INSTANT_NONE) {
		js_object_set_boolean(object, "next", FALSE);
		return;
	}
	Json *next = js_object_new();
	set_text(next, "who", context_line(item->next_name, PERSON_MAX));
	set_text(next, "when", language_date(house->language, date_at(request, item->next_at), date_at(request, request->now)));
	js_object_set(object, "next", next);
}

/* Who may decide it too; to one who was added, whom they were added to. */
static void set_beside(const ContextHouse *house, const MailItem *item, Json *object)
{
	if (item->deciders == NULL || item->deciders->len == 0 || item->informing) {
		js_object_set_boolean(object, "beside", FALSE);
		return;
	}
	Json *beside = js_object_new();
	set_text(beside, "who", item->added ? context_line(item->deciders->pdata[0], PERSON_MAX) : others(house, item->deciders));
	js_object_set_boolean(beside, "added", item->added && !item->deputy);
	js_object_set_boolean(beside, "deputy", item->added && item->deputy);
	js_object_set(object, "beside", beside);
}

/* Why it came back from the stage after. */
static void set_returned(const MailItem *item, Json *object)
{
	if (item->returned_by == NULL || item->informing) {
		js_object_set_boolean(object, "returned", FALSE);
		return;
	}
	Json *returned = js_object_new();
	set_text(returned, "who", context_line(item->returned_by, PERSON_MAX));
	set_text(returned, "reason", item->returned_why != NULL ? context_line(item->returned_why, REPLY_MAX) : NULL);
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
		set_text(deputy, "who", g_steal_pointer(&stood));
		js_object_set(object, "stood", deputy);
	}
	if (item->outcome == OUTCOME_NONE) {
		js_object_set_boolean(object, "outcome", FALSE);
		return;
	}
	Json *outcome = js_object_new();
	for (MailOutcome one = OUTCOME_APPROVED; one <= OUTCOME_LAPSED; one++)
		js_object_set_boolean(outcome, names[one], one == item->outcome);
	set_text(outcome, "who", item->outcome_by != NULL ? context_line(item->outcome_by, PERSON_MAX) : NULL);
	set_text(outcome, "when", moment(house, request, item->outcome_at));
	js_object_set(object, "outcome", outcome);
}

/* What an item and a trouble say alike of an invoice. */
typedef struct {
	const char *id, *supplier, *number;
	Money amount;
	gboolean credit_note;
} Named;

static void set_invoice(const ContextHouse *house, const Named *named, Json *object)
{
	g_autofree char *supplier = context_line(named->supplier, PERSON_MAX), *number = context_line(named->number, NUMBER_MAX);
	const char *kind = named->credit_note ? "credit_note" : "invoice";
	g_autofree char *noun = g_strconcat(kind, "_one", NULL), *label = g_strconcat(kind, "_label", NULL);
	set_text(object, "supplier", g_strdup(supplier[0] != '\0' ? supplier : word(house, "unknown_supplier")));
	set_text(object, "number", g_strdup(number[0] != '\0' ? number : word(house, "no_number")));
	set_text(object, "kind", g_strdup(word(house, noun)));
	set_text(object, "kind_label", g_strdup(word(house, label)));
	set_text(object, "amount", named->amount.currency[0] != '\0' ? language_money(house->language, named->amount) : NULL);
	set_text(object, "reference", named->id != NULL ? context_line(named->id, NUMBER_MAX) : NULL);
}

static void set_dates(const ContextHouse *house, const MailRequest *request, const MailItem *item, Json *object)
{
	const Date today = date_at(request, request->now);
	const gboolean due = date_is_set(item->due);
	set_text(object, "due", due ? language_date(house->language, item->due, today) : NULL);
	set_text(object, "due_day", due ? language_day(house->language, item->due) : NULL);
	set_text(object, "deadline", item->deadline != INSTANT_NONE ? moment(house, request, item->deadline) : NULL);
	js_object_set_boolean(object, "late", item->deadline != INSTANT_NONE && item->deadline < request->now);
}

static gboolean decides(const MailItem *item, ContextKind kind)
{
	return !item->informing && kind != CONTEXT_CANCEL;
}

static Json *item_new(const ContextHouse *house, const MailRequest *request, const MailItem *item, ContextKind kind)
{
	Json *object = js_object_new();
	const gboolean asked = decides(item, kind);
	set_invoice(house, &(Named){item->invoice, item->supplier, item->number, item->amount, item->credit_note}, object);
	set_dates(house, request, item, object);
	js_object_set_boolean(object, "informing", item->informing);
	set_text(object, "approver", item->informing && item->approver != NULL ? context_line(item->approver, PERSON_MAX) : NULL);
	set_text(object, "link", asked ? context_link(house->public_url, item->approval) : NULL);
	set_text(object, "waiting", kind == CONTEXT_REMINDER && item->outcome == OUTCOME_NONE ? waiting(house, request, item->opened) : NULL);
	set_text(object, "others", kind == CONTEXT_REMINDER ? others(house, item->others) : NULL);
	set_beside(house, item, object);
	set_returned(item, object);
	set_outcome(house, request, item, object);
	if (kind == CONTEXT_REMINDER)
		set_next(house, request, item, object);
	else
		js_object_set_boolean(object, "next", FALSE);
	return object;
}

/* What is common to one of the two lists of items. */
typedef struct {
	Json *items;
	guint n, credit_notes;
	gint64 first_deadline; /* of those still to come */
	GPtrArray *steps;      /* the different reasons why this person is asked */
} Group;

static Group group_new(void)
{
	return (Group){.items = js_array_new(), .first_deadline = INSTANT_NONE, .steps = g_ptr_array_new_with_free_func(g_free)};
}

/* A mail names all it speaks of; an entry's text is bounded. */
static gboolean is_named(const Group *group, ContextKind kind)
{
	return kind == CONTEXT_REMINDER || group->n < ENTRY_MAX;
}

static void group_add(const ContextHouse *house, const MailRequest *request, const MailItem *item, ContextKind kind, Group *group)
{
	if (is_named(group, kind))
		js_array_append(group->items, item_new(house, request, item, kind));
	group->n++;
	group->credit_notes += item->credit_note ? 1 : 0;
	const gboolean to_come = item->deadline != INSTANT_NONE && item->deadline >= request->now;
	if (to_come && (group->first_deadline == INSTANT_NONE || item->deadline < group->first_deadline))
		group->first_deadline = item->deadline;
	g_autofree char *why = context_line(item->why, PERSON_MAX);
	if (why[0] != '\0' && group->steps->len < LIST_MAX && !g_ptr_array_find_with_equal_func(group->steps, why, g_str_equal, NULL))
		g_ptr_array_add(group->steps, g_steal_pointer(&why));
}

static char *group_count(const ContextHouse *house, const Group *group)
{
	return counted(house, group->n, group->credit_notes == group->n && group->n > 0 ? "credit_note" : "invoice");
}

static void set_groups(const ContextHouse *house, const MailRequest *request, ContextKind kind, Json *root)
{
	Group decide = group_new(), inform = group_new();
	for (gsize i = 0; i < request->n_items; i++)
		group_add(house, request, &request->items[i], kind, decides(&request->items[i], kind) ? &decide : &inform);
	js_object_set_boolean(root, "decides", decide.n > 0);
	js_object_set_boolean(root, "informs", inform.n > 0);
	js_object_set_boolean(root, "both", decide.n > 0 && inform.n > 0);
	js_object_set_boolean(root, "one", decide.n == 1);
	js_object_set_boolean(root, "inform_one", inform.n == 1);
	set_text(root, "count", group_count(house, &decide));
	set_text(root, "inform_count", group_count(house, &inform));
	set_text(root, "first_deadline", decide.first_deadline != INSTANT_NONE ? moment(house, request, decide.first_deadline) : NULL);
	set_text(root, "steps", decide.steps->len > 0 ? language_list(house->language, decide.steps) : NULL);
	js_object_set(root, "decide", decide.items);
	js_object_set(root, "inform", inform.items);
	g_ptr_array_unref(decide.steps);
	g_ptr_array_unref(inform.steps);
}

/* All of an invite's items stand in one group: its own to decide, or, taken back, to know. */
static void set_entry(const ContextHouse *house, const MailRequest *request, ContextKind kind, Json *root)
{
	guint n = (guint)request->n_items, credit_notes = 0;
	for (guint i = 0; i < n; i++)
		credit_notes += request->items[i].credit_note ? 1 : 0;
	const gboolean is_entry = kind != CONTEXT_REMINDER;
	set_text(root, "all", is_entry ? counted(house, n, credit_notes == n ? "credit_note" : "invoice") : NULL);
	set_text(root, "unlisted", is_entry && n > ENTRY_MAX ? g_strdup_printf("%u", n - ENTRY_MAX) : NULL);
	set_text(root, "page", is_entry ? context_page(house->public_url, request) : NULL);
	if (is_entry)
		js_object_set(root, "listed", js_ref(js_object_get(root, kind == CONTEXT_CANCEL ? "inform" : "decide")));
	else
		js_object_set_boolean(root, "listed", FALSE);
}

static void set_house(const ContextHouse *house, const MailRequest *request, Json *root)
{
	Json *colour = js_object_new();
	js_object_set_line(colour, "bar", house->palette->bar);
	js_object_set_line(colour, "on_bar", house->palette->on_bar);
	js_object_set_line(colour, "link", house->palette->link);
	js_object_set_line(colour, "link_dark", house->palette->link_dark);
	js_object_set_line(colour, "dark_ground", PALETTE_DARK_GROUND);
	js_object_set(root, "colour", colour);
	js_object_set(root, "words", js_ref(house->words));
	js_object_set_line(root, "lang", language_code(house->language));
	set_text(root, "organisation", context_line(house->organisation, PERSON_MAX));
	set_text(root, "name", context_line(request->recipient->name, PERSON_MAX));
	js_object_set_line(root, "zone", zone_name(calendar_zone(request->calendar)));
	const Date today = date_at(request, request->now);
	set_text(root, "today", language_date(house->language, today, today));
	js_object_set_boolean(root, "links", house->public_url != NULL && house->public_url[0] != '\0');
}

Json *context_new(const ContextHouse *house, const MailRequest *request, ContextKind kind)
{
	Json *root = js_object_new();
	set_house(house, request, root);
	set_groups(house, request, kind, root);
	set_entry(house, request, kind, root);
	js_object_set_boolean(root, "cancelled", kind == CONTEXT_CANCEL);
	js_object_set_boolean(root, "remains", kind == CONTEXT_CANCEL && request->remains);
	js_object_set_boolean(root, "threaded", request->thread_id != NULL);
	if (request->n_items == 1)
		js_object_set(root, "single", item_new(house, request, &request->items[0], kind));
	else
		js_object_set_boolean(root, "single", FALSE);
	return root;
}

/* A name that is the address again says nothing more. */
static void set_addressee(const MailTrouble *trouble, Json *object)
{
	g_autofree char *name = context_line(trouble->name, PERSON_MAX), *address = context_line(trouble->address, ADDRESS_MAX);
	const gboolean named = name[0] != '\0' && strcmp(name, address) != 0;
	set_text(object, "whom", g_strdup(named ? name : address[0] != '\0' ? address : "?"));
	set_text(object, "address", named && address[0] != '\0' ? g_strdup(address) : NULL);
}

static const char *const trouble_names[] = {
	[TROUBLE_NOBODY] = "nobody", [TROUBLE_NOT_MINE] = "not_mine", [TROUBLE_NO_HEIR] = "no_heir", [TROUBLE_GONE] = "gone", [TROUBLE_TOO_FEW] = "too_few", [TROUBLE_AMOUNT] = "no_amount",
	[TROUBLE_RATE] = "no_rate",  [TROUBLE_OTHER] = "unnamed",   [TROUBLE_REFUSED] = "refused",
	[TROUBLE_NO_RUNG] = "no_rung", [TROUBLE_OVERDUE] = "overdue", [TROUBLE_NO_DEPUTY] = "no_deputy", [TROUBLE_BUDGET] = "budget", [TROUBLE_CHANGE] = "change",
	[TROUBLE_OUTAGE] = "outage", [TROUBLE_CALENDAR] = "calendar",
};

static Json *trouble_new(const ContextHouse *house, const MailRequest *letter, const MailTrouble *trouble)
{
	Json *object = js_object_new();
	const gboolean refused = trouble->kind == TROUBLE_REFUSED;
	set_invoice(house, &(Named){trouble->invoice, trouble->supplier, trouble->number, trouble->amount, trouble->credit_note}, object);
	for (gsize i = 0; i < G_N_ELEMENTS(trouble_names); i++)
		js_object_set_boolean(object, trouble_names[i], i == trouble->kind);
	set_text(object, "stage", trouble->stage != NULL ? context_line(trouble->stage, PERSON_MAX) : NULL);
	set_text(object, "also_about", trouble->others > 0 ? counted(house, trouble->others, "invoice") : NULL);
	set_addressee(trouble, object);
	set_text(object, "count", trouble->kind == TROUBLE_CHANGE ? g_strdup_printf("%u", trouble->count) : NULL);
	set_text(object, "open", trouble->kind == TROUBLE_CHANGE ? g_strdup_printf("%u", trouble->open) : NULL);
	js_object_set_boolean(object, "of_directory", trouble->kind == TROUBLE_CHANGE || trouble->kind == TROUBLE_OUTAGE);
	const gboolean outage = trouble->kind == TROUBLE_OUTAGE || trouble->kind == TROUBLE_CALENDAR;
	set_text(object, "since", outage ? moment(house, letter, trouble->since) : NULL);
	set_text(object, "reply", refused && trouble->reply != NULL ? context_line(trouble->reply, REPLY_MAX) : NULL);
	return object;
}

Json *context_notice_new(const ContextHouse *house, const MailRequest *letter, const MailNotice *notice)
{
	Json *root = js_object_new(), *troubles = js_array_new();
	const guint all = (guint)notice->n_troubles + notice->more;
	set_house(house, letter, root);
	for (gsize i = 0; i < notice->n_troubles; i++)
		js_array_append(troubles, trouble_new(house, letter, &notice->troubles[i]));
	js_object_set(root, "troubles", troubles);
	set_text(root, "trouble_count", counted(house, all, "trouble"));
	set_text(root, "more", notice->more > 0 ? counted(house, notice->more, "trouble") : NULL);
	if (all == 1)
		js_object_set(root, "single", trouble_new(house, letter, &notice->troubles[0]));
	else
		js_object_set_boolean(root, "single", FALSE);
	return root;
}

/* To the supplier nothing goes that is not theirs already. */
static void set_inside(const ContextHouse *house, const MailRequest *letter, const MailQuestion *question, Json *object)
{
	const MailItem *item = question->item;
	const Date today = date_at(letter, letter->now);
	const gboolean inside = !question->outside;
	js_object_set_boolean(object, "outside", question->outside);
	set_text(object, "due", inside && date_is_set(item->due) ? language_date(house->language, item->due, today) : NULL);
	set_text(object, "until", inside && question->until != INSTANT_NONE ? moment(house, letter, question->until) : NULL);
}

Json *context_question_new(const ContextHouse *house, const MailRequest *letter, const MailQuestion *question)
{
	Json *root = js_object_new(), *object = js_object_new();
	const MailItem *item = question->item;
	const Named inside = {item->invoice, item->supplier, item->number, item->amount, item->credit_note};
	const Named outside = {.supplier = item->supplier, .number = item->number, .credit_note = item->credit_note};
	set_house(house, letter, root);
	set_invoice(house, question->outside ? &outside : &inside, object);
	set_inside(house, letter, question, object);
	set_text(object, "text", context_line(question->question, QUESTION_MAX));
	set_text(object, "asker", context_line(question->asker->name != NULL ? question->asker->name : question->asker->mail, PERSON_MAX));
	set_text(object, "asker_address", question->asker->mail != NULL ? context_line(question->asker->mail, ADDRESS_MAX) : NULL);
	js_object_set(root, "question", object);
	js_object_set_boolean(root, "outside", question->outside);
	js_object_set_boolean(root, "single", FALSE);
	return root;
}
