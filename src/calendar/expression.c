/* Answers for time expressions: their text form, and what they come to for one approval's anchors. */
#include "calendar/expression.h"

#include "base/error.h"
#include <string.h>

#define AMOUNT_MAX  100000
#define MINUTE      60
#define HOUR        (60 * MINUTE)
#define DAYS_A_WEEK 7

static const char *const unit_names[] = {"min", "h", "d", "w", "bd", "bh"};
static const char *const anchor_names[ANCHOR_COUNT] = {"received", "start", "due", "discount", "payment", "deadline"};

static gboolean find_name(const char *const *names, guint count, const char *text, gsize length, guint *index)
{
	for (guint i = 0; i < count; i++) {
		if (strlen(names[i]) == length && strncmp(names[i], text, length) == 0) {
			*index = i;
			return TRUE;
		}
	}
	return FALSE;
}

/* Digits and a unit. NULL, or what is wrong. */
static const char *read_amount(const char *text, Span *span)
{
	guint unit = 0;
	gint32 amount = 0;
	const char *p = text;
	for (; g_ascii_isdigit(*p); p++) {
		amount = amount * 10 + g_ascii_digit_value(*p);
		if (amount > AMOUNT_MAX)
			return "the number is above 100000";
	}
	if (p == text)
		return "a number is missing";
	if (!find_name(unit_names, G_N_ELEMENTS(unit_names), p, strlen(p), &unit))
		return "the unit is one of min, h, d, w, bh, bd";
	span->amount = amount;
	span->unit = (TimeUnit)unit;
	return NULL;
}

static const char *read_span(const char *text, Span *span)
{
	span->back = *text == '-';
	const char *wrong = read_amount(*text == '-' || *text == '+' ? text + 1 : text, span);
	if (wrong == NULL && span->back)
		span->amount = -span->amount;
	return wrong;
}

gboolean span_parse(const char *text, Span *span, GError **error)
{
	Span read;
	const char *wrong = read_span(text, &read);
	if (wrong != NULL) {
		error_set(error, ERROR_INVALID, "span of time \"%s\": %s (wanted: such as 5bd, -4bh or 30min)", text, wrong);
		return FALSE;
	}
	*span = read;
	return TRUE;
}

char *span_format(Span span)
{
	return g_strdup_printf("%s%d%s", span.back ? "-" : "", ABS(span.amount), unit_names[span.unit]);
}

gint64 span_apply(const Calendar *calendar, gint64 t, Span span)
{
	const gboolean nothing_back = span.back && span.amount == 0;
	if (t == INSTANT_NONE)
		return INSTANT_NONE;
	switch (span.unit) {
	case UNIT_MINUTE:
		return t + span.amount * (gint64)MINUTE;
	case UNIT_HOUR:
		return t + span.amount * (gint64)HOUR;
	case UNIT_DAY:
		return calendar_add_days(calendar, t, span.amount);
	case UNIT_WEEK:
		return calendar_add_days(calendar, t, (int)CLAMP(span.amount * (gint64)DAYS_A_WEEK, G_MININT, G_MAXINT));
	case UNIT_WORKING_DAY:
		return nothing_back ? calendar_prev_close(calendar, t) : calendar_add_working_days(calendar, t, span.amount);
	case UNIT_WORKING_HOUR:
		return nothing_back ? calendar_prev_close(calendar, t)
		                    : calendar_add_working_seconds(calendar, t, span.amount * (gint64)HOUR);
	}
	g_return_val_if_reached(INSTANT_NONE);
}

static const char *read_expression(const char *text, TimeExpression *expression)
{
	const gsize length = strcspn(text, "+-");
	guint anchor = 0;
	if (!find_name(anchor_names, ANCHOR_COUNT, text, length, &anchor))
		return "it begins with one of received, start, due, discount, payment, deadline";
	expression->anchor = (Anchor)anchor;
	expression->offset = (Span){0, FALSE, UNIT_MINUTE};
	return text[length] == '\0' ? NULL : read_span(text + length, &expression->offset);
}

gboolean time_expression_parse(const char *text, TimeExpression *expression, GError **error)
{
	TimeExpression read;
	const char *wrong = read_expression(text, &read);
	if (wrong != NULL) {
		error_set(error, ERROR_INVALID, "time expression \"%s\": %s (wanted: such as start+1bd)", text, wrong);
		return FALSE;
	}
	*expression = read;
	return TRUE;
}

char *time_expression_format(TimeExpression expression)
{
	const Span offset = expression.offset;
	if (offset.amount == 0 && !offset.back && offset.unit == UNIT_MINUTE)
		return g_strdup(anchor_names[expression.anchor]);
	g_autofree char *span = span_format(offset);
	return g_strconcat(anchor_names[expression.anchor], offset.back ? "" : "+", span, NULL);
}

const char *anchor_name(Anchor anchor)
{
	return anchor_names[anchor];
}

gint64 time_expression_apply(const Calendar *calendar, TimeExpression expression, const Anchors *anchors)
{
	return span_apply(calendar, anchors->at[expression.anchor], expression.offset);
}

/* start + within, where working days mean the close of the last of them. */
static gint64 within_from(const Calendar *calendar, gint64 start, Span within)
{
	if (within.unit != UNIT_WORKING_DAY)
		return span_apply(calendar, start, within);
	const Date day = calendar_working_day_from(calendar, start, within.amount);
	return date_is_set(day) ? calendar_close_of_work(calendar, day) : INSTANT_NONE;
}

gint64 deadline_work_out(const Calendar *calendar, Span within, const GArray *before, Span at_least, const Anchors *anchors)
{
	const gint64 start = anchors->at[ANCHOR_START];
	if (start == INSTANT_NONE)
		return INSTANT_NONE;
	gint64 deadline = within_from(calendar, start, within);
	for (guint i = 0; before != NULL && i < before->len; i++) {
		const TimeExpression entry = g_array_index(before, TimeExpression, i);
		const gint64 latest =
			entry.anchor == ANCHOR_DEADLINE ? INSTANT_NONE : time_expression_apply(calendar, entry, anchors);
		if (latest != INSTANT_NONE)
			deadline = MIN(deadline, latest);
	}
	return deadline == INSTANT_NONE ? INSTANT_NONE : MAX(deadline, span_apply(calendar, start, at_least));
}
