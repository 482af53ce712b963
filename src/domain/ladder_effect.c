/* Two versions of a ladder side by side, at the next occurrence of each rung. The occurrences of a rung come one after the other, so that which of them are over is
 * found by halving: an approval that waits for years is worked out as fast as a new one. */
#include "domain/ladder_effect.h"

#include "domain/policy_text.h"
#include "domain/rung.h"

#include <string.h>

#define FIRST_STEP 4u

static const char *const effect_names[] = {"same", "earlier", "later", "appears", "falls-away"};

const char *effect_name(EffectType type)
{
	return effect_names[type];
}

static const Rung *rung_of(const Ladder *ladder, const char *name)
{
	guint place;
	return ladder ? ladder_rung(ladder, name, &place) : NULL;
}

static gint64 unrolled_at(const LadderView *view, const Rung *rung, guint occurrence)
{
	return rung_unrolled(rung, view->calendar, &view->anchors, occurrence);
}

static gint64 fires_at(const LadderView *view, const Rung *rung, guint occurrence)
{
	return rung_fires(rung, view->calendar, view->slots, unrolled_at(view, rung, occurrence));
}

/* Which occurrences are over: those that `is_over` says so of, all at the beginning. */
typedef gboolean (*IsOver)(const LadderView *view, const Rung *rung, guint occurrence, gint64 by);

static gboolean fired_by(const LadderView *view, const Rung *rung, guint occurrence, gint64 by)
{
	gint64 fires = fires_at(view, rung, occurrence);
	return fires != INSTANT_NONE && fires <= by;
}

static gboolean lies_before(const LadderView *view, const Rung *rung, guint occurrence, gint64 by)
{
	gint64 unrolled = unrolled_at(view, rung, occurrence);
	return unrolled != INSTANT_NONE && unrolled < by;
}

static guint count_over(const LadderView *view, const Rung *rung, IsOver is_over, gint64 by)
{
	guint over = 0, not_over = FIRST_STEP;
	while (is_over(view, rung, not_over - 1, by)) {
		over = not_over;
		not_over *= 2;
	}
	while (over < not_over) {
		guint middle = over + (not_over - over) / 2;
		if (is_over(view, rung, middle, by))
			over = middle + 1;
		else
			not_over = middle;
	}
	return over;
}

static gint64 not_in_the_past(gint64 fires, gint64 now)
{
	return fires == INSTANT_NONE ? INSTANT_NONE : MAX(fires, now);
}

static LadderEffect effect_of(const LadderView *older, const Rung *before, const LadderView *newer, const Rung *after, gint64 now)
{
	LadderEffect effect = {.older = before, .newer = after, .before = INSTANT_NONE, .after = INSTANT_NONE};
	guint fired = before ? count_over(older, before, fired_by, now) : 0;
	if (before)
		effect.before = fires_at(older, before, fired);
	if (after) {
		guint passed = count_over(newer, after, lies_before, before ? newer->anchors.at[ANCHOR_START] : now);
		effect.after = not_in_the_past(fires_at(newer, after, MAX(fired, passed)), now);
	}
	if (effect.before == INSTANT_NONE || effect.after == INSTANT_NONE)
		effect.type = effect.after != INSTANT_NONE ? EFFECT_APPEARS : EFFECT_FALLS_AWAY;
	else
		effect.type = effect.after < effect.before ? EFFECT_EARLIER : effect.after > effect.before ? EFFECT_LATER : EFFECT_SAME;
	return effect;
}

static void add_effect(GArray *effects, const LadderEffect *effect)
{
	if (effect->before != INSTANT_NONE || effect->after != INSTANT_NONE)
		g_array_append_val(effects, *effect);
}

GArray *ladder_effects(const LadderView *older, const LadderView *newer, gint64 now)
{
	GArray *effects = g_array_new(FALSE, FALSE, sizeof(LadderEffect));
	for (guint i = 0; newer->ladder && i < newer->ladder->rungs->len; i++) {
		const Rung *after = newer->ladder->rungs->pdata[i];
		const LadderEffect effect = effect_of(older, rung_of(older->ladder, after->name), newer, after, now);
		add_effect(effects, &effect);
	}
	for (guint i = 0; older->ladder && i < older->ladder->rungs->len; i++) {
		const Rung *before = older->ladder->rungs->pdata[i];
		if (rung_of(newer->ladder, before->name))
			continue;
		const LadderEffect effect = effect_of(older, before, newer, NULL, now);
		add_effect(effects, &effect);
	}
	return effects;
}

char *rung_people_text(const Rung *rung)
{
	const struct {
		const char *name;
		GPtrArray *const *people;
	} lists[] = {{"to", &rung->to}, {"cc", &rung->cc}, {"add", &rung->add}, {"reassign", &rung->reassign}};
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_autofree char *people = policy_selectors_text(lists[i].people);
		if (people)
			g_string_append_printf(text, "%s%s %s", text->len ? "; " : "", lists[i].name, people);
	}
	return g_string_free(text, FALSE);
}

gboolean rung_speaks_to_others(const Rung *older, const Rung *newer)
{
	g_autofree char *before = rung_people_text(older), *after = rung_people_text(newer);
	return strcmp(before, after) != 0;
}
