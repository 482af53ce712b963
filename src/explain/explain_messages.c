/* Each message of the invoice as the record has it: what it was, to whom, what became of it, and what the server said, with the name under which it took it over. */
#include "explain/explaining.h"

#include "explain/wording.h"

#include <glib/gi18n.h>
#include <string.h>

/* What it was, to whom; where its address was erased, to whom of the record. Owned by the caller. */
static char *label_of(const Explaining *explaining, const MessageRow *row)
{
	static const struct {
		const char *kind, *label;
	} labels[] = {
		{"mail", N_("Reminder to %s")},
		{"invite-request", N_("Invite to %s")},
		{"invite-update", N_("Update of the invite to %s")},
		{"invite-cancel", N_("Cancellation of the invite to %s")},
		{"news", N_("News that it moved, to %s")},
		{"done", N_("News that it is done, to %s")},
		{"return", N_("Summary on return to %s")},
		{"question", N_("Question to %s")},
	};
	g_autofree char *who = row->to ? g_strdup(row->to) : explain_name(explaining, row->person);
	g_autoptr(GString) label = g_string_new(NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(labels); i++)
		if (!strcmp(labels[i].kind, row->kind)) {
			g_string_append(label, _(labels[i].label));
			g_string_replace(label, "%s", who, 1);
			return g_string_free(g_steal_pointer(&label), FALSE);
		}
	return g_strdup_printf(_("Call of %s to %s"), row->channel ? row->channel : row->kind, who);
}

static gint64 instant_of(const MessageRow *row)
{
	if (row->accepted != INSTANT_NONE && !strcmp(row->state, "accepted"))
		return row->accepted;
	return row->tried != INSTANT_NONE ? row->tried : row->queued;
}

static void set_message(Json *record, const MessageRow *row)
{
	js_object_set_string(record, "message", row->id);
	js_object_set_string(record, "kind", row->kind);
	js_object_set_string(record, "channel", row->channel);
	js_object_set_string(record, "person", row->person);
	js_object_set_string(record, "state", row->state);
	js_object_set_integer(record, "attempts", row->attempts);
	js_object_set_integer(record, "bounces", row->bounces);
	js_object_set_instant(record, "at", instant_of(row));
	js_object_set_line(record, "reply", row->reply);
}

static void say_message(Explaining *explaining, const MessageRow *row)
{
	g_autofree char *label = label_of(explaining, row), *at = explain_time(explaining, instant_of(row));
	const char *state = wording_message_state(row->state);
	g_autofree char *text = row->reply && *row->reply ? g_strdup_printf(_("%s: %s, %s: %s"), label, state, at, row->reply) : g_strdup_printf(_("%s: %s, %s"), label, state, at);
	set_message(explain_say(explaining, EXPLAIN_MESSAGES, "%s", text), row);
	if (!row->bounces)
		return;
	g_autofree char *returned = g_strdup_printf(_("%s: it came back"), label);
	explain_say(explaining, EXPLAIN_MESSAGES, "%s", returned);
}

gboolean explain_messages(Explaining *explaining, GError **error)
{
	g_autoptr(GPtrArray) rows = store_messages_of_invoice(session_store(explaining->session), explaining->invoice->id, error);
	for (guint i = 0; rows && i < rows->len; i++)
		say_message(explaining, rows->pdata[i]);
	return rows != NULL;
}
