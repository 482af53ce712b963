/* Time expressions: an anchor, or an anchor, + or -, digits and a unit: "deadline-4bh" (DESIGN.md 2). */
#ifndef CALENDAR_EXPRESSION_H
#define CALENDAR_EXPRESSION_H

#include "calendar/calendar.h"

typedef enum { UNIT_MINUTE, UNIT_HOUR, UNIT_DAY, UNIT_WEEK, UNIT_WORKING_DAY, UNIT_WORKING_HOUR } TimeUnit;

/* A signed span: "-2bd", "4bh", "30min". amount is counted in `unit`. */
typedef struct {
	gint32 amount; /* negative where back */
	gboolean back; /* "-": so that "-0bd" differs from "+0bd" */
	TimeUnit unit;
} Span;

typedef enum {
	ANCHOR_RECEIVED,
	ANCHOR_START,
	ANCHOR_DUE,
	ANCHOR_DISCOUNT,
	ANCHOR_PAYMENT,
	ANCHOR_DEADLINE,
	ANCHOR_COUNT
} Anchor;

typedef struct {
	Anchor anchor;
	Span offset; /* amount 0 and unit minute where the expression is the anchor alone */
} TimeExpression;

/* What the anchors mean for one approval; INSTANT_NONE where it has none. */
typedef struct {
	gint64 at[ANCHOR_COUNT];
} Anchors;

/* "5bd", "+5bd", "-4bh": digits and one of min h d w bh bd. ERROR_INVALID otherwise, or above 100,000. */
gboolean span_parse(const char *text, Span *span, GError **error);
char *span_format(Span span);
gint64 span_apply(const Calendar *calendar, gint64 t, Span span);

gboolean time_expression_parse(const char *text, TimeExpression *expression, GError **error);
char *time_expression_format(TimeExpression expression);
const char *anchor_name(Anchor anchor);

/* INSTANT_NONE where the anchor is absent. */
gint64 time_expression_apply(const Calendar *calendar, TimeExpression expression, const Anchors *anchors);

/* Deadline: start + within ("within in bd means close of work of that day"), made earlier by each entry of `before`
 * (GArray of TimeExpression), never earlier than start + at_least. */
gint64 deadline_work_out(const Calendar *calendar, Span within, const GArray *before, Span at_least, const Anchors *anchors);

#endif
