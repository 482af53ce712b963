/* What templates see of several invoices. Invariant: however many there are, a mail stays below what mail programs show whole (Gmail cuts at 102 kB), unless it has no links
 * and so is the only place to find them. */
#include "mail/context_list.h"

#include "mail/context_item.h"
#include <string.h>

#define DECIDE_MAX 40 /* invoices that a mail with links names */
#define INFORM_MAX 20
#define STEPS_MAX 12

/* What is common to one of the two lists of items. */
typedef struct {
	Json *items;
	guint most; /* items that are named */
	guint n, credit_notes;
	gint64 first_deadline; /* of those still to come */
	GPtrArray *steps;      /* the different reasons why this person is asked */
} Group;

static gboolean has_links(const ContextHouse *house)
{
	return house->public_url != NULL && house->public_url[0] != '\0';
}

/* A calendar entry's text is bounded anyway. */
static Group group_new(const ContextHouse *house, ContextKind kind, guint most)
{
	return (Group){
		.items = js_array_new(),
		.most = kind != CONTEXT_REMINDER ? CONTEXT_ENTRY_MAX : has_links(house) ? most : G_MAXUINT,
		.first_deadline = INSTANT_NONE,
		.steps = g_ptr_array_new_with_free_func(g_free),
	};
}

static void group_add(const ContextHouse *house, const MailRequest *request, const MailItem *item, ContextKind kind, Group *group)
{
	if (group->n < group->most)
		js_array_append(group->items, context_item_new(house, request, item, kind));
	group->n++;
	group->credit_notes += item->credit_note ? 1 : 0;
	const gboolean to_come = item->deadline != INSTANT_NONE && item->deadline >= request->now;
	if (to_come && (group->first_deadline == INSTANT_NONE || item->deadline < group->first_deadline))
		group->first_deadline = item->deadline;
	g_autofree char *why = context_line(item->why, CONTEXT_NAME_MAX);
	if (why[0] != '\0' && group->steps->len < STEPS_MAX && !g_ptr_array_find_with_equal_func(group->steps, why, g_str_equal, NULL))
		g_ptr_array_add(group->steps, g_steal_pointer(&why));
}

static char *group_count(const ContextHouse *house, const Group *group)
{
	return context_counted(house, group->n, group->credit_notes == group->n && group->n > 0 ? "credit_note" : "invoice");
}

/* "and 12 more" after so many rows; false where all are there. */
static void set_rest(Json *object, guint hidden)
{
	if (hidden == 0) {
		js_object_set_boolean(object, "rest", FALSE);
		return;
	}
	Json *rest = js_object_new();
	context_set_text(rest, "unlisted", g_strdup_printf("%u", hidden));
	js_object_set(object, "rest", rest);
}

static void set_table(const Group *group, const char *name, Json *root)
{
	if (group->n < 2) {
		js_object_set_boolean(root, name, FALSE);
		return;
	}
	Json *table = js_object_new();
	js_object_set(table, "rows", js_ref(group->items));
	set_rest(table, group->n > group->most ? group->n - group->most : 0);
	js_object_set(root, name, table);
}

/* What happens next with all of them alike is said once, after them. */
static void set_common_next(const ContextHouse *house, const MailRequest *request, const Group *group, Json *root)
{
	g_autofree char *common = NULL;
	js_object_set_boolean(root, "next", FALSE);
	for (gsize i = 0; i < js_array_length(group->items); i++) {
		g_autofree char *next = js_line(js_object_get(js_array_get(group->items, i), "next"));
		if (i > 0 && strcmp(next, common) != 0)
			return;
		g_free(common);
		common = g_steal_pointer(&next);
	}
	const MailItem *first = NULL;
	for (gsize i = 0; i < request->n_items && first == NULL; i++)
		first = request->items[i].informing ? NULL : &request->items[i];
	Json *next = group->n > 1 && first != NULL ? context_next_new(house, request, first, TRUE) : NULL;
	if (next == NULL || strcmp(common, "false") == 0) {
		js_unref(next);
		return;
	}
	js_object_set(root, "next", next);
	for (gsize i = 0; i < js_array_length(group->items); i++)
		js_object_set_boolean(js_array_get(group->items, i), "next", FALSE);
}

void context_set_groups(const ContextHouse *house, const MailRequest *request, ContextKind kind, Json *root)
{
	Group decide = group_new(house, kind, DECIDE_MAX), inform = group_new(house, kind, INFORM_MAX);
	for (gsize i = 0; i < request->n_items; i++)
		group_add(house, request, &request->items[i], kind, context_decides(&request->items[i], kind) ? &decide : &inform);
	js_object_set_boolean(root, "decides", decide.n > 0);
	js_object_set_boolean(root, "informs", inform.n > 0);
	js_object_set_boolean(root, "both", decide.n > 0 && inform.n > 0);
	js_object_set_boolean(root, "one", decide.n == 1);
	js_object_set_boolean(root, "inform_one", inform.n == 1);
	context_set_text(root, "count", group_count(house, &decide));
	context_set_text(root, "inform_count", group_count(house, &inform));
	context_set_text(root, "first_deadline", decide.first_deadline != INSTANT_NONE ? context_moment(house, request, decide.first_deadline) : NULL);
	context_set_text(root, "steps", decide.steps->len > 0 ? language_list(house->language, decide.steps) : NULL);
	context_set_text(root, "list", decide.n > 1 || request->n_coming > 0 ? context_link(house->public_url, "") : NULL);
	set_common_next(house, request, &decide, root);
	set_table(&decide, "decide_table", root);
	set_table(&inform, "inform_table", root);
	js_object_set(root, "decide", decide.items);
	js_object_set(root, "inform", inform.items);
	g_ptr_array_unref(decide.steps);
	g_ptr_array_unref(inform.steps);
}

void context_set_coming(const ContextHouse *house, const MailRequest *request, Json *root)
{
	if (request->n_coming == 0) {
		js_object_set_boolean(root, "coming", FALSE);
		return;
	}
	Json *coming = js_object_new(), *rows = js_array_new();
	for (gsize i = 0; i < request->n_coming; i++)
		js_array_append(rows, context_item_new(house, request, &request->coming[i], CONTEXT_REMINDER));
	js_object_set(coming, "rows", rows);
	set_rest(coming, request->more_coming);
	js_object_set(root, "coming", coming);
}
