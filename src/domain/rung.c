/* Answers for a rung's instants (DESIGN.md 2, "Firing"): nothing drifts, since each occurrence is worked out from the first. */
#include "domain/rung.h"

#include <string.h>

/* A ladder that repeats until decided is looked at no further than this: 10,000 working days are forty years. */
#define MAX_OCCURRENCES 10000

gint64 rung_unrolled(const Rung *rung, const Calendar *calendar, const Anchors *anchors, guint occurrence)
{
	if (occurrence && (!rung->repeats || (rung->times && occurrence >= rung->times) || occurrence >= MAX_OCCURRENCES))
		return INSTANT_NONE;
	gint64 first = time_expression_apply(calendar, rung->at, anchors);
	if (first == INSTANT_NONE || occurrence == 0)
		return first;
	Span since_first = rung->every;
	if (__builtin_mul_overflow(since_first.amount, (gint32)occurrence, &since_first.amount))
		return INSTANT_NONE;
	return span_apply(calendar, first, since_first);
}

gint64 rung_fires(const Rung *rung, const Calendar *calendar, const GArray *slots, gint64 unrolled)
{
	if (rung->anytime || unrolled == INSTANT_NONE)
		return unrolled;
	gint64 rolled = calendar_next_work(calendar, unrolled);
	return rung->urgent || rolled == INSTANT_NONE ? rolled : calendar_next_slot(calendar, slots, rolled);
}

static gboolean has_approver(const GPtrArray *selectors)
{
	for (guint i = 0; i < selectors->len; i++)
		if (((const Selector *)selectors->pdata[i])->type == SELECTOR_APPROVER)
			return TRUE;
	return FALSE;
}

gboolean rung_names_approver(const Rung *rung, RecipientRole *role)
{
	*role = has_approver(rung->to) ? ROLE_TO : ROLE_CC;
	return *role == ROLE_TO || has_approver(rung->cc);
}

static gboolean has_others(const GPtrArray *selectors)
{
	for (guint i = 0; i < selectors->len; i++)
		if (((const Selector *)selectors->pdata[i])->type != SELECTOR_APPROVER)
			return TRUE;
	return FALSE;
}

gboolean rung_names_others(const Rung *rung)
{
	return has_others(rung->to) || has_others(rung->cc);
}

gboolean rung_acts(const Rung *rung)
{
	return rung->add->len || rung->reassign->len;
}

const Rung *ladder_rung(const Ladder *ladder, const char *name, guint *place)
{
	for (*place = 0; *place < ladder->rungs->len; (*place)++) {
		const Rung *rung = ladder->rungs->pdata[*place];
		if (!strcmp(rung->name, name))
			return rung;
	}
	*place = G_MAXUINT;
	return NULL;
}
