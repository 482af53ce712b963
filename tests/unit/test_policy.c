/* The policy as a structure: its defaults, its sharing, its look-ups. */
#include "domain/policy.h"

static Policy *two_calendars(void)
{
	Policy *policy = policy_new();
	static const struct {
		const char *name, *country, *other_country;
	} calendars[] = {{"nl", "NL", "BE"}, {"es", "ES", "NL"}};
	g_autoptr(Zone) zone = zone_new("Europe/Amsterdam", NULL);
	for (guint i = 0; i < G_N_ELEMENTS(calendars); i++) {
		PolicyCalendar *calendar = policy_calendar_new(calendar_new(calendars[i].name, zone));
		g_ptr_array_add(calendar->countries, g_strdup(calendars[i].country));
		g_ptr_array_add(calendar->countries, g_strdup(calendars[i].other_country));
		g_ptr_array_add(policy->calendars, calendar);
	}
	policy->default_calendar = g_strdup("es");
	return policy;
}

static void test_defaults(void)
{
	g_autoptr(Policy) policy = policy_new();
	g_autofree char *grace = span_format(policy->grace);
	g_assert_cmpstr(grace, ==, "4bh");
	g_assert_cmpuint(policy->max_per_day, ==, 6);
	g_assert_cmpint(policy->invites, ==, INVITES_DAY);
	g_assert_false(policy->allow_self);
	g_assert_cmpuint(policy->slots->len, ==, 2);
	g_assert_cmpint(g_array_index(policy->slots, int, 0), ==, 9 * 3600);
	g_assert_cmpint(g_array_index(policy->slots, int, 1), ==, 14 * 3600);
	StageRule *stage = stage_rule_new();
	g_autofree char *within = span_format(stage->within);
	g_autofree char *at_least = span_format(stage->at_least);
	g_assert_cmpstr(within, ==, "5bd");
	g_assert_cmpstr(at_least, ==, "1bd");
	g_assert_cmpint(stage->need.type, ==, NEED_ANY);
	stage_rule_free(stage);
	Rung *rung = rung_new();
	g_assert_cmpint(rung->send, ==, SEND_MAIL);
	g_assert_cmpint(rung->tone, ==, TONE_FRIENDLY);
	g_assert_cmpuint(rung->times, ==, 1);
	rung_free(rung);
}

static void test_tones(void)
{
	for (Tone tone = TONE_NEW; tone <= TONE_FINAL; tone++) {
		Tone parsed = TONE_NEW;
		g_assert_true(tone_parse(tone_name(tone), &parsed));
		g_assert_cmpint(parsed, ==, tone);
	}
	Tone kept = TONE_FIRM;
	g_assert_false(tone_parse("Firm", &kept));
	g_assert_false(tone_parse("", &kept));
	g_assert_false(tone_parse(NULL, &kept));
	g_assert_cmpint(kept, ==, TONE_FIRM);
}

static void test_look_ups(void)
{
	g_autoptr(Policy) policy = two_calendars();
	g_ptr_array_add(policy->ladders, ladder_new("standard"));
	Chain *chain = chain_new();
	chain->name = g_strdup("rest");
	g_ptr_array_add(policy->chains, chain);
	g_assert_cmpstr(policy_ladder(policy, "standard")->name, ==, "standard");
	g_assert_null(policy_ladder(policy, "Standard"));
	g_assert_null(policy_ladder(policy, NULL));
	g_assert_true(policy_chain(policy, "rest") == chain);
	g_assert_null(policy_chain(policy, "small"));
	g_assert_cmpstr(calendar_name(policy_calendar(policy, "nl")), ==, "nl");
	g_assert_null(policy_calendar(policy, "de"));
	Administration *administration = administration_new();
	administration->name = g_strdup("Ejemplo SL");
	g_ptr_array_add(policy->administrations, administration);
	g_assert_true(policy_administration(policy, "ejemplo sl") == administration);
	g_assert_null(policy_administration(policy, "Ejemplo"));
	g_assert_null(policy_administration(policy, NULL));
}

static void test_calendar_for_country(void)
{
	static const struct {
		const char *country, *calendar;
	} cases[] = {{"NL", "nl"}, {"be", "nl"}, {"ES", "es"}, {"DE", "es"}, {"", "es"}, {NULL, "es"}};
	g_autoptr(Policy) policy = two_calendars();
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpstr(calendar_name(policy_calendar_for_country(policy, NULL, cases[i].country)), ==, cases[i].calendar);
	Administration *administration = administration_new(); /* comes after a person's country, before the default */
	for (guint i = 0; i < 2; i++) {
		g_assert_cmpstr(calendar_name(policy_calendar_for_country(policy, administration, "BE")), ==, "nl");
		g_assert_cmpstr(calendar_name(policy_calendar_for_country(policy, administration, "DE")), ==, i ? "nl" : "es");
		g_assert_cmpstr(calendar_name(policy_calendar_for_country(policy, administration, NULL)), ==, i ? "nl" : "es");
		g_assert_cmpstr(calendar_name(policy_calendar_for_country(policy, administration, "ES")), ==, "es");
		g_free(administration->calendar);
		administration->calendar = g_strdup("nl");
	}
	administration_free(administration);
	g_autoptr(Policy) empty = policy_new();
	g_assert_null(policy_calendar_for_country(empty, NULL, "NL"));
}

static void test_shared(void)
{
	Policy *policy = two_calendars();
	Policy *shared = policy_ref(policy);
	g_assert_true(shared == policy);
	policy_unref(policy);
	g_assert_nonnull(policy_calendar(shared, "nl"));
	policy_unref(shared);
	policy_unref(NULL);
	rung_free(NULL);
	ladder_free(NULL);
	stage_rule_free(NULL);
	chain_free(NULL);
	policy_calendar_free(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/policy/defaults", test_defaults);
	g_test_add_func("/policy/tones", test_tones);
	g_test_add_func("/policy/look-ups", test_look_ups);
	g_test_add_func("/policy/calendar-for-country", test_calendar_for_country);
	g_test_add_func("/policy/shared", test_shared);
	return g_test_run();
}
