/* What templates see. Invariants: an item's names are always set, present or false, so that none is looked up outside it; no text holds a line end, a
 * control or a bidi control; every one has a bounded length. */
#include "mail/context.h"

#include "base/text.h"
#include "mail/context_item.h"
#include "mail/context_list.h"
#include "mail/context_summary.h"
#include <string.h>

#define PERSON_MAX CONTEXT_NAME_MAX
#define ADDRESS_MAX 120
#define REPLY_MAX 200
#define QUESTION_MAX 1000
#define ENTRY_MAX CONTEXT_ENTRY_MAX

static const char *const known_names[] = {
	/* root */
	"lang", "words", "colour", "organisation", "name", "zone", "today", "links", "decides", "informs", "both", "cancelled", "remains", "one", "inform_one", "count",
	"inform_count", "first_deadline", "steps", "decide", "inform", "single", "threaded", "all", "listed", "unlisted", "page",
	"asked", "decided", "decide_table", "inform_table", "rows", "rest", "list", "coming", "logo",
	/* item */
	"supplier", "number", "kind", "kind_label", "amount", "due", "due_brief", "due_day", "deadline", "deadline_brief", "late", "waiting", "others", "approver", "next", "when", "who", "again", "together", "link",
	"reference", "informing", "returned", "reason", "beside", "added", "deputy", "outcome", "approved", "rejected", "handed", "lapsed", "stood", "document", "file", "too_big",
	/* root of a notice */
	"trouble_count", "troubles", "more",
	/* trouble */
	"nobody", "too_few", "no_amount", "no_rate", "not_mine", "no_heir", "gone", "unnamed", "refused", "no_rung", "overdue", "no_deputy", "budget", "change", "outage", "calendar", "alarm", "unproven", "stray", "untaken", "came_in", "of_directory", "since", "count", "open", "stage", "whom", "address", "reply", "channel", "also_about",
	/* root of a summary; in it, and of its rows beside an invoice's */
	"week", "figures", "past", "tallies", "lists", "people", "several", "lost", "label", "figure", "command", "waits", "stuck", "held", "later", "booked", "quiet", "unreached", "unsent",
	"unreminded",
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

/* All of an invite's items stand in one group: its own to decide, or, taken back, to know. */
static void set_entry(const ContextHouse *house, const MailRequest *request, ContextKind kind, Json *root)
{
	guint n = (guint)request->n_items, credit_notes = 0;
	for (guint i = 0; i < n; i++)
		credit_notes += request->items[i].credit_note ? 1 : 0;
	const gboolean is_entry = kind != CONTEXT_REMINDER;
	context_set_text(root, "all", is_entry ? context_counted(house, n, credit_notes == n ? "credit_note" : "invoice") : NULL);
	context_set_text(root, "unlisted", is_entry && n > ENTRY_MAX ? g_strdup_printf("%u", n - ENTRY_MAX) : NULL);
	context_set_text(root, "page", is_entry ? context_page(house->public_url, request) : NULL);
	if (is_entry)
		js_object_set(root, "listed", js_ref(js_object_get(root, kind == CONTEXT_CANCEL ? "inform" : "decide")));
	else
		js_object_set_boolean(root, "listed", FALSE);
}

static void set_logo(const Logo *logo, Json *root)
{
	if (logo == NULL) {
		js_object_set_boolean(root, "logo", FALSE);
		return;
	}
	Json *picture = js_object_new();
	js_object_set_line(picture, "cid", logo->id);
	context_set_text(picture, "width", g_strdup_printf("%u", logo->width));
	context_set_text(picture, "height", g_strdup_printf("%u", logo->height));
	js_object_set(root, "logo", picture);
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
	set_logo(house->logo, root);
	js_object_set(root, "words", js_ref(house->words));
	js_object_set_line(root, "lang", language_code(house->language));
	context_set_text(root, "organisation", context_line(house->organisation, PERSON_MAX));
	context_set_text(root, "name", context_line(request->recipient->name, PERSON_MAX));
	js_object_set_line(root, "zone", zone_name(calendar_zone(request->calendar)));
	const Date today = context_date(request, request->now);
	context_set_text(root, "today", language_date(house->language, today, today));
	js_object_set_boolean(root, "links", house->public_url != NULL && house->public_url[0] != '\0');
}

Json *context_new(const ContextHouse *house, const MailRequest *request, ContextKind kind)
{
	Json *root = js_object_new();
	set_house(house, request, root);
	context_set_groups(house, request, kind, root);
	context_set_coming(house, request, root);
	set_entry(house, request, kind, root);
	js_object_set_boolean(root, "cancelled", kind == CONTEXT_CANCEL);
	js_object_set_boolean(root, "remains", kind == CONTEXT_CANCEL && request->remains);
	js_object_set_boolean(root, "asked", request->asked);
	js_object_set_boolean(root, "decided", request->decided);
	js_object_set_boolean(root, "threaded", request->thread_id != NULL);
	if (request->n_items == 1)
		js_object_set(root, "single", context_item_new(house, request, &request->items[0], kind));
	else
		js_object_set_boolean(root, "single", FALSE);
	return root;
}

/* A name that is the address again says nothing more. */
static void set_addressee(const MailTrouble *trouble, Json *object)
{
	g_autofree char *name = context_line(trouble->name, PERSON_MAX), *address = context_line(trouble->address, ADDRESS_MAX);
	const gboolean named = name[0] != '\0' && strcmp(name, address) != 0;
	context_set_text(object, "whom", g_strdup(named ? name : address[0] != '\0' ? address : "?"));
	context_set_text(object, "address", named && address[0] != '\0' ? g_strdup(address) : NULL);
}

static const char *const trouble_names[] = {
	[TROUBLE_NOBODY] = "nobody", [TROUBLE_NOT_MINE] = "not_mine", [TROUBLE_NO_HEIR] = "no_heir", [TROUBLE_GONE] = "gone", [TROUBLE_TOO_FEW] = "too_few", [TROUBLE_AMOUNT] = "no_amount",
	[TROUBLE_RATE] = "no_rate",  [TROUBLE_OTHER] = "unnamed",   [TROUBLE_REFUSED] = "refused",
	[TROUBLE_NO_RUNG] = "no_rung", [TROUBLE_OVERDUE] = "overdue", [TROUBLE_NO_DEPUTY] = "no_deputy", [TROUBLE_BUDGET] = "budget", [TROUBLE_CHANGE] = "change",
	[TROUBLE_OUTAGE] = "outage", [TROUBLE_CALENDAR] = "calendar", [TROUBLE_ALARM] = "alarm", [TROUBLE_UNPROVEN] = "unproven", [TROUBLE_STRAY] = "stray", [TROUBLE_UNTAKEN] = "untaken",
};

static Json *trouble_new(const ContextHouse *house, const MailRequest *letter, const MailTrouble *trouble)
{
	Json *object = js_object_new();
	const gboolean refused = trouble->kind == TROUBLE_REFUSED;
	context_set_invoice(house, &(ContextInvoice){trouble->invoice, trouble->supplier, trouble->number, trouble->amount, trouble->credit_note}, object);
	for (gsize i = 0; i < G_N_ELEMENTS(trouble_names); i++)
		js_object_set_boolean(object, trouble_names[i], i == trouble->kind);
	context_set_text(object, "stage", trouble->stage != NULL ? context_line(trouble->stage, PERSON_MAX) : NULL);
	context_set_text(object, "also_about", trouble->others > 0 ? context_counted(house, trouble->others, "invoice") : NULL);
	set_addressee(trouble, object);
	context_set_text(object, "channel", refused && trouble->channel != NULL ? context_line(trouble->channel, PERSON_MAX) : NULL);
	context_set_text(object, "count", trouble->kind == TROUBLE_CHANGE ? g_strdup_printf("%u", trouble->count) : NULL);
	context_set_text(object, "open", trouble->kind == TROUBLE_CHANGE ? g_strdup_printf("%u", trouble->open) : NULL);
	js_object_set_boolean(object, "of_directory", trouble->kind == TROUBLE_CHANGE || trouble->kind == TROUBLE_OUTAGE);
	const gboolean outage = trouble->kind == TROUBLE_OUTAGE || trouble->kind == TROUBLE_CALENDAR;
	context_set_text(object, "since", outage ? context_moment(house, letter, trouble->since) : NULL);
	const gboolean came_in = trouble->kind == TROUBLE_ALARM || trouble->kind == TROUBLE_UNPROVEN || trouble->kind == TROUBLE_STRAY || trouble->kind == TROUBLE_UNTAKEN;
	context_set_text(object, "came_in", came_in ? g_strdup_printf("%" G_GINT64_FORMAT, trouble->mail) : NULL);
	context_set_text(object, "reply", (refused || came_in) && trouble->reply != NULL ? context_line(trouble->reply, REPLY_MAX) : NULL);
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
	context_set_text(root, "trouble_count", context_counted(house, all, "trouble"));
	context_set_text(root, "more", notice->more > 0 ? context_counted(house, notice->more, "trouble") : NULL);
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
	const Date today = context_date(letter, letter->now);
	const gboolean inside = !question->outside;
	js_object_set_boolean(object, "outside", question->outside);
	context_set_text(object, "due", inside && date_is_set(item->due) ? language_date(house->language, item->due, today) : NULL);
	context_set_text(object, "until", inside && question->until != INSTANT_NONE ? context_moment(house, letter, question->until) : NULL);
}

Json *context_summary_new(const ContextHouse *house, const MailRequest *letter, const MailSummary *summary)
{
	Json *root = js_object_new();
	set_house(house, letter, root);
	js_object_set(root, "week", context_week_new(house, letter, summary));
	context_set_text(root, "count", context_counted(house, summary->all.open, "invoice"));
	js_object_set_boolean(root, "single", FALSE);
	return root;
}

Json *context_question_new(const ContextHouse *house, const MailRequest *letter, const MailQuestion *question)
{
	Json *root = js_object_new(), *object = js_object_new();
	const MailItem *item = question->item;
	const ContextInvoice inside = {item->invoice, item->supplier, item->number, item->amount, item->credit_note};
	const ContextInvoice outside = {.supplier = item->supplier, .number = item->number, .credit_note = item->credit_note};
	set_house(house, letter, root);
	context_set_invoice(house, question->outside ? &outside : &inside, object);
	set_inside(house, letter, question, object);
	context_set_text(object, "text", context_line(question->question, QUESTION_MAX));
	context_set_text(object, "asker", context_line(question->asker->name != NULL ? question->asker->name : question->asker->mail, PERSON_MAX));
	context_set_text(object, "asker_address", question->asker->mail != NULL ? context_line(question->asker->mail, ADDRESS_MAX) : NULL);
	js_object_set(root, "question", object);
	js_object_set_boolean(root, "outside", question->outside);
	js_object_set_boolean(root, "single", FALSE);
	return root;
}
