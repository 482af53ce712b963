/* How a deadline came about: every step of deadline_work_out(), said as it is taken, in the approver's own working time. */
#include "explain/explaining.h"

#include "calendar/payment.h"
#include "domain/policy_text.h"
#include "people/people.h"
#include "service/opening.h"
#include "service/overview.h"

#include <glib/gi18n.h>
#include <string.h>

/* By what one approval's deadline is worked out. */
typedef struct {
	Explaining *explaining;
	const ApprovalCase *about;
	const Policy *policy;
	Calendar *calendar;
	Anchors anchors;
	char *who;
} Arithmetic;

static char *time_there(const Arithmetic *sum, gint64 instant)
{
	return overview_time_in(calendar_zone(sum->calendar), instant);
}

static void set_up(Arithmetic *sum, const Policy *policy)
{
	const ApprovalCase *about = sum->about;
	sum->policy = policy;
	sum->calendar = people_calendar(sum->explaining->session, policy, about->invoice->administration, about->approver->person);
	sum->anchors = opening_anchors(policy, about->invoice, about->held, sum->calendar, about->approval->start);
}

static gint64 worked_out(const Arithmetic *sum)
{
	const Stage *stage = sum->about->stage;
	return deadline_work_out(sum->calendar, stage->within, stage->before, stage->at_least, &sum->anchors);
}

/* As it was worked out last: by the policy of the stage, or, where it moved since, by the one in force. FALSE: the record holds neither any more. */
static gboolean find_policy(Arithmetic *sum)
{
	const Policy *then = session_policy_at(sum->explaining->session, sum->about->stage->policy_version, NULL);
	const Policy *now = session_policy(sum->explaining->session, NULL, NULL);
	if (then)
		set_up(sum, then);
	if (now && (!then || worked_out(sum) != sum->about->approval->deadline))
		set_up(sum, now);
	return sum->policy != NULL;
}

/* --- the anchors --- */

static gboolean uses(const Arithmetic *sum, Anchor anchor)
{
	const GArray *before = sum->about->stage->before;
	for (guint i = 0; i < before->len; i++)
		if (g_array_index(before, TimeExpression, i).anchor == anchor)
			return TRUE;
	const Ladder *ladder = policy_ladder(sum->policy, sum->about->stage->ladder);
	for (guint i = 0; ladder && i < ladder->rungs->len; i++)
		if (((const Rung *)ladder->rungs->pdata[i])->at.anchor == anchor)
			return TRUE;
	return FALSE;
}

static void set_anchor(Json *record, const Arithmetic *sum, Anchor anchor)
{
	js_object_set_string(record, "anchor", anchor_name(anchor));
	js_object_set_instant(record, "at", sum->anchors.at[anchor]);
}

static void say_due(const Arithmetic *sum, Date due)
{
	g_autofree char *day = overview_date(due), *at = time_there(sum, sum->anchors.at[ANCHOR_DUE]);
	gboolean is_worked = calendar_is_working_day(sum->calendar, due);
	set_anchor(explain_say(sum->explaining, EXPLAIN_DEADLINE, is_worked ? _("due = close of work on the due date %s: %s.")
	                                                                    : _("due = close of work on the last working day before the due date %s: %s."),
	                       day, at), sum, ANCHOR_DUE);
}

static void say_discount(const Arithmetic *sum, Date last)
{
	g_autofree char *day = overview_date(last), *at = time_there(sum, sum->anchors.at[ANCHOR_DISCOUNT]);
	gboolean is_worked = calendar_is_working_day(sum->calendar, last);
	set_anchor(explain_say(sum->explaining, EXPLAIN_DEADLINE, is_worked ? _("discount = close of work on the last day of the discount %s: %s.")
	                                                                    : _("discount = close of work on the last working day before the discount ends, %s: %s."),
	                       day, at), sum, ANCHOR_DISCOUNT);
}

static char *weekdays_text(guint days)
{
	const char *const names[] = {_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")};
	GPtrArray *texts = policy_texts_new();
	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if (days & (1u << i))
			g_ptr_array_add(texts, g_strdup(names[i]));
	return policy_texts_join(texts);
}

static void say_payment(const Arithmetic *sum, Date due)
{
	if (sum->anchors.at[ANCHOR_PAYMENT] == INSTANT_NONE)
		return;
	g_autofree char *days = weekdays_text(sum->policy->payment_runs), *day = overview_date(due);
	g_autofree char *at = time_there(sum, sum->anchors.at[ANCHOR_PAYMENT]);
	set_anchor(explain_say(sum->explaining, EXPLAIN_DEADLINE,
	                       _("payment = close of work on the last working day before the last payment run (%s) until the due date %s: %s."), days, day, at),
	           sum, ANCHOR_PAYMENT);
}

static void say_anchors(const Arithmetic *sum)
{
	const InvoiceFacts *facts = sum->about->invoice->facts;
	Date discount = invoice_discount_date(facts);
	if (uses(sum, ANCHOR_DUE) && date_is_set(facts->due_date))
		say_due(sum, facts->due_date);
	if (uses(sum, ANCHOR_DISCOUNT) && date_is_set(discount))
		say_discount(sum, discount);
	if (uses(sum, ANCHOR_PAYMENT))
		say_payment(sum, facts->due_date);
}

/* --- the sum --- */

static void G_GNUC_PRINTF(2, 3) append(GString *text, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_string_append_vprintf(text, format, arguments);
	va_end(arguments);
}

static gint64 append_within(const Arithmetic *sum, GString *text)
{
	const Stage *stage = sum->about->stage;
	const Span nothing = {.unit = UNIT_MINUTE};
	gint64 end = deadline_work_out(sum->calendar, stage->within, NULL, nothing, &sum->anchors);
	g_autofree char *start = time_there(sum, sum->anchors.at[ANCHOR_START]), *within = span_format(stage->within), *at = time_there(sum, end);
	if (stage->within.unit == UNIT_WORKING_DAY)
		append(text, _("%s: start %s + %s = close of work on %s"), sum->who, start, within, at);
	else
		append(text, _("%s: start %s + %s = %s"), sum->who, start, within, at);
	return end;
}

static gint64 append_before(const Arithmetic *sum, TimeExpression entry, gint64 deadline, GString *text)
{
	gint64 latest = entry.anchor == ANCHOR_DEADLINE ? INSTANT_NONE : time_expression_apply(sum->calendar, entry, &sum->anchors);
	g_autofree char *expression = time_expression_format(entry), *at = time_there(sum, latest);
	if (latest == INSTANT_NONE)
		append(text, _("; %s does not count, the invoice has no such date"), expression);
	else if (latest < deadline)
		append(text, _("; %s = %s, which is earlier"), expression, at);
	else
		append(text, _("; %s = %s, which is no earlier"), expression, at);
	return latest == INSTANT_NONE ? deadline : MIN(latest, deadline);
}

static gint64 append_at_least(const Arithmetic *sum, gint64 deadline, GString *text)
{
	gint64 least = span_apply(sum->calendar, sum->anchors.at[ANCHOR_START], sum->about->stage->at_least);
	g_autofree char *at_least = span_format(sum->about->stage->at_least), *at = time_there(sum, least);
	if (least > deadline)
		append(text, _("; but at least start + %s = %s"), at_least, at);
	else
		append(text, _("; that is at least start + %s = %s"), at_least, at);
	return MAX(deadline, least);
}

static void say_sum(const Arithmetic *sum)
{
	const GArray *before = sum->about->stage->before;
	gint64 recorded = sum->about->approval->deadline;
	g_autoptr(GString) text = g_string_new(NULL);
	gint64 deadline = append_within(sum, text);
	for (guint i = 0; i < before->len; i++)
		deadline = append_before(sum, g_array_index(before, TimeExpression, i), deadline, text);
	deadline = append_at_least(sum, deadline, text);
	g_autofree char *at = time_there(sum, recorded);
	append(text, deadline == recorded ? _("; so %s.") : _("; but when it was worked out last the calendars said otherwise: %s."), at);
	Json *record = explain_say(sum->explaining, EXPLAIN_DEADLINE, "%s", text->str);
	js_object_set_string(record, "approval", sum->about->approval->id);
	js_object_set_line(record, "approver", sum->who);
	js_object_set_instant(record, "start", sum->anchors.at[ANCHOR_START]);
	js_object_set_instant(record, "deadline", recorded);
}

static void say_calendar(const Arithmetic *sum)
{
	g_autofree char *work = calendar_work_format(sum->calendar);
	Json *record = explain_say(sum->explaining, EXPLAIN_DEADLINE, _("%s works by calendar %s (%s, %s): the times that follow are told there."), sum->who,
	                           calendar_name(sum->calendar), zone_name(calendar_zone(sum->calendar)), work);
	js_object_set_line(record, "calendar", calendar_name(sum->calendar));
	js_object_set_string(record, "timezone", zone_name(calendar_zone(sum->calendar)));
}

static void say_shift(const Arithmetic *sum)
{
	gint64 start = sum->about->approval->start, shifted = sum->anchors.at[ANCHOR_START];
	if (start == shifted)
		return;
	g_autofree char *from = time_there(sum, start), *to = time_there(sum, shifted);
	explain_say(sum->explaining, EXPLAIN_DEADLINE, _("For the working time on hold the start of %s counts as %s instead of %s."), sum->who, to, from);
}

void explain_deadline(Explaining *explaining, const ApprovalCase *about)
{
	g_autofree char *who = explain_name(explaining, about->approval->person);
	Arithmetic sum = {.explaining = explaining, .about = about, .who = who};
	if (!find_policy(&sum))
		return;
	say_calendar(&sum);
	say_anchors(&sum);
	say_shift(&sum);
	say_sum(&sum);
}

void explain_moved(Explaining *explaining, const Event *event)
{
	const char *id = js_object_get_string(event->data, "approval");
	g_autoptr(Approval) approval = id ? store_approval(session_store(explaining->session), id, NULL) : NULL;
	g_autofree char *who = approval ? explain_name(explaining, approval->person) : g_strdup("?");
	g_autofree char *when = explain_time(explaining, event->at);
	g_autofree char *deadline = explain_time(explaining, js_object_get_instant(event->data, "deadline"));
	if (!g_strcmp0(js_object_get_string(event->data, "why"), "hold"))
		explain_say(explaining, EXPLAIN_DEADLINE, _("The deadline of %s moved on %s to %s: the invoice was on hold."), who, when, deadline);
	else
		explain_say(explaining, EXPLAIN_DEADLINE, _("The deadline of %s moved on %s to %s: the invoice's dates changed."), who, when, deadline);
}
