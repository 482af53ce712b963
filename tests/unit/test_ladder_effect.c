/* What a new version of a ladder changes for an approval that is on its way. Times are Amsterdam's; the approval began on Monday 2026-11-30 at 09:00 and is wanted by
 * Thursday 2026-12-03 at 17:30. */
#include "domain/ladder_effect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
	Calendar *calendar;
	GArray *slots;
	Anchors anchors;
} Scene;

static Scene *scene_new(const char *work, const char *const *slots)
{
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", NULL);
	Scene *scene = g_new0(Scene, 1);
	scene->calendar = calendar_new("nl", zone);
	g_assert_true(calendar_add_work(scene->calendar, work, NULL));
	g_assert_true(calendar_slots_parse(slots, &scene->slots, NULL));
	for (guint i = 0; i < ANCHOR_COUNT; i++)
		scene->anchors.at[i] = INSTANT_NONE;
	return scene;
}

static void scene_free(Scene *scene)
{
	calendar_unref(scene->calendar);
	g_array_unref(scene->slots);
	g_free(scene);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Scene, scene_free)

static const char *const TWO_SLOTS[] = {"09:00", "14:00", NULL};
static const char *const NOON[] = {"12:00", NULL};

/* "2026-11-30 09:00" there. */
static gint64 local(const Scene *scene, const char *text)
{
	int year, month, day, hour, minute;
	g_assert_cmpint(sscanf(text, "%d-%d-%d %d:%d", &year, &month, &day, &hour, &minute), ==, 5);
	return zone_instant(calendar_zone(scene->calendar), date_from_ymd(year, month, day), hour * 3600 + minute * 60);
}

static char *local_text(const Scene *scene, gint64 instant)
{
	Date date;
	int second;
	if (instant == INSTANT_NONE)
		return g_strdup("-");
	zone_local(calendar_zone(scene->calendar), instant, &date, &second);
	g_autofree char *day = date_format(date);
	return g_strdup_printf("%s %02d:%02d", day + (g_str_has_prefix(day, "2028") ? 0 : strlen("2026-")), second / 3600, second / 60 % 60);
}

static void add_selectors(GPtrArray *list, const char *text)
{
	Selector *selector = selector_parse(text, NULL);
	g_assert_nonnull(selector);
	g_ptr_array_add(list, selector);
}

/* "daily deadline+2bd every=1bd times=3 to=approver cc=manager(approver)" */
static Rung *rung_parse(const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	Rung *rung = rung_new();
	rung->name = g_strdup(words[0]);
	g_assert_true(time_expression_parse(words[1], &rung->at, NULL));
	for (guint i = 2; words[i]; i++) {
		const char *value = strchr(words[i], '=') + 1;
		if (g_str_has_prefix(words[i], "every=")) {
			g_assert_true(span_parse(value, &rung->every, NULL));
			rung->repeats = TRUE;
			rung->times = 0;
		} else if (g_str_has_prefix(words[i], "times="))
			rung->times = (guint)atoi(value);
		else
			add_selectors(g_str_has_prefix(words[i], "cc=") ? rung->cc : g_str_has_prefix(words[i], "add=") ? rung->add : rung->to, value);
	}
	return rung;
}

static Ladder *ladder_parse(const char *text)
{
	if (!text)
		return NULL;
	Ladder *ladder = ladder_new("standard");
	g_auto(GStrv) rungs = g_strsplit(text, "; ", -1);
	for (guint i = 0; rungs[i] && *rungs[i]; i++)
		g_ptr_array_add(ladder->rungs, rung_parse(rungs[i]));
	return ladder;
}

static void set_anchors(Scene *scene)
{
	scene->anchors.at[ANCHOR_RECEIVED] = scene->anchors.at[ANCHOR_START] = local(scene, "2026-11-30 09:00");
	scene->anchors.at[ANCHOR_DEADLINE] = local(scene, "2026-12-03 17:30");
}

static char *effects_text(const Scene *scene, const GArray *effects)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < effects->len; i++) {
		const LadderEffect *effect = &g_array_index(effects, LadderEffect, i);
		g_autofree char *before = local_text(scene, effect->before), *after = local_text(scene, effect->after);
		g_string_append_printf(text, "%s%s %s %s > %s", i ? "; " : "", (effect->newer ? effect->newer : effect->older)->name,
		                       effect_name(effect->type), before, after);
	}
	return g_string_free(text, FALSE);
}

static char *compare(const Scene *before, const char *older, const Scene *after, const char *newer, const char *now)
{
	Ladder *first = ladder_parse(older), *second = ladder_parse(newer);
	const LadderView one = {first, before->calendar, before->anchors, before->slots}, other = {second, after->calendar, after->anchors, after->slots};
	g_autoptr(GArray) effects = ladder_effects(&one, &other, local(before, now));
	char *text = effects_text(before, effects);
	ladder_free(first);
	ladder_free(second);
	return text;
}

#define TUESDAY "2026-12-01 10:00"

static void test_rungs(void)
{
	static const struct {
		const char *older, *newer, *now, *expected;
	} cases[] = {
		{"opened start; press deadline-4bh", "opened start; press deadline-4bh", TUESDAY, "press same 12-03 14:00 > 12-03 14:00"},
		{"press deadline-4bh", "press deadline-1bd", TUESDAY, "press earlier 12-03 14:00 > 12-03 09:00"},
		{"press deadline-1bd", "press deadline+1bd", TUESDAY, "press later 12-03 09:00 > 12-07 09:00"},
		/* moved into the past: at once; what has fired is not sent again, wherever it stands now */
		{"press deadline-4bh", "press start+1h", TUESDAY, "press earlier 12-03 14:00 > 12-01 10:00"},
		{"press start+1h", "press deadline-4bh", TUESDAY, ""},
		{"press start+1h", "", TUESDAY, ""},
		/* its instant has come, it waits for the slot: it moves with the policy */
		{"press start+1bd", "press deadline", "2026-11-30 17:00", "press later 12-01 09:00 > 12-04 09:00"},
		{"press start+25h", "press deadline", TUESDAY, "press later 12-01 14:00 > 12-04 09:00"},
		{"press start+24h", "press deadline", TUESDAY, ""},
		/* of another name it is another: nothing old is caught up on */
		{"nudge deadline", "prod deadline", TUESDAY, "prod appears - > 12-04 09:00; nudge falls-away 12-04 09:00 > -"},
		{"", "soon start+1h; late deadline", TUESDAY, "late appears - > 12-04 09:00"},
		{"", "now start+25h", TUESDAY, "now appears - > 12-01 14:00"},
		{"late deadline", "", TUESDAY, "late falls-away 12-04 09:00 > -"},
		{"late deadline", NULL, TUESDAY, "late falls-away 12-04 09:00 > -"},
		{NULL, "late deadline", TUESDAY, "late appears - > 12-04 09:00"},
		/* an anchor that the invoice lacks fires never */
		{"pay payment", "pay due", TUESDAY, ""},
		{"pay deadline", "pay payment", TUESDAY, "pay falls-away 12-04 09:00 > -"},
		{"pay payment", "pay deadline", TUESDAY, "pay appears - > 12-04 09:00"},
		/* before the approval began there was nothing */
		{"early deadline", "early start-3bd", TUESDAY, "early falls-away 12-04 09:00 > -"},
		/* what repeats is compared at the next of them */
		{"daily start every=1bd", "daily start every=1bd", "2026-12-02 10:00", "daily same 12-03 09:00 > 12-03 09:00"},
		{"daily start every=1bd", "daily start every=2bd", "2026-12-02 10:00", "daily later 12-03 09:00 > 12-08 09:00"},
		{"daily start every=1bd", "daily start every=1bd times=3", "2026-12-02 10:00", "daily falls-away 12-03 09:00 > -"},
		{"daily start every=1bd times=3", "daily start every=1bd times=4", "2026-12-02 10:00", "daily appears - > 12-03 09:00"},
		{"daily start every=1bd times=2", "daily start every=1bd times=3", "2026-12-02 10:00", "daily appears - > 12-02 10:00"},
		{"", "daily start every=1bd", "2026-12-02 10:00", "daily appears - > 12-03 09:00"},
		{"daily start every=1bd", "daily start every=1bd", "2027-11-30 10:00", "daily same 12-01 09:00 > 12-01 09:00"},
	};
	g_autoptr(Scene) scene = scene_new("Mon-Fri 08:30-17:30", TWO_SLOTS);
	set_anchors(scene);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = compare(scene, cases[i].older, scene, cases[i].newer, cases[i].now);
		g_assert_cmpstr(text, ==, cases[i].expected);
	}
}

static void test_calendars_and_slots(void)
{
	g_autoptr(Scene) usual = scene_new("Mon-Fri 08:30-17:30", TWO_SLOTS);
	g_autoptr(Scene) noon = scene_new("Mon-Fri 08:30-17:30", NOON);
	g_autoptr(Scene) weekend = scene_new("Sat 10:00-16:00", TWO_SLOTS);
	g_autoptr(Scene) holiday = scene_new("Mon-Fri 08:30-17:30", TWO_SLOTS);
	set_anchors(usual);
	set_anchors(noon);
	set_anchors(weekend);
	set_anchors(holiday);
	calendar_add_holiday(holiday->calendar, date_from_ymd(2026, 12, 4));
	const struct {
		const Scene *after;
		const char *expected;
	} cases[] = {
		{usual, "late same 12-04 09:00 > 12-04 09:00"},
		{noon, "late later 12-04 09:00 > 12-04 12:00"},
		{weekend, "late later 12-04 09:00 > 12-05 14:00"},
		{holiday, "late later 12-04 09:00 > 12-07 09:00"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = compare(usual, "late deadline", cases[i].after, "late deadline", TUESDAY);
		g_assert_cmpstr(text, ==, cases[i].expected);
	}
}

/* Of an approval that waits for a year, the next of some nine thousand occurrences. */
static void test_old_approval(void)
{
	g_autoptr(Scene) scene = scene_new("Mon-Fri 08:30-17:30", TWO_SLOTS);
	set_anchors(scene);
	g_autofree char *text = compare(scene, "hourly start every=1h", scene, "hourly start every=2h", "2027-12-15 12:00");
	g_assert_cmpstr(text, ==, "hourly later 12-15 14:00 > 2028-12-29 14:00");
}

static void test_others(void)
{
	static const struct {
		const char *older, *newer;
		gboolean differ;
	} cases[] = {
		{"a start to=approver", "a deadline to=approver", FALSE},
		{"a start to=approver", "a start to=manager(approver)", TRUE},
		{"a start to=approver", "a start to=approver cc=group(finance)", TRUE},
		{"a start to=approver cc=group(finance)", "a start to=approver", TRUE},
		{"a start to=approver", "a start to=approver add=manager(approver)", TRUE},
		{"a start to=group(finance)", "a start to=group(finance)", FALSE},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		Rung *older = rung_parse(cases[i].older), *newer = rung_parse(cases[i].newer);
		g_assert_cmpint(rung_speaks_to_others(older, newer), ==, cases[i].differ);
		rung_free(older);
		rung_free(newer);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ladder-effect/rungs", test_rungs);
	g_test_add_func("/ladder-effect/calendars-and-slots", test_calendars_and_slots);
	g_test_add_func("/ladder-effect/old-approval", test_old_approval);
	g_test_add_func("/ladder-effect/others", test_others);
	return g_test_run();
}
