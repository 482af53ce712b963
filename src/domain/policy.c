/* The policy as a structure: made, shared, looked up and released here. It says nothing about the text it came from, which
 * config/ checks. */
#include "domain/policy.h"

#include <string.h>

#define MAX_PER_DAY_DEFAULT 6
#define HOURLY_BUDGET_DEFAULT 5000
#define ATTACH_MAX_MB_DEFAULT 5
#define SUMMARY_DEFAULT "Mon 09:00"
#define MASS_CHANGE_DEFAULT   20

static const char *const tone_names[] = {"new", "friendly", "firm", "escalation", "final"};

const char *tone_name(Tone tone)
{
	return tone_names[tone];
}

gboolean tone_parse(const char *name, Tone *tone)
{
	for (guint i = 0; i < G_N_ELEMENTS(tone_names); i++)
		if (!g_strcmp0(name, tone_names[i])) {
			*tone = (Tone)i;
			return TRUE;
		}
	return FALSE;
}

static GPtrArray *selectors_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)selector_free);
}

PolicyCalendar *policy_calendar_new(Calendar *calendar)
{
	PolicyCalendar *policy_calendar = g_new0(PolicyCalendar, 1);
	policy_calendar->calendar = calendar;
	policy_calendar->countries = g_ptr_array_new_with_free_func(g_free);
	policy_calendar->people = selectors_new();
	return policy_calendar;
}

void policy_calendar_free(PolicyCalendar *calendar)
{
	if (!calendar)
		return;
	g_clear_pointer(&calendar->calendar, calendar_unref);
	g_ptr_array_unref(calendar->countries);
	g_ptr_array_unref(calendar->people);
	g_free(calendar);
}

Rung *rung_new(void)
{
	Rung *rung = g_new0(Rung, 1);
	rung->at = (TimeExpression){.anchor = ANCHOR_START};
	rung->send = SEND_MAIL;
	rung->tone = TONE_FRIENDLY;
	rung->hooks = g_ptr_array_new_with_free_func(g_free);
	rung->to = selectors_new();
	rung->cc = selectors_new();
	rung->add = selectors_new();
	rung->reassign = selectors_new();
	rung->times = 1;
	return rung;
}

void rung_free(Rung *rung)
{
	if (!rung)
		return;
	g_free(rung->name);
	g_ptr_array_unref(rung->hooks);
	g_ptr_array_unref(rung->to);
	g_ptr_array_unref(rung->cc);
	g_ptr_array_unref(rung->add);
	g_ptr_array_unref(rung->reassign);
	g_free(rung);
}

Ladder *ladder_new(const char *name)
{
	Ladder *ladder = g_new0(Ladder, 1);
	ladder->name = g_strdup(name);
	ladder->rungs = g_ptr_array_new_with_free_func((GDestroyNotify)rung_free);
	return ladder;
}

void ladder_free(Ladder *ladder)
{
	if (!ladder)
		return;
	g_free(ladder->name);
	g_ptr_array_unref(ladder->rungs);
	g_free(ladder);
}

StageRule *stage_rule_new(void)
{
	StageRule *stage = g_new0(StageRule, 1);
	stage->approvers = selectors_new();
	stage->fallback = selectors_new();
	stage->need = (Need){.type = NEED_ANY};
	stage->within = (Span){.amount = 5, .unit = UNIT_WORKING_DAY};
	stage->at_least = (Span){.amount = 1, .unit = UNIT_WORKING_DAY};
	stage->before = g_array_new(FALSE, FALSE, sizeof(TimeExpression));
	return stage;
}

void stage_rule_free(StageRule *stage)
{
	if (!stage)
		return;
	g_free(stage->name);
	g_ptr_array_unref(stage->approvers);
	g_ptr_array_unref(stage->fallback);
	g_array_unref(stage->before);
	g_free(stage->ladder);
	g_free(stage);
}

Chain *chain_new(void)
{
	Chain *chain = g_new0(Chain, 1);
	chain->stages = g_ptr_array_new_with_free_func((GDestroyNotify)stage_rule_free);
	return chain;
}

static void when_clear(When *when)
{
	g_clear_pointer(&when->administration, g_ptr_array_unref);
	g_clear_pointer(&when->supplier, g_ptr_array_unref);
	g_clear_pointer(&when->kind, g_ptr_array_unref);
	g_clear_pointer(&when->cost_centre, g_ptr_array_unref);
	g_clear_pointer(&when->buyer_reference, g_ptr_array_unref);
	g_clear_pointer(&when->order, g_ptr_array_unref);
	g_clear_pointer(&when->currency, g_ptr_array_unref);
}

void chain_free(Chain *chain)
{
	if (!chain)
		return;
	g_free(chain->name);
	when_clear(&chain->when);
	g_ptr_array_unref(chain->stages);
	g_free(chain);
}

Administration *administration_new(void)
{
	Administration *administration = g_new0(Administration, 1);
	administration->buyers = g_ptr_array_new_with_free_func(g_free);
	administration->admins = selectors_new();
	administration->auditors = selectors_new();
	administration->reminders = TRUE;
	return administration;
}

void administration_free(Administration *administration)
{
	if (!administration)
		return;
	g_free(administration->name);
	g_ptr_array_unref(administration->buyers);
	g_free(administration->folder);
	g_free(administration->calendar);
	g_free(administration->ladder);
	g_ptr_array_unref(administration->admins);
	g_ptr_array_unref(administration->auditors);
	g_free(administration);
}

Policy *policy_new(void)
{
	static const int slots[] = {9 * 3600, 14 * 3600};
	Policy *policy = g_new0(Policy, 1);
	g_atomic_ref_count_init(&policy->references);
	policy->calendars = g_ptr_array_new_with_free_func((GDestroyNotify)policy_calendar_free);
	policy->slots = g_array_new(FALSE, FALSE, sizeof(int));
	g_array_append_vals(policy->slots, slots, G_N_ELEMENTS(slots));
	policy->grace = (Span){.amount = 4, .unit = UNIT_WORKING_HOUR};
	policy->max_per_day = MAX_PER_DAY_DEFAULT;
	policy->hourly_budget = HOURLY_BUDGET_DEFAULT;
	policy->mass_change = MASS_CHANGE_DEFAULT;
	policy->invites = INVITES_DAY;
	policy->attach_max_mb = ATTACH_MAX_MB_DEFAULT;
	policy->summary = g_strdup(SUMMARY_DEFAULT);
	policy->channels = g_ptr_array_new_with_free_func((GDestroyNotify)channel_free);
	policy->administrations = g_ptr_array_new_with_free_func((GDestroyNotify)administration_free);
	policy->ladders = g_ptr_array_new_with_free_func((GDestroyNotify)ladder_free);
	policy->chains = g_ptr_array_new_with_free_func((GDestroyNotify)chain_free);
	return policy;
}

Policy *policy_ref(Policy *policy)
{
	g_atomic_ref_count_inc(&policy->references);
	return policy;
}

void policy_unref(Policy *policy)
{
	if (!policy || !g_atomic_ref_count_dec(&policy->references))
		return;
	g_ptr_array_unref(policy->calendars);
	g_free(policy->default_calendar);
	g_array_unref(policy->slots);
	g_free(policy->rates_file);
	rates_free(policy->rates);
	g_free(policy->credit_note_ladder);
	g_clear_pointer(&policy->supplier_terms, g_ptr_array_unref);
	g_free(policy->summary);
	g_ptr_array_unref(policy->administrations);
	g_ptr_array_unref(policy->channels);
	g_ptr_array_unref(policy->ladders);
	g_ptr_array_unref(policy->chains);
	g_free(policy);
}

const Ladder *policy_ladder(const Policy *policy, const char *name)
{
	for (guint i = 0; i < policy->ladders->len; i++) {
		const Ladder *ladder = g_ptr_array_index(policy->ladders, i);
		if (!g_strcmp0(ladder->name, name))
			return ladder;
	}
	return NULL;
}

const Chain *policy_chain(const Policy *policy, const char *name)
{
	for (guint i = 0; i < policy->chains->len; i++) {
		const Chain *chain = g_ptr_array_index(policy->chains, i);
		if (!g_strcmp0(chain->name, name))
			return chain;
	}
	return NULL;
}

const Channel *policy_channel(const Policy *policy, const char *name)
{
	for (guint i = 0; name && i < policy->channels->len; i++) {
		const Channel *channel = g_ptr_array_index(policy->channels, i);
		if (!strcmp(channel->name, name))
			return channel;
	}
	return NULL;
}

const Administration *policy_administration(const Policy *policy, const char *name)
{
	g_autofree char *wanted = name ? g_utf8_casefold(name, -1) : NULL;
	for (guint i = 0; wanted && i < policy->administrations->len; i++) {
		const Administration *administration = g_ptr_array_index(policy->administrations, i);
		g_autofree char *own = g_utf8_casefold(administration->name, -1);
		if (!strcmp(own, wanted))
			return administration;
	}
	return NULL;
}

Calendar *policy_calendar(const Policy *policy, const char *name)
{
	for (guint i = 0; i < policy->calendars->len; i++) {
		const PolicyCalendar *candidate = g_ptr_array_index(policy->calendars, i);
		if (!g_strcmp0(calendar_name(candidate->calendar), name))
			return candidate->calendar;
	}
	return NULL;
}

static gboolean holds_country(const PolicyCalendar *calendar, const char *country)
{
	for (guint i = 0; i < calendar->countries->len; i++)
		if (!g_ascii_strcasecmp(g_ptr_array_index(calendar->countries, i), country))
			return TRUE;
	return FALSE;
}

/* The first whose countries hold it. */
static const PolicyCalendar *calendar_of_country(const Policy *policy, const char *country)
{
	for (guint i = 0; country && i < policy->calendars->len; i++)
		if (holds_country(g_ptr_array_index(policy->calendars, i), country))
			return g_ptr_array_index(policy->calendars, i);
	return NULL;
}

gboolean policy_country_has_calendar(const Policy *policy, const char *country)
{
	return calendar_of_country(policy, country) != NULL;
}

Calendar *policy_calendar_for_country(const Policy *policy, const Administration *administration, const char *country)
{
	const PolicyCalendar *own = calendar_of_country(policy, country);
	if (own)
		return own->calendar;
	return policy_calendar(policy, administration && administration->calendar ? administration->calendar : policy->default_calendar);
}
