/* What templates see of the week. */
#include "mail/context_summary.h"

#include "mail/context_item.h"

#define HOUR_S 3600

static void add_figure(const ContextHouse *house, Json *figures, const char *label, char *figure, const char *command)
{
	Json *row = js_object_new();
	context_set_text(row, "label", g_strdup(context_word(house, label)));
	context_set_text(row, "figure", figure);
	context_set_text(row, "command", g_strdup(command));
	js_array_append(figures, row);
}

static char *number(guint n)
{
	return g_strdup_printf("%u", n);
}

static Json *figures_new(const ContextHouse *house, const MailTally *all)
{
	Json *figures = js_array_new();
	add_figure(house, figures, "week_open", number(all->open), "akkoord list");
	add_figure(house, figures, "week_late", number(all->late), all->late > 0 ? "akkoord list --late" : NULL);
	add_figure(house, figures, "week_stuck", number(all->stuck), all->stuck > 0 ? "akkoord list --stuck" : NULL);
	add_figure(house, figures, "week_held", number(all->held), all->held > 0 ? "akkoord list --on-hold" : NULL);
	add_figure(house, figures, "week_unreminded", number(all->unreminded), all->unreminded > 0 ? "akkoord list --no-reminder" : NULL);
	return figures;
}

static Json *past_new(const ContextHouse *house, const MailSummary *summary)
{
	Json *past = js_array_new();
	add_figure(house, past, "week_received", number(summary->received), NULL);
	add_figure(house, past, "week_approved", number(summary->approved), NULL);
	add_figure(house, past, "week_rejected", number(summary->rejected), NULL);
	if (summary->median_s >= 0)
		add_figure(house, past, "week_median", context_counted(house, (guint)((summary->median_s + HOUR_S - 1) / HOUR_S), "hour"), NULL);
	return past;
}

static Json *tallies_new(const MailSummary *summary)
{
	Json *tallies = js_array_new();
	for (gsize i = 0; i < summary->n_by; i++) {
		const MailTally *tally = &summary->by[i];
		Json *row = js_object_new();
		context_set_text(row, "who", tally->name != NULL ? context_line(tally->name, CONTEXT_NAME_MAX) : NULL);
		context_set_text(row, "open", number(tally->open));
		context_set_text(row, "late", number(tally->late));
		context_set_text(row, "stuck", number(tally->stuck));
		context_set_text(row, "held", number(tally->held));
		context_set_text(row, "unreminded", number(tally->unreminded));
		js_array_append(tallies, row);
	}
	return tallies;
}

/* Days by the calendar on the wall. */
static char *waiting(const ContextHouse *house, const MailRequest *letter, gint64 since)
{
	const int days = context_date(letter, letter->now).day - context_date(letter, since).day;
	return days > 0 ? context_counted(house, (guint)days, "day") : g_strdup(context_word(house, "since_today"));
}

/* Why it is stuck, in the names that a notice has for it. */
static void set_stuck(const MailOpen *open, Json *row)
{
	static const char *const names[] = {
		[TROUBLE_NOBODY] = "nobody", [TROUBLE_NOT_MINE] = "not_mine", [TROUBLE_NO_HEIR] = "no_heir", [TROUBLE_GONE] = "gone", [TROUBLE_TOO_FEW] = "too_few",
		[TROUBLE_AMOUNT] = "no_amount", [TROUBLE_RATE] = "no_rate", [TROUBLE_OTHER] = "unnamed",
	};
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		js_object_set_boolean(row, names[i], open->why == OPEN_STUCK && i == open->trouble);
}

static Json *row_new(const ContextHouse *house, const MailRequest *letter, const MailOpen *open)
{
	static const char *const names[] = {
		[OPEN_WAITS] = "waits", [OPEN_LATE] = "late", [OPEN_STUCK] = "stuck", [OPEN_HELD] = "held", [OPEN_LATER] = "later",
		[OPEN_BOOKED] = "booked", [OPEN_QUIET] = "quiet", [OPEN_UNREACHED] = "unreached", [OPEN_UNSENT] = "unsent",
	};
	Json *row = js_object_new();
	context_set_invoice(house, &(ContextInvoice){open->invoice, open->supplier, open->number, open->amount, open->credit_note}, row);
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		js_object_set_boolean(row, names[i], i == open->why);
	context_set_text(row, "whom", context_names_list(house, open->whom));
	set_stuck(open, row);
	context_set_text(row, "waiting", waiting(house, letter, open->received));
	context_set_text(row, "when", open->until != INSTANT_NONE ? context_moment(house, letter, open->until) : NULL);
	return row;
}

static void add_list(const ContextHouse *house, const MailRequest *letter, Json *lists, const char *label, const MailOpenList *open)
{
	if (open->n == 0)
		return;
	Json *list = js_object_new(), *rows = js_array_new();
	for (gsize i = 0; i < open->n; i++)
		js_array_append(rows, row_new(house, letter, &open->rows[i]));
	context_set_text(list, "label", g_strdup(context_word(house, label)));
	js_object_set(list, "rows", rows);
	context_set_text(list, "unlisted", open->more > 0 ? number(open->more) : NULL);
	js_array_append(lists, list);
}

static Json *lists_new(const ContextHouse *house, const MailRequest *letter, const MailSummary *summary)
{
	Json *lists = js_array_new();
	add_list(house, letter, lists, "week_stuck", &summary->stuck);
	add_list(house, letter, lists, "week_late", &summary->late);
	add_list(house, letter, lists, "week_unreminded", &summary->never);
	add_list(house, letter, lists, "week_rest", &summary->rest);
	return lists;
}

static Json *people_new(const ContextHouse *house, const MailSummary *summary)
{
	Json *people = js_array_new();
	for (gsize i = 0; i < summary->n_lost; i++) {
		Json *row = js_object_new();
		context_set_text(row, "who", context_line(summary->lost[i].name, CONTEXT_NAME_MAX));
		js_object_set_boolean(row, "refused", summary->lost[i].refused);
		context_set_text(row, "count", context_counted(house, summary->lost[i].invoices, "invoice"));
		js_array_append(people, row);
	}
	return people;
}

Json *context_week_new(const ContextHouse *house, const MailRequest *letter, const MailSummary *summary)
{
	Json *week = js_object_new();
	js_object_set(week, "figures", figures_new(house, &summary->all));
	js_object_set(week, "past", past_new(house, summary));
	js_object_set(week, "tallies", tallies_new(summary));
	js_object_set_boolean(week, "several", summary->n_by > 0);
	js_object_set(week, "lists", lists_new(house, letter, summary));
	js_object_set(week, "people", people_new(house, summary));
	js_object_set_boolean(week, "lost", summary->n_lost > 0);
	context_set_text(week, "unlisted", summary->more_lost > 0 ? number(summary->more_lost) : NULL);
	return week;
}
