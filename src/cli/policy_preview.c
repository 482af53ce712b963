/* Lays out a preview. */
#include "cli/policy_preview.h"

#include "cli/support.h"
#include "service/overview.h"

#include <glib/gi18n.h>

/* --- in words --- */

static char *approvals_text(const PreviewLine *line)
{
	guint n = line->count;
	switch (line->type) {
	case PREVIEW_EARLIER:
		return g_strdup_printf(ngettext("%u approval hears of it earlier", "%u approvals hear of it earlier", n), n);
	case PREVIEW_LATER:
		return g_strdup_printf(ngettext("%u approval hears of it later", "%u approvals hear of it later", n), n);
	case PREVIEW_APPEARS:
		return g_strdup_printf(ngettext("%u approval hears of it that would not have", "%u approvals hear of it that would not have", n), n);
	case PREVIEW_FALLS_AWAY:
		return g_strdup_printf(ngettext("%u approval hears of it no more", "%u approvals hear of it no more", n), n);
	case PREVIEW_OTHERS:
		return g_strdup_printf(ngettext("%u approval where it speaks to others: %s → %s", "%u approvals where it speaks to others: %s → %s", n), n, line->from,
		                       line->to);
	case PREVIEW_LADDER_GONE:
		return g_strdup_printf(ngettext("warning: ladder %s is gone: %u open approval follows it and gets no more reminders",
		                                "warning: ladder %s is gone: %u open approvals follow it and get no more reminders", n), line->where, n);
	case PREVIEW_SILENT:
		return g_strdup_printf(ngettext("administration %s switches reminders off: %u open approval gets no more of them",
		                                "administration %s switches reminders off: %u open approvals get no more of them", n), line->where, n);
	case PREVIEW_CALENDAR:
		return g_strdup_printf(ngettext("calendar %s: %u open approval goes by it", "calendar %s: %u open approvals go by it", n), line->where, n);
	case PREVIEW_CALENDAR_NEW:
		return g_strdup_printf(ngettext("calendar %s → %s: of the approver of %u open approval", "calendar %s → %s: of the approvers of %u open approvals", n),
		                       line->from, line->to, n);
	case PREVIEW_GRACE:
		return g_strdup_printf(ngettext("grace %s → %s: %u open approval of which others are still to hear",
		                                "grace %s → %s: %u open approvals of which others are still to hear", n), line->from, line->to, n);
	default:
		g_return_val_if_reached(NULL);
	}
}

static char *invoices_text(const PreviewLine *line)
{
	guint n = line->count;
	const char *from = line->from ? line->from : _("none"), *to = line->to ? line->to : _("none");
	switch (line->type) {
	case PREVIEW_CHAIN_GONE:
		return g_strdup_printf(ngettext("chain %s is gone: %u open invoice is on it and finishes it as it was",
		                                "chain %s is gone: %u open invoices are on it and finish it as it was", n), line->where, n);
	case PREVIEW_STAGE:
		return g_strdup_printf(ngettext("chain %s, stage %s: it opens otherwise for %u open invoice that is not there yet",
		                                "chain %s, stage %s: it opens otherwise for %u open invoices that are not there yet", n), line->where, line->what, n);
	case PREVIEW_STAGE_NEW:
		return g_strdup_printf(ngettext("chain %s: %u open invoice comes to another stage: %s → %s",
		                                "chain %s: %u open invoices come to another stage: %s → %s", n), line->where, n, from, to);
	case PREVIEW_ROUTE:
		return g_strdup_printf(ngettext("%u open invoice would take chain %s if it came today; it keeps chain %s",
		                                "%u open invoices would take chain %s if they came today; they keep chain %s", n), n, to, from);
	case PREVIEW_TO_ROUTE:
		return g_strdup_printf(ngettext("%u open invoice that is still to be routed takes chain %s instead of %s",
		                                "%u open invoices that are still to be routed take chain %s instead of %s", n), n, to, from);
	default:
		g_return_val_if_reached(NULL);
	}
}

static gboolean is_of_rung(const PreviewLine *line)
{
	return line->type >= PREVIEW_EARLIER && line->type <= PREVIEW_OTHERS;
}

/* "Fri 2026-12-04 09:00 to Mon 2026-12-07 14:00"; "-" where there is none. */
static char *range_text(Session *session, gint64 first, gint64 last)
{
	g_autofree char *from = overview_time(session, first), *to = overview_time(session, last);
	return first == last ? g_steal_pointer(&from) : g_strdup_printf(_("%s to %s"), from, to);
}

static gboolean has_times(const PreviewLine *line)
{
	return line->type != PREVIEW_OTHERS && (line->first_before != INSTANT_NONE || line->first_after != INSTANT_NONE);
}

static void print_example(Session *session, const PreviewLine *line, const PreviewExample *example)
{
	g_autofree char *before = overview_time(session, example->before), *after = overview_time(session, example->after);
	const char *approver = example->approver ? example->approver : "";
	if (has_times(line))
		cli_say("      %s (%s): %s → %s", example->invoice, approver, before, after);
	else if (example->approver)
		cli_say("      %s (%s)", example->invoice, approver);
	else
		cli_say("      %s", example->invoice);
}

static void print_more(guint more)
{
	g_autofree char *text = g_strdup_printf(ngettext("and %u more", "and %u more", more), more);
	cli_say("      %s", text);
}

static void print_ladder(const char *name)
{
	g_autofree char *text = g_strdup_printf(_("Ladder %s"), name);
	cli_say("  %s", text);
}

static void print_line(Session *session, const PreviewLine *line)
{
	g_autofree char *text = preview_is_of_invoices(line->type) ? invoices_text(line) : approvals_text(line);
	cli_say("  %s%s%s", is_of_rung(line) ? line->what : "", is_of_rung(line) ? ": " : "", text);
	if (has_times(line)) {
		g_autofree char *before = range_text(session, line->first_before, line->last_before), *after = range_text(session, line->first_after, line->last_after);
		cli_say("    %s → %s", before, after);
	}
	for (guint i = 0; i < line->examples->len; i++)
		print_example(session, line, line->examples->pdata[i]);
	if (line->count > line->examples->len)
		print_more(line->count - line->examples->len);
}

void cli_print_preview(Session *session, const Preview *preview)
{
	const char *ladder = NULL;
	g_autofree char *approvals = g_strdup_printf(ngettext("%u open approval", "%u open approvals", preview->approvals), preview->approvals);
	g_autofree char *invoices = g_strdup_printf(ngettext("%u open invoice", "%u open invoices", preview->invoices), preview->invoices);
	cli_say(preview->lines->len ? _("What that changes for what is on its way (%s, %s):") : _("Nothing changes for what is on its way (%s, %s)."), approvals,
	        invoices);
	for (guint i = 0; i < preview->lines->len; i++) {
		const PreviewLine *line = preview->lines->pdata[i];
		if (is_of_rung(line) && g_strcmp0(ladder, line->where) != 0)
			print_ladder(line->where);
		ladder = is_of_rung(line) ? line->where : NULL;
		print_line(session, line);
	}
	if (preview->lines->len && preview->approvals)
		cli_say("  %s", _("Every deadline stays as it is."));
}

/* --- as records --- */

static void set_range(Json *record, const char *key, gint64 first, gint64 last)
{
	if (first == INSTANT_NONE)
		return;
	Json *range = js_object_new();
	js_object_set_instant(range, "first", first);
	js_object_set_instant(range, "last", last);
	js_object_set(record, key, range);
}

static Json *example_record(const PreviewExample *example)
{
	Json *record = js_object_new();
	js_object_set_line(record, "invoice", example->invoice);
	js_object_set_line(record, "approver", example->approver);
	js_object_set_instant(record, "before", example->before);
	js_object_set_instant(record, "after", example->after);
	return record;
}

void cli_print_preview_records(const Preview *preview)
{
	for (guint i = 0; i < preview->lines->len; i++) {
		const PreviewLine *line = preview->lines->pdata[i];
		g_autoptr(Json) record = js_object_new();
		js_object_set_string(record, "effect", preview_type_name(line->type));
		js_object_set_line(record, "where", line->where);
		js_object_set_line(record, "what", line->what);
		js_object_set_line(record, "from", line->from);
		js_object_set_line(record, "to", line->to);
		js_object_set_integer(record, preview_is_of_invoices(line->type) ? "invoices" : "approvals", line->count);
		set_range(record, "before", line->first_before, line->last_before);
		set_range(record, "after", line->first_after, line->last_after);
		Json *examples = js_array_new();
		js_object_set(record, "examples", examples);
		for (guint j = 0; j < line->examples->len; j++)
			js_array_append(examples, example_record(line->examples->pdata[j]));
		cli_print_record(record);
	}
}
